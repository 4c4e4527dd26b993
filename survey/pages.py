"""The survey on the exit kiosk, on the visitor's phone and on the counter's tablet: one page, one door for answers."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from flask import Blueprint, Response, g, jsonify, render_template, request, send_file
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import generate_csrf
from sqlalchemy import bindparam, select

from ptsp import asking
from ptsp import records as r
from ptsp.catalogue import Catalogue
from ptsp.database import Prepared
from ptsp.errors import NotFound
from ptsp.hall import Actor, Answer, Hall, Order, Work
from survey import asked, voices
from survey.answers import Sheet, forms_of, read_sheet
from survey.patterns import MOST_A_MINUTE, Bursts, flags_of
from survey.voice import audio
from survey.words import words
from web.auth import STAFF, current_actor, device_actor, needs, opened, the_hall
from web.language import LANGUAGES, both, language
from web.managers import MANAGERS
from web.security import limiter

pages = Blueprint("survey", __name__, url_prefix="/survey", template_folder="templates", static_folder="static")

TOKEN_IS_KEY = "the token is the key: 128 random bits, spent by the answer"
# Seconds: silence before the kiosk asks, time to answer, and how long the thanks stand.
# A further question that nobody answers is left out after a while.
TIMING = {"idle": 35, "warning": 10, "thanks": 12, "further": 15}
# The screen at a counter waits a minute in all; the next visitor may be called sooner.
TIMING_AT_COUNTER = TIMING | {"idle": 50}
# The token of the preview, which belongs to no ticket: what it answers is thanked for, and kept nowhere.
PREVIEW = "preview-nothing-is-kept"

_ticket = Prepared(select(r.ticket).where(r.ticket.c.token == bindparam("token")))
bursts = Bursts()


class Found(NamedTuple):
    """A ticket by its token."""

    ticket: Any
    language: str
    survey: str
    office: Catalogue
    today: str


def of_device() -> str:
    """Whose attempts are counted together: a paired screen's, else an address's."""
    screen = device_actor()
    return screen.key if screen else get_remote_address()


@pages.get("/")
@needs("survey", *STAFF)
def kiosk() -> str:
    """The screen at the exit waits for the code of a ticket, by scanner or camera; the one at a counter waits until a
    visit ends there. Begins in Indonesian, whoever used it before."""
    if g.actor.role == "survey" and g.actor.seat:
        return page_of(_own_office(), {"channel": "tablet", "language": "id", "timing": TIMING_AT_COUNTER})
    g.camera = True
    return page_of(_own_office(), {"channel": "kiosk", "language": "id"})


@pages.get("/preview")
@needs(*MANAGERS)
def preview() -> str:
    """What a visitor sees, for who sets it up. Nothing is kept."""
    office = _own_office()
    more = {"channel": "phone", "language": language(), "token": PREVIEW, "survey": "open"}
    return page_of(office, {**more, "office": _("Preview: nothing is kept"), "preview": True})


@pages.get("/<token>")
@opened(TOKEN_IS_KEY)
def phone(token: str) -> str | tuple[str, int]:
    """The same on a phone, for one ticket, in the ticket's language until the visitor chooses another."""
    found = find(token)
    chosen = request.cookies.get("language")
    spoken = chosen if chosen in LANGUAGES else found.language if found else language()
    more = {"channel": "phone", "language": spoken, "token": token}
    if found is None:
        return page_of(None, {**more, "survey": "unknown", "office": ""}), 404
    return page_of(found.office, {**more, "survey": found.survey})


@pages.get("/<token>/state")
@opened(TOKEN_IS_KEY)
@limiter.limit("120/minute", key_func=of_device)
def state(token: str) -> Response:
    """{"survey": "open", "used", "over" or "no"}: nothing more about the ticket is needed here. NotFound."""
    found = find(token)
    if found is None:
        raise NotFound(what="ticket")
    return jsonify(ok=True, survey=found.survey)


@pages.get("/voice/<spoken>/<code>/<version>/<element>")
@opened("what is asked is no secret; only known questions are read")
@limiter.limit("120/minute", key_func=of_device)
def voice(spoken: str, code: str, version: str, element: str) -> Response:
    """A question and its answers, read aloud: audio/wav or audio/ogg. NotFound."""
    with the_hall().view() as conn:
        known = voices.find(conn, spoken, code, version, element)
    path = known and audio(voices.folder(), known)
    if path is None:
        raise NotFound(what="voice")
    # Asked for anew each time (an office may replace a recording), and sent only when it is another.
    return send_file(path, mimetype=f"audio/{path.suffix[1:]}", conditional=True, max_age=0)


