"""The survey on the exit kiosk and on the visitor's phone: one page, and one door for the answers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, jsonify, render_template, request
from flask_wtf.csrf import generate_csrf
from sqlalchemy import bindparam, select

from ptsp import asking
from ptsp import records as r
from ptsp.database import Prepared
from ptsp.errors import NotFound
from ptsp.hall import Actor, Answer, Order, Work
from survey import instruments
from survey.answers import Sheet, read_sheet
from survey.words import words
from web.auth import STAFF, needs, opened, the_hall
from web.language import LANGUAGES, both, language

pages = Blueprint("survey", __name__, url_prefix="/survey", template_folder="templates", static_folder="static")

TOKEN_IS_KEY = "the token is the key: 128 random bits, spent by the answer"
# Seconds: silence before the kiosk asks, time to answer, and how long the thanks stand.
TIMING = {"idle": 35, "warning": 10, "thanks": 12}

_ticket = Prepared(select(r.ticket).where(r.ticket.c.token == bindparam("token")))


@pages.get("/")
@needs("survey", *STAFF)
def kiosk() -> str:
    """The screen at the exit: waits for the code of a ticket. Begins in Indonesian, whoever used it before."""
    hall = the_hall()
    with hall.view() as conn:
        office = hall.catalogue(conn, g.actor.office_id)
    return _page({"channel": "kiosk", "language": "id", "office": office.name})


@pages.get("/<token>")
@opened(TOKEN_IS_KEY)
def phone(token: str) -> str | tuple[str, int]:
    """The same on a phone, for one ticket, in the ticket's language until the visitor chooses another."""
    found = find(token)
    chosen = request.cookies.get("language")
    page = {
        "channel": "phone",
        "language": chosen if chosen in LANGUAGES else found[1] if found else language(),
        "token": token,
        "survey": found[2] if found else "unknown",
        "office": found[3] if found else "",
    }
    return _page(page) if found else (_page(page), 404)


@pages.get("/<token>/state")
@opened(TOKEN_IS_KEY)
def state(token: str) -> Response:
    """{"survey": "open", "used" or "no"}: nothing more about the ticket is needed here. NotFound."""
    found = find(token)
    if found is None:
        raise NotFound(what="ticket")
    return jsonify(ok=True, survey=found[2])


@pages.post("/answers")
@opened(TOKEN_IS_KEY)
def answer() -> Response:
    """Takes one whole sheet. SurveyUsed, SurveyNotOpen, NotFound, BadRequest."""
    hand_in(read_sheet(request.get_data()))
    return jsonify(ok=True)


def hand_in(sheet: Sheet, office_id: int | None = None) -> None:
    """Keeps the answers and spends the ticket's survey; `office_id`: of this office only."""
    ticket = find(sheet.token)
    if ticket is None or office_id not in (None, ticket[0].office_id):
        raise NotFound(what="ticket")
    # Anonymous: the answers are no parameters of the order. What the hall remembers of an order (a hash of its
    # parameters, beside the ticket's id) must not be a key to them, and nine answers of four are guessed from a hash.
    visitor = Actor("visitor", ticket[0].id, "visitor", ticket[0].office_id)
    the_hall().run(Order(visitor, "answer_survey", {"token": sheet.token}, sheet.request_id), _submitting(sheet))


def find(token: str) -> tuple[Any, str, str, str] | None:
    """(ticket row, its language, survey state, the office's name) of a token, or None."""
    hall = the_hall()
    with hall.view() as conn:
        row = _ticket.one(conn, token=token)
        if row is None:
            return None
        office = hall.catalogue(conn, row.office_id)
        today = office.schedule.service_day(hall.clock.read().at)
        return row, row.language, asking.survey_state(office, row, today), office.name


def _submitting(sheet: Sheet) -> Any:
    """The action with the answers inside it."""
    instrument = instruments.load()

    def submit(work: Work, token: str) -> Answer:
        form = asking.Form(instrument.code, instrument.version, sheet.scores)
        return asking.submit(work, token, [form], sheet.about_known, sheet.remark, sheet.channel)

    return submit


def _page(more: dict[str, Any]) -> str:
    page = {
        "csrf": generate_csrf(),
        "words": both(words),
        "timing": TIMING,
        "instrument": instruments.load().picture,
        **more,
    }
    return render_template("survey/survey.html", page=page, say=page["words"][page["language"]])
