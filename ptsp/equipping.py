"""The printers of an office: which there are, and how each is reached."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from ptsp import records as r
from ptsp.errors import NotFound
from ptsp.hall import Answer, Work

_p = r.printer.c


def set_printer(work: Work, name: str, setting: str) -> Answer:
    """Adds the printer of this name, or gives it another setting. The setting's form is checked by kiosk.paper."""
    printer_id = work.conn.execute(
        select(_p.id).where(_p.office_id == work.office_id, _p.name == name).order_by(_p.id)
    ).scalar()
    if printer_id is None:
        values = {"office_id": work.office_id, "name": name, "setting": setting, "active": True}
        printer_id = work.conn.execute(insert(r.printer).values(values).returning(_p.id)).scalar_one()
    else:
        fresh = {"setting": setting, "active": True, "state": "unknown", "changed_at": work.reading.at}
        work.conn.execute(update(r.printer).where(_p.id == printer_id).values(fresh))
    _changed(work, "set_printer", f"{name} {setting}")
    return {"printer_id": printer_id}


def remove_printer(work: Work, printer_id: int) -> Answer:
    """Switches a printer off: its jobs stay, nothing is sent to it. NotFound when the office has no such printer."""
    mine = (_p.id == printer_id, _p.office_id == work.office_id)
    if not work.conn.execute(update(r.printer).where(*mine).values(active=False)).rowcount:
        raise NotFound(what="printer")
    _changed(work, "remove_printer", str(printer_id))
    return {}


def _changed(work: Work, deed: str, subject: str) -> None:
    work.set_up_changed()
    work.audit(deed, subject)
    # A line in the book, so that every screen's pulse says that there is something new to fetch.
    work.write("set_up", work.today)
