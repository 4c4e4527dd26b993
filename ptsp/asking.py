"""Survey answers: taken once per served ticket, kept without anything that leads back to it (UU 27/2022).

The ticket keeps only "surveyed"; the answer keeps instrument, service, counter, date, hour band and a band of the wait.
Today's answers lie sealed in the ballot box (see ballots.py); when the day is over they are written down in random
order.
"""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from ptsp import records as r
from ptsp import tallies
from ptsp.ballots import next_key, seal, unseal
from ptsp.catalogue import Catalogue
from ptsp.database import Prepared
from ptsp.errors import BoxNotFull, CountedToday, NotFound, SurveyNotOpen, SurveyOver, SurveyUsed
from ptsp.hall import Actor, Answer, Hall, Work
from ptsp.periods import moved
from ptsp.states import State
from ptsp.tallies import Counted, hour_band, wait_band
from ptsp.ticket_links import without_links

REMARK_LENGTH = 500
TRAITS = ("sex", "age", "education", "occupation")
# Why an answer looks suspicious: given in seconds, the same answer to everything, one of a burst from one device.
FLAGS = ("fast", "same", "burst")
LOST_AFTER_DAYS = 7
# How long answers wait in the box for others to be written down with.
WAIT_DAYS = 7
# What the audit trail calls it when a manager has today's answers counted before the evening.
COUNTED = "answers_counted"

_b, _t = r.ballot.c, r.ticket.c
_ticket = Prepared(select(*[c for c in r.ticket.c if c.name != "language"]).where(_t.token == bindparam("token")))
_spend = Prepared(update(r.ticket).where(_t.id == bindparam("ticket_id"), _t.surveyed.is_(False)).values(surveyed=True))
_remove = Prepared(delete(r.ballot).where(_b.id == bindparam("ballot_id")))
_shuffler = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Form:
    """One filled-in instrument: element code -> 1..4, checked against the instrument by the caller."""

    instrument: str
    version: str
    scores: Mapping[str, int]
    extras: Mapping[str, int] = field(default_factory=dict)


def survey_state(office: Catalogue, ticket: Any, today: str) -> str:
    """Whether a ticket row may answer: open, used, over (too late) or no. Once served, and once."""
    if ticket.surveyed:
        return "used"
    if ticket.state != State.SERVED or not tallies.may_answer(office, ticket.service_id, ticket.outcome):
        return "no"
    last = moved(ticket.day, office.setting("survey_window_days"))
    return "open" if today <= last else "over"


def submit(
    work: Work,
    token: str,
    forms: Iterable[Form],
    about: Mapping[str, str | None],
    remark: str = "",
    channel: str = "phone",
    flags: Iterable[str] = (),
) -> Answer:
    """Seals one whole answer and spends the ticket's survey. SurveyUsed, SurveyNotOpen, SurveyOver, NotFound.

    Each form becomes an answer of its own; the remark goes with the first. No line in the book: its time and order
    would lead from the answer to the ticket.
    """
    ticket = _ticket.one(work.conn, token=token)
    if ticket is None or ticket.office_id != work.office_id:
        raise NotFound(what="ticket")
    state = survey_state(work.office, ticket, work.today)
    if state != "open":
        raise {"used": SurveyUsed, "over": SurveyOver}.get(state, SurveyNotOpen)
    _spend.run(work.conn, ticket_id=ticket.id)
    facts = {
        "channel": channel,
        "day": ticket.day,
        "hour_band": hour_band(work.office, ticket.issued_at),
        "wait_band": wait_band((ticket.called_tick or ticket.entered_tick) - ticket.entered_tick),
        "service_id": ticket.service_id,
        "counter_id": ticket.counter_id,
        "flags": joined(flags),
        **{name: about.get(name) for name in TRAITS},
    }
    drop(work, rows_of(forms, facts, remark))
    return {}


def rows_of(forms: Iterable[Form], facts: Mapping[str, Any], remark: str = "") -> list[dict[str, Any]]:
    """Rows of `records.survey_answer` without id and office: one a form, the remark with the first."""
    words = without_links(remark).strip()[:REMARK_LENGTH] or None
    rows = []
    for form in forms:
        said = {"remark": words, "remark_state": "new" if words else None}
        asked = {"instrument": form.instrument, "version": form.version}
        rows.append(
            {**BLANK, **facts, **asked, **said, "scores": dict(form.scores), "extras": dict(form.extras) or None}
        )
        words = None
    return rows


BLANK: dict[str, Any] = dict.fromkeys(
    c.name for c in r.survey_answer.c if c.name not in ("id", "office_id", "flags")
) | {"flags": ""}


def joined(flags: Iterable[str]) -> str:
    """Flags as kept: in one order, joined by ","."""
    return ",".join(flag for flag in FLAGS if flag in set(flags))


# --- the box ----------------------------------------------------------------------------------------------------------


