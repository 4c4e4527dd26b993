"""The managers' room as a Flask blueprint, and what its pages share."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request
from flask_wtf.csrf import generate_csrf

from office.words import words
from ptsp.catalogue import Catalogue
from ptsp.errors import NotSignedIn
from ptsp.hall import Actor, Answer, Order
from web.auth import current_actor, the_hall
from web.language import language
from web.reading import request_id

pages = Blueprint("office", __name__, url_prefix="/office", template_folder="templates", static_folder="static")

MANAGERS = ("manager", "admin")


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
    """Renders a page of this room; `facts` go to its scripts."""
    actor = acting()
    page = {"language": language(), "csrf": generate_csrf(), "words": words(), **(facts or {})}
    return render_template(template, page=page, office=office_of(actor), actor=actor, new_id=new_id, **more)


def new_id() -> str:
    """A request id for a form: the same form sent twice has one effect."""
    return secrets.token_urlsafe(12)


def carry_out(name: str, action: Callable[..., Answer], /, **params: Any) -> Answer:
    """Runs an action for the person signed in, under the request id of the form. BadRequest when it carries none."""
    order = Order(acting(), name, params, request_id(request.form.get("request_id")))
    return the_hall().run(order, action)
