"""Where a manager publishes: what exactly becomes public is seen first; what was published where and when stays."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection, select

from ptsp import publishing
from ptsp import records as r
from ptsp.area_six import main_instrument
from ptsp.catalogue import Catalogue
from ptsp.errors import PtspError
from ptsp.periods import BadPeriod, Period, containing, free, parse, with_data
from ptsp.publishing import Publication
from ptsp.tallies import FEWEST
from survey.public.around import agreeing
from survey.public.content import SURVEYS, compose, composing
from survey.public.words import context, in_words, kind_words, survey_word
from web.auth import needs, the_hall
from web.errors import in_words as refusal_in_words
from web.errors import status_of
from web.managers import MANAGERS, acting, carry_out, office_of, show

pages = Blueprint("publishing", __name__, url_prefix="/office/survey/published")
pages.context_processor(context)
CHOOSABLE = ("quarter", "semester", "year", "month")
MOST_MONTHS = 24


class Chosen(NamedTuple):
    """What is to be published."""

    survey: str
    period: Period


@pages.get("/")
@needs(*MANAGERS)
def overview() -> str:
    """Choose, see, publish; and the log."""
    return _page()


@pages.post("/")
@needs(*MANAGERS)
def publish() -> Any:
    """Publishes what was previewed on the page, the boards, or both."""
    chosen = _chosen(request.form)
    kinds = [kind for kind in publishing.SHOWN if kind in request.form.getlist("kind")]
    action = partial(publishing.publish, compose=composing(*chosen))
    what = {"survey": chosen.survey, "first": chosen.period.first, "last": chosen.period.last}
    try:
        carry_out("publish", action, **what, kinds=kinds, digest=request.form.get("digest", ""))
    except PtspError as error:
        return _refused(error)
    return redirect(url_for("publishing.overview", done="published"), 303)


@pages.post("/report")
@needs(*MANAGERS)
def report() -> Any:
    """Notes a publication outside this system."""
    chosen, form = _chosen(request.form), request.form
    what = {"survey": chosen.survey, "first": chosen.period.first, "last": chosen.period.last}
    where = {"kind": form.get("where", ""), "place": form.get("place", ""), "day": form.get("day", "")}
    try:
        carry_out("report_publication", publishing.report, **what, **where)
    except PtspError as error:
        return _refused(error)
    return redirect(url_for("publishing.overview", done="noted"), 303)


@pages.post("/<int:publication_id>/withdraw")
@needs(*MANAGERS)
def withdraw(publication_id: int) -> Any:
    """The public does not find it any more."""
    carry_out("withdraw_publication", publishing.withdraw, publication_id=publication_id)
    return redirect(url_for("publishing.overview", done="withdrawn"), 303)


def _refused(error: PtspError) -> tuple[str, int]:
    """The page again, with what was wrong."""
    words = {
        "kinds": _("Please choose the page, the boards, or both."),
        "period": _("Please choose a period."),
        "running": _("This period is not over yet. Results are published when its last day is over."),
        "few": _("Fewer than 5 answers, or an element without any: there is no index to publish."),
        "changed": _("New answers have come in since you looked. Please look at the figures again."),
        "close": _close_words(),
        "place": _("Please say where: up to 300 characters."),
        "day": _("Please give the day on which it was published: not before the period, and not after today."),
    }
    return _page(words.get(error.facts.get("reason", ""), refusal_in_words(error))), status_of(error)


def _chosen(sent: Any) -> Chosen:
    """From an address or a form; without a (good) choice the last quarter that is over, of the main survey."""
    office = office_of(acting())
    today = the_hall().today(office)
    survey = sent.get("survey") if sent.get("survey") in SURVEYS else main_instrument(office)
    try:
        own = sent.get("first") and sent.get("last")
        period = free(sent["first"], sent["last"]) if own else parse(sent.get("period", ""))
    except BadPeriod:
        period = containing("quarter", today).previous()
    return Chosen(survey, period)


def _page(error: str | None = None) -> str:
    hall, actor = the_hall(), acting()
    chosen = _chosen(request.values)
    with hall.view() as conn:
        office = hall.catalogue(conn, actor.office_id)
        today = hall.today(office)
        content = compose(hall, conn, office, *chosen)
        log = publishing.log(conn, office.office_id)
        public = publishing.on_show(conn, office.office_id, "page")
        people = _people(conn, office)
        choices = _choices(conn, office, today)
    done = {
        "published": _("The results are public."),
        "noted": _("Written down."),
        "withdrawn": _("Withdrawn: the public does not find it any more."),
    }
    return show(
        "survey/public/publish.html",
        active="survey",
        chosen=chosen,
        choices=choices,
        surveys=[(code, survey_word(code)) for code in SURVEYS],
        result=in_words(agreeing(content, public)),
        digest=publishing.digest_of(content),
        ready=_why_not(content, chosen, today, log),
        close_words=_close_words(),
        counts=_counts(office, chosen),
        short=max(0, content["needed"] - content["n"]),
        since=_since(office, log, chosen),
        log=[_entry(office, one, people) for one in log],
        kinds=kind_words(),
        today=today,
        public=office.setting("public_results"),
        boards=office.setting("results_on_board"),
        error=error,
        done=done.get(request.args.get("done", "")) if error is None else None,
    )


def _close_words() -> str:
    return _("It differs from what was public before by fewer than 5 answers: those few could be worked out.")


def _why_not(content: dict[str, Any], chosen: Chosen, today: str, log: list[Publication]) -> str:
    """ "" when it can be published, else the reason: few, running or close."""
    if content["n"] < FEWEST or content["index"] is None:
        return "few"
    if chosen.period.last >= today:
        return "running"
    period = chosen.period
    return "close" if publishing.too_close(log, chosen.survey, period.first, period.last, content["n"]) else ""


def _counts(office: Catalogue, chosen: Chosen) -> bool:
    """Whether a publication of it counts for the calendar: of the main survey, of a quarter at least."""
    quarter = containing("quarter", chosen.period.first)
    whole = quarter if quarter.first == chosen.period.first else quarter.next()
    return chosen.survey == main_instrument(office) and whole.last <= chosen.period.last


def _since(office: Catalogue, log: list[Publication], chosen: Chosen) -> str:
    """Since when results of the same survey and period are public ("03.08.2026"), or ""."""
    wanted = (chosen.survey, chosen.period.first, chosen.period.last)
    shown = [one for one in log if one.shown and one.content and (one.survey, one.first_day, one.last_day) == wanted]
    return f"{office.schedule.local(shown[0].at):%d.%m.%Y}" if shown else ""


def _choices(conn: Connection, office: Catalogue, today: str) -> list[tuple[str, list[Period]]]:
    """(kind, periods that are over and have data, newest first)."""
    found = []
    for kind in CHOOSABLE:
        periods = [one for one in with_data(conn, office.office_id, kind, today) if one.last < today]
        found.append((kind, periods[:MOST_MONTHS]))
    return [(kind, periods) for kind, periods in found if periods]


def _people(conn: Connection, office: Catalogue) -> dict[int, str]:
    p = r.person.c
    return {row.id: row.name for row in conn.execute(select(p.id, p.name).where(p.office_id == office.office_id))}


def _entry(office: Catalogue, one: Publication, people: dict[int, str]) -> dict[str, Any]:
    withdrawn = one.withdrawn_at and office.schedule.local(one.withdrawn_at)
    return {
        "row": one,
        "at": office.schedule.local(one.at),
        "by": people.get(one.person_id or 0, ""),
        "survey": survey_word(one.survey),
        "period": period_of(one.first_day, one.last_day),
        "withdrawn": withdrawn,
    }


def period_of(first: str, last: str) -> Period:
    """The named period that these days are, or the days themselves."""
    named = (containing(kind, first) for kind in CHOOSABLE)
    return next((one for one in named if (one.first, one.last) == (first, last)), Period("free", first, last))
