"""The workbook: recalculated by LibreOffice it says what page and PDF say, and it tells nobody who answered."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select, update

from ptsp import asking, satisfaction, skm
from ptsp import records as r
from ptsp.periods import parse
from ptsp.tallies import FEWEST
from tests.support.answers import a_year_of_answers
from tests.support.apps import House, Visitor, example_app
from tests.support.papers import by_libreoffice
from tests.support.weights import use_weight

SHEETS = ["Working table", "By service", "Respondents", "Trend", "Answers", "Data dictionary"]
WEIGHTS = ["exact", "0.111", "0.11"]
PERIOD = "2026-T3"
HOSTILE = "=1+1"
PATTERN = 'Legalisir * "cepat"?'
IKM, GRADE, NRR = "B15", "B16", 10


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Answers of half a year, some of them still in today's box, to services with awkward names."""
    with example_app(tmp_path_factory.mktemp("workbook")) as found:
        found.hall.act(found.office.system, rename)
        a_year_of_answers(found.office, 900, first="2026-04-01")
        few = a_year_of_answers(found.office, 12, first="2026-02-01", last="2026-02-28", seed=2)
        found.hall.act(found.office.system, write, rows=[{**row, "flags": "fast"} for row in few[:3]])
        for number in range(6):
            found.hall.act(found.office.system, drop, row=row_of_today(found, number))
        yield found


def rename(work: Any) -> dict[str, Any]:
    ids = [service.id for service in work.office.services.values() if service.active][:2]  # those with most answers
    for service_id, name in zip(ids, (HOSTILE, PATTERN), strict=True):
        work.conn.execute(update(r.service).where(r.service.c.id == service_id).values(name={"id": name, "en": name}))
    work.set_up_changed()
    return {}


def row_of_today(house: House, number: int) -> dict[str, Any]:
    scores = {code: 1 + (number + place) % 4 for place, code in enumerate(skm.ELEMENTS) if place != number}
    service = house.office.services[0]
    told = {"channel": "kiosk", "day": "2026-08-03", "hour_band": "08.00-12.00", "service_id": service, "sex": "P"}
    return asking.rows_of([asking.Form("skm-9", "1", scores)], {**told, "wait_band": "0-5", "flags": ""})[0]


def drop(work: Any, row: dict[str, Any]) -> dict[str, Any]:
    asking.drop(work, [row])
    return {}


def write(work: Any, rows: list[dict[str, Any]]) -> dict[str, Any]:
    asking.keep(work, rows)
    return {}


def figures_of(house: House) -> satisfaction.Figures:
    with house.hall.view() as conn:
        return satisfaction.figures(house.hall, conn, house.office.catalogue(), parse(PERIOD))


