"""The HTTP door of the command table, and the pictures that the screens get. Bearer token only: no cookie counts."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Blueprint, Response, current_app, request

from ptsp.errors import BadRequest
from web.auth import bearer_actor, bearer_for_command, opened, the_hall
from web.commands import Id, dispatch
from web.live import Live
from web.reading import json_object
from web.shapes import PICTURES

pages = Blueprint("api", __name__, url_prefix="/api/v1")


def _json(answer: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(answer), status, content_type="application/json")


def _live() -> Live:
    live: Live = current_app.extensions["live"]
    return live


@pages.post("/commands/<name>")
@opened("the bearer token decides")
def command(name: str) -> Response:
    """One command: body = its parameters and a request_id."""
    actor = bearer_for_command()
    body = json_object(request.get_data(cache=False))
    request_id = body.pop("request_id", None)
    return _json(*dispatch(the_hall(), actor, name, request_id, body))


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
