"""The officer's desk: one page. Everything on it arrives by the live connection (audience "counter")."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from counter.words import words
from ptsp import records as r
from ptsp.hall import Actor
from web.auth import STAFF, current_actor, needs, the_hall
from web.language import language

pages = Blueprint("counter", __name__, url_prefix="/counter", template_folder="templates", static_folder="static")

DESK_ROLES = ("info", "manager", "admin")


@pages.get("/")
@needs(*STAFF)
def desk() -> str:
    """The counter that this sign-in holds, or the list of counters to choose from."""
    actor = current_actor()
    assert actor is not None
    hall = the_hall()
    with hall.view() as conn:
        office = hall.catalogue(conn, actor.office_id)
        held = conn.execute(select(r.counter.c.id).where(r.counter.c.seat == actor.seat)).scalar()
    page = {"language": language(), "words": words(), "csrf": generate_csrf(), "me": _me(actor), "counter_id": held}
    return render_template("counter/counter.html", page=page, office=office, actor=actor)


def _me(actor: Actor) -> dict[str, Any]:
    """Who sits here: the screen knows from `seat` which counter is its own."""
    at_desk = actor.role in DESK_ROLES
    return {"seat": actor.seat, "person_id": actor.person_id, "role": actor.role, "name": actor.name, "desk": at_desk}
