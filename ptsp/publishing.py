"""Publishing the results of a survey: what was public where and when, as it was then.

A publication of kind page or board carries its figures with it (`content`, made by the caller on the same
connection): answers that come later change nothing that was published. A new publication of the same survey and period
takes the place of the earlier one; both stay in the log, as does one that was withdrawn.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from ptsp import records as r
from ptsp import skm
from ptsp.database import Prepared
from ptsp.elements import ELEMENTS
from ptsp.errors import BadRequest, Conflict, NotFound
from ptsp.hall import Answer, Work
from ptsp.tallies import FEWEST

# Shown by this system itself, and reported to it: a poster on the wall, a report handed in, a portal, anywhere else.
SHOWN = ("page", "board")
REPORTED = ("poster", "report", "open_data", "elsewhere")
PLACE_LENGTH = 300
WEB = ("http://", "https://")
Content = dict[str, Any]

_p = r.publication.c
_later = r.publication.alias("later")
_replaced = (
    select(_later.c.id)
    .where(
        *(_later.c[name] == _p[name] for name in ("office_id", "kind", "survey", "first_day", "last_day")),
        _later.c.id > _p.id,
    )
    .exists()
)
_on_boards = Prepared(
    select(_p.content)
    .where(_p.office_id == bindparam("office_id"), _p.kind == "board", _p.withdrawn_at.is_(None), ~_replaced)
    .order_by(_p.last_day.desc(), _p.first_day.desc(), _p.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Publication:
    """A row of the log. ``at``: ms UTC. ``replaced``: a later one of the same kind, survey and period is shown."""

    id: int
    kind: str
    survey: str
    first_day: str
    last_day: str
    place: str
    at: int
    person_id: int | None
    withdrawn_at: int | None
    content: Content | None
    replaced: bool = False

    @property
    def shown(self) -> bool:
        """Whether the public still finds it: neither withdrawn nor replaced."""
        return self.withdrawn_at is None and not self.replaced

    @property
    def where(self) -> str:
        """ "online" (seen from anywhere), "offline" (seen at a place, or on paper) or "" (handed in: not public)."""
        if self.kind == "report":
            return ""
        online = self.kind in ("page", "open_data") or (self.kind == "elsewhere" and is_address(self.place))
        return "online" if online else "offline"


def is_address(place: str) -> bool:
    """Whether a place is an address of the web."""
    return place.lower().startswith(WEB)


# --- what a manager does ----------------------------------------------------------------------------------------------


def publish(
    work: Work,
    survey: str,
    first: str,
    last: str,
    kinds: Sequence[str],
    digest: str,
    compose: Callable[[Work], Content],
) -> Answer:
    """Publishes the results of service days first..last on the page and/or the boards; {"publications": [id, ...]}.

    ``digest``: of the content that the manager saw: what they did not see is not published (Conflict "changed").
    BadRequest "kinds", "survey", "period"; Conflict "running" (the last day is not over), "few" (fewer than five
    answers, or an element without), "close" (see `too_close`).
    """
    _check(work, survey, first, last)
    if not kinds or set(kinds) - set(SHOWN):
        raise BadRequest(reason="kinds")
    if last >= work.today:
        raise Conflict(reason="running")
    content = compose(work)
    if content["n"] < FEWEST or content["index"] is None:
        raise Conflict(reason="few")
    if digest_of(content) != digest:
        raise Conflict(reason="changed")
    if too_close(log(work.conn, work.office_id), survey, first, last, content["n"]):
        raise Conflict(reason="close")
    return {"publications": [_add(work, kind, survey, first, last, "", work.reading.at, content) for kind in kinds]}


def report(work: Work, survey: str, first: str, last: str, kind: str, place: str, day: str) -> Answer:
    """Notes what was published outside this system: where, and on which day (ISO). {"publication": id}.

    BadRequest "kind", "survey", "period", "place", or "day" (no date, before the results exist, or still to come).
    """
    _check(work, survey, first, last)
    if kind not in REPORTED:
        raise BadRequest(reason="kind")
    place = "".join(sign if sign.isprintable() else " " for sign in place).strip()
    if not place or len(place) > PLACE_LENGTH:
        raise BadRequest(reason="place")
    try:
        told = date.fromisoformat(day)
    except ValueError as error:
        raise BadRequest(reason="day") from error
    if not first <= told.isoformat() <= work.today:
        raise BadRequest(reason="day")
    noon = datetime.combine(told, time(12), work.office.schedule.zone)
    at = min(int(noon.timestamp() * 1000), work.reading.at)
    return {"publication": _add(work, kind, survey, first, last, place, at, None)}


def withdraw(work: Work, publication_id: int) -> Answer:
    """Takes it back: the public does not find it any more, the log keeps it. NotFound."""
    row = one(work.conn, work.office_id, publication_id)
    if row is None:
        raise NotFound(what="publication")
    if row.withdrawn_at is None:
        work.conn.execute(update(r.publication).where(_p.id == row.id).values(withdrawn_at=work.reading.at))
        work.audit("withdraw", f"publication {row.id}")
    return {}


def _check(work: Work, survey: str, first: str, last: str) -> None:
    if survey not in ELEMENTS:
        raise BadRequest(reason="survey")
    try:
        right = date.fromisoformat(first) <= date.fromisoformat(last)
    except ValueError:
        right = False
    if not right:
        raise BadRequest(reason="period")


def _add(
    work: Work, kind: str, survey: str, first: str, last: str, place: str, at: int, content: Content | None
) -> int:
    row = {"office_id": work.office_id, "kind": kind, "survey": survey, "first_day": first, "last_day": last}
    more = {"place": place, "content": content, "at": at, "person_id": work.actor.person_id}
    made: int = work.conn.execute(insert(r.publication).values(**row, **more).returning(_p.id)).scalar_one()
    work.audit("publish", f"publication {made}: {kind} {survey} {first}..{last}")
    return made


Told = tuple[str, str, int]  # first day, last day, answers


def too_close(known: Iterable[Publication], survey: str, first: str, last: str, n: int) -> bool:
    """Whether subtracting what was public once would tell of one to four answers: the same days with a few answers more
    or less, or days that hold others with only a few answers besides (a quarter, and two of its months)."""
    new = (first, last, n)
    public = {(one.first_day, one.last_day, one.content["n"]) for one in known if one.content and one.survey == survey}
    if _few_left(new, public, 0):
        return True
    for whole in public:
        if whole[0] <= first and last <= whole[1]:  # with what is new among its parts: the others were looked at before
            beside = {one for one in public if one[1] < first or last < one[0]}
            if _few_left(whole, beside, n):
                return True
    return False


def _few_left(whole: Told, others: Iterable[Told], already: int) -> bool:
    """Whether periods within the whole that do not overlap (and so many answers `already`) leave one to four of it."""
    inside = [one for one in others if whole[0] <= one[0] and one[1] <= whole[1]]
    heaps = {("", already)}  # (last day, answers) of every way to add them up
    for one in sorted(inside, key=lambda told: told[1]):
        heaps |= {(one[1], total + one[2]) for until, total in heaps if until < one[0]}
    return any(0 < abs(whole[2] - total) < FEWEST for _until, total in heaps)


def digest_of(content: Content) -> str:
    """Equal content, equal digest."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]


