"""Opening and closing the hall beyond its hours, and calls for help from the kiosk."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from ptsp import records as r
from ptsp.errors import BadRequest
from ptsp.hall import Answer, Work


def open_hall(work: Work, until_at: int) -> Answer:
    """Opens the hall until an instant (ms UTC), whatever the hours say. BadRequest when that is past."""
    if until_at <= work.reading.at:
        raise BadRequest(reason="until")
    return _override(work, {"open_until": until_at, "closed_until": 0}, "open_hall")


def close_hall(work: Work, until_at: int) -> Answer:
    """Closes the hall until an instant (ms UTC): no numbers are given out; who waits is still served."""
    if until_at <= work.reading.at:
        raise BadRequest(reason="until")
    return _override(work, {"open_until": 0, "closed_until": until_at}, "close_hall")


def by_the_hours(work: Work) -> Answer:
    """Back to the published hours."""
    return _override(work, {"open_until": 0, "closed_until": 0}, "by_the_hours")


def assist(work: Work) -> Answer:
    """A visitor at a screen asks for an officer: a line in the book, an alert at the counters."""
    work.write("assist", work.today, note=work.actor.name[:200])
    return {}


def _override(work: Work, changes: dict[str, Any], deed: str) -> Answer:
    settings = {**work.office.settings, **changes}
    work.conn.execute(update(r.office).where(r.office.c.id == work.office_id).values(settings=settings))
    work.set_up_changed()
    work.audit(deed, str(changes))
    work.write("hours", work.today, note=deed)
    return {}
