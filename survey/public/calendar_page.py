"""The quarterly calendar: which surveys, publications and follow-ups are done or due, and what they earn today."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from ptsp import evidence
from ptsp.area_six import LEAST, Quarter, Year, read_year
from ptsp.catalogue import Catalogue
from ptsp.errors import BadRequest
from ptsp.periods import dotted
from survey.follow_up.words import unproved_words
from survey.public.publish_page import period_of
from survey.public.words import context, count, figure, kind_words, pick, survey_word
from web.auth import needs, the_hall
from web.managers import MANAGERS, acting, add_door, show

pages = Blueprint("calendar", __name__, url_prefix="/office/calendar")
pages.context_processor(context)
add_door(60, "calendar", "calendar.year", _l("Calendar"))
EARLIEST = 2000


@pages.get("/")
@needs(*MANAGERS)
def year() -> str:
    """A year (?year=2026), by default the one that runs."""
    hall, actor = the_hall(), acting()
    with hall.view() as conn:
        office = hall.catalogue(conn, actor.office_id)
        today = hall.today(office)
        wanted = _wanted(today)
        found = read_year(hall, conn, office, wanted, today)
        unproved = evidence.unproved(conn, found.done_lines)
    return show(
        "survey/public/calendar.html",
        active="calendar",
        year=wanted,
        this_year=int(today[:4]),
        today=today,
        survey=survey_word(found.instrument),
        quarters=[_quarter(office, one) for one in found.quarters],
        marks=_marks(found, unproved),
        next=_next(found) if wanted == int(today[:4]) else None,
        least=LEAST,
        kinds=kind_words(),
    )


def _wanted(today: str) -> int:
    this_year = int(today[:4])
    asked = request.args.get("year", str(this_year))
    if not asked.isascii() or not asked.isdigit() or not EARLIEST <= int(asked) <= this_year + 1:
        raise BadRequest(reason="year")
    return int(asked)


def _quarter(office: Catalogue, one: Quarter) -> dict[str, Any]:
    """What a card shows."""
    published = [
        {
            "kind": each.kind,
            "period": pick(period_of(each.first_day, each.last_day).label),
            "place": each.place,
            "on": f"{office.schedule.local(each.at):%d.%m.%Y}",
            "where": each.where,
        }
        for each in reversed(one.published)
    ]
    return {
        "it": one,
        "name": pick(one.period.label),
        "dates": one.period.dates,
        "n": count(one.n),
        "goal": count(one.goal) if one.visitors else None,
        "ikm": figure(str(one.ikm)) if one.ikm is not None else None,
        "index": figure(f"{float(one.index):.2f}") if one.index is not None and one.ikm is None else None,
        "published": published,
        "done": sum(line.status == "done" for line in one.lines),
        "lines": sum(line.status != "dropped" for line in one.lines),
        "until": dotted(min((line.ends_on for line in one.open_lines), default="")),
    }


def _marks(found: Year, unproved: int) -> list[dict[str, Any]]:
    """The three questions of Area 6 iv: rule of the sheet, what is there, the mark."""
    public = [(one.online, one.offline) for one in found.due]
    return [
        {
            "question": _("Is the survey held regularly?"),
            "rule": _("Four times a year or more A, three times B, twice C, once D."),
            "now": ngettext("%(num)s survey so far this year", "%(num)s surveys so far this year", found.held),
            "mark": found.count_mark,
        },
        {
            "question": _("Can everybody see the results?"),
            "rule": _(
                "Published online and offline A, offline only B. The sheet has no mark for online only: one way of two "
                "is counted as B. The lowest of the surveys counts."
            ),
            "now": _(
                "%(online)s of %(all)s online, %(offline)s of %(all)s offline",
                online=sum(online for online, _offline in public),
                offline=sum(offline for _online, offline in public),
                all=len(public),
            ),
            "mark": found.public_mark,
        },
        {
            "question": _("Are the results followed up?"),
            "rule": _(
                "All followed up A, most B, a few C. Each survey that is over is one result, published or not; it "
                "counts when a line about it is done and none is open."
            ),
            "now": _("%(done)s of %(all)s results followed up", done=found.share.done, all=found.share.whole),
            "percent": round(100 * found.share.done / found.share.whole) if found.share.whole else None,
            "note": unproved_words(unproved),
            "mark": found.follow_mark,
        },
    ]


def _next(found: Year) -> dict[str, Any]:
    """The one sentence, and the page where it is done."""
    deed, quarter = found.next_step()
    name = pick(quarter.period.label) if quarter else ""
    code = quarter.period.code if quarter else ""
    missing = quarter.missing if quarter else 0
    last = dotted(quarter.period.last) if quarter else ""
    until = dotted(min((line.ends_on for line in quarter.open_lines), default="")) if quarter else ""
    foreseen = quarter.foreseen if quarter else None
    estimated = " " + _("That sample is an estimate for the end of the quarter.") if foreseen else ""
    publish = ("publishing.overview", {"period": code, "survey": found.instrument})
    follow: tuple[str, dict[str, str]] = ("follow_up.register", {})
    said = {
        "publish": (_("Publish the results of %(period)s on the public page.", period=name), publish),
        "poster": (_("Hang up the poster of %(period)s and write down where.", period=name), publish),
        "plan": (_("Write down what is done about the results of %(period)s.", period=name), follow),
        "overdue": (_("Finish what is overdue about %(period)s.", period=name), follow),
        "collect": (
            ngettext(
                "Collect %(n)s more answer by %(day)s: then the sample of %(period)s is complete.",
                "Collect %(n)s more answers by %(day)s: then the sample of %(period)s is complete.",
                missing, n=count(missing), day=last, period=name,
            ) + estimated,
            None,
        ),
        "do": (_("Finish the follow-up of %(period)s: the next is due on %(day)s.", period=name, day=until), follow),
        "wait": (_("Everything is done that can be done today."), None),
    }  # fmt: skip
    sentence, where = said[deed]
    return {"deed": deed, "sentence": sentence, "where": where}
