"""Opening and closing beyond the published hours: by hand, until a moment; then the hours rule again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _

from office.blueprint import MANAGERS, acting, carry_out, office_of, pages, show
from ptsp import opening
from ptsp.catalogue import Catalogue
from ptsp.errors import BadRequest
from ptsp.schedule import WEEKDAYS
from web.auth import needs, the_hall
from web.errors import in_words, status_of
from web.language import language
from web.picture import DAYS, clock_words, hall_state

DEEDS = {"open": opening.open_hall, "close": opening.close_hall}


@pages.get("/hours")
@needs(*MANAGERS)
def hours() -> str:
    """Whether the hall is open, and the week's hours."""
    return _page()


@pages.post("/hours/<deed>")
@needs(*MANAGERS)
def change_hours(deed: str) -> Any:
    """open or close until a moment; or back to the published hours."""
    try:
        if deed == "published":
            carry_out("by_the_hours", opening.by_the_hours)
        elif deed in DEEDS:
            carry_out(f"{deed}_hall", DEEDS[deed], until_at=_moment(office_of(acting())))
        else:
            raise BadRequest(reason="deed")
    except BadRequest as error:
        reason = (
            _("Please choose a moment that is still to come.")
            if error.facts.get("reason") == "until"
            else in_words(error)
        )
        return _page(reason), status_of(error)
    return redirect(url_for("office.hours"), 303)


def _moment(office: Catalogue) -> int:
    """The local date and time of the form, in ms UTC. BadRequest("until") for what cannot be read."""
    try:
        local = datetime.fromisoformat(f"{request.form['date']}T{request.form['time']}")
    except (KeyError, ValueError) as error:
        raise BadRequest(reason="until") from error
    return int(local.replace(tzinfo=office.schedule.zone).timestamp() * 1000)


def _page(error: str | None = None) -> str:
    office, reading = office_of(acting()), the_hall().clock.read()
    now = office.schedule.local(reading.at)
    by_hand = max(office.schedule.open_until, office.schedule.closed_until)
    return show(
        "office/hours.html",
        active="hours",
        hall=hall_state(office, reading),
        by_hand=office.schedule.local(by_hand) if by_hand > reading.at else None,
        week=_week(office, now.date()),
        now=now,
        later=now + timedelta(hours=2),
        error=error,
    )


def _week(office: Catalogue, today: date) -> list[dict[str, Any]]:
    """The coming seven days: name, date, hours as words, holiday's name."""
    found = []
    for offset in range(len(WEEKDAYS)):
        day = today + timedelta(days=offset)
        hours_of = office.schedule.hours(day)
        pause = hours_of.pause if hours_of else None
        found.append(
            {
                "name": DAYS[language()][day.weekday()],
                "date": day,
                "hours": f"{_clock(hours_of.opens)}-{_clock(hours_of.closes)}" if hours_of else None,
                "pause": f"{_clock(pause[0])}-{_clock(pause[1])}" if pause else None,
                "holiday": office.schedule.holiday(day),
            }
        )
    return found


def _clock(moment: Any) -> str:
    return clock_words(datetime.combine(date.min, moment))
