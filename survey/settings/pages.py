"""The manager's page of the survey: what is asked and how, what is shown, who signs, and the office's own questions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _

from ptsp import surveying
from ptsp.catalogue import DEFAULTS
from ptsp.errors import BadRequest, Conflict, NotFound
from survey import asked, instruments
from survey.instruments import Instrument
from survey.settings import reading
from web.auth import needs, the_hall
from web.errors import in_words, status_of
from web.managers import MANAGERS, acting, carry_out, office_of, show

pages = Blueprint("survey_settings", __name__, url_prefix="/office/survey/settings")

DEEDS = ("up", "off", "on")
AGREEMENT = (
    {"id": "Sangat tidak setuju", "en": "Strongly disagree"},
    {"id": "Tidak setuju", "en": "Disagree"},
    {"id": "Setuju", "en": "Agree"},
    {"id": "Sangat setuju", "en": "Strongly agree"},
)
NAMES = (
    "survey_instruments", *reading.CHOICES, *reading.SWITCHES, *reading.NUMBERS, *reading.WORDS,
    "letterhead", "signer_number",
)  # fmt: skip


@pages.get("/")
@needs(*MANAGERS)
def settings() -> str:
    """All settings of the survey."""
    return _page(done=_("The settings are kept.") if "kept" in request.args else None)


@pages.post("/")
@needs(*MANAGERS)
def change() -> Any:
    """Keeps all settings of the form, or says by each field what is wrong with it."""
    found, wrong = reading.read(request.form)
    if wrong:
        return _page(values=found, wrong=wrong, error=_("Some fields need another look. Nothing was kept.")), 400
    carry_out("set_survey", surveying.set_survey, settings=found)
    return redirect(url_for("survey_settings.settings", kept=1), 303)


@pages.post("/questions")
@needs(*MANAGERS)
def add_question() -> Any:
    """A new own question, or other wording in the place of one (`replaces`)."""
    text, answers, whole = reading.read_question(request.form)
    replaces = request.form.get("replaces", type=int)
    question = {"text": text, "answers": answers, "replaces": replaces}
    if not whole:
        return _page(question=question, error=_("A question needs its words and four answers, in both languages.")), 400
    try:
        carry_out("add_question", surveying.add_question, **question)
    except (BadRequest, Conflict, NotFound) as error:
        return _page(question=question, error=in_words(error)), status_of(error)
    return redirect(url_for("survey_settings.settings", _anchor="questions"), 303)


@pages.post("/questions/<int:question_id>/<deed>")
@needs(*MANAGERS)
def change_question(question_id: int, deed: str) -> Any:
    """up: asked earlier; off: asked no more; on: asked again."""
    try:
        if deed == "up":
            carry_out("raise_question", surveying.raise_question, question_id=question_id)
        elif deed in DEEDS:
            carry_out("switch_question", surveying.switch_question, question_id=question_id, active=deed == "on")
        else:
            raise BadRequest(reason="deed")
    except (BadRequest, Conflict, NotFound) as error:
        return _page(error=in_words(error)), status_of(error)
    return redirect(url_for("survey_settings.settings", _anchor="questions"), 303)


def _page(
    values: dict[str, Any] | None = None,
    wrong: dict[str, str] | None = None,
    question: dict[str, Any] | None = None,
    error: str | None = None,
    done: str | None = None,
) -> str:
    office = office_of(acting())
    with the_hall().view() as conn:
        own = asked.extras(conn, office.office_id, active=False)
    return show(
        "survey/settings.html",
        active="survey",
        values={name: office.setting(name) for name in NAMES} | (values or {}),
        defaults=DEFAULTS,
        limits=reading.NUMBERS,
        longest=reading.WORDS,
        wrong=wrong or {},
        instruments=[instruments.load(code) for code in reading.FULL],
        seconds=_seconds,
        own=[one for one in own if one.active] + [one for one in own if not one.active],
        most=surveying.MOST_QUESTIONS,
        question=question or _question(own),
        error=error,
        done=done,
    )


def _question(own: list[Any]) -> dict[str, Any]:
    """What the form of an own question begins with: the one to be worded anew (?change=), or a new one."""
    chosen = next((one for one in own if one.id == request.args.get("change", type=int)), None)
    if chosen is None:
        return {"text": {"id": "", "en": ""}, "answers": AGREEMENT, "replaces": None}
    return {"text": chosen.text, "answers": chosen.answers, "replaces": chosen.id}


def _seconds(instrument: Instrument) -> int:
    """About how long a visitor needs for it, in whole seconds."""
    return 6 * len(instrument.questions)