# --- what was published -----------------------------------------------------------------------------------------------


def log(conn: Connection, office_id: int) -> list[Publication]:
    """Everything, newest first."""
    rows = conn.execute(select(r.publication).where(_p.office_id == office_id).order_by(_p.id.desc()))
    found, taken = [], set()
    for row in rows:
        same = (row.kind, row.survey, row.first_day, row.last_day)
        found.append(_publication(row, row.kind in SHOWN and same in taken))
        taken.add(same)  # withdrawn or not: what was replaced does not come back
    return sorted(found, key=lambda one: (one.at, one.id), reverse=True)


def on_show(conn: Connection, office_id: int, kind: str) -> list[Publication]:
    """What the public finds on the page or the boards: one a survey and period, the latest period first."""
    shown = [row for row in log(conn, office_id) if row.kind == kind and row.shown]
    return sorted(shown, key=lambda row: (row.last_day, row.first_day, row.at, row.id), reverse=True)


def one(conn: Connection, office_id: int | None, publication_id: int) -> Publication | None:
    """A publication by its id (of an office), or None."""
    where = [_p.id == publication_id, *([] if office_id is None else [_p.office_id == office_id])]
    row = conn.execute(select(r.publication).where(*where)).one_or_none()
    return None if row is None else _publication(row, False)


def office_of(conn: Connection, publication_id: int) -> int | None:
    """The office that published it."""
    return conn.execute(select(_p.office_id).where(_p.id == publication_id)).scalar_one_or_none()


def _publication(row: Any, replaced: bool) -> Publication:
    known = {name: getattr(row, name) for name in Publication.__dataclass_fields__ if name != "replaced"}
    return Publication(**known, replaced=replaced)


# --- the slide of the boards ------------------------------------------------------------------------------------------


def slide_of(conn: Connection, office_id: int) -> dict[str, Any] | None:
    """The latest period that was published on the boards: {"title", "value", "grade", "word", "period", "n", "weight"};
    None when there is none."""
    row = _on_boards.one(conn, office_id=office_id)
    if row is None:
        return None
    content: Content = json.loads(row.content) if isinstance(row.content, str) else row.content
    weight = skm.Weight(content["weight"]).rounded
    return {**content["headline"], "period": content["period"]["label"], "n": content["n"], "weight": weight}
