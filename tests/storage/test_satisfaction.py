"""The figures of a period: what is hidden, what is compared, what is needed, and what other indices make of it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import event

from ptsp import asking, skm, tallies
from ptsp.elements import ELEMENTS, IPAK, ONE_TOUCH, SKM
from ptsp.hall import Answer, Work
from ptsp.periods import parse
from ptsp.satisfaction import Figures, element_change, figures
from ptsp.tally import Visits
from tests.support.answers import a_year_of_answers

JULY, Q2, Q3 = parse("2026-07"), parse("2026-T2"), parse("2026-T3")


def give(office: Any, scores: Iterable[dict[str, int] | int], day: str = "2026-07-15", **facts: Any) -> None:
    """Answers of one day; a number is that answer to every element."""
    instrument, version = facts.pop("instrument", SKM), facts.pop("version", "1")
    forms = [dict.fromkeys(ELEMENTS[instrument], one) if isinstance(one, int) else one for one in scores]
    about = {"day": day, "channel": "kiosk", **facts}
    rows = [row for one in forms for row in asking.rows_of([asking.Form(instrument, version, one)], about)]

    def write(work: Work) -> Answer:
        asking.keep(work, rows)
        return {}

    office.hall.act(office.system, write)


def visited(office: Any, n: int, asked: int, day: str) -> None:
    def write(work: Work) -> Answer:
        tallies.keep_visits(work.conn, work.office_id, day, {("all", ""): Visits(n, asked)})
        return {}

    office.hall.act(office.system, write)


def of(office: Any, period: Any = JULY, instrument: str = SKM, **more: Any) -> Figures:
    with office.hall.view() as conn:
        return figures(office.hall, conn, office.catalogue(), period, instrument, **more)


def set_to(office: Any, **settings: Any) -> None:
    from sqlalchemy import update

    from ptsp import records as r

    def write(work: Work) -> Answer:
        found = {**work.office.settings, **settings}
        work.conn.execute(update(r.office).where(r.office.c.id == work.office_id).values(settings=found))
        work.set_up_changed()
        return {}

    office.hall.act(office.system, write)


# --- the index


def test_nothing_is_said_of_four_people_and_everything_of_five(office):
    give(office, [4, 3, 4, 3])
    four = of(office)
    assert (four.n, four.score.index, four.score.ikm, four.score.grade) == (4, None, None, None)
    assert all((one.nrr, one.counts, one.ikm, one.rank) == (None,) * 4 for one in four.elements)
    assert four.perceived("ipkp").value is None
    give(office, [4])
    five = of(office)
    assert (str(five.score.ikm), five.score.grade) == ("90.00", "A")
    assert five.elements[0].counts == (0, 0, 2, 3)


def test_an_element_that_too_few_answered_is_not_told_by_the_others(office):
    give(office, [*[dict.fromkeys(ELEMENTS[SKM][:8], 3)] * 6, 4, 4])
    found = of(office)
    assert (found.n, found.score.index) == (8, None)
    assert found.element("U9").nrr is None
    assert found.element("U1").nrr == Fraction(13, 4)


@pytest.mark.parametrize(("weight", "ikm"), [("exact", "88.75"), ("0.111", "88.66"), ("0.11", "87.86")])
def test_the_weight_is_the_one_that_the_office_has_set(office, weight, ikm):
    set_to(office, survey_weight=weight)
    give(office, [4] * 11 + [3] * 9)  # every NRR 3.55
    found = of(office)
    assert (str(found.score.ikm), found.weight) == (ikm, weight)
    assert found.perceived("ipkp").value == Fraction(71, 20)


def test_ranks_and_the_three_weakest(office):
    scores = dict(zip(ELEMENTS[SKM], (4, 4, 3, 2, 4, 4, 3, 1, 2), strict=True))
    give(office, [scores] * 5)
    found = of(office)
    assert [one.code for one in found.weakest] == ["U8", "U4", "U9"]
    assert [one.rank for one in found.elements] == [1, 1, 5, 7, 1, 1, 5, 9, 7]
    assert found.element("U3").grade == skm.Grade.C


def test_a_period_that_mixes_versions_says_so(office):
    give(office, [4] * 5)
    assert not of(office).mixed
    give(office, [4] * 3, version="2")
    assert of(office).versions == (("1", 5), ("2", 3))
    assert of(office).mixed


def test_an_interval_by_hand(office):
    give(office, [3, 3, 4, 4, 4, 4])  # forms' sums 27 or 36: mean 33, s = 4.6476, t(5) = 2.5706
    interval = of(office).interval
    assert interval is not None
    half = 2.5706 * 4.6476 / 6**0.5 * 25 / 9
    assert (interval.half, interval.n) == (pytest.approx(half, abs=1e-3), 6)
    assert (interval.low, interval.high) == (pytest.approx(91.6667 - half, abs=1e-3), 100)


def test_answers_that_are_all_alike_have_no_interval(office):
    give(office, [3] * 9)
    assert of(office).interval is None


# --- groups


def test_one_small_group_takes_another_along_and_neither_is_told_anywhere(office):
    first, second, third = (str(one) for one in office.counters[:3])
    for counter, n in ((first, 3), (second, 6), (third, 12)):
        give(office, [4] * n, counter_id=int(counter))
    cells = {cell.key: cell for cell in of(office).by("counter").cells}
    assert [cells[one].hidden for one in (first, second, third)] == [True, True, False]
    assert (cells[first].n, cells[first].share, cells[first].score) == (None, None, None)
    assert cells[third].n == 12


def test_services_of_a_hidden_section_are_hidden_too(office):
    sections = [section for section in office.catalogue().sections if section.active][:3]
    for section, n in zip(sections, (3, 6, 30), strict=True):
        give(office, [4] * n, service_id=section.services[0].id)
    found = of(office)
    assert [cell.hidden for cell in found.by("section").cells] == [True, True, False]
    assert [cell.hidden for cell in found.by("service").cells] == [True, True, False]


def test_an_element_that_few_of_a_group_answered_is_not_told_by_the_other_groups(office):
    """Ten of the first service, of whom three answered U9: everybody's U9 less the other services' would be theirs."""
    section = next(one for one in office.catalogue().sections if len(one.services) > 2)
    first, second, third = (service.id for service in section.services[:3])
    most = dict.fromkeys(ELEMENTS[SKM][:8], 4)
    give(office, [most] * 7 + [4, 4, 3], service_id=first, wait_band="0-5")
    give(office, [4, 4, 3, 3] * 2, service_id=second, wait_band="5-15")
    give(office, [4, 3, 3] * 4, service_id=third, wait_band="15-30")
    found = of(office)
    for dimension, keys in (("service", (first, second, third)), ("wait", ("0-5", "5-15", "15-30"))):
        cells = [found.by(dimension).cell(str(key)) for key in keys]
        told = [{line.code: line.nrr is not None for line in cell.score.elements} for cell in cells]
        assert [one["U9"] for one in told] == [False, False, True]
        assert all(one["U1"] for one in told)
        assert [cell.score.index is not None for cell in cells] == [False, False, True]
        compared = {one.key for one in found.drivers.contrasts if (one.dimension, one.code) == (dimension, "U9")}
        assert compared == {str(keys[2])}
        assert found.by(dimension).any_hidden  # a note says why


def test_what_few_answered_in_the_hidden_groups_takes_one_more_along(office):
    """Three and six are hidden together, but only two of them answered U9."""
    first, second, third, fourth = office.counters[:4]
    most = dict.fromkeys(ELEMENTS[SKM][:8], 4)
    give(office, [most, most, 4], counter_id=first)
    give(office, [*[most] * 5, 4], counter_id=second)
    give(office, [4] * 12, counter_id=third)
    give(office, [4] * 13, counter_id=fourth)
    cells = {cell.key: cell for cell in of(office).by("counter").cells}
    assert [cells[str(one)].hidden for one in (first, second, third, fourth)] == [True, True, False, False]
    assert [cells[str(one)].score.elements[8].nrr for one in (third, fourth)] == [None, 4]


@pytest.mark.parametrize("n", [30, 90, 300])
def test_what_is_hidden_cannot_be_subtracted(office, n):
    a_year_of_answers(office, n, first="2026-07-20", seed=n)
    found = of(office, parse("2026"))
    for breakdown in found.breakdowns:
        shown = [cell for cell in breakdown.cells if not cell.hidden]
        assert all(cell.n >= 5 for cell in shown if cell.n), breakdown.dimension
        left = found.n - sum(cell.n or 0 for cell in shown)
        assert left == 0 or left >= 5, breakdown.dimension
    for section in office.catalogue().sections:
        cell = found.by("section").cell(str(section.id))
        inside = [found.by("service").cell(str(service.id)) for service in section.services]
        if cell and not cell.hidden and cell.n:
            left = cell.n - sum(one.n or 0 for one in inside if one and not one.hidden)
            assert left == 0 or left >= 5, section.code


# --- reach, trend, drivers


def test_how_many_are_needed_and_how_many_a_day_while_there_is_time(office):
    visited(office, 100, 80, "2026-07-06")
    give(office, [4] * 20, day="2026-07-06")
    give(office, [4] * 3, day="2026-07-07", channel="import")
    reach = of(office, Q3).reach
    assert (reach.visitors, reach.asked, reach.answers, reach.rate) == (100, 80, 20, Fraction(1, 4))
    assert (reach.needed, reach.shortfall) == (80, 57)
    assert reach.running
    # 6 July to 3 August are 21 open days, 42 follow to 30 September: 100 + 100 x 42 / 21 visitors are to be expected.
    assert (reach.expected, reach.needed_at_end, reach.days_left) == (300, 169, 43)
    assert reach.per_day == 4  # (169 - 23) / 43, rounded up
    over = of(office, JULY).reach
    assert (over.running, over.per_day, over.needed) == (False, None, 80)


def test_a_change_is_chance_or_more(office):
    give(office, [3] * 30 + [4] * 10, day="2026-05-12")
    give(office, [3] * 10 + [4] * 30, day="2026-07-15")
    point = of(office, Q3).change
    assert point is not None
    assert point.since == Q2
    assert point.change == Decimal("12.50")
    assert point.test is not None
    assert point.test.beyond_chance
    give(office, [3] * 30, day="2026-07-16")
    smaller = of(office, Q3).change
    assert smaller is not None
    assert smaller.change is not None
    assert smaller.change > 0
    assert smaller.test is not None
    assert not smaller.test.beyond_chance


def test_an_element_before_and_after(office):
    low, high = dict.fromkeys(ELEMENTS[SKM], 3), {**dict.fromkeys(ELEMENTS[SKM], 3), "U9": 4}
    give(office, [low] * 30 + [high] * 5, day="2026-05-12")
    give(office, [low] * 5 + [high] * 30, day="2026-07-15")
    with office.hall.view() as conn:
        changed = element_change(conn, office.catalogue(), "U9", Q2, Q3)
        same = element_change(conn, office.catalogue(), "U1", Q2, Q3)
        unknown = element_change(conn, office.catalogue(), "U1", parse("2026-T1"), Q3)
    assert (changed.n_before, changed.n_after, changed.difference) == (35, 35, Fraction(25, 35))
    assert changed.beyond_chance
    assert (same.difference, same.beyond_chance) == (0, False)
    assert (unknown.before, unknown.difference, unknown.p, unknown.beyond_chance) == (None, None, None, None)


def test_drivers_find_what_was_put_in(office):
    a_year_of_answers(office, 900, first="2026-07-01")
    found = of(office, parse("2026"))
    assert [one.code for one in found.weakest] == ["U9", "U3", "U8"]
    places = {one.code: one.place for one in found.drivers.elements}
    assert places["U4"] == "enough"  # free for nearly all, and moves with nothing
    sure = {(one.dimension, one.key, one.code) for one in found.drivers.certain if one.difference < 0}
    assert ("wait", "60+", "U3") in sure
    assert not any(one.dimension == "hour" for one in found.drivers.certain)  # nothing was put in there


def test_drivers_wait_for_twenty_whole_forms(office):
    give(office, [3, 4] * 9 + [3])
    assert of(office).drivers.elements == ()
    give(office, [3])
    assert len(of(office).drivers.elements) == 9


# --- the other indices


@pytest.mark.parametrize(
    ("answers", "value", "points", "wbk", "wbbm"),
    [
        ([4] * 3 + [3] * 2, "3.6", "15.75", True, True),
        ([4] * 2999 + [3] * 2001, "3.5998", "15.75", False, False),  # rounds to 3.60, and has not reached it
        ([4] * 1 + [3] * 4, "3.2", "14.00", False, False),
    ],
)
def test_ipak_against_its_thresholds(office, answers, value, points, wbk, wbbm):
    give(office, answers, instrument=IPAK)
    ipak = of(office).perceived("ipak")
    assert ipak.value == Fraction(value)
    assert str(ipak.points) == points
    assert [one.reached for one in ipak.thresholds] == [wbk, wbbm]
    assert ipak.enough == (len(answers) >= 30)


def test_grade_a_is_not_enough_for_wbbm(office):
    give(office, [4] * 11 + [3] * 9)
    found = of(office)
    ipkp = found.perceived("ipkp")
    assert found.score.grade == skm.Grade.A
    assert [one.reached for one in ipkp.thresholds] == [True, False]
    assert ipkp.fallen_short_of_by_grade_a
    assert [str(one.points) for one in ipkp.thresholds] == ["14.00", "15.75"]


def test_one_touch_is_apart(office):
    give(office, [{"S": 4}] * 6 + [{"S": 2, "U9": 1}] * 2, instrument=ONE_TOUCH)
    found = of(office)
    assert (found.n, found.score.ikm) == (0, None)
    assert (found.one_touch.whole.n, found.one_touch.whole.satisfied) == (8, Fraction(3, 4))
    assert [(one.code, one.n, one.counts) for one in found.one_touch.further] == [("U9", 2, None)]


def test_own_questions_are_in_no_index(office):
    give(office, [{**dict.fromkeys(ELEMENTS[SKM], 3), "X1": 1}] * 5)
    found = of(office)
    assert str(found.score.ikm) == "75.00"
    assert [(one.code, one.counts) for one in found.extras] == [("X1", (5, 0, 0, 0))]


# --- cost


def test_figures_take_as_many_statements_for_many_answers_as_for_few(office):
    def statements() -> int:
        told: list[str] = []

        def tell(*given: Any) -> None:
            told.append(given[2])

        event.listen(office.hall.engine, "before_cursor_execute", tell)
        of(office, Q3)
        event.remove(office.hall.engine, "before_cursor_execute", tell)
        return len(told)

    a_year_of_answers(office, 60, first="2026-07-27")
    few = statements()
    a_year_of_answers(office, 600, first="2026-07-27", seed=2, with_visits=False)
    assert statements() == few
    assert few <= 18
