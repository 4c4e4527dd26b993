"""Today, live; earlier days as they were; a day as a sheet."""

from __future__ import annotations

from datetime import date

from flask import Response, request

from office.blueprint import MANAGERS, acting, pages, show
from office.day_csv import day_csv
from office.picture import day_picture
from ptsp.form_errors import NotADate
from web.auth import needs, the_hall
from web.language import language


@pages.get("/")
@needs(*MANAGERS)
def today() -> str:
    """The frame; the live connection (audience "office") fills it."""
    return show("office/today.html", {"live": True}, active="today", day=_today())


@pages.get("/day")
@needs(*MANAGERS)
def day() -> str:
    """One service day, as the book tells it."""
    hall, actor, chosen = the_hall(), acting(), _chosen_day()
    with hall.view() as conn:
        office = hall.catalogue(conn, actor.office_id)
        picture = day_picture(hall, conn, office, chosen, hall.clock.read().tick)
    return show("office/day.html", {"live": False, "picture": picture}, active="day", day=chosen, latest=_today())


@pages.get("/day.csv")
@needs(*MANAGERS)
def sheet() -> Response:
    """The visits of a day as CSV."""
    hall, actor, chosen = the_hall(), acting(), _chosen_day()
    with hall.view() as conn:
        text = day_csv(conn, hall.catalogue(conn, actor.office_id), chosen, language())
    headers = {"Content-Disposition": f'attachment; filename="{chosen}.csv"'}
    return Response(text, mimetype="text/csv", headers=headers)


def _chosen_day() -> str:
    """The ISO date asked for, else today. NotADate for anything else."""
    asked = request.args.get("day") or _today()
    try:
        return date.fromisoformat(asked).isoformat()
    except ValueError as error:
        raise NotADate from error


def _today() -> str:
    hall, actor = the_hall(), acting()
    with hall.view() as conn:
        office = hall.catalogue(conn, actor.office_id)
    return hall.today(office)
