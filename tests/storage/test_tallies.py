"""What is counted by day and month is what the answers and the day book say, in any period, and to the byte."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, text

from ptsp import asking, tallies
from ptsp.errors import BoxNotFull, CountedToday
from ptsp.hall import Answer, Work
from ptsp.periods import containing, parse
from ptsp.satisfaction import figures
from ptsp.skm import add_up, score
from ptsp.staffing import end_day
from ptsp.tallies import Counted
from ptsp.tally_check import check_tallies
from tests.support.answers import ALL, a_year_of_answers


def test_the_counts_made_anew_are_the_same_bytes(office):
    a_year_of_answers(office, 150, with_visits=False)
    officer = office.officer(1)
    for day in range(4):
        for _ in range(3):
            office.issue(office.service_for(officer.counter_id))
        officer.serves_next()
        officer.serves_next()
        office.clock.forward(days=1)
        office.hall.act(office.system, end_day)  # as the caretaker does: nobody of yesterday is served today
        office.hall.act(office.system, asking.close_days)
        officer.takes()
        a_year_of_answers(office, 10, with_visits=False, seed=day + 5)  # a day and a month that are kept already
    with office.hall.view() as conn:
        catalogue = office.catalogue()
        kept, anew = tallies.kept(conn, office.office_id), tallies.rebuilt(conn, catalogue)
        assert {row["subject"] for row in kept} == {"answers", "visits"}
        assert kept == anew
        assert check_tallies(conn, catalogue) == []


def test_a_count_that_was_changed_by_hand_is_found(office):
    a_year_of_answers(office, 30, with_visits=False)
    with office.hall.engine.connect().execution_options(writer=True) as conn, conn.begin():
        conn.execute(text("UPDATE tally SET content = replace(content, 's', 's1') WHERE grain = 'month'"))
    with office.hall.view() as conn:
        assert any(one.startswith("answers month 2026-") for one in check_tallies(conn, office.catalogue()))


def test_a_quarter_is_what_its_answers_say_one_by_one(office):
    rows = a_year_of_answers(office, 400)
    for code in ("2026-T2", "2026-S1", "2026", "2026-03", "2026-02-11..2026-05-19"):
        period = parse(code)
        mine = [row["scores"] for row in rows if period.has(row["day"]) and not row["flags"]]
        with office.hall.view() as conn:
            found = figures(office.hall, conn, office.catalogue(), period)
        assert found.score == score(add_up(mine), forms=len(mine))
        assert found.n == len(mine)


def test_every_heap_of_any_period_is_what_its_answers_make(office):
    rows = a_year_of_answers(office, 400, with_visits=False)
    catalogue = office.catalogue()
    periods = ["2026-01-02..2026-02-27", "2026-01-17..2026-06-14", "2026-03-15..2026-03-16", "2026-02-20..2026-03-31"]
    for period in map(parse, [*periods, "2026-05-05..2026-05-31", "2026-04-01..2026-04-29", "2026"]):
        one_by_one = Counted()
        for row in rows:
            if period.has(row["day"]):
                one_by_one.take(catalogue, row)
        with office.hall.view() as conn:
            found = tallies.answers_of(conn, office.office_id, period.first, period.last)
        assert set(found.heaps) == set(one_by_one.heaps)
        assert {heap: tally.dumps() for heap, tally in found.heaps.items()} == {
            heap: tally.dumps() for heap, tally in one_by_one.heaps.items()
        }


def test_the_rule_for_flagged_answers_is_followed_and_told(office):
    rows = a_year_of_answers(office, 300)
    suspicious = sum(bool(row["flags"]) for row in rows)
    assert suspicious
    with office.hall.view() as conn:
        without, everything = (
            figures(office.hall, conn, office.catalogue(), parse("2026"), rule=rule) for rule in (False, True)
        )
    assert (without.n, without.flagged, without.flagged_counted) == (300 - suspicious, suspicious, False)
    assert (everything.n, everything.flagged, everything.flagged_counted) == (300, suspicious, True)


def test_answers_of_today_are_in_the_figures_when_they_are_counted(office):
    """In the evening, or once before it: else whoever looks before and after a visitor would know that answer."""
    officer = office.officer(1)
    today = office.catalogue().schedule.service_day(office.clock.read().at)

    def answer(visitors: int) -> None:
        for number in range(visitors):
            ticket = office.issue(office.service_for(officer.counter_id))
            officer.serves_next()
            form = asking.Form("skm-9", "1", dict.fromkeys([f"U{n}" for n in range(1, 10)], 3 + number % 2))
            office.do(office.system, put_in, token=ticket["token"], form=form)

    def found() -> tuple[int, str, int]:
        with office.hall.view() as conn:
            seen = figures(office.hall, conn, office.catalogue(), containing("quarter", today))
        return seen.n, str(seen.score.ikm), seen.reach.visitors

    answer(4)
    with pytest.raises(BoxNotFull):
        office.do(office.system, asking.count_now)
    answer(2)
    assert found() == (0, "None", 6)
    office.do(office.system, asking.count_now)
    assert found()[0] == 5, "one alone would be read from the difference to the next figure"
    answer(6)
    with pytest.raises(CountedToday):
        office.do(office.system, asking.count_now)
    assert found()[0] == 5
    asking.empty_box(office.hall, office.system, before=ALL)
    assert found() == (12, "87.50", 12)
    assert len(office.hall.ballot_keys.read(office.office_id)) == 1


def put_in(work: Work, token: str, form: asking.Form) -> Answer:
    return asking.submit(work, token, [form], {})


def test_the_cost_of_a_period_does_not_grow_with_the_years_before(office):
    a_year_of_answers(office, 40, first="2026-04-01", last="2026-06-30", with_visits=False)
    plans: list[str] = []

    def plan(*given: Any) -> None:
        statement, values = given[2], given[3]
        if "FROM tally" in statement and "EXPLAIN" not in statement:
            plans.extend(str(row[3]) for row in conn.connection.execute(f"EXPLAIN QUERY PLAN {statement}", values))

    for code in ("2026-T2", "2026-04", "2026-04-08..2026-06-20"):
        with office.hall.view() as conn:
            if conn.dialect.name != "sqlite":
                pytest.skip("plans are read as SQLite tells them")
            event.listen(office.hall.engine, "before_cursor_execute", plan)
            figures(office.hall, conn, office.catalogue(), parse(code))
            event.remove(office.hall.engine, "before_cursor_execute", plan)
    bounded = [one for one in plans if "subject=? AND grain=? AND period" in one]
    # The rest asks for one end of the index alone: which day is the last that is written down.
    others = {one for one in plans if one not in bounded}
    assert len(bounded) >= 30
    assert others <= {"SEARCH tally USING PRIMARY KEY (office_id=? AND subject=? AND grain=?)"}
