"""What every page of the managers has in common, whichever room it belongs to: the frame, the doors in it, forms.

pages = Blueprint("results", __name__, url_prefix="/office/survey", ...)
add_door(30, "survey", "results.overview", _l("Survey"))

@pages.get("/")
@needs(*MANAGERS)
def overview() -> str:
    return show("survey/overview.html", active="survey", ...)        # the template extends "managers.html"

@pages.post("/target")
@needs(*MANAGERS)
def target() -> Any:
    carry_out("set_target", action, element="U3")                     # the form has {{ hidden() }} of forms.html
    return redirect(url_for(...), 303)
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, NamedTuple

from flask import render_template, request
from flask_wtf.csrf import generate_csrf

from ptsp.catalogue import Catalogue
from ptsp.errors import NotSignedIn
from ptsp.hall import Actor, Answer, Order
from web.auth import current_actor, the_hall
from web.language import language
from web.reading import request_id

MANAGERS = ("manager", "admin")


class Door(NamedTuple):
    """A link of the frame: its key (a page says which is `active`), the view, the word, who sees it."""

    key: str
    endpoint: str
    word: Any
    roles: tuple[str, ...]
    place: int


# In the order of `place`; the rooms put theirs in when they are loaded.
doors: list[Door] = []


def add_door(place: int, key: str, endpoint: str, word: Any, roles: tuple[str, ...] = MANAGERS) -> None:
    """Puts a link into the frame; `word` is a lazy sentence."""
    doors.append(Door(key, endpoint, word, roles, place))
    doors.sort(key=lambda door: door.place)


def acting() -> Actor:
    """The person signed in."""
    actor = current_actor()
    if actor is None:
        raise NotSignedIn
    return actor


def office_of(actor: Actor) -> Catalogue:
    """The set-up of the actor's office."""
    hall = the_hall()
    with hall.view() as conn:
        return hall.catalogue(conn, actor.office_id)


def show(template: str, facts: dict[str, Any] | None = None, **more: Any) -> str:
    """Renders a page in the frame; `facts` go to its scripts (`words` among them, when it has any)."""
    actor = acting()
    page = {"language": language(), "csrf": generate_csrf(), **(facts or {})}
    mine = [door for door in doors if actor.role in door.roles]
    return render_template(template, page=page, office=office_of(actor), actor=actor, doors=mine, new_id=new_id, **more)


def new_id() -> str:
    """A request id for a form: the same form sent twice has one effect."""
    return secrets.token_urlsafe(12)


def carry_out(name: str, action: Callable[..., Answer], /, **params: Any) -> Answer:
    """Runs an action for the person signed in, under the request id of the form. BadRequest when it carries none."""
    order = Order(acting(), name, params, request_id(request.form.get("request_id")))
    return the_hall().run(order, action)
