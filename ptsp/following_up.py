"""The follow-up register: what is done about the results of a survey, by when, by whom, and whether it is done.

A line belongs to one element of one survey (instrument and period). Sources: the plan of the SKM report (DOMAIN section
2, chapter IV) and the action-plan line of the Zona Integritas (section 3): activity, target, output, dates, person in
charge, evidence, status, obstacle.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from ptsp import records as r
from ptsp.elements import ELEMENTS
from ptsp.errors import BadRequest, LineChanged, LineClosed, NotFound
from ptsp.hall import Answer, Work
from ptsp.periods import moved

# Text fields: the longest that each may be. All but the obstacle must say something.
LENGTHS = {"finding": 600, "activity": 600, "target": 300, "output": 300, "in_charge": 120, "obstacle": 600}
SURVEY = ("instrument", "first_day", "last_day", "element")
OPEN, STATES = ("planned", "running"), ("planned", "running", "done", "dropped")
# So many days ahead a line is marked as due soon.
SOON_DAYS = 14

_f = r.followup.c
Values = Mapping[str, str]


def faults(values: Values) -> dict[str, str]:
    """Field -> what is wrong with a line as written: survey, empty, long, date, order, state. {} when nothing is."""
    found = {name: "empty" for name in LENGTHS if name != "obstacle" and not values.get(name, "").strip()}
    found |= {name: "long" for name, most in LENGTHS.items() if len(values.get(name, "")) > most}
    found |= {name: "date" for name in ("first_day", "last_day", "starts_on", "ends_on") if not is_day(values[name])}
    for first, last in (("first_day", "last_day"), ("starts_on", "ends_on")):
        if not {first, last} & found.keys() and values[first] > values[last]:
            found[last] = "order"
    if values["element"] not in ELEMENTS.get(values["instrument"], ()):
        found["element"] = "survey"
    if values["status"] not in OPEN:
        found["status"] = "state"
    return found


def is_day(text: str) -> bool:
    """Whether it is an ISO date of our time: "2026-08-03"."""
    try:
        return date.fromisoformat(text).isoformat() == text and "2000" < text < "2100"
    except ValueError:
        return False


def add_followup(work: Work, **values: str) -> Answer:
    """A new line. BadRequest names the fields that are not right (see `faults`)."""
    kept = _checked(values)
    times = {"created_at": work.reading.at, "changed_at": work.reading.at}
    row = {"office_id": work.office_id, **kept, **times}
    line_id = work.conn.execute(insert(r.followup).values(row).returning(_f.id)).scalar_one()
    _note(work, line_id, "followup_added", f"{kept['element']} {kept['first_day']}..{kept['last_day']}")
    return {"followup_id": line_id}


def change_followup(work: Work, followup_id: int, seen: int, **values: str) -> Answer:
    """Other words and dates for an open line. LineChanged when somebody else changed it after it was `seen` (its
    `changed_at`), LineClosed when it is done or dropped, BadRequest, NotFound."""
    line = _of_office(work, followup_id)
    if line.status not in OPEN:
        raise LineClosed
    if line.changed_at != seen:
        raise LineChanged
    kept = _checked(values)
    told = [f"{name}: {getattr(line, name)} -> {new}" for name, new in kept.items() if getattr(line, name) != new]
    if told:
        _change(work, line, "followup_changed", "; ".join(told), **kept)
    return {"followup_id": followup_id}


def finish_followup(work: Work, followup_id: int, done_on: str) -> Answer:
    """Done, on a day not after today. LineClosed, BadRequest, NotFound."""
    line = _of_office(work, followup_id)
    if line.status not in OPEN:
        raise LineClosed
    if not is_day(done_on) or not line.first_day <= done_on <= work.today:
        raise BadRequest(reason="done_on")
    _change(work, line, "followup_done", done_on, status="done", done_on=done_on)
    return {"followup_id": followup_id}


def drop_followup(work: Work, followup_id: int, reason: str) -> Answer:
    """Given up, for a reason that stands as its obstacle from then on. LineClosed, BadRequest, NotFound."""
    line = _of_office(work, followup_id)
    if line.status not in OPEN:
        raise LineClosed
    reason = readable(reason)
    if not reason or len(reason) > LENGTHS["obstacle"]:
        raise BadRequest(reason="obstacle")
    _change(work, line, "followup_dropped", reason, status="dropped", obstacle=reason)
    return {"followup_id": followup_id}


def reopen_followup(work: Work, followup_id: int) -> Answer:
    """Done or dropped by mistake: running again. Nothing changes when it is open."""
    line = _of_office(work, followup_id)
    if line.status in OPEN:
        work.discard = True
    else:
        _change(work, line, "followup_reopened", line.status, status="running", done_on=None)
    return {"followup_id": followup_id}


def readable(text: str) -> str:
    """What is kept of a typed text: no control characters. Word pastes some (a vertical tab is its line break): they
    would break the report's DOCX and PostgreSQL."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\t", " ")
    return "".join(sign for sign in lines if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs")).strip()


def _checked(values: Values) -> dict[str, str]:
    names = (*SURVEY, *LENGTHS, "starts_on", "ends_on", "status")
    kept = {name: readable(values.get(name, "")) for name in names}
    wrong = faults(kept)
    if wrong:
        raise BadRequest(reason=", ".join(sorted(wrong)))
    return kept


def _of_office(work: Work, followup_id: int) -> Any:
    found = line_of(work.conn, work.office_id, followup_id)
    if found is None:
        raise NotFound(what="followup")
    return found


def _change(work: Work, line: Any, deed: str, told: str, **values: Any) -> None:
    # Two changes in one millisecond are two all the same.
    changed_at = max(work.reading.at, line.changed_at + 1)
    work.conn.execute(update(r.followup).where(_f.id == line.id).values(changed_at=changed_at, **values))
    _note(work, line.id, deed, told)


def _note(work: Work, followup_id: int, deed: str, told: str) -> None:
    work.audit(deed, f"{followup_id}: {told}")


# --- reading ----------------------------------------------------------------------------------------------------------


def line_of(conn: Connection, office_id: int, followup_id: int) -> Any:
    """One line of the office, or None."""
    return conn.execute(select(r.followup).where(_f.id == followup_id, _f.office_id == office_id)).one_or_none()


def lines_of(conn: Connection, office_id: int) -> list[Any]:
    """The register, open lines first, by their last day."""
    rows = conn.execute(select(r.followup).where(_f.office_id == office_id).order_by(_f.ends_on, _f.id)).all()
    return sorted(rows, key=lambda line: line.status not in OPEN)  # stable: the order of dates stays


def history_of(conn: Connection, office_id: int, followup_id: int) -> list[Any]:
    """What was done to a line, oldest first: rows of `records.audit`, with the person's name as `name` (or None)."""
    a, p = r.audit.c, r.person.c
    person = r.audit.outerjoin(r.person, a.actor == func.concat("person:", p.id))
    mine = (a.office_id == office_id, a.deed.like("followup%"), a.subject.like(f"{int(followup_id)}: %"))
    return list(conn.execute(select(r.audit, p.name).select_from(person).where(*mine).order_by(a.id)))


class Due(NamedTuple):
    """Open lines whose last day has passed, and those whose last day is near."""

    overdue: int
    soon: int


def due_state(line: Any, day: str) -> str:
    """ "overdue", "soon" (the last day is today or within `SOON_DAYS`) or "" of a line, as of a day."""
    if line.status not in OPEN:
        return ""
    if line.ends_on < day:
        return "overdue"
    return "soon" if line.ends_on <= moved(day, SOON_DAYS) else ""


def due_of(conn: Connection, office_id: int, day: str) -> Due:
    """How many lines of an office remind, as of a day."""
    query = select(_f.status, _f.ends_on).where(_f.office_id == office_id, _f.status.in_(OPEN))
    states = [due_state(line, day) for line in conn.execute(query)]
    return Due(states.count("overdue"), states.count("soon"))


class Share(NamedTuple):
    """Results followed up, of how many."""

    done: int
    whole: int

    @property
    def mark(self) -> str | None:
        """What the sheet of the Zona Integritas gives (IV c): A all, B most, C few; None while nothing is done."""
        if not self.done:
            return None
        return "A" if self.done == self.whole else "B" if 2 * self.done > self.whole else "C"
