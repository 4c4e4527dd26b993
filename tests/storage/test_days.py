"""The service day: each office's own, across midnight, summer time, a stepped clock, and the thousandth number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from ptsp import records as r
from ptsp import staffing
from ptsp.database import Prepared
from ptsp.daybook import day_lines
from ptsp.office_file import read_office
from ptsp.setting_up import found_office
from ptsp.statistics import day_measures
from ptsp.visits import visits
from tests.support.crowds import expect_book_right
from tests.support.halls import EXAMPLE, DrivenClock, Office, example_hall

ZONES = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura", "berlin": "Europe/Berlin"}
# Written down, not looked up: hours ahead of UTC. Berlin's summer of 2026 ends on 25 October and that of 2027 begins
# on 28 March, both at 01.00 UTC.
AHEAD = {"wib": 7, "wita": 8, "wit": 9}
BERLIN_WINTER = (datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC))
STEP = timedelta(minutes=20)
NIGHT_AND_DAY = {"issue_when_closed": True}


def local_date(zone: str, moment: datetime) -> str:
    """The date on the wall of that office, by arithmetic."""
    ahead = AHEAD.get(zone) or (1 if BERLIN_WINTER[0] <= moment < BERLIN_WINTER[1] else 2)
    return (moment + timedelta(hours=ahead)).date().isoformat()


@dataclass
class Archipelago:
    """One database, an office in each zone, one clock."""

    clock: DrivenClock
    offices: dict[str, Office]

    def at(self, moment: datetime) -> None:
        """Time passes until then."""
        self.clock.forward(seconds=moment.timestamp() - self.clock.at / 1000)


def an_office(first: Office, code: str, zone: str = "Asia/Jakarta", **settings: Any) -> Office:
    plan = read_office(EXAMPLE.read_text())
    plan = replace(plan, code=code, timezone=zone, settings=plan.settings | NIGHT_AND_DAY | settings)
    made = found_office(first.hall, plan)
    return Office(first.hall, first.clock, made["office_id"])


@pytest.fixture
def islands(new_database: Callable[[], str]) -> Iterator[Archipelago]:
    with example_hall(new_database()) as first:
        yield Archipelago(first.clock, {code: an_office(first, code, zone) for code, zone in ZONES.items()})


@pytest.fixture
def office(new_database: Callable[[], str]) -> Iterator[Office]:
    """An office that gives out numbers at any hour, on Monday 3 August 2026 at 09.00 WIB."""
    with example_hall(new_database()) as first:
        yield an_office(first, "malam")


@pytest.fixture
def late(new_database: Callable[[], str]) -> Iterator[Office]:
    """An office that serves past midnight: its day turns at three in the morning."""
    with example_hall(new_database()) as first:
        yield an_office(first, "larut", day_turns_at="03.00")


def end_day(office: Office) -> dict[str, int]:
    answer = office.hall.act(office.system, staffing.end_day)
    return {name: answer[name] for name in ("expired", "closed")}


def figures(office: Office, day: str) -> Any:
    with office.hall.view() as conn:
        lines = day_lines(conn, office.office_id, day)
    return visits(lines), day_measures(lines, {}, office.clock.tick)


def state(office: Office, ticket: dict[str, Any]) -> str:
    with office.hall.view() as conn:
        found: str = conn.execute(select(r.ticket.c.state).where(r.ticket.c.id == ticket["id"])).scalar_one()
        return found


def nothing_negative(office: Office, *days: str) -> None:
    for day in days:
        for visit in figures(office, day)[0]:
            for span in (visit.waiting_ms, visit.service_ms, visit.journey_ms, visit.parked_ms):
                assert span is None or span >= 0


@pytest.mark.parametrize(
    ("first", "hours"),
    [
        (datetime(2026, 8, 3, 12, tzinfo=UTC), 30),
        (datetime(2026, 10, 24, 20, tzinfo=UTC), 30),  # Berlin lives one hour twice
        (datetime(2027, 3, 27, 20, tzinfo=UTC), 30),  # and skips one
        (datetime(2026, 12, 31, 12, tzinfo=UTC), 16),
    ],
    ids=["midnight", "summer ends", "summer begins", "new year"],
)
def test_each_office_has_its_own_day(islands: Archipelago, first: datetime, hours: int):
    """A number every twenty minutes in each: the series begins again at each office's own midnight and only there."""
    given: dict[tuple[str, str], list[str]] = {}
    moment = first
    while moment < first + timedelta(hours=hours):
        islands.at(moment)
        for code, office in islands.offices.items():
            ticket = office.issue()
            assert ticket["day"] == local_date(code, moment), (code, moment)
            given.setdefault((code, ticket["day"]), []).append(ticket["number"])
            end_day(office)
        moment += STEP
    for numbers in given.values():
        assert numbers == [f"A-{n:03d}" for n in range(1, len(numbers) + 1)]
    for (code, day), numbers in given.items():
        of_day, measures = figures(islands.offices[code], day)
        assert len(of_day) == measures.overall.issued == len(numbers)
        over = day < local_date(code, moment - STEP)
        assert {visit.state for visit in of_day} == {"expired" if over else "waiting"}
    for office in islands.offices.values():
        expect_book_right(office)


