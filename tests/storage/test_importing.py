"""Answers of earlier years: whole or not at all, counted to the last bit, and taken back as if they had never been."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from ptsp import held_files, importing, skm, tallies
from ptsp import records as r
from ptsp.area_six import read_year
from ptsp.errors import BadRequest, FileKnown, ImportHasErrors, ImportOutdated, NotFound
from ptsp.import_rows import Fault, Prepared, Reading, prepare
from ptsp.periods import parse, with_data
from ptsp.retention import erase_words
from ptsp.satisfaction import Figures, element_change, figures
from survey.importing.reading import answer_words, reading_of
from tests.support.answers import a_year_of_answers
from tests.support.halls import Office, example_hall
from tests.support.tables import HEADS, old_rows, plain_sheet

ORDER = {"order": "elements"}


@pytest.fixture
def office(new_database: Callable[[], str]) -> Iterator[Office]:
    """On SQLite and on PostgreSQL."""
    with example_hall(new_database()) as found:
        yield found


def looked(office: Office, rows: list[list[str]], **said: str) -> tuple[Any, Reading, Prepared]:
    sheet = plain_sheet(rows)
    reading = reading_of(sheet, {**ORDER, **said})
    words = answer_words(reading.instrument)
    return sheet, reading, prepare(sheet, reading, office.catalogue(), "2026-08-03", words)


def store(office: Office, rows: list[list[str]], left_out: int | None = None, **said: str) -> dict[str, Any]:
    sheet, reading, prepared = looked(office, rows, **said)

    def store_import(work: Any) -> dict[str, Any]:
        return importing.store(work, prepared, "lama.csv", sheet.sha256, reading.dumps(), left_out)

    return office.hall.act(office.system, store_import)


def everything(office: Office) -> tuple[list[Any], list[dict[str, Any]]]:
    """All answers, and the counts of them."""
    with office.hall.view() as conn:
        answers = conn.execute(select(r.survey_answer).order_by(r.survey_answer.c.id)).all()
        return [tuple(row) for row in answers], tallies.kept(conn, office.office_id)


def counted_right(office: Office) -> bool:
    with office.hall.view() as conn:
        mine = [row for row in tallies.rebuilt(conn, office.catalogue()) if row["subject"] == "answers"]
        return mine == [row for row in tallies.kept(conn, office.office_id) if row["subject"] == "answers"]


def test_three_years_come_in_and_the_trend_shows_them_on_the_first_day(office: Office) -> None:
    rows = old_rows(120)
    assert store(office, rows)["rows"] == 120
    assert counted_right(office)
    with office.hall.view() as conn:
        found = figures(office.hall, conn, office.catalogue(), parse("2025"))
    trend = {point.period.code: point.n for point in found.trend}
    assert trend == {"2023": 40, "2024": 40, "2025": 40}
    mine = [[int(cell) for cell in row[7:16]] for row in rows[1:] if row[1].endswith("2025")]
    sums = {f"U{u}": (sum(row[u - 1] for row in mine), len(mine)) for u in range(1, 10)}
    assert found.score.ikm == skm.score(sums).ikm
    assert found.weakest[0].code == "U9"


def test_what_is_kept_of_a_row(office: Office) -> None:
    row = ["1", "3/7/2025", "LEGALISIR IJAZAH", "Perempuan", "34 tahun", "S-1", "ASN", *"432143214", "Cepat sekali"]
    store(office, [HEADS, row])
    with office.hall.view() as conn:
        kept = conn.execute(select(r.survey_answer)).one()
    assert kept.scores == {f"U{n}": int(score) for n, score in enumerate("432143214", 1)}
    assert (kept.channel, kept.day, kept.service_id) == ("import", "2025-07-03", office.service("legalisir-ijazah"))
    assert (kept.sex, kept.age, kept.education, kept.occupation) == ("P", "26-35", "S1", "PNS")
    assert (kept.remark, kept.remark_state, kept.flags, kept.entered_by) == ("Cepat sekali", "new", "", None)
    assert (kept.hour_band, kept.wait_band, kept.counter_id) == (None, None, None)


def test_remarks_that_the_office_would_erase_are_not_taken_in(office: Office) -> None:
    """24 months before 3 August 2026; everything else of such rows stays."""
    said = {"3/8/2024": "Masih", "2/8/2024": "Lewat", "1/1/2023": "Lama sekali", "2/1/2023": " "}
    rows = [["", day, *[""] * 5, *"333333333", remark] for day, remark in said.items()]
    prepared = looked(office, [HEADS, *rows])[2]
    assert prepared.old_remarks == 2
    assert (len(prepared.rows), prepared.faults) == (4, [])
    made = store(office, [HEADS, *rows])
    assert (made["rows"], made["old_remarks"]) == (4, 2)
    with office.hall.view() as conn:
        a = r.survey_answer.c
        kept = conn.execute(select(a.day, a.remark, a.remark_state).where(a.remark_state.is_not(None))).all()
        [told] = conn.execute(select(r.audit.c.subject).where(r.audit.c.deed == "survey_imported")).scalars()
    assert [tuple(one) for one in kept] == [("2024-08-03", "Masih", "new")]
    assert "2 old remarks not taken in" in told
    assert counted_right(office)
    before = everything(office)
    assert office.hall.act(office.system, erase_words)["remarks"] == 0, "nothing goes unannounced"
    assert everything(office) == before


def test_the_printed_order_exchanges_the_last_two_and_leaves_the_index_alone(office: Office) -> None:
    rows = old_rows(60, years=(2024,))
    both = {order: looked(office, rows, order=order)[2].by_period("year")[0][1] for order in ("elements", "printed")}
    first, second = both["elements"], both["printed"]
    assert first.sum_of("U8") == second.sum_of("U9")
    assert first.sum_of("U9") == second.sum_of("U8")
    assert first.sum_of("U8") != first.sum_of("U9")
    assert skm.score(first.sums(skm.ELEMENTS)).index == skm.score(second.sums(skm.ELEMENTS)).index


def test_errors_are_named_by_row_column_and_reason_and_refuse_the_whole(office: Office) -> None:
    rows = old_rows(8, years=(2024,))
    rows[2][7], rows[4][1], rows[6][1] = "5", "kapan", "01/09/2026"
    rows[7][7:16] = [""] * 9
    rows[8][8], rows[8][9] = "baik", "3,7"
    _sheet, _reading, prepared = looked(office, rows)
    assert prepared.faults == [
        Fault(3, "u1", "score", "5"), Fault(5, "Tanggal", "date", "kapan"), Fault(7, "Tanggal", "future", "01/09/2026"),
        Fault(8, "", "empty", ""), Fault(9, "u2", "score", "baik"), Fault(9, "u3", "score", "3,7"),
    ]  # fmt: skip
    assert prepared.bad_lines == [3, 5, 7, 8, 9]
    before = everything(office)
    for agreed, error in ((None, ImportHasErrors), (4, ImportOutdated), (6, ImportOutdated)):
        with pytest.raises(error):
            store(office, rows, agreed)
    assert everything(office) == before
    assert store(office, rows, 5)["rows"] == 3
    with office.hall.view() as conn:
        [kept] = importing.imports_of(conn, office.office_id)
    assert [one["line"] for one in kept.left_out] == [3, 5, 7, 8, 9]
    assert [one["reason"] for one in kept.left_out] == ["score", "date", "future", "empty", "score"]
    assert kept.mapping["columns"][7] == "U1"
    with pytest.raises(ImportOutdated):
        store(office, old_rows(8, seed=9), 2), "agreed to leave out what is not bad"


def test_a_crash_in_the_middle_leaves_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(office)

    def breaks(*_given: Any) -> None:
        raise RuntimeError("power")

    with monkeypatch.context() as broken:
        broken.setattr(tallies, "keep_answers", breaks)
        with pytest.raises(RuntimeError, match="power"):
            store(office, old_rows(12))
    assert everything(office) == before
    with office.hall.view() as conn:
        assert importing.imports_of(conn, office.office_id) == []
    store(office, old_rows(12))


def test_an_empty_table_and_the_same_table_again_are_refused(office: Office) -> None:
    with pytest.raises(BadRequest):
        store(office, [HEADS, ["", *[""] * 15, "x"]], 1)
    store(office, old_rows(20))
    before = everything(office)
    with pytest.raises(FileKnown):
        store(office, old_rows(20))
    assert everything(office) == before


def test_an_import_is_taken_back_as_if_it_had_never_been(office: Office) -> None:
    a_year_of_answers(office, 40, first="2024-05-01", last="2024-06-30")
    store(office, old_rows(15, years=(2024,), seed=5))
    before = everything(office)
    made = store(office, old_rows(60, years=(2023, 2024)))
    assert counted_right(office)
    assert everything(office) != before
    for rows in (60, 0):  # the second time nothing is left to take back
        answer = office.hall.act(office.system, importing.undo_import, import_id=made["import_id"])
        assert answer["rows"] == rows
    assert everything(office) == before
    assert counted_right(office)
    with office.hall.view() as conn:
        newest = importing.imports_of(conn, office.office_id)[0]
        assert (newest.rows, newest.undone_at) == (60, office.clock.at)
        deeds = conn.execute(select(r.audit.c.deed).where(r.audit.c.deed.like("survey_import%"))).scalars().all()
        assert deeds.count("survey_import_undone") == 1
        other = conn.execute(select(func.max(r.survey_import.c.id))).scalar_one() + 1
    with pytest.raises(NotFound):
        office.hall.act(office.system, importing.undo_import, import_id=other)
    assert store(office, old_rows(60, years=(2023, 2024)))["rows"] == 60, "what was taken back may come again"


def test_answers_that_are_there_already_are_told(office: Office) -> None:
    a_year_of_answers(office, 30, first="2024-05-01", last="2024-05-31")
    store(office, old_rows(20, years=(2024,)))
    with office.hall.view() as conn:
        assert importing.already_there(conn, office.office_id, "skm-9", "2024-01-01", "2024-12-31") == (30, 20)
        assert importing.already_there(conn, office.office_id, "skm-9", "2022-01-01", "2022-12-31") == (0, 0)
        assert importing.already_there(conn, office.office_id, "ipak-5", "2024-01-01", "2024-12-31") == (0, 0)


# --- waiting for a word


def test_a_table_waits_an_hour_for_who_brought_it_and_nobody_else(tmp_path: Path) -> None:
    token = held_files.hold(tmp_path, "person:3", {"sheets": ["ä"]}, 1_000)
    [file] = (tmp_path / held_files.FOLDER).iterdir()
    assert (file.stat().st_mode & 0o077, file.parent.stat().st_mode & 0o077) == (0, 0)
    hour = held_files.HOUR_MS
    assert held_files.held(tmp_path, "person:3", token, 1_000 + hour) == {"sheets": ["ä"]}
    for owner, asked, at in (
        ("person:4", token, 1_000), ("person:3", token, 1_001 + hour), ("person:3", "x" * 22, 1_000),
        ("person:3", "../../secret", 1_000), ("person:3", "", 1_000), ("person:3", token, 999),
    ):  # fmt: skip
        assert held_files.held(tmp_path, owner, asked, at) is None
    other = held_files.hold(tmp_path, "person:3", {}, hour)
    assert held_files.sweep(tmp_path, 1_001 + hour) == 1
    assert held_files.held(tmp_path, "person:3", token, 1_000) is None
    assert held_files.held(tmp_path, "person:3", other, hour) == {}
    held_files.let_go(tmp_path, other)
    held_files.let_go(tmp_path, other)
    assert list((tmp_path / held_files.FOLDER).iterdir()) == []


def of_a_year(n: int = 60) -> list[list[str]]:
    """Answers that name nothing but the year of the whole table."""
    return [HEADS, *([str(i), "", "", "", "", "", "", *"333343333", ""] for i in range(n))]


def choices(office: Office, kind: str) -> list[str]:
    with office.hall.view() as conn:
        return [one.code for one in with_data(conn, office.office_id, kind, "2026-08-03")]


def shown(office: Office, code: str, instrument: str = "skm-9") -> Figures:
    with office.hall.view() as conn:
        return figures(office.hall, conn, office.catalogue(), parse(code), instrument)


def test_a_table_that_names_a_year_is_told_of_no_quarter_or_month(office: Office) -> None:
    import_id = store(office, of_a_year(), whole="2024")["import_id"]
    assert (shown(office, "2024").n, shown(office, "2024").longer) == (60, ())
    assert shown(office, "2024").score.ikm is not None
    for code in ("2024-T4", "2024-12", "2024-S2", "2024-12-01..2024-12-31", "2024-02-01..2025-01-31"):
        found = shown(office, code)
        assert found.longer == ((parse("2024"), 60),), code
        assert (found.n, found.score.ikm, found.versions, found.weakest) == (0, None, (), ()), code
        assert all(one.n == 0 for one in found.perceptions), code
        assert not any(one.told for one in found.breakdowns), code
    assert "2024" in choices(office, "year")
    for kind in ("quarter", "month", "semester"):
        assert not any(code.startswith("2024") for code in choices(office, kind)), kind
    following = shown(office, "2025-T1").trend
    assert all(point.n == 0 and point.score.ikm is None for point in following), "no point of the trend"
    assert [point.n for point in shown(office, "2025").trend] == [60, 0]
    with office.hall.view() as conn:
        change = element_change(conn, office.catalogue(), "U5", parse("2024-T4"), parse("2024"))
    assert (change.n_before, change.n_after) == (0, 60)
    office.hall.act(office.system, importing.undo_import, import_id=import_id)
    assert shown(office, "2024-T4").longer == ()


def test_rows_are_told_of_what_they_name_and_of_what_holds_it(office: Office) -> None:
    def row(column: str) -> list[str]:
        return [column, *"333333333"]

    heads = ["Periode", *(f"u{n}" for n in range(1, 10))]
    rows = [heads, *[row("Semester II 2024")] * 6, *[row("TW IV 2024")] * 7, *[row("Desember 2024")] * 8]
    prepared = looked(office, rows)[2]
    assert prepared.by_name() == {"2024-S2": 6, "2024-T4": 7, "2024-12": 8}
    assert [(one.code, tally.n) for one, tally in prepared.by_period("quarter")] == [("2024-T4", 15)]
    store(office, rows)
    assert (shown(office, "2024").n, shown(office, "2024").named_longer) == (21, 0)
    assert (shown(office, "2024-S2").n, shown(office, "2024-S2").named_longer) == (21, 0)
    quarter, month, day = (shown(office, code) for code in ("2024-T4", "2024-12", "2024-12-31..2024-12-31"))
    assert (quarter.n, quarter.longer) == (21, ((parse("2024-S2"), 6),))
    assert (month.n, month.named_longer) == (21, 13)
    assert (day.n, day.named_longer) == (0, 21)
    assert choices(office, "quarter")[-1] == "2024-T4"


def test_a_quarter_is_counted_by_the_answers_that_name_it_alone(office: Office) -> None:
    dated = [HEADS, *([str(i), "15/11/2024", "", "", "", "", "", *"444444444", ""] for i in range(25))]
    store(office, of_a_year(), whole="2024")
    store(office, dated)
    found = shown(office, "2024-T4")
    assert (found.n, found.longer) == (85, ((parse("2024"), 60),)), "mixed, and said so"
    assert "2024-T4" in choices(office, "quarter")
    with office.hall.view() as conn:
        year = read_year(office.hall, conn, office.catalogue(), 2024, "2026-08-03")
    assert [(one.n, one.counts) for one in year.quarters] == [(0, False)] * 3 + [(25, False)]
    assert year.held == 0


def test_another_survey_of_the_quarter_stays_what_it_is(office: Office) -> None:
    heads = ["Tanggal", *(f"k{n}" for n in range(1, 6))]
    store(office, [heads, *([["15/11/2024", *"44444"]] * 6)], instrument="ipak-5")
    store(office, of_a_year(), whole="2024")
    assert (shown(office, "2024-T4").n, shown(office, "2024-T4", "ipak-5").n) == (0, 6)
    assert shown(office, "2024-T4").perceived("ipak").n == 6
    assert shown(office, "2024-T4", "ipak-5").longer == ()
