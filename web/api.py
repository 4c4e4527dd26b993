"""The HTTP door of the command table, and the pictures that the screens get. Bearer token only: no cookie counts."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Blueprint, Response, current_app, request

from ptsp.errors import BadRequest
from web.auth import bearer_actor, opened, the_hall
from web.command_door import CommandDoor
from web.commands import Id
from web.live import Live
from web.shapes import PICTURES

pages = Blueprint("api", __name__, url_prefix="/api/v1")


def _json(answer: Any) -> Response:
    return Response(msgspec.json.encode(answer), content_type="application/json")


def _live() -> Live:
    live: Live = current_app.extensions["live"]
    return live


@pages.post("/commands/<name>")
@opened("the bearer token decides")
def command(name: str) -> Response:
    """One command: body = its parameters and a request_id. Most do not come as far as this (web/command_door.py): only
    those without a plain length, of which Flask reads no more than it may."""
    door: CommandDoor = current_app.extensions["command_door"]
    return _json(door.answer(request.headers.get("Authorization", ""), name, request.get_data(cache=False)))


@pages.get("/pictures/<audience>")
@opened("the bearer token decides")
def picture(audience: str) -> Response:
    """What the screens of an audience show: board, kiosk, office, or counter with ?counter_id=."""
    actor = bearer_actor()
    if audience not in PICTURES:  # not the survey's: the token in it is for the screen before the visitor
        raise BadRequest(reason="audience")
    counter_id = _counter_id()
    if audience == "counter":
        hall = the_hall()
        with hall.view() as conn:
            hall.catalogue(conn, actor.office_id).counter(counter_id or 0)
    return _json(_live().picture(audience, actor.office_id, counter_id if audience == "counter" else None))


def _counter_id() -> int | None:
    said = request.args.get("counter_id")
    try:
        return None if said is None else msgspec.convert(said, Id, strict=False)
    except msgspec.ValidationError as error:
        raise BadRequest(reason="counter_id") from error
