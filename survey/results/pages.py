"""The managers' dashboard: what the answers of a period say, on one page. All of it is in `satisfaction.Figures`.

GET /office/survey/?period=2026-T3&instrument=skm-9        or ?first=2026-07-01&last=2026-08-15
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, select

from ptsp import asking, periods
from ptsp import records as r
from ptsp.catalogue import Catalogue
from ptsp.elements import ELEMENTS, ONE_TOUCH, SKM
from ptsp.periods import BadPeriod, Period
from ptsp.satisfaction import figures
from survey.report.words import longer_note
from survey.results import pictures, words
from web.auth import needs, the_hall
from web.managers import MANAGERS, acting, add_door, carry_out, office_of, show

pages = Blueprint("results", __name__, url_prefix="/office/survey")
add_door(30, "survey", "results.overview", _l("Survey"))

# Kind -> how many of its periods are offered, newest first.
OFFERED = {"quarter": 8, "month": 12, "semester": 4, "year": 5}
FULL = tuple(code for code in ELEMENTS if code != ONE_TOUCH)


@pages.get("/")
@needs(*MANAGERS)
def overview() -> Any:
    """A period's figures; the running quarter's when none is asked for. What is no period is said, with status 400."""
    hall, office = the_hall(), office_of(acting())
    today = hall.today(office)
    period, error = _asked(today)
    with hall.view() as conn:
        instruments = _instruments(conn, office, period)
        instrument = request.args.get("instrument", instruments[0])
        if instrument not in FULL:
            instrument, error = instruments[0], _("There is no such survey.")
        found = figures(hall, conn, office, period, instrument)
        offered = [(kind, periods.with_data(conn, office.office_id, kind, today)[:n]) for kind, n in OFFERED.items()]
        questions = _own_questions(conn, office)
        box = asking.in_box(hall, conn, office.office_id) if period.has(today) else []
        may_count = asking.enough(box, today) and not asking.counted_today(conn, office, today)
    counted = _("The answers are counted; a rest of fewer than five waits.")
    page = show(
        "survey/results/overview.html",
        active="survey",
        f=found,
        w=words.of(office, found, questions),
        longer=longer_note(found),
        trend=pictures.trend(found.trend),
        quadrants=pictures.quadrants(found.drivers),
        offered=[(kind, words.kind_name(kind), some) for kind, some in offered],
        instruments=sorted({*instruments, instrument}, key=FULL.index),
        waiting=len(box),
        wait_days=asking.WAIT_DAYS,
        may_count=may_count,
        error=error,
        done=counted if request.args.get("done") == "counted" else None,
    )
    return (page, 400) if error else page


@pages.post("/count")
@needs(*MANAGERS)
def count() -> Any:
    """Counts the answers in the box before the evening (once a day); back to the period that was shown."""
    carry_out("count_now", asking.count_now)
    kept = {name: request.form[name] for name in ("period", "instrument") if request.form.get(name)}
    return redirect(url_for("results.overview", done="counted", **kept), 303)


def _asked(today: str) -> tuple[Period, str]:
    """The period asked for, or the running quarter and why it is that."""
    asked = request.args
    try:
        if asked.get("first") or asked.get("last"):
            return periods.free(asked.get("first", ""), asked.get("last", "")), ""
        if asked.get("period"):
            return periods.parse(asked["period"]), ""
    except BadPeriod:
        return periods.containing("quarter", today), _("This is no period. The running quarter is shown instead.")
    return periods.containing("quarter", today), ""


def _instruments(conn: Connection, office: Catalogue, period: Period) -> list[str]:
    """The surveys that the office asks, the main one first, and those that have answers about this time."""
    asked = [code for code in office.setting("survey_instruments") if code in FULL]
    y = r.tally.c
    where = (y.office_id == office.office_id, y.subject == "answers", y.grain == "month", y.dimension == "all")
    months = (y.period >= period.first[:7], y.period <= period.last[:7])
    had = set(conn.execute(select(y.instrument).where(*where, *months).distinct()).scalars())
    return list(dict.fromkeys([*asked, *(code for code in FULL if code in had)])) or [SKM]


def _own_questions(conn: Connection, office: Catalogue) -> dict[str, Any]:
    """The office's own questions by the code of their answers: {"text": ..., "answers": ...}."""
    x = r.extra_question
    rows = conn.execute(select(x).where(x.c.office_id == office.office_id))
    return {f"X{row.id}": {"text": row.text, "answers": row.answers} for row in rows}
