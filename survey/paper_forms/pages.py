"""Typing in questionnaires that were filled in on paper: one page, by keyboard, sheet after sheet."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ptsp import paper_forms, tallies
from ptsp.asking import REMARK_LENGTH
from ptsp.catalogue import Catalogue
from ptsp.errors import BadRequest, Conflict
from ptsp.hall import Answer, Work
from survey import asked
from survey.answers import Sheet, forms_of
from survey.paper_forms.reading import read
from web.auth import STAFF, needs, the_hall
from web.errors import in_words, status_of
from web.managers import acting, add_door, carry_out, office_of, show

pages = Blueprint("paper_forms", __name__, url_prefix="/office/survey/paper")

# Managers come here from the survey's own pages.
add_door(30, "paper", "paper_forms.blank", _l("Paper forms"), ("officer", "info"))

# What stays for the next sheet of the pile.
STICKY = ("day", "hour_band", "service_id")
SHOWN = 20


@pages.get("/")
@needs(*STAFF)
def blank() -> str:
    """An empty sheet, with the day, hours and service of the one before."""
    kept = _("The form is kept. Ready for the next one.") if "kept" in request.args else None
    return _page(dict(request.args.items()), done=kept)


@pages.post("/")
@needs(*STAFF)
def enter() -> Any:
    """Keeps one sheet."""
    form = request.form
    try:
        sheet, facts = read(form)
        carry_out("enter_paper_form", _entering(sheet, facts), day=facts["day"])
    except (BadRequest, Conflict) as error:
        return _page(dict(form.items()), error=_words(error)), status_of(error)
    return redirect(url_for("paper_forms.blank", kept=1, **{name: form.get(name, "") for name in STICKY}), 303)


def _words(error: BadRequest | Conflict) -> str:
    sentences = {
        "day": _("Please give the day of the visit: not in the future, and at most a year ago."),
        "scores": _("Please give at least one answer."),
    }
    return sentences.get(str(error.facts.get("reason", "")), in_words(error))


def _entering(sheet: Sheet, facts: dict[str, Any]) -> Any:
    """The action with the sheet inside it: as with a ticket's, what is remembered of the order is no key to it."""

    def enter(work: Work, day: str) -> Answer:
        own = [asked.extra_code(row.id) for row in asked.extras(work.conn, work.office_id, active=False)]
        forms = forms_of(sheet, work.office, own)
        return paper_forms.enter(work, forms, {**facts, **sheet.about_known, "day": day}, sheet.remark)

    return enter


def _page(values: dict[str, Any], error: str | None = None, done: str | None = None) -> str:
    actor, hall = acting(), the_hall()
    office, reading = office_of(actor), hall.clock.read()
    today = office.schedule.service_day(reading.at)
    with hall.view() as conn:
        own = [asked.extra_picture(row) for row in asked.extras(conn, office.office_id)]
        entered = paper_forms.entered(conn, office.office_id, _midnight(office, reading.at))
        day = _day(values.get("day"), today)
        served = tallies.day_visits(conn, office, day)[("all", "")].n if day else 0
        answered = paper_forms.answered(conn, office.office_id, day) if day else 0
    by_person: dict[str, int] = {}
    for one in entered:
        by_person[one["name"]] = by_person.get(one["name"], 0) + 1
    whole = asked.full_instruments(office)
    return show(
        "survey/paper_form.html",
        active="survey" if actor.role in paper_forms.MANAGERS else "paper",
        values=values,
        today=today,
        day=day and date.fromisoformat(day),
        served=served,
        answered=answered,
        hour_bands=paper_forms.HOUR_BANDS,
        services=[(one, [s for s in one.services if s.active]) for one in office.sections if one.active],
        instruments=[one.picture for one in whole],
        own=own,
        remark_length=REMARK_LENGTH,
        entered=[{**one, "at": office.schedule.local(one["at"])} for one in entered[:SHOWN]],
        by_person=by_person,
        error=error,
        done=done,
    )


def _day(said: Any, today: str) -> str | None:
    """The day whose visits are told beside the form; None for what is no day yet."""
    try:
        day = date.fromisoformat(str(said or today)).isoformat()
    except ValueError:
        return None
    return day if day <= today else None


def _midnight(office: Catalogue, at: int) -> int:
    """When the local day of an instant began (ms UTC)."""
    today = office.schedule.local(at).date()
    return int(datetime.combine(today, time(), office.schedule.zone).timestamp() * 1000)
