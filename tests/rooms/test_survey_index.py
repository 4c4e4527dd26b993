"""`ptsp survey index`: the index of any table of answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.cli import main

HEADING = "u1,u2,u3,u4,u5,u6,u7,u8,u9"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


def index(folder: Path, rows: list[str], *options: str, heading: str = HEADING) -> Result:
    file = folder / "answers.csv"
    file.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    return CliRunner().invoke(main, ["survey", "index", str(file), *options])


def lines(result: Result) -> dict[str, list[str]]:
    return {line.split()[0]: line.split()[1:] for line in result.stdout.splitlines() if line.strip()}


@pytest.mark.parametrize(
    ("weight", "ikm", "grade", "said"),
    [("exact", "88.75", "A", "1/9"), ("0.111", "88.66", "A", "0.111"), ("0.11", "87.86", "B", "0.11")],
)
def test_the_figures_of_a_table(tmp_path: Path, weight: str, ikm: str, grade: str, said: str) -> None:
    rows = [",".join("4" * 9)] * 11 + [",".join("3" * 9)] * 9
    found = lines(index(tmp_path, rows, "--weight", weight))
    assert found["U1"][:2] == ["20", "3.5500"]
    assert (found["IKM"], found["grade"][0], found["n"], found["weight"]) == ([ikm], grade, ["20"], [said])


def test_bad_rows_are_named_and_the_others_counted(tmp_path: Path) -> None:
    result = index(tmp_path, [",".join("4" * 9), "4,4,4,4,4,4,4,4,5", ",".join("3" * 9), "4,4"])
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        'line 3: u9 is "5"; 1, 2, 3, 4 or nothing is',
        "line 5: fewer fields than the heading (2 / 9)",
    ]
    found = lines(result)
    assert (found["IKM"], found["n"], found["bad"]) == (["87.50"], ["2"], ["rows", "2,", "not", "counted"])


def test_as_json(tmp_path: Path) -> None:
    result = index(tmp_path, ["4,3,,4,4,4,4,4,4", "x,,,,,,,,", "3,3,2,4,4,4,4,4,4"], "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (found["n"], found["elements"][2]["n"], found["elements"][0]["exact"]) == (2, 1, "7/2")
    assert (found["ikm"], found["grade"], found["index_exact"]) == (90.28, "A", "65/18")
    assert found["bad_rows"] == [{"line": 3, "reason": 'u1 is "x"; 1, 2, 3, 4 or nothing is'}]


def test_no_answers_have_no_grade(tmp_path: Path) -> None:
    result = index(tmp_path, [])
    assert result.exit_code == 0
    assert lines(result)["grade"] == ["no", "data", "yet"]
    assert f"no index: nobody answered {HEADING.replace(',', ', ')}" in result.stdout.splitlines()


def test_elements_that_nobody_answered_are_named(tmp_path: Path) -> None:
    result = index(tmp_path, ["4,,4,4,4,4,4,4,", "3,,3,3,3,3,3,3,"])
    assert result.exit_code == 0
    assert (lines(result)["index"], lines(result)["n"]) == (["-"], ["2"])
    assert result.stdout.splitlines()[-1] == "no index: nobody answered u2, u9"
    assert "nobody answered" not in index(tmp_path, ["4,4,4,4,4,4,4,4,4", ",,,,,,,,"]).stdout


def test_a_table_without_the_columns_is_refused_in_words(tmp_path: Path) -> None:
    result = index(tmp_path, ["1,2"], heading="u1,u2")
    assert result.exit_code == 1
    assert "The table has no column u3, u4, u5, u6, u7, u8, u9." in result.stderr
    assert "Traceback" not in result.output


def test_from_standard_input(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["survey", "index", "-"], input=f"{HEADING}\n{','.join('4' * 9)}\n")
    assert lines(result)["IKM"] == ["100.00"]
    assert tmp_path.exists()
