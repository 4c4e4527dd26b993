"""One command table, two doors: the websocket and HTTP share parsing, authorisation, idempotency and errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from ptsp import issuing, opening, people, printing, queueing, staffing
from ptsp.errors import BadRequest, Forbidden, NotFound
from ptsp.hall import Actor, Answer, Hall, Order
from web import reading
from web.reading import TOKEN

Id = Annotated[int, Meta(ge=1, le=2**53)]
# What no database keeps: NUL, and halves of UTF-16 pairs (a websocket's JSON can carry them).
STORABLE = r"^[^\x00\ud800-\udfff]*\Z"
Note = Annotated[str, Meta(max_length=500, pattern=STORABLE)]
RequestId = reading.RequestId  # for the forms of the rooms, which carry one among their other parts


class Params(Struct, forbid_unknown_fields=True, kw_only=True):
    """Base of the parameters of all commands."""


class Issue(Params):
    """Take a number."""

    service_id: Id
    priority: bool = False
    language: Literal["id", "en"] = "id"
    paper: bool = True


class AtCounter(Params):
    """Something at the counter that the caller holds."""

    counter_id: Id


class Chosen(AtCounter):
    """One chosen ticket, at the counter that the caller holds."""

    ticket_id: Id


class Finish(AtCounter):
    """How the visit ended: product handed over, or file taken in for the back office."""

    outcome: Literal["delivered", "filed"] = "delivered"


class WithNote(AtCounter):
    """At the counter, with a note."""

    note: Note = ""


class Recycle(Params):
    """Back into the queue."""

    ticket_id: Id
    counter_id: Id | None = None


class Transfer(Params):
    """To another service, or to one counter."""

    ticket_id: Id
    service_id: Id | None = None
    to_counter_id: Id | None = None
    note: Note = ""


class NotedTicket(Params):
    """A ticket, with a note."""

    ticket_id: Id
    note: Note = ""


class OneTicket(Params):
    """A ticket."""

    ticket_id: Id


class Cancel(Params):
    """The visitor's own token."""

    token: Annotated[str, Meta(min_length=16, max_length=32, pattern=TOKEN)]


class Nothing(Params):
    """No parameters."""


@dataclass(frozen=True)
class Command:
    """One entry of the table."""

    action: Callable[..., Answer]
    params: type[Params]
    roles: frozenset[str]


AT_COUNTER = frozenset({"officer", "info", "manager", "admin", "integration"})
ISSUERS = AT_COUNTER | {"kiosk"}
MANAGERS = frozenset({"manager", "admin"})

COMMANDS: dict[str, Command] = {
    "issue": Command(issuing.issue, Issue, ISSUERS),
    "call_next": Command(queueing.call_next, AtCounter, AT_COUNTER),
    "call": Command(queueing.call, Chosen, AT_COUNTER),
    "recall": Command(queueing.recall, AtCounter, AT_COUNTER),
    "start": Command(queueing.start, AtCounter, AT_COUNTER),
    "finish": Command(queueing.finish, Finish, AT_COUNTER),
    "no_show": Command(queueing.no_show, AtCounter, AT_COUNTER),
    "recycle": Command(queueing.recycle, Recycle, AT_COUNTER),
    "park": Command(queueing.park, WithNote, AT_COUNTER),
    "resume": Command(queueing.resume, Chosen, AT_COUNTER),
    "transfer": Command(queueing.transfer, Transfer, AT_COUNTER),
    "annotate": Command(queueing.annotate, NotedTicket, AT_COUNTER),
    "remove": Command(queueing.remove, NotedTicket, AT_COUNTER),
    "cancel": Command(queueing.cancel, Cancel, frozenset({"integration"})),
    "take": Command(staffing.take, AtCounter, AT_COUNTER),
    "break": Command(staffing.pause, WithNote, AT_COUNTER),
    "back": Command(staffing.back, AtCounter, AT_COUNTER),
    "leave": Command(staffing.leave, AtCounter, AT_COUNTER),
    "free": Command(staffing.free, AtCounter, MANAGERS),
    "reprint": Command(printing.reprint, OneTicket, AT_COUNTER | {"kiosk"}),
    "assist": Command(opening.assist, Nothing, frozenset({"kiosk"})),
}


def perform(hall: Hall, actor: Actor, name: Any, request_id: Any, params: Any) -> Answer:
    """Runs one command for one actor. PtspError for whatever the table, the roles or the rules refuse."""
    command = COMMANDS.get(name) if isinstance(name, str) else None
    if command is None:
        raise NotFound(what="command")
    if actor.role not in command.roles:
        raise Forbidden
    stamp = reading.request_id(request_id)
    try:
        given = msgspec.structs.asdict(msgspec.convert(params if params is not None else {}, command.params))
    except msgspec.ValidationError as error:
        raise BadRequest(reason=str(error)) from error
    if name in ("issue", "reprint") and actor.kind == "device" and actor.seat:
        given["printer_id"] = int(actor.seat)  # a kiosk prints on the printer beside it
    return hall.run(Order(actor, name, given, stamp), command.action, admitted=people.still_admitted)
