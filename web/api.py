"""The HTTP door of the command table, and the pictures that the screens get. Bearer token only: no cookie counts."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Blueprint, Response, current_app, request

from ptsp.errors import BadRequest
from web.auth import bearer_actor, opened, the_hall
from web.commands import dispatch
from web.language import LANGUAGES
from web.live import Live

pages = Blueprint("api", __name__, url_prefix="/api/v1")


def _json(answer: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(answer), status, content_type="application/json")


def _live() -> Live:
    live: Live = current_app.extensions["live"]
    return live


def json_object() -> dict[str, Any]:
    """The body, which must be a JSON object. BadRequest, also for one nested a thousand deep."""
    try:
        body = msgspec.json.decode(request.get_data(cache=False))
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadRequest(reason="JSON") from error
    if not isinstance(body, dict):
        raise BadRequest(reason="JSON object")
    return body


@pages.post("/commands/<name>")
@opened("the bearer token decides")
def command(name: str) -> Response:
    """One command: body = its parameters and a request_id."""
    actor = bearer_actor()
    body = json_object()
    request_id = body.pop("request_id", None)
    preferred = request.accept_languages.best_match(LANGUAGES, "id")
    return _json(*dispatch(the_hall(), actor, name, request_id, body, preferred))


@pages.get("/pictures/<audience>")
@opened("the bearer token decides")
def picture(audience: str) -> Response:
    """What the screens of an audience show: board, kiosk, office, or counter with ?counter_id=."""
    actor = bearer_actor()
    if audience not in _live().audiences:
        raise BadRequest(reason="audience")
    counter_id = request.args.get("counter_id", type=int)
    if audience == "counter":
        hall = the_hall()
        with hall.view() as conn:
            hall.catalogue(conn, actor.office_id).counter(counter_id or 0)
    return _json(_live().picture(audience, actor.office_id, counter_id if audience == "counter" else None))
