"""The full table state x move, through the actions and through HTTP: what is allowed works, all else is refused and
changes nothing.

The table below is written by hand, from docs/architecture.md: a copy made by the program would prove nothing.
Two officers play: Ani at counter 1 has (or had) the visitor, Budi at counter 2 is free.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from ptsp import people, queueing, staffing
from ptsp import records as r
from ptsp.checking import check_book
from ptsp.errors import Conflict, MoveRefused
from ptsp.hall import Actor
from ptsp.states import Move, State, target
from tests.support.apps import Api, House, example_app
from tests.support.halls import Office, example_hall

STATES = ("booked", "waiting", "called", "serving", "parked", "served", "no_show", "cancelled", "removed", "expired")
ok, refused, nobody, nothing, taken = "ok", "move_refused", "nobody_waiting", "nothing_current", "ticket_taken"

# fmt: off
TABLE: dict[str, tuple[str, ...]] = {
    #             booked   waiting  called   serving  parked   served   no_show  cancelled removed  expired
    "call_next": (nobody,  ok,      nobody,  nobody,  nobody,  nobody,  nobody,  nobody,   nobody,  nobody),
    "call":      (refused, ok,      taken,   taken,   refused, refused, refused, refused,  refused, refused),
    "recall":    (nothing, nothing, ok,      refused, nothing, nothing, nothing, nothing,  nothing, nothing),
    "start":     (nothing, nothing, ok,      refused, nothing, nothing, nothing, nothing,  nothing, nothing),
    "finish":    (nothing, nothing, refused, ok,      nothing, nothing, nothing, nothing,  nothing, nothing),
    "no_show":   (nothing, nothing, ok,      refused, nothing, nothing, nothing, nothing,  nothing, nothing),
    "recycle":   (refused, refused, ok,      refused, ok,      refused, ok,      refused,  refused, refused),
    "park":      (nothing, nothing, refused, ok,      nothing, nothing, nothing, nothing,  nothing, nothing),
    "resume":    (refused, refused, refused, refused, ok,      refused, refused, refused,  refused, refused),
    "transfer":  (refused, ok,      ok,      ok,      ok,      refused, refused, refused,  refused, refused),
    "cancel":    (ok,      ok,      ok,      refused, ok,      refused, refused, refused,  refused, refused),
    "remove":    (ok,      ok,      ok,      refused, ok,      refused, refused, refused,  refused, refused),
    "expire":    (ok,      ok,      ok,      ok,      ok,      refused, refused, refused,  refused, refused),
}
# fmt: on
AFTERWARDS = {
    "call_next": "called", "call": "called", "recall": "called", "start": "serving", "finish": "served",
    "no_show": "no_show", "recycle": "waiting", "park": "parked", "resume": "serving", "transfer": "waiting",
    "cancel": "cancelled", "remove": "removed", "expire": "expired",
}  # fmt: skip
# Whose press it is, and what the command needs.
BUDI = {"call_next", "call", "resume"}
PAIRS = [(state, name, codes[STATES.index(state)]) for state in STATES for name, codes in TABLE.items()]
KEPT = ("office", "ticket", "daybook", "counter", "series", "answered", "print_job")


def test_the_table_here_is_the_one_of_the_program():
    """Every move but issue (which has no ticket yet) and check_in (appointments come later) has its row."""
    for name, codes in TABLE.items():
        move = Move.CALL if name == "call_next" else Move(name)
        for state, code in zip(STATES, codes, strict=True):
            assert (target(State(state), move) is not None) == (code == ok), (state, name)
    assert set(TABLE) | {"issue", "check_in"} == {*Move, "call_next"}


def everything(office: Office) -> dict[str, list[Any]]:
    """All rows that a move could touch."""
    with office.hall.view() as conn:
        return {
            name: list(conn.execute(select(r.metadata.tables[name]).order_by(*r.metadata.tables[name].primary_key)))
            for name in KEPT
        }


class Case:
    """A ticket in a state, and the two officers."""

    def __init__(self, office: Office, state: str, ani: Actor, budi: Actor) -> None:
        self.office, self.state, self.ani, self.budi = office, state, ani, budi
        self.first, self.second = office.counters[:2]
        self.sits(ani, self.first)
        self.sits(budi, self.second)
        both = self.takes(self.first) & self.takes(self.second)
        self.service_id = min(both) if both else self.share()
        self.ticket = self.bring()

    def takes(self, counter_id: int) -> frozenset[int]:
        return self.office.catalogue().counter(counter_id).service_ids

    def share(self) -> int:
        """Counter 2 of the example office has other services: let it take one of counter 1."""
        service_id = self.office.service_for(self.first)
        with self.office.hall.work(self.office.system) as work:
            work.conn.execute(insert(r.counter_service).values(counter_id=self.second, service_id=service_id))
            work.set_up_changed()
        return service_id

    def sits(self, actor: Actor, counter_id: int) -> None:
        self.office.do(actor, staffing.take, counter_id=counter_id)

    def bring(self) -> dict[str, Any]:
        """The ticket, brought to its state by the moves of a real visit."""
        ticket = self.office.issue(self.service_id)
        if self.state == "booked":
            self._book(ticket)
        for name in PATHS[self.state]:
            self.do(name, ticket, self.ani)
        assert self.now(ticket) == self.state
        return ticket

    def _book(self, ticket: dict[str, Any]) -> None:
        """There is no booking yet: the row alone says so."""
        with self.office.hall.engine.connect().execution_options(writer=True) as conn, conn.begin():
            conn.execute(text("UPDATE ticket SET state = 'booked' WHERE id = :id"), {"id": ticket["id"]})

    def now(self, ticket: dict[str, Any]) -> str:
        with self.office.hall.view() as conn:
            found: str = conn.execute(select(r.ticket.c.state).where(r.ticket.c.id == ticket["id"])).scalar_one()
            return found

    def params(self, name: str, ticket: dict[str, Any], counter_id: int) -> dict[str, Any]:
        return {
            "call": {"counter_id": counter_id, "ticket_id": ticket["id"]},
            "resume": {"counter_id": counter_id, "ticket_id": ticket["id"]},
            "recycle": {"ticket_id": ticket["id"]},
            "transfer": {"ticket_id": ticket["id"], "service_id": self.service_id},
            "cancel": {"token": ticket["token"]},
            "remove": {"ticket_id": ticket["id"]},
            "expire": {"ticket_id": ticket["id"]},
        }.get(name, {"counter_id": counter_id})

    def do(self, name: str, ticket: dict[str, Any], actor: Actor) -> None:
        counter_id = self.second if actor is self.budi else self.first
        self.office.do(actor, getattr(queueing, name), **self.params(name, ticket, counter_id))

    def press(self, name: str) -> None:
        self.do(name, self.ticket, self.budi if name in BUDI else self.ani)


PATHS: dict[str, tuple[str, ...]] = {
    "booked": (),
    "waiting": (),
    "called": ("call",),
    "serving": ("call", "start"),
    "parked": ("call", "start", "park"),
    "served": ("call", "start", "finish"),
    "no_show": ("call", "no_show"),
    "cancelled": ("cancel",),
    "removed": ("remove",),
    "expired": ("expire",),
}


def integration(office: Office, number: int) -> Actor:
    return Actor("token", number, "integration", office.office_id, f"o{number}", f"t{number}")


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example office in a file, made once and copied."""
    path = tmp_path_factory.mktemp("founded") / "hall.sqlite3"
    with example_hall(f"sqlite:///{path}"):
        pass
    return path


