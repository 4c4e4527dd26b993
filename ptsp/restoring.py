"""What must be put right after a copy was put back: numbers given since then are on paper in somebody's hand."""

from __future__ import annotations

from sqlalchemy import Engine, select, text, update

from ptsp import records as r
from ptsp.database import open_engine
from ptsp.hall import Actor, Answer, Hall, Work
from ptsp.trouble import DRIVER_ERRORS

# Numbers left out in each series of today when the former database cannot tell how far they went.
SKIP = 500
UNREADABLE = DRIVER_ERRORS
Taken = list[tuple[str, str, int]]


def numbers_taken(url: str) -> dict[str, Taken] | None:
    """Office code -> (day, prefix, last number) of a database that was put aside; None when it cannot be read."""
    engine = open_engine(url, pool_size=1)
    try:
        return _numbers(engine)
    except UNREADABLE:
        return None
    finally:
        engine.dispose()


def _numbers(engine: Engine) -> dict[str, Taken]:
    s = r.series.c
    query = select(r.office.c.code, s.day, s.prefix, s.last).select_from(r.series.join(r.office)).order_by(s.day)
    found: dict[str, Taken] = {}
    with engine.connect() as conn:
        for code, day, prefix, last in conn.execute(query):
            found.setdefault(code, []).append((day, prefix, last))
    return found


def carry_on(hall: Hall, taken: dict[str, Taken] | None, skip: int = SKIP) -> None:
    """Numbers go on after the last one given; everybody signs in again. Once, before the server starts."""
    with hall.view() as conn:
        offices = conn.execute(select(r.office.c.id, r.office.c.code)).all()
    for office in offices:
        actor = Actor("system", 0, "system", office.id, "restore")
        numbers = None if taken is None else taken.get(office.code, [])
        hall.act(actor, resume_office, taken=numbers, skip=skip)


def resume_office(work: Work, taken: Taken | None, skip: int = SKIP) -> Answer:
    """Raises the series to what was given; without knowing, leaves out ``skip`` numbers of today in each series.

    A session that was ended since the copy must not come to life again, so all end.
    """
    today = work.today
    if taken is None:
        taken = [(today, prefix, last + skip) for prefix, last in _today(work, today).items()]
    for day, prefix, last in taken:
        work.conn.execute(_RAISE, {"office_id": work.office_id, "day": day, "prefix": prefix, "last": last})
    mine = select(r.person.c.id).where(r.person.c.office_id == work.office_id)
    open_ones = r.signin.c.person_id.in_(mine) & r.signin.c.ended_at.is_(None)
    work.conn.execute(update(r.signin).where(open_ones).values(ended_at=work.reading.at))
    work.audit("restore", f"{len(taken)} series")
    work.write("restore", today)
    return {"series": len(taken)}


def _today(work: Work, today: str) -> dict[str, int]:
    prefixes = {service.prefix: 0 for service in work.office.services.values()}
    s = r.series.c
    query = select(s.prefix, s.last).where(s.office_id == work.office_id, s.day == today)
    return prefixes | {row.prefix: row.last for row in work.conn.execute(query)}


_RAISE = text(
    "INSERT INTO series (office_id, day, prefix, last) VALUES (:office_id, :day, :prefix, :last) "
    "ON CONFLICT (office_id, day, prefix) DO UPDATE SET last = "
    "CASE WHEN series.last > excluded.last THEN series.last ELSE excluded.last END"
)