def test_the_day_between_jakarta_and_jayapura(islands: Archipelago):
    """At 22.30 WIB it is 00.30 WIT: one evening, two service days, and each office's figures are its own."""
    islands.at(datetime(2026, 8, 3, 15, 30, tzinfo=UTC))
    days = {code: office.issue()["day"] for code, office in islands.offices.items()}
    assert days == {"wib": "2026-08-03", "wita": "2026-08-03", "wit": "2026-08-04", "berlin": "2026-08-03"}
    assert figures(islands.offices["wit"], "2026-08-03")[0] == []
    assert figures(islands.offices["wit"], "2026-08-04")[1].overall.issued == 1


def test_a_visit_over_midnight_belongs_to_the_day_of_its_number(office: Office):
    office.clock.forward(hours=14, minutes=50)  # 23.50
    ani = office.officer(1)
    ticket, other = office.issue(), office.issue()
    office.clock.forward(minutes=5)
    ani.calls_next()
    office.clock.forward(minutes=1)
    ani.starts()
    office.clock.forward(minutes=14)  # 00.10
    assert end_day(office) == {"expired": 1, "closed": 0}  # who is being served is not sent home
    assert (state(office, ticket), state(office, other)) == ("serving", "expired")
    assert office.issue()["number"] == "A-001"
    ani.finishes()
    before, after = figures(office, "2026-08-03")[1], figures(office, "2026-08-04")[1]
    assert (before.overall.issued, before.overall.served, before.overall.expired) == (2, 1, 1)
    assert (after.overall.issued, after.overall.served) == (1, 0)
    (visit, _) = figures(office, "2026-08-03")[0]
    assert (visit.waiting_ms, visit.service_ms) == (5 * 60_000, 14 * 60_000)
    expect_book_right(office)


def test_a_visit_that_was_forgotten_ends_with_the_night(office: Office):
    ani = office.officer(1)
    office.issue()
    ticket = ani.calls_next()
    ani.starts()
    office.clock.forward(hours=18, minutes=59)  # 03.59
    assert end_day(office) == {"expired": 0, "closed": 0}
    office.clock.forward(minutes=1)
    assert end_day(office) == {"expired": 1, "closed": 1}
    assert state(office, ticket) == "expired"
    assert end_day(office) == {"expired": 0, "closed": 0}
    expect_book_right(office)


def test_everything_live_expires_at_midnight_and_only_once(office: Office):
    ani, budi = office.officer(1), office.officer(2)
    waiting, called, parked, done = (office.issue() for _ in range(4))
    ani.calls(done["id"])
    ani.starts()
    ani.finishes()
    budi.calls(parked["id"])
    budi.starts()
    budi.parks()
    ani.calls(called["id"])
    office.clock.forward(hours=14, minutes=59)
    assert end_day(office) == {"expired": 0, "closed": 0}
    office.clock.forward(minutes=1)
    assert end_day(office) == {"expired": 3, "closed": 2}
    assert [state(office, one) for one in (waiting, called, parked, done)] == ["expired"] * 3 + ["served"]
    first = office.issue()
    assert (first["number"], first["day"]) == ("A-001", "2026-08-04")
    with office.hall.view() as conn:
        live = conn.execute(select(r.ticket.c.number).where(r.ticket.c.state.in_(["waiting", "called", "parked"])))
        assert live.scalars().all() == [1]  # no number is alive twice
    expect_book_right(office)


def test_a_late_office_turns_its_day_at_three(late: Office):
    late.clock.forward(hours=16)  # 01.00 on Tuesday
    late_one = late.issue()
    assert (late_one["number"], late_one["day"]) == ("A-001", "2026-08-03")
    ani = late.officer(1)
    late.clock.forward(hours=1, minutes=59)  # 02.59
    assert end_day(late) == {"expired": 0, "closed": 0}
    assert late.issue()["number"] == "A-002"
    assert ani.serves_next()["number"] == "A-001"
    late.clock.forward(minutes=1)
    assert end_day(late) == {"expired": 1, "closed": 1}
    first = late.issue()
    assert (first["number"], first["day"]) == ("A-001", "2026-08-04")
    monday = figures(late, "2026-08-03")[1]
    assert (monday.overall.issued, monday.overall.served, monday.overall.expired) == (2, 1, 1)
    expect_book_right(late)