@pytest.fixture
def fresh(founded: Path, tmp_path: Path) -> Iterator[Office]:
    """A copy of the example office."""
    shutil.copy(founded, tmp_path / "hall.sqlite3")
    with example_hall(f"sqlite:///{tmp_path / 'hall.sqlite3'}") as office:
        yield office


@pytest.mark.parametrize(("state", "name", "code"), PAIRS, ids=lambda part: str(part))
def test_every_pair_of_state_and_move(fresh: Office, state: str, name: str, code: str):
    case = Case(fresh, state, integration(fresh, 1), integration(fresh, 2))
    fresh.clock.forward(minutes=3)
    before = everything(fresh)
    if code == ok:
        case.press(name)
        assert case.now(case.ticket) == AFTERWARDS[name]
        assert len(everything(fresh)["daybook"]) == len(before["daybook"]) + 1
    else:
        with pytest.raises(Conflict) as refusal:
            case.press(name)
        assert refusal.value.code == code
        assert everything(fresh) == before
    if state != "booked":  # how a booking comes into the book is not written yet
        with fresh.hall.view() as conn:
            assert check_book(conn, fresh.office_id) == []


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("move", [Move.ISSUE, Move.CHECK_IN])
def test_moves_without_a_command_follow_the_table_too(fresh: Office, state: str, move: Move):
    case = Case(fresh, state, integration(fresh, 1), integration(fresh, 2))
    before = everything(fresh)

    def press() -> None:
        with fresh.hall.work(fresh.system) as work:
            queueing.move(work, queueing.find(work, case.ticket["id"]), move)

    if (state, move) == ("booked", Move.CHECK_IN):
        press()
        assert case.now(case.ticket) == "waiting"
    else:
        with pytest.raises(MoveRefused):
            press()
        assert everything(fresh) == before