@pages.post("/answers")
@opened(TOKEN_IS_KEY)
@limiter.limit("60/minute", key_func=of_device)
def answer() -> Response:
    """Takes one whole sheet. SurveyUsed, SurveyNotOpen, SurveyOver, NotFound, BadRequest, TooManyRequests."""
    sheet = read_sheet(request.get_data())
    actor = current_actor()
    if sheet.token == PREVIEW and actor is not None and actor.role in MANAGERS:
        return jsonify(ok=True, preview=True)
    # A phone that calls itself a kiosk is a phone.
    channel = sheet.channel if actor is not None else "phone"
    hand_in(sheet, channel, actor.key if actor else bursts.nameless(get_remote_address(), request.user_agent.string))
    return jsonify(ok=True)


def hand_in(sheet: Sheet, channel: str, device: str | None, office_id: int | None = None) -> None:
    """Keeps the answers and spends the ticket's survey; `office_id`: of this office only; `device`: whose bursts are
    looked at (None: nobody's, an integration answers for what it sends)."""
    found = find(sheet.token)
    if found is None or office_id not in (None, found.ticket.office_id):
        raise NotFound(what="ticket")
    # Anonymous: the answers are no parameters of the order. What the hall remembers of an order (a hash of its
    # parameters, beside the ticket's id) must not be a key to them, and nine answers of four are guessed from a hash.
    visitor = Actor("visitor", found.ticket.id, "visitor", found.ticket.office_id)
    order = Order(visitor, "answer_survey", {"token": sheet.token}, sheet.request_id)
    the_hall().run(order, _submitting(sheet, channel, device))


def find(token: str) -> Found | None:
    """The ticket of a token, and whether it may answer."""
    hall = the_hall()
    with hall.view() as conn:
        row = _ticket.one(conn, token=token)
        if row is None:
            return None
        office = hall.catalogue(conn, row.office_id)
        today = hall.today(office)
        return Found(row, row.language, asking.survey_state(office, row, today), office, today)


def _submitting(sheet: Sheet, channel: str, device: str | None) -> Any:
    """The action with the answers inside it."""

    def submit(work: Work, token: str) -> Answer:
        forms = forms_of(sheet, work.office, own_codes(work, sheet))
        at, most = work.reading.tick, MOST_A_MINUTE["one_touch" if "S" in sheet.scores else "full"]
        crowded = device is not None and bursts.crowded(device, at, most)
        given = len(sheet.scores) + len(sheet.extras)
        flags = flags_of(sheet.scores.values(), given, sheet.took_ms, crowded)
        done = asking.submit(work, token, forms, sheet.about_known, sheet.remark, channel, flags)
        if device is not None:
            bursts.given(device, at)
        return done

    return submit


def own_codes(work: Work, sheet: Sheet) -> list[str]:
    """Codes of all own questions that the office ever asked: who read one may answer it, even if it is gone by now."""
    if not sheet.extras:
        return []
    return [asked.extra_code(row.id) for row in asked.extras(work.conn, work.office_id, active=False)]


def page_of(office: Catalogue | None, more: dict[str, Any]) -> str:
    """The page; `more`: channel, language, and for one ticket token and survey. Without an office it asks nothing."""
    hall: Hall = the_hall()
    what: dict[str, Any] = {"mode": "full", "layout": "one", "instruments": [], "respondent": [], "extras": []}
    what |= {"one_touch": None, "versions": {}}
    if office is not None:
        g.office_id = office.office_id  # its own look
        with hall.view() as conn:
            what = asked.asked(conn, office, hall.today(office))
    count = 1 if what["one_touch"] else sum(len(one["questions"]) for one in what["instruments"]) + len(what["extras"])
    page = {
        "csrf": generate_csrf(),
        "words": both(partial(words, count)),
        "timing": TIMING,
        "office": office.name if office else "",
        "voice": voices.addresses(what),
        **what,
        **more,
    }
    return render_template("survey/survey.html", page=page, say=page["words"][page["language"]])


def _own_office() -> Catalogue:
    hall = the_hall()
    with hall.view() as conn:
        return hall.catalogue(conn, g.actor.office_id)
