"""The shapes of answers and pictures, for the OpenAPI document; tests hold every real answer against them.

Answers may gain fields; nothing here leaves. A text is {"id": ..., "en": ...}; instants are ms since the epoch (UTC).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

Text = dict[str, str]
Milliseconds = Annotated[int, Meta(description="Milliseconds.")]
Instant = Annotated[int, Meta(description="Milliseconds since 1970-01-01T00:00Z.")]
Range = Annotated[list[int], Meta(min_length=2, max_length=2, description="From, to; minutes.")]
State = Literal[
    "booked", "waiting", "called", "serving", "parked", "served", "no_show", "cancelled", "removed", "expired"
]  # fmt: skip
CounterIs = Literal["closed", "open", "break"]


class Shape(Struct, kw_only=True, forbid_unknown_fields=True):
    """Base: in tests nothing undocumented may be in an answer; in the document more may come."""


class Done(Shape):
    """The command has been carried out; `seq` is the last line of the office's day book."""

    ok: Literal[True]
    seq: int


class IssuedTicket(Shape):
    """A new number. `token` (128 random bits) opens its page at `url`; `ahead` people are called earlier."""

    id: int
    number: Annotated[str, Meta(description="As it is spoken and printed: A-012.")]
    token: str
    url: str
    service: Text
    service_id: int
    priority: bool
    ahead: int
    estimate: Range | None
    day: Annotated[str, Meta(description="Service day, YYYY-MM-DD in the office's time zone.")]


class MovedTicket(Shape):
    """A ticket after a move."""

    id: int
    number: str
    state: State
    service: Text
    service_id: int
    priority: bool
    counter_id: int | None


class CounterNow(Shape):
    """A counter after somebody came or went."""

    id: int
    name: Text
    number: int
    state: CounterIs


class PaperAsked(Shape):
    """The ticket will be printed again, with the same number, marked as a reprint."""

    ticket_id: int
    number: str
    state: Literal["pending"]


class Issued(Done):
    """A number was taken."""

    ticket: IssuedTicket


class Moved(Done):
    """A ticket was moved; `line` is its line in the day book."""

    ticket: MovedTicket
    line: int


class Noted(Done):
    """The note was kept; the ticket stays where it is."""

    ticket: MovedTicket
    note: str


class CounterChanged(Done):
    """A counter was taken, left, or went on a break."""

    counter: CounterNow


class Reprinted(Done):
    """Paper was asked for again."""

    job: PaperAsked


class OfficeBrief(Shape):
    """Whose hall this is."""

    name: str
    timezone: str


class HallNow(Shape):
    """Whether the hall is open."""

    state: Literal["open", "break", "closed"]
    until: str | None
    reopens: Text | None


class Picture(Shape):
    """What all screens know. A picture replaces every earlier one with a smaller `seq`."""

    seq: int
    now: Instant
    office: OfficeBrief
    hall: HallNow


class TicketBrief(Shape):
    """A ticket in a list."""

    id: int
    number: str
    state: State
    service: Text
    service_id: int
    priority: bool
    waiting_ms: Milliseconds
    promised_minutes: int | None


class QueuedTicket(TicketBrief):
    """A ticket as an officer sees it."""

    note: str
    for_me: bool


class Step(Shape):
    """One line of the ticket's history."""

    move: str
    at: Instant
    counter: Text | None
    service: Text | None
    note: str


class CurrentTicket(TicketBrief):
    """The visit at the counter."""

    note: str
    called_ms: Milliseconds
    serving_ms: Milliseconds | None
    calls: int
    history: list[Step]


class Call(Shape):
    """A number called to a counter."""

    seq: int
    number: str
    counter: Text
    counter_number: int
    service: Text


class Alert(Shape):
    """What somebody should look at now."""

    kind: str
    severity: Literal["now", "wrong"]
    since: Instant
    text: Text


class Result(Shape):
    """The latest result of a survey that was published on the boards; `grade` is empty where none exists;
    `weight` is told where it is not exact."""

    title: Text
    value: Text
    grade: str
    word: Text
    period: Text
    n: int
    weight: Text | None


class BoardPicture(Picture):
    """What visitors see in the hall."""

    audience: Literal["board"]
    calls: list[Call]
    next: list[TicketBrief]
    waiting: int
    ticker: Text | None
    result: Result | None


class KioskService(Shape):
    """A service that can be chosen."""

    id: int
    name: Text
    waiting: int
    estimate: Range | None
    state: Literal["open", "closed", "full"]
    requirements: Text | None


class KioskSection(Shape):
    """A section with its services."""

    id: int
    name: Text
    examples: Text
    icon: str
    waiting: int
    services: list[KioskService]


class Printer(Shape):
    """The kiosk's printer."""

    state: Literal["ready", "low", "paper_out", "cover_open", "offline", "unknown", "none"]


class KioskPicture(Picture):
    """What can be chosen, and how many wait for it."""

    audience: Literal["kiosk"]
    sections: list[KioskSection]
    printer: Printer


class CounterHeld(Shape):
    """The counter asked for."""

    id: int
    number: int
    name: Text
    state: CounterIs
    officer: str | None
    seat: str | None
    services: list[Text]
    service_ids: list[int]


class CounterBrief(Shape):
    """A counter of the hall."""

    id: int
    number: int
    name: Text
    state: CounterIs
    officer: str | None
    seat: str | None
    person_id: int | None
    sections: list[Text]


class ServiceBrief(Shape):
    """A service of the office."""

    id: int
    name: Text
    section: Text


class CounterPicture(Picture):
    """One counter: its queue, its visit, the parked and the missed."""

    audience: Literal["counter"]
    counter: CounterHeld | None
    current: CurrentTicket | None
    waiting: int
    waiting_elsewhere: int
    queue: list[QueuedTicket]
    parked: list[QueuedTicket]
    missed: list[QueuedTicket]
    counters: list[CounterBrief]
    services: list[ServiceBrief]
    long_wait_minutes: int
    served_here: int
    alerts: list[Alert]


class OfficePicture(Struct, kw_only=True):
    """The managers' figures of today. More than what is listed here; see docs/architecture.md."""

    audience: Literal["office"]
    seq: int
    now: Instant
    office: OfficeBrief
    hall: HallNow
    day: str
    figures: dict[str, int | None]
    alerts: list[Alert]
    by_service: list[dict[str, Any]] | UnsetType = UNSET
    by_counter: list[dict[str, Any]] | UnsetType = UNSET
    times: dict[str, dict[str, int | None]] | UnsetType = UNSET
    skm: dict[str, Any] | UnsetType = UNSET


ANSWERS: dict[str, type[Done]] = {
    "issue": Issued,
    "annotate": Noted,
    "reprint": Reprinted,
    **dict.fromkeys(("take", "break", "back", "leave", "free"), CounterChanged),
}
PICTURES: dict[str, type[Struct]] = {
    "board": BoardPicture,
    "kiosk": KioskPicture,
    "counter": CounterPicture,
    "office": OfficePicture,
}


def answer_of(command: str) -> type[Done]:
    """The shape of a command's answer: a moved ticket unless said otherwise."""
    return ANSWERS.get(command, Moved)