@pytest.mark.parametrize("name", ["recall", "start", "no_show", "recycle", "transfer"])
def test_a_number_called_elsewhere_is_left_alone(fresh: Office, name: str):
    """Budi presses for a number that Ani has called."""
    case = Case(fresh, "called", integration(fresh, 1), integration(fresh, 2))
    before = everything(fresh)
    with pytest.raises(Conflict) as refusal:
        case.do(name, case.ticket, case.budi)
    assert refusal.value.code == ("nothing_current" if name in ("recall", "start", "no_show") else "not_your_ticket")
    assert everything(fresh) == before


@pytest.mark.parametrize(("state", "code"), [("called", "still_called"), ("serving", "still_serving")])
@pytest.mark.parametrize("name", ["call_next", "call", "resume", "pause", "leave"])
def test_a_counter_has_one_visitor_at_a_time(fresh: Office, state: str, code: str, name: str):
    case = Case(fresh, state, integration(fresh, 1), integration(fresh, 2))
    other = fresh.issue(case.service_id)
    before = everything(fresh)
    action: Callable[..., Any] = getattr(queueing, name, None) or getattr(staffing, name)
    with pytest.raises(Conflict) as refusal:
        fresh.do(case.ani, action, **case.params(name, other, case.first))
    assert refusal.value.code == code
    assert everything(fresh) == before


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with example_app(tmp_path_factory.mktemp("house")) as found:
        yield found


def test_over_http_every_refused_pair_is_a_409_and_changes_nothing(house: House):
    ani, budi = house.api(), house.api()
    answered = 0
    for state in STATES:
        case = Case(house.office, state, *(_actor(house, api) for api in (ani, budi)))
        before = everything(house.office)
        for name, codes in TABLE.items():
            code = codes[STATES.index(state)]
            if name == "expire" or code == ok:
                continue
            answer = _send(case, name, budi if name in BUDI else ani)
            assert (answer.status_code, answer.json["error"]["code"]) == (409, code), (state, name, answer.json)
            assert answer.json["error"]["message"]
            answered += 1
        assert everything(house.office) == before
        _clear(case)
    assert answered == sum(code != ok for name, codes in TABLE.items() if name != "expire" for code in codes)


def test_over_http_every_allowed_pair_works(house: House):
    ani, budi = house.api(), house.api()
    for state, name, code in PAIRS:
        if name == "expire" or code != ok:
            continue
        case = Case(house.office, state, *(_actor(house, api) for api in (ani, budi)))
        answer = _send(case, name, budi if name in BUDI else ani)
        assert (answer.status_code, answer.json["ok"]) == (200, True), (state, name, answer.json)
        assert answer.json["ticket"]["state"] == AFTERWARDS[name] == case.now(case.ticket)
        _clear(case)


def _actor(house: House, api: Api) -> Actor:
    with house.hall.view() as conn:
        actor = people.by_api_token(conn, api.token)
    assert actor is not None
    return actor


def _send(case: Case, name: str, api: Api) -> Any:
    counter_id = case.second if name in BUDI else case.first
    return api.command(name, **case.params(name, case.ticket, counter_id))


def _clear(case: Case) -> None:
    """Nobody waits and both counters are free for whoever comes next."""
    if target(State(case.now(case.ticket)), Move.EXPIRE):
        case.do("expire", case.ticket, case.ani)
    for actor, counter_id in ((case.ani, case.first), (case.budi, case.second)):
        case.office.do(actor, staffing.leave, counter_id=counter_id)
