"""An office's own accent, as a stylesheet: nothing inline, nothing from outside."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, g, url_for
from flask_login import current_user
from sqlalchemy import select

from ptsp import records as r
from ptsp.colour import soft
from web.auth import opened, the_hall

pages = Blueprint("theme", __name__)
MINUTES_5 = 300


@pages.get("/theme/<int:office_id>.css")
@opened("a colour is no secret")
def sheet(office_id: int) -> Response:
    """The accent of an office; empty while it keeps the house's green."""
    accent = _accent(office_id)
    css = f":root {{ --accent: {accent}; --on-accent: #ffffff; --accent-soft: {soft(accent)}; }}\n" if accent else ""
    response = Response(css, content_type="text/css")
    response.headers["Cache-Control"] = f"public, max-age={MINUTES_5}"
    return response


def _accent(office_id: int) -> str:
    hall = the_hall()
    with hall.view() as conn:
        return str(hall.catalogue(conn, office_id).setting("accent"))


def _office_of_this_page() -> int | None:
    """The office of whoever looks; else of the ticket shown; else the only office there is."""
    actor = g.get("actor") or (current_user.actor if current_user.is_authenticated else None)
    known = actor.office_id if actor else g.get("office_id")
    if known:
        return int(known)
    with the_hall().view() as conn:
        found = conn.execute(select(r.office.c.id).limit(2)).scalars().all()
    return found[0] if len(found) == 1 else None


def init_app(app: Flask) -> None:
    """Gives every page `theme_href`, when its office has an accent."""
    app.register_blueprint(pages)

    @app.context_processor
    def theme() -> dict[str, str | None]:
        try:
            office_id = _office_of_this_page()
            accent = _accent(office_id) if office_id else ""
        except Exception:  # an error page must come up even when the database does not answer
            accent = ""
        return {"theme_href": url_for("theme.sheet", office_id=office_id) if accent else None}
