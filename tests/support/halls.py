"""A hall for tests: the example office in a fresh database, with a clock that the test drives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ptsp import issuing, people, queueing, staffing
from ptsp.clock import Clock, Reading
from ptsp.database import open_engine
from ptsp.hall import Actor, Answer, Change, Hall, Order
from ptsp.migrating import migrate
from ptsp.office_file import read_office
from ptsp.setting_up import found_office, office_by_code

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "server" / "example_office.toml"
# A Monday, in the middle of the morning.
MONDAY = datetime(2026, 8, 3, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta"))


class DrivenClock:
    """A clock that stands still until the test moves it. `step` moves the wall clock only, as a careless hand does."""

    driven = True

    def __init__(self, start: datetime = MONDAY) -> None:
        self.at = int(start.timestamp() * 1000)
        self.tick = self.at

    def read(self) -> Reading:
        return Reading(self.at, self.tick)

    def forward(self, **how_far: float) -> None:
        """Time passes: both clocks move."""
        passed = int(timedelta(**how_far).total_seconds() * 1000)
        self.at, self.tick = self.at + passed, self.tick + passed

    def step(self, **how_far: float) -> None:
        """Somebody sets the wall clock."""
        self.at += int(timedelta(**how_far).total_seconds() * 1000)


@dataclass
class Office:
    """The example office, and its people, for tests that say what happens: ``office.officer(1).calls_next()``."""

    hall: Hall
    clock: Any
    office_id: int
    changes: list[Change] = field(default_factory=list)
    requests: int = 0

    @property
    def system(self) -> Actor:
        return Actor("system", 0, "system", self.office_id, "test")

    def catalogue(self) -> Any:
        with self.hall.view() as conn:
            return self.hall.catalogue(conn, self.office_id)

    def service(self, code: str) -> int:
        return next(one.id for one in self.catalogue().services.values() if one.code == code)

    @property
    def services(self) -> list[int]:
        """Ids of the services that can be chosen."""
        return [s.id for x in self.catalogue().sections if x.active for s in x.services if s.active]

    @property
    def counters(self) -> list[int]:
        return list(self.catalogue().counters)

    def service_for(self, counter_id: int) -> int:
        """A service that this counter takes."""
        taken = self.catalogue().counter(counter_id).service_ids
        return next(one for one in self.services if one in taken)

    def do(self, actor: Actor, action: Callable[..., Answer], request_id: str | None = None, **params: Any) -> Answer:
        """One command with a fresh request id."""
        self.requests += 1
        order = Order(actor, action.__name__, params, request_id or f"request-{self.requests:08d}")
        return self.hall.run(order, action)

    def issue(self, service_id: int | None = None, **params: Any) -> dict[str, Any]:
        """A visitor takes a number."""
        kiosk = Actor("device", 1, "kiosk", self.office_id, "Kiosk 1")
        ticket: dict[str, Any] = self.do(kiosk, issuing.issue, service_id=service_id or self.services[0], **params)[
            "ticket"
        ]
        return ticket

    def officer(self, counter: int = 1) -> Officer:
        """An officer who has sat down at the counter with this number (1...)."""
        seated = Officer(
            self,
            self.counters[counter - 1],
            Actor("token", counter, "integration", self.office_id, f"o{counter}", f"t{counter}"),
        )
        seated.takes()
        return seated


@dataclass
class Officer:
    """Somebody at a counter."""

    office: Office
    counter_id: int
    actor: Actor

    def _do(self, action: Callable[..., Answer], **params: Any) -> Answer:
        return self.office.do(self.actor, action, counter_id=self.counter_id, **params)

    def takes(self) -> Answer:
        return self._do(staffing.take)

    def calls_next(self) -> dict[str, Any]:
        return self._do(queueing.call_next)["ticket"]

    def calls(self, ticket_id: int) -> dict[str, Any]:
        return self._do(queueing.call, ticket_id=ticket_id)["ticket"]

    def recalls(self) -> Answer:
        return self._do(queueing.recall)

    def starts(self) -> Answer:
        return self._do(queueing.start)

    def finishes(self, outcome: str = "delivered") -> Answer:
        return self._do(queueing.finish, outcome=outcome)

    def marks_no_show(self) -> Answer:
        return self._do(queueing.no_show)

    def parks(self, note: str = "") -> Answer:
        return self._do(queueing.park, note=note)

    def resumes(self, ticket_id: int) -> Answer:
        return self._do(queueing.resume, ticket_id=ticket_id)

    def leaves(self) -> Answer:
        return self._do(staffing.leave)

    def serves_next(self) -> dict[str, Any]:
        """Call, start, finish."""
        ticket = self.calls_next()
        self.starts()
        self.finishes()
        return ticket


@contextmanager
def example_hall(url: str, clock: Clock | None = None, kind: type[Hall] = Hall) -> Iterator[Office]:
    """The example office, migrated into the (empty) database at `url`."""
    engine = open_engine(url)
    clock = clock or DrivenClock()
    try:
        migrate(engine)
        hall = kind(engine, clock)
        if office_by_code(hall, "contoh") is None:
            found_office(hall, read_office(EXAMPLE.read_text()))
        office_id = office_by_code(hall, "contoh")
        assert office_id is not None
        office = Office(hall, clock, office_id)
        hall.publish = office.changes.append
        yield office
    finally:
        engine.dispose()


def add_officer(office: Office, login: str, role: str = "officer", password: str = "kopi-susu-gula-aren-7") -> Actor:
    """A person who can sign in."""
    hashed = people.hash_password(password)
    made = office.hall.act(
        office.system, people.add_person, login=login, name=login.title(), role=role, password_hash=hashed
    )
    return Actor("person", made["person_id"], role, office.office_id, login.title())
