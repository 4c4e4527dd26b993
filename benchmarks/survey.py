"""The survey's pages and report with 600 answers in a year, with 60,000, and with years of 60,000 before it.

The same requests of a manager on databases that differ in their answers only; rounds alternate, figures are medians. A
page is asked of the app in this process; the report is made as the office makes it, in a process of its own.
"""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.report import Section, median, table
from tests.support.answers import a_year_of_answers
from tests.support.apps import House, Visitor, example_app
from tests.support.halls import DrivenClock

FEW, MANY = 600, 60_000
YEAR, EARLIER = 2025, (2023, 2024)
ROUNDS, REPORTS = 9, 3
# What is asked for: name, address, how often a round.
PAGES = {
    "dashboard, year": f"/office/survey/?period={YEAR}",
    "dashboard, quarter": f"/office/survey/?period={YEAR}-T3",
    # As many days to read singly as a period can have: half a month at either end.
    "dashboard, free period": f"/office/survey/?period={YEAR}-01-17..{YEAR}-11-15",
    "today": "/office/",
}
REPORT = f"/office/survey/report.pdf?period={YEAR}"
TWICE = 2.0


@dataclass
class Place:
    """One database behind its app, with a manager signed in, and what was measured there (ms)."""

    name: str
    manager: Visitor
    house: House
    times: dict[str, list[float]] = field(default_factory=dict)

    def ask(self, name: str, address: str) -> None:
        """One request."""
        began = time.perf_counter()
        answer = self.manager.get(address)
        self.times.setdefault(name, []).append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200, (address, answer.status_code, answer.text[:500])

    def took(self, name: str) -> float:
        """The median, ms."""
        return median(self.times[name])


def run() -> Section:
    """The section of the report."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ptsp-survey-")))
        places = [
            place(stack, folder, f"{FEW} a year", {YEAR: FEW}),
            place(stack, folder, f"{MANY:,} a year", {YEAR: MANY}),
            place(stack, folder, f"{MANY:,} a year, 3 years", dict.fromkeys((*EARLIER, YEAR), MANY)),
        ]
        for one in places:  # the first request of a process pays for its imports
            for name, address in PAGES.items():
                one.ask(name, address)
            one.times.clear()
        for _ in range(ROUNDS):
            for one in places:
                for name, address in PAGES.items():
                    one.ask(name, address)
        for _ in range(REPORTS):
            for one in places:
                one.ask("report (PDF), year", REPORT)
    return section(places)


def place(stack: ExitStack, folder: Path, name: str, years: dict[int, int]) -> Place:
    """A database with so many answers in each year; its clock stands at the end of the last."""
    clock = DrivenClock(datetime(YEAR, 12, 30, 10, 0, tzinfo=ZoneInfo("Asia/Jakarta")))
    own = folder / name.replace(" ", "-")
    own.mkdir()
    house = stack.enter_context(example_app(own, clock=clock))
    for year, n in years.items():
        a_year_of_answers(house.office, n, first=f"{year}-01-01", last=f"{year}-12-29", seed=year)
    return Place(name, house.person("manager"), house)


def section(places: list[Place]) -> Section:
    """Medians, and the ratio to the database with few answers."""
    few, many, years = places
    names = [*PAGES, "report (PDF), year"]
    rows = [[name, *(f"{one.took(name):,.0f}" for one in places), *ratios(name, few, many, years)] for name in names]
    heads = ["ms", *(one.name for one in places), "many : few", "3 years : 1 year"]
    worst = max(many.took(name) / few.took(name) for name in names)
    history = max(years.took(name) / many.took(name) for name in names)
    goals = {
        f"with {MANY:,} answers within twice the time of {FEW}: worst {worst:.2f}": worst <= TWICE,
        f"three years cost what one costs (within a quarter): worst {history:.2f}": history <= 1.25,
    }
    return Section("Survey", __doc__ or "", table(heads, rows), goals)


def ratios(name: str, few: Place, many: Place, years: Place) -> tuple[str, str]:
    """60,000 against 600; three years against one."""
    return f"{many.took(name) / few.took(name):.2f}", f"{years.took(name) / many.took(name):.2f}"