def drop(work: Work, rows: list[dict[str, Any]]) -> None:
    """Puts the answers of one visitor into the office's box, into the batch that is not whole yet."""
    keys = work.hall.ballot_keys.read(work.office_id)
    of_today = (_b.office_id == work.office_id, _b.day == work.today)
    batch = work.conn.execute(select(func.max(_b.batch)).where(*of_today)).scalar() or 0
    batch += len(_readable(_opened(work.conn, work.office_id, keys, *of_today, _b.batch == batch))) >= tallies.FEWEST
    _put(work, keys[0], work.today, batch, rows)


def _put(work: Work, key: bytes, day: str, batch: int, rows: list[dict[str, Any]]) -> None:
    ballot_id = secrets.randbits(62)
    sealed = seal(key, ballot_id, rows)
    row = {"id": ballot_id, "office_id": work.office_id, "day": day, "batch": batch, "sealed": sealed}
    work.conn.execute(insert(r.ballot).values(**row))


def _opened(conn: Connection, office_id: int, keys: list[bytes], *where: Any) -> list[tuple[Any, Any]]:
    """(ballot, the rows in it) of an office's box; None for what its key is gone for (a copy of the database restored
    elsewhere). No column can tell that: every ballot is tried with the keys that this machine has, in microseconds."""
    found = conn.execute(select(r.ballot).where(_b.office_id == office_id, *where))
    return [(ballot, unseal(keys, ballot.id, ballot.sealed)) for ballot in found]


def _readable(opened: list[tuple[Any, Any]]) -> list[Any]:
    """The ballots of those that can be read: only they hide each other."""
    return [ballot for ballot, rows in opened if rows is not None]


def batches(hall: Hall, conn: Connection, office_id: int) -> list[list[list[dict[str, Any]]]]:
    """What waits in the box (of today, as a rule): batches of visitors, the oldest first, of each the rows of
    `records.survey_answer` without id."""
    found: dict[tuple[str, int], list[list[dict[str, Any]]]] = {}
    for ballot, rows in _opened(conn, office_id, hall.ballot_keys.known(office_id)):
        if rows is not None:
            found.setdefault((ballot.day, ballot.batch), []).append(rows)
    return [visitors for _place, visitors in sorted(found.items(), key=lambda one: one[0])]


def empty_box(hall: Hall, actor: Actor, before: str) -> int:
    """Writes down what was put into the box before a service day, in random order, and destroys the key; the number of
    answers. Harmless to do twice.

    Never fewer than `tallies.FEWEST` visitors at a time: whoever compares the figures of two days would read the
    answers of the one or two who came in between. Fewer wait for others to come, at the longest `WAIT_DAYS`. This is so
    of all together: of one survey or service one of the five may be alone (docs/satisfaction.md: what can be seen).

    A ballot whose key is gone hides nobody, so it counts for none of this. It waits a week for its key, then it is
    thrown away and noted in the audit trail: nobody can read it any more.
    """
    with hall.view() as conn:
        today = hall.today(hall.catalogue(conn, actor.office_id))
        opened = _opened(conn, actor.office_id, hall.ballot_keys.known(actor.office_id), _b.day < before)
    written = 0
    if ripe(_readable(opened), before) or _lost(opened, today):
        written = hall.act(actor, open_box, before=before)["answers"]
    if written or len(hall.ballot_keys.known(actor.office_id)) > 1:  # of answers that were counted before the evening
        hall.act(actor, forget_keys)
    return written


def ripe(ballots: Sequence[Any], before: str) -> set[int]:
    """The ids of those that may be written down, of ballots that can be read: rows with ``id``, ``day``, ``batch``.
    `empty_box` says which."""
    old = [row for row in ballots if row.day < before]
    sizes = Counter((row.day, row.batch) for row in old)
    rest = [row for row in old if sizes[row.day, row.batch] < tallies.FEWEST]
    due = {row.id for row in old} - {row.id for row in rest}
    if len(rest) >= tallies.FEWEST or any(row.day < moved(before, -WAIT_DAYS) for row in rest):
        due |= {row.id for row in rest}
    return due


def _lost(opened: list[tuple[Any, Any]], today: str) -> list[int]:
    """The ids of those whose key does not come back any more."""
    return [row.id for row, rows in opened if rows is None and row.day < moved(today, -LOST_AFTER_DAYS)]


def forget_keys(work: Work) -> Answer:
    """Where nothing is sealed with the older keys any more: what the logs still hold of that can be read by nobody now.
    (A process killed in `open_box` may leave ballots of the older key.)"""
    keys = work.hall.ballot_keys.read(work.office_id)
    for row in work.conn.execute(select(_b.id, _b.sealed).where(_b.office_id == work.office_id)):
        if unseal(keys[:1], row.id, row.sealed) is None and unseal(keys[1:], row.id, row.sealed) is not None:
            break
    else:
        work.hall.ballot_keys.write(work.office_id, keys[:1])
    work.discard = True
    return {}


