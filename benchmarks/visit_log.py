"""A real visit log read into plain visits, and seated at desks: what `day` drives, and what it is compared with.

The file (shared/data/visits-1999-08-01-15.csv, described beside it) stays outside the repository.
"""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
TURNS_AT = timedelta(hours=4)  # a service day ends at 04.00: who came before midnight may be served after it
# What the log calls its services -> services of the example office, each of another section, so of another letter.
SERVICES = {
    "PS": "legalisir-ijazah",
    "NW": "informasi-umum",
    "PE": "tpg",
    "TT": "konsultasi-perkawinan",
    "NE": "tanah-wakaf",
    "IN": "bimas-kristen",
}


class Visit(NamedTuple):
    """One line of the log. `called` is None, and `counter` empty, for who gave up waiting at `ended`."""

    id: int
    service: str
    priority: bool
    arrived: datetime
    called: datetime | None
    ended: datetime
    counter: str

    @property
    def served(self) -> bool:
        return self.called is not None


class Desk(NamedTuple):
    """A place where one officer sits. A counter of the log whose records overlap has a second and a third one."""

    counter: str
    nth: int

    def __str__(self) -> str:
        return self.counter if self.nth == 0 else f"{self.counter}/{self.nth + 1}"


def find_log(given: str | None = None) -> Path:
    """The log's file: as given, else PTSP_VISIT_LOG, else ../shared/data. FileNotFoundError says what to do."""
    path = Path(given or os.environ.get("PTSP_VISIT_LOG") or ROOT.parent / "shared/data/visits-1999-08-01-15.csv")
    if not path.is_file():
        raise FileNotFoundError(f"no visit log at {path}; name it with --log or PTSP_VISIT_LOG")
    return path


def read_day(path: Path, day: str) -> list[Visit]:
    """The visits of one service day, in order of arrival."""
    wanted = date.fromisoformat(day)
    with path.open(newline="") as file:
        every = [_visit(row) for row in csv.DictReader(file)]
    that_day = [one for one in every if (one.arrived - TURNS_AT).date() == wanted]
    return sorted(that_day, key=lambda one: (one.arrived, one.id))


def _visit(row: dict[str, str]) -> Visit:
    called = datetime.fromisoformat(row["called_at"]) if row["outcome"] == "served" else None
    return Visit(
        int(row["visit"]),
        row["service"],
        row["priority"] == "1",
        datetime.fromisoformat(row["arrived_at"]),
        called,
        datetime.fromisoformat(row["ended_at"]),
        row["counter"] if called else "",
    )


def seat(visits: Iterable[Visit]) -> dict[Desk, list[Visit]]:
    """Desk -> its visits one after the other; a visit goes to the first desk of its counter that is free by then."""
    queues: dict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        if visit.served:
            queues[visit.counter].append(visit)
    desks: dict[Desk, list[Visit]] = {}
    for counter in sorted(queues):
        for visit in sorted(queues[counter], key=lambda one: (one.called, one.ended, one.id)):
            nth = 0
            while (desk := Desk(counter, nth)) in desks and desks[desk][-1].ended > visit.called:  # type: ignore[operator]
                nth += 1
            desks.setdefault(desk, []).append(visit)
    return dict(sorted(desks.items()))


class Shift(NamedTuple):
    """One officer at one desk from the first call to the last end; desks come and go as in the log."""

    desk: Desk
    visits: list[Visit]

    @property
    def begins(self) -> datetime:
        assert self.visits[0].called is not None
        return self.visits[0].called

    @property
    def ends(self) -> datetime:
        return self.visits[-1].ended


def shifts(desk: Desk, visits: list[Visit], pause: timedelta = timedelta(hours=1)) -> list[Shift]:
    """The desk's visits cut where nobody was called for longer than `pause`, or after eight hours."""
    found: list[Shift] = []
    for visit in visits:
        assert visit.called is not None
        if not found or visit.called - found[-1].ends > pause or visit.called - found[-1].begins > timedelta(hours=8):
            found.append(Shift(desk, []))
        found[-1].visits.append(visit)
    return found
