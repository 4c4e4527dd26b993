"""The year of surveys and what it earns: the marks of the sheet, and what to do next."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ptsp import following_up, publishing
from ptsp.area_six import Quarter, Year, covers, publication_mark, read_year
from ptsp.elements import IPAK, SKM
from ptsp.periods import Period, parse
from ptsp.publishing import Publication
from tests.rooms.test_publishing import filled, publish
from tests.support.apps import House
from tests.support.halls import Office


def quarter(number: int, state: str = "over", n: int = 200, visitors: int = 300, **more: Any) -> Quarter:
    facts: dict[str, Any] = {"index": 3, "ikm": None, "grade": None, "published": (), "lines": (), "overdue": 0}
    return Quarter(parse(f"2026-T{number}"), state, n, visitors, **facts | more)


def year(*quarters: Quarter) -> Year:
    return Year(2026, SKM, quarters)


def shown(kind: str, place: str = "") -> Publication:
    return Publication(1, kind, SKM, "2026-01-01", "2026-03-31", place, 1, None, None, None)


PAGE, POSTER = shown("page"), shown("poster", "Lobi")


@pytest.mark.parametrize(("surveys", "mark"), [(0, None), (1, "D"), (2, "C"), (3, "B"), (4, "A")])
def test_how_often(surveys: int, mark: str | None) -> None:
    assert year(*(quarter(n, n=200 if n <= surveys else 0) for n in (1, 2, 3, 4))).count_mark == mark


@pytest.mark.parametrize(
    ("online", "offline", "mark"), [(True, True, "A"), (False, True, "B"), (True, False, "B"), (False, False, None)]
)
def test_publication(online: bool, offline: bool, mark: str | None) -> None:
    assert publication_mark(online, offline) == mark


def test_the_year_has_the_lowest_mark_of_its_publications() -> None:
    both, one, none = quarter(1, published=(PAGE, POSTER)), quarter(2, published=(PAGE,)), quarter(3)
    assert year(both).public_mark == "A"
    assert year(both, one).public_mark == "B"
    assert year(both, one, none).public_mark is None
    assert year(both, quarter(4, "running")).public_mark == "A"  # cannot be public yet
    assert year(quarter(1, n=3)).public_mark is None


@pytest.mark.parametrize(
    ("kind", "place", "where"),
    [
        ("page", "", "online"),
        ("open_data", "data.go.id", "online"),
        ("elsewhere", "https://example.go.id", "online"),
        ("elsewhere", "Koran", "offline"),
        ("board", "", "offline"),
        ("poster", "Lobi", "offline"),
        ("report", "Kanwil", ""),
    ],
)
def test_where_something_is_seen(kind: str, place: str, where: str) -> None:
    assert shown(kind, place).where == where


@pytest.mark.parametrize(
    ("n", "visitors", "counts"),
    [
        (30, 5000, True),  # short of the sample of 357, but a survey
        (29, 5000, False),
        (10, 10, True),  # everybody who came
        (9, 10, False),
        (4, 4, False),  # fewer than five are never shown
        (30, 0, True),  # a year that was imported: nobody knows how many came
        (29, 0, False),
    ],
)
def test_what_makes_a_quarter_a_survey(n: int, visitors: int, counts: bool) -> None:
    assert quarter(1, n=n, visitors=visitors).counts == counts
    assert not quarter(1, n=n, visitors=visitors, index=None).counts


@pytest.mark.parametrize(("code", "of_it"), [
    ("2026-T2", True), ("2026-S1", True), ("2026", True), ("2026-05", False), ("2026-T3", False),
    ("2026-05-04..2026-05-08", False), ("2026-03-15..2026-04-15", False), ("2026-04-02..2026-12-31", False),
    ("2026-03-31..2026-06-30", True),
])  # fmt: skip
def test_a_publication_of_more_or_less_than_a_quarter(code: str, of_it: bool) -> None:
    period = parse(code)
    assert covers(replace(PAGE, first_day=period.first, last_day=period.last), parse("2026-T2")) == of_it


def said(number: int, status: str) -> Any:
    """A line of the register."""
    return type("Line", (), {"id": number, "status": status, "ends_on": "2026-09-30"})()


@pytest.mark.parametrize(("states", "counts"), [
    ((), False), (("done",), True), (("done", "done"), True), (("done", "dropped"), True), (("dropped",), False),
    (("done", "running"), False), (("planned",), False),
])  # fmt: skip
def test_a_result_is_followed_up_when_something_is_done_and_nothing_is_open(
    states: tuple[str, ...], counts: bool
) -> None:
    lines = tuple(said(number, status) for number, status in enumerate(states))
    assert quarter(1, lines=lines).followed_up == counts


def test_the_results_are_those_of_the_surveys_that_are_over_public_or_not() -> None:
    done, whole_year = said(1, "done"), said(2, "done")
    first = quarter(1, lines=(done, whole_year), published=(PAGE, POSTER))
    found = year(first, quarter(2, lines=(whole_year,)), quarter(3), quarter(4, "running"))
    assert (found.share, found.follow_mark) == ((2, 3), "B")
    assert [line.id for line in found.done_lines] == [1, 2], "a line about the year is one line"
    assert year(quarter(1, n=3, lines=(done,))).share == (0, 0), "no survey, no result"


def test_what_to_do_next() -> None:
    line = type("Line", (), {"status": "running", "ends_on": "2026-09-30"})()
    done = type("Line", (), {"status": "done", "ends_on": "2026-05-30"})()
    whole = {"published": (PAGE, POSTER), "lines": (done,)}
    running = quarter(3, "running", n=100, visitors=300)
    for first, deed, number in (
        ({}, "publish", 1),
        ({"published": (PAGE,)}, "poster", 1),
        ({"published": (PAGE, POSTER)}, "plan", 1),
        (whole | {"lines": (line,), "overdue": 1}, "overdue", 1),
        (whole, "collect", 3),
    ):
        said, about = year(quarter(1, **first), quarter(2, **whole), running).next_step()
        assert (said, about and about.period.code) == (deed, f"2026-T{number}"), first
    growing = quarter(3, "running", n=200, visitors=300, foreseen=278)
    assert (growing.missing, year(quarter(1, **whole), growing).next_step()[0]) == (78, "collect")
    enough = quarter(3, "running", n=400, visitors=300)
    assert year(quarter(1, **whole | {"lines": (line,)}), enough).next_step()[0] == "do"
    assert year(quarter(1, **whole), enough).next_step()[0] == "wait"


# --- on real records


def as_read(office: Office, of: int = 2026) -> Year:
    with office.hall.view() as conn:
        catalogue = office.catalogue()
        today = catalogue.schedule.service_day(office.clock.read().at)
        return read_year(office.hall, conn, catalogue, of, today)


def note(office: Office, period: Period, kind: str = "poster") -> None:
    what = {"survey": SKM, "first": period.first, "last": period.last, "kind": kind}
    office.hall.act(office.system, publishing.report, **what, place="Lobi", day=period.last)


def plan(office: Office, period: Period) -> int:
    line = {
        "instrument": SKM, "first_day": period.first, "last_day": period.last, "element": "U9", "finding": "Kursi",
        "activity": "Menambah kursi", "target": "U9 naik", "output": "Kursi", "starts_on": "2026-07-01",
        "ends_on": "2026-07-31", "in_charge": "TU", "obstacle": "", "status": "running",
    }  # fmt: skip
    made: int = office.hall.act(office.system, following_up.add_followup, **line)["followup_id"]
    return made


def test_a_year_from_its_records(office: Office) -> None:
    """Monday 3 August 2026: two quarters are over, one runs."""
    q1, q2 = parse("2026-T1"), parse("2026-T2")
    filled(office, 80, q1.first, q1.last, seed=1)
    filled(office, 90, q2.first, q2.last, seed=2)
    found = as_read(office)
    assert [one.state for one in found.quarters] == ["over", "over", "running", "coming"]
    assert [one.counts for one in found.quarters] == [True, True, False, False]
    assert (found.count_mark, found.public_mark, found.follow_mark) == ("C", None, None)
    assert found.next_step()[0] == "publish"
    for period in (q1, q2):
        publish(office, period=period)
    assert as_read(office).public_mark == "B"
    note(office, q1)
    assert as_read(office).next_step()[0] == "poster"
    note(office, q2)
    assert as_read(office).public_mark == "A"
    lines = [plan(office, period) for period in (q1, q2)]
    late = as_read(office)
    assert (late.next_step()[0], [one.overdue for one in late.quarters[:2]]) == ("overdue", [1, 1])
    office.hall.act(office.system, following_up.finish_followup, followup_id=lines[0], done_on="2026-08-01")
    half = as_read(office)
    months = [parse(f"2026-0{month}") for month in (4, 5, 6)]
    for period in months:
        note(office, period)
    assert as_read(office).share == half.share, "the months of a quarter are no results of their own"
    assert (half.share.done, half.share.whole, half.follow_mark) == (1, 2, "C")
    office.hall.act(office.system, following_up.finish_followup, followup_id=lines[1], done_on="2026-08-01")
    assert as_read(office).follow_mark == "A"
    unplanned = plan(office, parse("2026-05"))
    assert as_read(office).follow_mark == "C", "a line about a month is about its quarter"
    office.hall.act(office.system, following_up.drop_followup, followup_id=unplanned, reason="Sudah cukup")
    assert as_read(office).next_step()[0] == "collect"


def test_publishing_less_raises_no_mark(office: Office) -> None:
    q1, q2 = parse("2026-T1"), parse("2026-T2")
    filled(office, 80, q1.first, q1.last, seed=1)
    filled(office, 90, q2.first, q2.last, seed=2)
    made = [*publish(office, period=q1), *publish(office, period=q2)]
    office.hall.act(office.system, following_up.finish_followup, followup_id=plan(office, q1), done_on="2026-08-01")
    assert (as_read(office).share, as_read(office).follow_mark) == ((1, 2), "C")
    for one in made:
        office.hall.act(office.system, publishing.withdraw, publication_id=one)
    assert (as_read(office).share, as_read(office).follow_mark) == ((1, 2), "C")


def test_a_month_is_no_publication_of_its_quarter(office: Office) -> None:
    q2 = parse("2026-T2")
    filled(office, 90, q2.first, q2.last)
    for part in (parse("2026-05"), parse("2026-04-06..2026-04-30")):
        publish(office, "page", "board", period=part)
    found = as_read(office)
    assert (found.quarters[1].published, found.public_mark) == ((), None)
    assert (found.next_step()[0], found.next_step()[1]) == ("publish", found.quarters[1])
    for kind, mark in (("page", "B"), ("board", "A")):
        publish(office, kind, period=parse("2026-S1"))
        assert as_read(office).public_mark == mark, kind


def test_the_page(house: House) -> None:
    filled(house.office, 90)
    manager = house.person("manager")
    page = manager.get("/office/calendar/").text
    marks = re.findall(r'class="mark" data-mark="(\d)">(?:<b>)?([^<]+)<', page)
    assert [number for number, _mark in marks] == ["1", "2", "3"]
    assert marks[0][1] == "D"
    line = plan(house.office, parse("2026-T2"))
    house.office.hall.act(house.office.system, following_up.finish_followup, followup_id=line, done_on="2026-08-01")
    manager.client.set_cookie("language", "en", domain="localhost")
    assert "1 line done, evidence incomplete" in manager.get("/office/calendar/").text
    assert "/office/survey/published/?period=2026-T2" in page
    for path, status in (("?year=2025", 200), ("?year=2027", 200), ("?year=2028", 400), ("?year=x", 400)):
        assert manager.get(f"/office/calendar/{path}").status_code == status, path
    assert house.person("officer").get("/office/calendar/").status_code == 403


def test_a_card_names_the_period_of_each_publication(house: House) -> None:
    q2 = parse("2026-T2")
    filled(house.office, 90)
    for code in ("2026-T2", "2026-S1"):
        publish(house.office, period=parse(code))
    note(house.office, parse("2026-05"))
    note(house.office, q2)
    card = card_of(house, "2026-T2")
    assert re.findall(r"<li>[\d.]+: ([^<]+)</li>", card) == [
        "Poster on the wall, Quarter 2 of 2026, Lobi",
        "Public page and open data, Quarter 2 of 2026",
        "Public page and open data, Half-year 1 of 2026",
    ], card


def card_of(house: House, code: str) -> str:
    """The card of a quarter, in English."""
    manager = house.person("manager")
    manager.client.set_cookie("language", "en", domain="localhost")
    found = re.search(rf'data-quarter="{code}">(.*?)\n</li>', manager.get("/office/calendar/").text, re.S)
    assert found
    return found[1]


def test_the_sample_of_a_running_quarter_is_an_estimate(house: House) -> None:
    for period in (parse("2026-T2"), Period("free", "2026-07-01", "2026-08-01")):
        filled(house.office, 90, period.first, period.last)
    quarters = as_read(house.office).quarters
    needed, foreseen = quarters[1].goal, quarters[2].foreseen
    assert foreseen
    assert foreseen > quarters[2].needed
    said = f"an estimated {foreseen} needed for a sample by the end of the quarter"
    assert said in card_of(house, "2026-T3")
    assert f", {needed} needed for a sample" in card_of(house, "2026-T2")
    publish(house.office, "page", "board")
    house.office.hall.act(
        house.office.system, following_up.finish_followup, followup_id=plan(house.office, parse("2026-T2")),
        done_on="2026-08-01",
    )  # fmt: skip
    manager = house.person("manager")
    manager.client.set_cookie("language", "en", domain="localhost")
    page = manager.get("/office/calendar/").text
    assert "next-step" in page
    assert "That sample is an estimate for the end of the quarter." in page


@pytest.mark.parametrize(("asked", "counts"), [
    ("period=2026-T2", True), ("period=2026-S1", True), ("period=2025", True), ("period=2026-05", False),
    ("first=2026-04-01&last=2026-06-30", True), ("first=2026-04-02&last=2026-07-31", False),
    (f"period=2026-T2&survey={IPAK}", False),
])  # fmt: skip
def test_what_is_written_down_counts_for_the_calendar_or_not(house: House, asked: str, counts: bool) -> None:
    manager = house.person("manager")
    manager.client.set_cookie("language", "en", domain="localhost")
    page = manager.get(f"/office/survey/published/?{asked}").text
    assert ("It counts for the calendar." in page) == counts
    assert ("The calendar counts only results of the main survey that cover a whole quarter." in page) != counts


def test_the_first_day_of_a_year(house: House) -> None:
    """Nothing has happened yet: no division by nothing, and something to do."""
    at = int(datetime(2027, 1, 1, 9, tzinfo=ZoneInfo("Asia/Jakarta")).timestamp() * 1000)
    house.office.clock.at = house.office.clock.tick = at
    found = as_read(house.office, 2027)
    assert [one.state for one in found.quarters] == ["running", "coming", "coming", "coming"]
    assert (found.count_mark, found.public_mark, found.follow_mark) == (None, None, None)
    assert found.next_step()[0] == "collect"