@pytest.fixture(scope="module")
def fetch(house: House, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The workbook under a weight; fetched once."""
    folder = tmp_path_factory.mktemp("fetched")
    manager: Visitor = house.person("manager")

    @cache
    def get(weight: str) -> Path:
        use_weight(house.office, weight)
        answer = manager.get(f"/office/survey/report.xlsx?period={PERIOD}&language=en")
        assert answer.status_code == 200, answer.text
        (folder / f"{weight}.xlsx").write_bytes(answer.data)
        answer.close()
        return folder / f"{weight}.xlsx"

    return get


@pytest.fixture(scope="module")
def recalculated(fetch: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Weight -> the workbook after LibreOffice; and "changed", with one answer changed by hand. The values that came
    with the file are taken out first: what is read here was calculated there."""
    folder = tmp_path_factory.mktemp("bare")
    files = []
    for name in (*WEIGHTS, "changed"):
        book = openpyxl.load_workbook(fetch("exact" if name == "changed" else name))
        if name == "changed":
            cell = first_counted(book["Answers"])
            cell.value = 1 if cell.value == 4 else 4
        book.save(folder / f"{name}.xlsx")
        files.append(folder / f"{name}.xlsx")
    made = by_libreoffice("xlsx", tmp_path_factory.mktemp("calculated"), *files)
    return {path.stem: openpyxl.load_workbook(path, data_only=True) for path in made}


def first_counted(sheet: Any) -> Any:
    """A cell with an answer to the first element that counts."""
    counted, element = head_of(sheet, "Counted"), head_of(sheet, "U1")
    lines = range(6, sheet.max_row + 1)
    line = next(n for n in lines if sheet.cell(n, counted).value == "yes" and sheet.cell(n, element).value)
    return sheet.cell(line, element)


def head_of(sheet: Any, word: str) -> int:
    return next(cell.column for cell in sheet[5] if cell.value == word)


def two(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def by_name(sheet: Any, column: int = 1) -> dict[str, list[Any]]:
    """Rows below the heads by what stands in a column."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6)]
    return {row[column - 1]: row for row in rows if row[column - 1]}


# --- the same figures -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weight", WEIGHTS)
def test_recalculated_it_says_what_the_report_says(house: House, recalculated: dict[str, Any], weight: str) -> None:
    use_weight(house.office, weight)
    figures, book = figures_of(house), recalculated[weight]
    assert figures.n < len(book["Answers"]["A"]) - 5, "the example has no answer that is left out by the rule"
    sheet = book["Working table"]
    assert sheet["B5"].value == figures.n
    assert two(sheet[IKM].value) == figures.score.ikm
    assert sheet[GRADE].value == f"{figures.score.grade} ({figures.score.grade.performance['en']})"
    for place, one in enumerate(figures.elements):
        column = place + 2
        assert sheet.cell(8, column).value == one.n
        assert sheet.cell(NRR, column).value == pytest.approx(float(one.nrr), abs=1e-9)
        assert sheet.cell(11, column).value == pytest.approx(float(one.weighted), abs=1e-9)
        assert two(sheet.cell(12, column).value) == one.ikm
        assert sheet.cell(13, column).value == one.grade


@pytest.mark.parametrize("weight", WEIGHTS)
def test_services_and_respondents_too(house: House, recalculated: dict[str, Any], weight: str) -> None:
    use_weight(house.office, weight)
    figures, book = figures_of(house), recalculated[weight]
    services, names = by_name(book["By service"]), house.office.catalogue().services
    shown = [cell for cell in figures.by("service").cells if cell.n and cell.score and cell.score.ikm is not None]
    assert {HOSTILE, PATTERN} <= {names[int(cell.key)].name["en"] for cell in shown}
    for cell in shown:
        row = services[names[int(cell.key)].name["en"]]
        assert row[2] == cell.n
        assert two(row[13]) == cell.score.ikm
        around = cell.interval
        assert row[15:17] == (pytest.approx([around.low, around.high]) if around else ["–", "–"])
    for cell in figures.by("service").cells:
        if cell.key and cell.hidden:
            assert services[names[int(cell.key)].name["en"]][2:17] == ["–", *[None] * 14]
    respondents = by_name(book["Respondents"], 2)
    for cell in figures.by("education").cells:
        if cell.key and not cell.hidden:
            row = next(row for name, row in respondents.items() if name.endswith(f"({cell.key})"))
            assert row[2] == cell.n
            assert row[3] == pytest.approx(float(cell.share))


def test_a_service_without_an_index_has_its_n_as_on_the_page(house: House, fetch: Callable[[str], Path]) -> None:
    """And no more: its answers stand among those whose service is not told."""
    book, names = openpyxl.load_workbook(fetch("exact"), data_only=True), house.office.catalogue().services
    cells = [cell for cell in figures_of(house).by("service").cells if cell.n and cell.score.index is None]
    assert cells, "the example has no service in which few answered an element: this test proves nothing"
    told = {row[head_of(book["Answers"], "Service") - 1].value for row in book["Answers"].iter_rows(min_row=6)}
    for cell in cells:
        name = names[int(cell.key)].name["en"]
        assert by_name(book["By service"])[name][2:17] == [cell.n, *["–"] * 14]
        assert name not in told


def test_the_values_that_come_with_the_file_are_those(
    fetch: Callable[[str], Path], recalculated: dict[str, Any]
) -> None:
    """Viewers that do not calculate show the same."""
    for weight in WEIGHTS:
        came, made = openpyxl.load_workbook(fetch(weight), data_only=True), recalculated[weight]
        assert came.sheetnames == made.sheetnames == SHEETS
        for name in SHEETS:
            for mine, theirs in zip(came[name].iter_rows(), made[name].iter_rows(), strict=False):
                for one, other in zip(mine, theirs, strict=False):
                    if isinstance(one.value, (int, float)):
                        assert one.value == pytest.approx(other.value, abs=1e-9), f"{weight} {name} {one.coordinate}"
                    else:
                        assert (one.value or None) == (other.value or None), f"{weight} {name} {one.coordinate}"


def test_the_formulas_live(recalculated: dict[str, Any]) -> None:
    before, after = recalculated["exact"], recalculated["changed"]
    assert after["Working table"]["B10"].value != before["Working table"]["B10"].value
    old, new = (answers_of(book["Answers"]) for book in (before, after))
    assert old != new
    score = skm.score(skm.add_up(new))
    assert two(after["Working table"][IKM].value) == score.ikm


def answers_of(sheet: Any) -> list[dict[str, int | None]]:
    """The counted forms as they stand in the sheet of answers."""
    counted, first = head_of(sheet, "Counted"), head_of(sheet, "U1")
    rows = [row for row in sheet.iter_rows(min_row=6) if row[counted - 1].value == "yes"]
    return [{code: row[first - 1 + place].value for place, code in enumerate(skm.ELEMENTS)} for row in rows]


# --- nobody is told ---------------------------------------------------------------------------------------------------


def test_answers_stand_without_anything_that_leads_to_a_person(house: House, fetch: Callable[[str], Path]) -> None:
    sheet = openpyxl.load_workbook(fetch("exact"))["Answers"]
    heads = [cell.value for cell in sheet[5]]
    assert heads == [
        "No", "Month", "Version", "Way of answering", "Hour of the visit", "Service",
        "Sex", "Age", "Education", "Occupation", "Marked", "Counted", *skm.ELEMENTS,
    ]  # fmt: skip
    texts = [str(cell.value) for row in sheet.iter_rows(min_row=6) for cell in row if cell.value is not None]
    assert {text for text in texts if re.search(r"\d{4}-\d\d", text)} == {"2026-07", "2026-08"}
    assert sheet.max_row - 5 == stored(house)  # what is in the box waits for the evening


def test_what_the_sheets_hide_is_not_in_the_answers(house: House, fetch: Callable[[str], Path]) -> None:
    """Else a filter over the answers would tell of the one with this education, and of the two at that service."""
    book = openpyxl.load_workbook(fetch("exact"), data_only=True)
    groups = {(row[0].value, row[1].value): row[2].value for row in book["Respondents"].iter_rows(min_row=6)}
    groups |= {("Service", row[0].value): row[2].value for row in book["By service"].iter_rows(min_row=6)}
    hidden = {group for group, n in groups.items() if n == "–"}
    assert hidden
    sheet = book["Answers"]
    for column, head in enumerate(cell.value for cell in sheet[5]):
        told = {row[column].value for row in sheet.iter_rows(min_row=6)}
        assert not [name for kind, name in hidden if kind == head and name in told], head


def stored(house: House) -> int:
    a = r.survey_answer.c
    with house.hall.view() as conn:
        days = conn.execute(select(a.day).where(a.instrument == "skm-9")).scalars().all()
    return sum(parse(PERIOD).has(day) for day in days)


def describing(sheet: Any) -> list[tuple[Any, ...]]:
    """What stands beside the scores of each row, but for the traits, which are apart."""
    heads = ["Month", "Service", "Marked", "Version", "Hour of the visit", "Way of answering", "Counted"]
    places = [head_of(sheet, head) - 1 for head in heads]
    return [tuple(row[place].value for place in places) for row in sheet.iter_rows(min_row=6)]


def scores_in(sheet: Any) -> Counter[tuple[int | None, ...]]:
    first = head_of(sheet, "U1") - 1
    return Counter(tuple(cell.value for cell in row[first : first + 9]) for row in sheet.iter_rows(min_row=6))


def scores_kept(house: House, period: str, flagged: bool = True) -> Counter[tuple[int | None, ...]]:
    a = r.survey_answer.c
    with house.hall.view() as conn:
        rows = conn.execute(select(a.day, a.flags, a.scores).where(a.instrument == "skm-9")).all()
    mine = [scores for day, flags, scores in rows if parse(period).has(day) and (flagged or not flags)]
    return Counter(tuple(scores.get(code) for code in skm.ELEMENTS) for scores in mine)


def test_no_row_is_one_visitor(house: House, fetch: Callable[[str], Path]) -> None:
    """Who knows that somebody was at a rare service in July finds at least five rows that may be the one."""
    sheet = openpyxl.load_workbook(fetch("exact"))["Answers"]
    told = describing(sheet)
    assert min(Counter(told).values()) >= FEWEST
    assert all(row[-1] for row in told), "the working table asks whether a row is counted"
    assert scores_in(sheet) == scores_kept(house, PERIOD)
    services = [row[1] for row in told]
    assert services.count(None) < len(services) / 4, "far too much is left empty"
    assert "so that nobody can be recognised" in sheet["A4"].value


def test_a_month_of_few_answers(house: House, tmp_path: Path) -> None:
    """Twelve that are counted; the three that are not would be fewer than five, and are not listed."""
    answer = house.person("manager").get("/office/survey/report.xlsx?period=2026-02&language=en")
    assert answer.status_code == 200
    (tmp_path / "few.xlsx").write_bytes(answer.data)
    answer.close()
    book = openpyxl.load_workbook(tmp_path / "few.xlsx", data_only=True)
    told = describing(book["Answers"])
    assert min(Counter(told).values()) >= FEWEST
    kept = scores_kept(house, "2026-02", flagged=False)
    assert scores_in(book["Answers"]) == kept
    assert book["Working table"]["B5"].value == len(told) == kept.total()


def test_the_order_tells_nothing(house: House, fetch: Callable[[str], Path]) -> None:
    once, again = (answers_of(openpyxl.load_workbook(fetch(weight))["Answers"]) for weight in ("exact", "0.11"))
    assert once != again
    assert sorted(map(repr, once)) == sorted(map(repr, again))


def test_single_answers_are_listed_for_whole_months_only(house: House) -> None:
    """Of one day they would lead to the visitors of that day."""
    manager = house.person("manager")
    for period in ("2026-08-03..2026-08-03", "2026-07-01..2026-08-30", "2026-07-02..2026-07-31"):
        answer = manager.get(f"/office/survey/report.xlsx?period={period}")
        assert answer.status_code == 400, period
    answer = manager.get("/office/survey/report.xlsx?period=2026-07-01..2026-08-31")
    assert answer.status_code == 200
    answer.close()


def test_what_people_typed_is_text(fetch: Callable[[str], Path]) -> None:
    book = openpyxl.load_workbook(fetch("exact"))
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == HOSTILE]
    assert found
    assert {cell.data_type for cell in found} == {"s"}, "a name became a formula"


def test_no_rounding_is_lost(house: House) -> None:
    """The formula of the IKM rounds as the law does, where floating point lies just below a half."""
    chance = random.Random(4)
    for _ in range(4_000):
        counts = [chance.randint(5, 400) for _ in range(9)]
        sums = {code: (chance.randint(n, 4 * n), n) for code, n in zip(skm.ELEMENTS, counts, strict=True)}
        exact = skm.score(sums)
        floating = sum((total / n) * (1 / 9) for total, n in sums.values()) * 25
        assert Decimal(repr(round(floating, 10))).quantize(Decimal("0.01"), "ROUND_HALF_UP") == exact.ikm
