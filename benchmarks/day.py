"""The main job on real input: one day of a real visit log through the real doors, and its statistics beside the log's.

Numbers are taken by HTTP, officers sign in, sit down, call, start, finish and leave over websockets, who gave up
cancels; the clock is driven, so that a day takes seconds. In the end the office's figures, its CSV of the day, what the
board announced and the replayed day book must all say what the log says.

    python -m benchmarks.day [--day 1999-08-02] [--log FILE] [--visits 150]
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from benchmarks import from_log
from benchmarks.log_office import Officer, office_file, sign_in_from
from benchmarks.report import Section, quantile, table
from benchmarks.visit_log import SERVICES, TURNS_AT, Desk, Shift, Visit, find_log, read_day, seat, shifts
from ptsp.checking import check_book
from ptsp.database import open_engine
from ptsp.hall import Hall
from ptsp.migrating import migrate
from ptsp.setting_up import found_office, read_office
from tests.support.clients import Api, Screen
from tests.support.driven_clock import FileClock
from tests.support.servers import Site, serve

# Nearly the fullest day; the records of nine counters overlap, and two visitors come after midnight.
DAY = "1999-08-02"
ZONE = ZoneInfo("Asia/Jakarta")


class Event(NamedTuple):
    """Something that happened. Within one second: numbers are taken, then each desk does its work in order."""

    at: datetime
    order: tuple[int, int, int]
    what: str
    subject: Any


@dataclass
class Result:
    """What came out."""

    day: str
    office: dict[str, from_log.Figures]
    log: dict[str, from_log.Figures]
    wrong: list[str]
    visits: int
    desks: int
    commands: int
    seconds: float
    latencies_ms: list[float] = field(repr=False)

    @property
    def rate(self) -> float:
        """Commands per second, one after the other."""
        return self.commands / self.seconds


def events(visits: list[Visit], desks: dict[Desk, list[Visit]]) -> list[Event]:
    """All that happens that day, in order."""
    found = [Event(one.arrived, (0, 0, 0), "issue", one) for one in visits]
    found += [Event(one.ended, (1, 0, 0), "cancel", one) for one in visits if not one.served]
    for place, (desk, served) in enumerate(desks.items()):
        for nth, (at, what, subject) in enumerate(_work_of(shifts(desk, served)), 1):
            found.append(Event(at, (2, place, nth), what, subject))
    return sorted(found, key=lambda event: event[:2])


def _work_of(worked: list[Shift]) -> Iterator[tuple[datetime, str, Any]]:
    for shift in worked:
        yield shift.begins, "take", shift
        for visit in shift.visits:
            assert visit.called is not None
            yield visit.called, "call", (shift.desk, visit)
            yield visit.called, "start", (shift.desk, visit)
            yield visit.ended, "finish", (shift.desk, visit)
        yield shift.ends, "leave", shift


class Driver:
    """Plays the events against a running server."""

    def __init__(self, site: Site, clock: FileClock, desks: dict[Desk, list[Visit]]) -> None:
        self.site, self.clock, self.desks = site, clock, list(desks)
        catalogue = site.office.catalogue()
        self.services = {name: site.office.service(code) for name, code in SERVICES.items()}
        by_number = {one.number: one.id for one in catalogue.counters.values()}
        self.counters = {desk: by_number[number] for number, desk in enumerate(self.desks, 1)}
        self.officers: dict[Desk, Officer] = {}
        self.tickets: dict[int, dict[str, Any]] = {}
        self.latencies: list[float] = []
        self.kiosk: Api = site.api()
        for nth in range(len(desks)):
            site.add_officer(f"officer{nth}")

    def play(self, day: list[Event]) -> float:
        """Seconds that it took."""
        began = time.perf_counter()
        for event in day:
            self.clock.stand(event.at.replace(tzinfo=ZONE))
            getattr(self, event.what)(event.subject)
        return time.perf_counter() - began

    def issue(self, visit: Visit) -> None:
        params = {"service_id": self.services[visit.service], "priority": visit.priority}
        reply = self._timed(lambda: self.kiosk.command("issue", **params))
        self.tickets[visit.id] = reply["ticket"]

    def cancel(self, visit: Visit) -> None:
        self._timed(lambda: self.kiosk.command("cancel", token=self.tickets[visit.id]["token"]))

    def take(self, shift: Shift) -> None:
        """An officer comes to work: signs in, connects, sits down."""
        nth = self.desks.index(shift.desk)
        address = f"127.0.1.{nth + 1}"
        self.officers[shift.desk] = Officer(self.site.url, self.counters[shift.desk], f"officer{nth}", address)
        self._at(shift.desk, "take")

    def call(self, which: tuple[Desk, Visit]) -> None:
        self._at(which[0], "call", ticket_id=self.tickets[which[1].id]["id"])

    def start(self, which: tuple[Desk, Visit]) -> None:
        self._at(which[0], "start")

    def finish(self, which: tuple[Desk, Visit]) -> None:
        self._at(which[0], "finish", outcome="delivered")

    def leave(self, shift: Shift) -> None:
        self._at(shift.desk, "leave")
        self.officers.pop(shift.desk).close()

    def close(self) -> None:
        for officer in self.officers.values():
            officer.close()
        self.kiosk.close()

    def _at(self, desk: Desk, name: str, **params: Any) -> None:
        officer = self.officers[desk]
        self._timed(lambda: officer.command(name, counter_id=officer.counter_id, **params))

    def _timed(self, send: Callable[[], Any]) -> dict[str, Any]:
        began = time.perf_counter()
        reply = send()
        self.latencies.append((time.perf_counter() - began) * 1000)
        assert reply.code == "ok", reply
        body: dict[str, Any] = reply.body
        return body


def run(log: Path, day: str = DAY, most: int | None = None) -> Result:
    """Drives one day of the log (or its first `most` visits) and compares."""
    visits = read_day(log, day)[:most]
    assert visits, f"the log has no visits on {day}"
    desks = seat(visits)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ptsp-day-")))
        url = f"sqlite:///{folder / 'hall.sqlite3'}"
        clock = FileClock.make(folder / "clock")
        clock.stand(datetime.fromisoformat(day).replace(tzinfo=ZONE) + TURNS_AT)
        found_with(url, clock, office_file(desks))
        site = stack.enter_context(serve(url, clock=clock, threads=max(80, 2 * len(desks) + 30)))
        board = stack.enter_context(site.screen("board"))
        driver = Driver(site, clock, desks)
        stack.callback(driver.close)
        seconds = driver.play(events(visits, desks))
        ours = office_figures(driver)
        theirs = from_log.figures(visits, desks)
        wrong = from_log.differences(sorted(ours.keys() | theirs.keys()), ours, theirs)
        wrong += list(compare_rows(day_sheet(site, day), from_log.rows(visits, desks)))
        wrong += check_board(board, visits)
        with site.office.hall.view() as conn:
            wrong += check_book(conn, site.office.office_id)
    return Result(day, ours, theirs, wrong, len(visits), len(desks), len(driver.latencies), seconds, driver.latencies)


def found_with(url: str, clock: FileClock, text: str) -> None:
    """A new database with the office of this file, founded that morning: ticks never step back."""
    engine = open_engine(url)
    try:
        migrate(engine)
        found_office(Hall(engine, clock), read_office(text))
    finally:
        engine.dispose()


def office_figures(driver: Driver) -> dict[str, from_log.Figures]:
    """What the office says of the day: GET /api/v1/pictures/office, in the rows of `from_log.figures`."""
    picture = driver.kiosk.picture("office")
    codes = {one.id: one.code for one in driver.site.office.catalogue().services.values()}
    figures = picture["figures"]
    unended = ("waiting", "called", "serving", "parked", "no_show")
    in_the_hall = {name: figures[name] for name in unended if figures[name]}
    totals = {"issued": figures["issued"], "served": figures["served"], "abandoned": figures["left"]}
    found = {"hall": totals | _times(picture["times"]) | in_the_hall}
    for row in picture["by_service"]:
        left = row["issued"] - row["served"] - row["waiting"] - row["serving"] - row["no_show"]
        found[codes[row["id"]]] = _row(row) | {"abandoned": left}
    for row in picture["by_counter"]:
        busy = row["utilisation"]
        found[row["name"]["id"]] = _row(row) | {"open_s": busy["whole"] / 1000, "busy_s": busy["part"] / 1000}
    return found


def _row(row: dict[str, Any]) -> from_log.Figures:
    return {"issued": row["issued"], "served": row["served"], **_times(row["times"])}


def _times(times: dict[str, Any]) -> from_log.Figures:
    kept = ("n", "median_ms", "p90_ms")
    return {f"{name}_{key}": times[name][key] for name in ("waiting", "service") for key in kept}


def day_sheet(site: Site, day: str) -> list[tuple[Any, ...]]:
    """The CSV of the day as a manager downloads it, in the rows of `from_log.rows`."""
    site.add_officer("manager", role="manager")
    answer = sign_in_from("127.0.2.1", site.url, "manager").get(f"{site.url}/office/day.csv?day={day}", timeout=30)
    assert answer.status_code == 200, answer.text[:300]
    catalogue = site.office.catalogue()
    codes = {one.name["id"]: one.code for one in catalogue.services.values()}
    names = {str(one.number): one.name["id"] for one in catalogue.counters.values()}
    lines = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    return sorted(
        (
            one["issued"], codes[one["service"]], int(one["priority"]), one["waiting_seconds"], one["service_seconds"],
            names.get(one["counter"], ""), one["state"],
        )
        for one in lines
    )  # fmt: skip


def compare_rows(ours: list[tuple[Any, ...]], theirs: list[tuple[Any, ...]]) -> Iterator[str]:
    """Visits that stand in one of the two only, the first five of each."""
    yield from [f"only in the office's CSV: {row}" for row in sorted(set(ours) - set(theirs))][:5]
    yield from [f"only in the log: {row}" for row in sorted(set(theirs) - set(ours))][:5]
    if ours != theirs and set(ours) == set(theirs):
        yield "the same rows in other numbers"


def check_board(board: Screen, visits: list[Visit]) -> list[str]:
    """Every call was announced, each once, in the order of the book."""
    calls = sum(visit.served for visit in visits)
    board.wait_until(lambda: len(board.announced) >= calls)
    seqs = [call["seq"] for call in board.announced]
    if len(seqs) == calls and seqs == sorted(set(seqs)):
        return []
    return [f"the board announced {len(seqs)} calls, the log has {calls}"]


def show(result: Result) -> str:
    """The comparison as a table, office beside log, and the speed."""
    keys = ("issued", "served", "waiting_median_ms", "waiting_p90_ms", "service_median_ms", "service_p90_ms")
    heads = ["", "visits", "served", "waiting median", "waiting P90", "service median", "service P90", "equal"]
    lines = []
    for name, row in result.log.items():
        mine = result.office.get(name, {})
        pairs = [f"{_seconds(mine, key)} = {_seconds(row, key)}" for key in keys]
        lines.append([name, *pairs, "yes" if mine == row else "NO"])
    latencies = sorted(result.latencies_ms)
    p50, p99 = quantile(latencies, 50), quantile(latencies, 99)
    rate = (
        f"{result.visits} visits at {result.desks} desks: {result.commands} commands in {result.seconds:.1f} s, one "
        f"after the other, {result.rate:.0f} a second (p50 {p50:.1f} ms, p99 {p99:.1f} ms; sign-ins included)"
    )
    verdict = "Office and log agree in every figure, every visit, every call; the day book replays."
    wrong = "\n".join(result.wrong[:40])
    return f"Day {result.day}: office = log, times in seconds\n\n{table(heads, lines)}\n\n{rate}\n{wrong or verdict}"


def _seconds(row: from_log.Figures, key: str) -> str:
    value = row.get(key)
    return "-" if value is None else f"{value / 1000:g}" if key.endswith("_ms") else str(value)


def section() -> Section:
    """For the report of all benchmarks."""
    try:
        result = run(find_log())
    except FileNotFoundError as error:
        return Section("A real day", __doc__ or "", f"not run: {error}")
    right, how = not result.wrong, (__doc__ or "").split("\n\n    python")[0]
    return Section("A real day", how, show(result), {"the office's figures equal the log's": right}, right)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.day")
    parser.add_argument("--log", help="the visit log (else PTSP_VISIT_LOG, else ../shared/data)")
    parser.add_argument("--day", default=DAY, help=f"a service day of it, 04.00 to 04.00 (default {DAY})")
    parser.add_argument("--visits", type=int, help="only the first so many")
    options = parser.parse_args(arguments)
    try:
        log = find_log(options.log)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 2
    result = run(log, options.day, options.visits)
    print(show(result))
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
