"""People of the office: add, switch off, new password, see and close sessions. For administrators."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection, select

from office.blueprint import acting, carry_out, office_of, pages, show
from ptsp import people
from ptsp import records as r
from ptsp.errors import BadRequest, Forbidden, NotFound
from ptsp.schedule import Schedule
from web.auth import needs, the_hall
from web.errors import in_words, status_of

_p, _s = r.person.c, r.signin.c


@pages.get("/people")
@needs("admin")
def everybody() -> str:
    """Who works here."""
    return _page()


@pages.post("/people")
@needs("admin")
def add() -> Any:
    """A new person."""
    form = request.form
    try:
        hashed = people.hash_password(form.get("password", ""))
        action = partial(people.add_person, password_hash=hashed)  # the salt is new each time: not part of the order
        carry_out(
            "add_person", action, login=form.get("login", ""), name=form.get("name", ""), role=form.get("role", "")
        )
    except BadRequest as error:
        return _page(error=in_words(error)), status_of(error)
    return _back("added")


@pages.post("/people/<int:person_id>/password")
@needs("admin")
def password(person_id: int) -> Any:
    """A new password; also lets a person in again who was switched off."""
    try:
        action = partial(people.set_password, password_hash=people.hash_password(request.form.get("password", "")))
        _of_this_office(person_id)
        carry_out("set_password", action, person_id=person_id)
    except BadRequest as error:
        return _page(error=in_words(error)), status_of(error)
    return _back("password")


@pages.post("/people/<int:person_id>/disable")
@needs("admin")
def disable(person_id: int) -> Any:
    """Out at once. Nobody can switch themselves off: an office would be left without a way in."""
    if person_id == acting().person_id:
        raise Forbidden
    carry_out("disable_person", people.disable_person, person_id=person_id)
    return _back("disabled")


@pages.post("/sessions/<int:signin_id>/close")
@needs("admin")
def close(signin_id: int) -> Any:
    """Ends one session."""
    with the_hall().view() as conn:
        owner = conn.execute(select(_s.person_id).where(_s.id == signin_id)).scalar()
    _of_this_office(owner or 0)
    carry_out("sign_out", people.sign_out, signin_id=signin_id)
    return _back("closed")


def _of_this_office(person_id: int) -> None:
    with the_hall().view() as conn:
        found = conn.execute(select(_p.id).where(_p.id == person_id, _p.office_id == acting().office_id)).first()
    if found is None:
        raise NotFound(what="person")


def _back(done: str) -> Any:
    return redirect(url_for("office.everybody", done=done), 303)


def _page(error: str | None = None) -> str:
    hall, actor = the_hall(), acting()
    schedule, at = office_of(actor).schedule, hall.clock.read().at
    with hall.view() as conn:
        rows = conn.execute(select(r.person).where(_p.office_id == actor.office_id).order_by(_p.active.desc(), _p.name))
        found = [dict(row._mapping) | {"sessions": _sessions(conn, row.id, at, schedule)} for row in rows]
    done = {
        "added": _("The person was added."),
        "password": _("The new password is set."),
        "disabled": _("The person was switched off; all their sessions have ended."),
        "closed": _("The session was closed."),
    }.get(request.args.get("done", ""))
    return show("office/people.html", active="people", people=found, roles=role_names(), error=error, done=done)


def role_names() -> dict[str, str]:
    """Role -> word, in the order of the choice."""
    return {
        "officer": _("Officer"),
        "info": _("Information desk"),
        "manager": _("Manager"),
        "admin": _("Administrator"),
    }


def _sessions(conn: Connection, person_id: int, at: int, schedule: Schedule) -> list[dict[str, Any]]:
    living = (_s.person_id == person_id, _s.ended_at.is_(None), _s.expires_at > at, _s.seen_at > at - people.IDLE_MS)
    rows = conn.execute(select(_s.id, _s.agent, _s.created_at, _s.seen_at).where(*living).order_by(_s.id))
    return [
        {"id": row.id, "agent": row.agent, "since": schedule.local(row.created_at), "seen": schedule.local(row.seen_at)}
        for row in rows
    ]