def test_the_clock_is_set_back_an_hour_during_service(office: Office):
    ani = office.officer(1)
    first = [office.issue() for _ in range(3)]
    office.clock.forward(minutes=10)
    ani.calls_next()
    office.clock.step(hours=-1)
    office.clock.forward(minutes=2)
    ani.starts()
    assert office.issue()["number"] == "A-004"
    office.clock.forward(minutes=3)
    ani.finishes()
    assert ani.calls_next()["id"] == first[1]["id"]  # the line is in order of arrival, not of the wall clock
    assert end_day(office) == {"expired": 0, "closed": 0}
    visit = figures(office, "2026-08-03")[0][0]
    assert (visit.waiting_ms, visit.service_ms) == (10 * 60_000, 3 * 60_000)
    nothing_negative(office, "2026-08-03")
    expect_book_right(office)


def test_the_clock_is_set_back_over_midnight(office: Office):
    """Neither series begins a second time."""
    office.clock.forward(hours=14, minutes=50)
    assert office.issue()["number"] == "A-001"  # 23.50
    office.clock.forward(minutes=20)
    assert office.issue()["number"] == "A-001"  # 00.10
    office.clock.step(hours=-1)
    back = office.issue()  # 23.10 again
    assert (back["number"], back["day"]) == ("A-002", "2026-08-03")
    assert end_day(office) == {"expired": 0, "closed": 0}
    office.clock.forward(hours=1)
    again = office.issue()
    assert (again["number"], again["day"]) == ("A-002", "2026-08-04")
    nothing_negative(office, "2026-08-03", "2026-08-04")
    expect_book_right(office)


def test_the_clock_is_set_on_a_day_and_back(office: Office):
    """The wrong date on the wall: nobody in the hall is sent home, and the right day's numbers go on afterwards."""
    ani = office.officer(1)
    ticket = office.issue()
    office.clock.step(days=1)
    assert end_day(office) == {"expired": 0, "closed": 0}
    assert state(office, ticket) == "waiting"
    wrong = office.issue()
    assert (wrong["number"], wrong["day"]) == ("A-001", "2026-08-04")
    office.clock.forward(minutes=5)
    assert ani.serves_next()["id"] == ticket["id"]
    office.clock.step(days=-1)
    assert end_day(office) == {"expired": 0, "closed": 0}
    assert office.issue()["number"] == "A-002"
    nothing_negative(office, "2026-08-03", "2026-08-04")
    office.clock.forward(days=1)  # now it is over for both clocks; the number of the wrong day is of today
    assert end_day(office) == {"expired": 1, "closed": 1}
    again = office.issue()
    assert (again["number"], again["day"]) == ("A-002", "2026-08-04")
    expect_book_right(office)


def test_a_clock_that_is_stepped_all_day_long(office: Office):
    ani = office.officer(1)
    for turn in range(40):
        office.issue(priority=turn % 5 == 0)
        office.clock.step(hours=(-1, 25, -24, 3, -3)[turn % 5])
        office.clock.forward(minutes=3)
        if turn % 2:
            ani.serves_next()
        assert end_day(office) == {"expired": 0, "closed": 0}
    with office.hall.view() as conn:
        t = r.ticket.c
        rows = conn.execute(select(t.day, t.number).where(t.office_id == office.office_id).order_by(t.id)).all()
    series: dict[str, list[int]] = {}
    for row in rows:
        series.setdefault(row.day, []).append(row.number)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in series.values())
    nothing_negative(office, *series)
    expect_book_right(office)


def test_the_thousandth_number(office: Office):
    """A-999 is followed by A-1000: a number that is still alive is not given out a second time."""
    early = office.issue()
    with office.hall.work(office.system) as work:
        Prepared(text("UPDATE series SET last = 998 WHERE office_id = :office_id")).run(
            work.conn, office_id=office.office_id
        )
    numbers = [office.issue()["number"] for _ in range(3)]
    assert numbers == ["A-999", "A-1000", "A-1001"]
    ani = office.officer(1)
    assert [ani.serves_next()["number"] for _ in range(4)] == [early["number"], *numbers]
    expect_book_right(office)


def test_dates_here_are_what_they_are_said_to_be():
    assert date(2026, 8, 3).weekday() == 0
    assert DrivenClock().read().utc == datetime(2026, 8, 3, 2, tzinfo=UTC)