def open_box(work: Work, before: str) -> Answer:
    """The action of `empty_box`. Late answers are of earlier days: all answers of a day that gets more are written
    anew, so that not even the database's own order of writing tells which came late."""
    keys = work.hall.ballot_keys.write(work.office_id, next_key(work.hall.ballot_keys.read(work.office_id)))
    opened = _opened(work.conn, work.office_id, keys)
    now = ripe(_readable(opened), before)
    due = [rows for row, rows in opened if rows is not None and row.id in now]
    stay = [(row, rows) for row, rows in opened if rows is not None and row.id not in now]
    lost = _lost(opened, work.today)
    gone = [row.id for row in _readable(opened)] + lost
    for ballot_id in gone:
        _remove.run(work.conn, ballot_id=ballot_id)
    for row, rows in stay:  # who waits is the first of the next batch
        _put(work, keys[0], row.day, 0 if row.day < before else row.batch, rows)
    answers = [row for rows in due for row in rows]
    _stir(work, {row["day"] for row in answers})
    keep(work, answers)
    if lost:
        work.audit("ballots_lost", str(len(lost)))
    return {"answers": len(answers), "lost": len(lost)}


def in_box(hall: Hall, conn: Connection, office_id: int) -> list[Any]:
    """The ballots that wait in the box and can be read: one a visitor."""
    return _readable(_opened(conn, office_id, hall.ballot_keys.known(office_id)))


def enough(box: Sequence[Any], today: str) -> bool:
    """Whether so many of them (see `in_box`) could be written down now that they hide each other."""
    return len(ripe(box, moved(today, 1))) >= tallies.FEWEST


def counted_today(conn: Connection, office: Catalogue, today: str) -> bool:
    """Whether a manager had today's answers counted already."""
    u = r.audit.c
    where = (u.office_id == office.office_id, u.deed == COUNTED, u.subject == today)
    return conn.execute(select(u.id).where(*where).limit(1)).first() is not None


def count_now(work: Work) -> Answer:
    """Writes today's answers down before the evening, for a report that is needed now: once a day, and not fewer than
    can be shuffled, so that nobody does it after each visitor. BoxNotFull, CountedToday. The keys are left to the
    evening's `empty_box`."""
    today = work.today
    if counted_today(work.conn, work.office, today):
        raise CountedToday(days=WAIT_DAYS)
    if not enough(in_box(work.hall, work.conn, work.office_id), today):
        raise BoxNotFull(days=WAIT_DAYS)
    work.audit(COUNTED, today)
    return open_box(work, before=moved(today, 1))


def before_backup(hall: Hall, actor: Actor) -> None:
    """A copy of the database holds no key: what is in the box is written down first, if it is enough to be shuffled."""
    with hall.view() as conn:
        box = in_box(hall, conn, actor.office_id)
        today = hall.today(hall.catalogue(conn, actor.office_id))
    if enough(box, today):
        empty_box(hall, actor, before=moved(today, 1))


def _stir(work: Work, days: set[str]) -> None:
    a = r.survey_answer
    where = (a.c.office_id == work.office_id, a.c.day.in_(sorted(days)), a.c.channel != "import")
    rows = [dict(row._mapping) for row in work.conn.execute(select(a).where(*where))]
    if rows:
        work.conn.execute(delete(a).where(*where))
        _write(work, rows)


def keep(work: Work, rows: list[dict[str, Any]], counted: tallies.Placed | None = None) -> None:
    """Writes answers down in random order and counts them (the box, paper forms, earlier years). ``counted``: what
    `tallies.placed` makes of them, when they are so many that they were counted before."""
    if rows:
        _write(work, rows)
        found = tallies.placed(work.office, rows) if counted is None else counted
        tallies.keep_answers(work.conn, work.office_id, found)


def _write(work: Work, rows: list[dict[str, Any]]) -> None:
    _shuffler.shuffle(rows)
    marked = [{**row, "id": secrets.randbits(62), "office_id": work.office_id} for row in rows]
    work.conn.execute(insert(r.survey_answer), marked)


def close_days(work: Work) -> Answer:
    """Writes down the visits of service days that are over. Changes nothing when there is nothing."""
    today = work.today
    days = tallies.untallied_days(work.conn, work.office_id, today)
    for day in days:
        tallies.keep_visits(work.conn, work.office_id, day, tallies.day_visits(work.conn, work.office, day))
    work.discard = not days
    return {"days": days}


def answers_of(hall: Hall, conn: Connection, office: Catalogue, first: str, last: str) -> Counted:
    """The answers of service days first..last, those of whole batches in the box included: of each survey five or more
    at a time (of flagged answers and others apart), so that nobody reads one of them by looking before and after.

    In a breakdown five may be one and four: show nothing else of it than the whole. `Counted.waiting`: visitors whose
    batch is not whole yet."""
    found = tallies.answers_of(conn, office.office_id, first, last)
    held: dict[tuple[str, bool], list[dict[str, Any]]] = {}
    for visitors in batches(hall, conn, office.office_id):
        if len(visitors) < tallies.FEWEST:
            found.waiting += len(visitors)
            continue
        for row in (row for rows in visitors for row in rows if first <= row["day"] <= last):
            held.setdefault((row["instrument"], bool(row["flags"])), []).append(row)
        for rows in held.values():
            if len(rows) >= tallies.FEWEST:
                for row in rows:
                    found.take(office, row)
                rows.clear()
    return found
