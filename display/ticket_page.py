"""The ticket's page on the visitor's own phone. Whoever holds the token (128 random bits) holds the ticket.

Not by websocket: phones poll a small JSON with an ETag. The token leads to nobody by name; it stays out of other sites
because the house sends Referrer-Policy same-origin and loads nothing from outside, and out of caches by no-store.
"""

from __future__ import annotations

import hashlib
import io
from typing import Any

import msgspec
import segno
from flask import Blueprint, Response, current_app, g, jsonify, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as BaseResponse

from display import ticket_state
from display.ticket_words import pick, script_words, words
from ptsp import queueing
from ptsp.errors import BadRequest, NotFound
from ptsp.hall import Actor, Order
from web.auth import opened, the_hall
from web.commands import RequestId
from web.errors import wants_json
from web.language import LANGUAGES, language
from web.reading import json_value

pages = Blueprint("ticket", __name__, template_folder="templates")
TOKEN_IS_KEY = "the token in the address is the key: 128 random bits"
QUIET_ZONE = 4  # modules; scanners need it


class Cancel(msgspec.Struct, forbid_unknown_fields=True):
    """Body of the cancellation."""

    request_id: RequestId


@pages.get("/t/<token>")
@opened(TOKEN_IS_KEY)
def show(token: str) -> Response | str:
    """The whole page, readable without scripts."""
    ticket = ticket_state.read(the_hall(), token)
    g.office_id = ticket.office.office_id  # its own look
    _speak_like(ticket)
    state = _state(ticket)
    page = {
        "language": language(),
        "csrf": generate_csrf(),
        "words": script_words(),
        "state": state,
        "now": the_hall().clock.read().at,
        "urls": {"state": url_for(".state", token=token), "cancel": url_for(".cancel", token=token)},
    }
    return render_template("display/ticket.html", page=page, ticket=ticket, state=state, token=token, pick=pick)


@pages.get("/t/<token>/state")
@opened(TOKEN_IS_KEY)
def state(token: str) -> BaseResponse:
    """What can change, as JSON; 304 while it is what the phone has."""
    ticket = ticket_state.read(the_hall(), token)
    _speak_like(ticket)
    body = msgspec.json.encode(_state(ticket))
    response = Response(body, mimetype="application/json")
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.headers["Cache-Control"] = "no-store"
    return response.make_conditional(request)


@pages.get("/t/<token>/qr.svg")
@opened(TOKEN_IS_KEY)
def qr(token: str) -> Response:
    """The QR code of the ticket's absolute address, black on white."""
    ticket = ticket_state.read(the_hall(), token)
    public = ticket.office.setting("public_url") or current_app.config["PTSP"].public_url or request.host_url
    code = segno.make(public.rstrip("/") + url_for(".show", token=token), error="m", micro=False)
    image = io.BytesIO()
    code.save(image, kind="svg", border=QUIET_ZONE, dark="#000", light="#fff", xmldecl=False, omitsize=True)
    response = make_response(image.getvalue())
    response.mimetype = "image/svg+xml"
    return response


@pages.post("/t/<token>/cancel")
@opened(TOKEN_IS_KEY)
def cancel(token: str) -> Response:
    """The visitor gives the number back."""
    hall = the_hall()
    try:
        body = msgspec.convert(json_value(request.get_data()), Cancel)
    except msgspec.ValidationError as error:
        raise BadRequest(reason=str(error)) from error
    ticket = ticket_state.read(hall, token)
    visitor = Actor("visitor", ticket.id, "visitor", ticket.office.office_id)
    answer = hall.run(Order(visitor, "cancel", {"token": token}, body.request_id), queueing.cancel)
    return jsonify({"ok": True, **answer})


@pages.errorhandler(NotFound)
def missing(_error: NotFound) -> tuple[Response | str, int]:
    """A token that nobody was given, or an address copied badly."""
    error = {
        "code": NotFound.code,
        "message": _("Ticket not found."),
        "safe": _("This address does not belong to any ticket."),
        "todo": _("Please scan the QR code on your ticket again, or see the information desk."),
    }
    if wants_json():
        return jsonify(ok=False, error=error), 404
    return render_template("error.html", error=error, status=404, page={"language": language()}), 404


def _state(ticket: ticket_state.Ticket) -> dict[str, Any]:
    return ticket.facts | {"words": words(ticket)}


def _speak_like(ticket: ticket_state.Ticket) -> None:
    """In the language chosen at the kiosk, until the visitor chooses one here."""
    if request.cookies.get("language") not in LANGUAGES:
        g.language = ticket.language
