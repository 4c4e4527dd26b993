"""An office's own look: its accent as a stylesheet, its logo. Nothing inline, nothing from outside."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, g, url_for
from flask_login import current_user
from sqlalchemy import select

from ptsp import records as r
from ptsp.colour import soft
from ptsp.errors import NotFound
from ptsp.logo import logo_of
from web.auth import opened, the_hall

pages = Blueprint("theme", __name__)
MINUTES_5, YEAR = 300, 365 * 24 * 3600


@pages.get("/theme/<int:office_id>.css")
@opened("a colour is no secret")
def sheet(office_id: int) -> Response:
    """The accent of an office; empty while it keeps the house's green."""
    accent, _logo = _look(office_id)
    css = f":root {{ --accent: {accent}; --on-accent: #ffffff; --accent-soft: {soft(accent)}; }}\n" if accent else ""
    response = Response(css, content_type="text/css")
    response.headers["Cache-Control"] = f"public, max-age={MINUTES_5}"
    return response


@pages.get("/theme/<int:office_id>/<name>.png")
@opened("a logo is no secret")
def picture(office_id: int, name: str) -> Response:
    """The office's logo. Its name changes with the picture, so browsers may keep it."""
    hall = the_hall()
    with hall.view() as conn:
        known = hall.catalogue(conn, office_id).setting("logo") == name
        content = logo_of(conn, office_id) if known else b""
    if not content:
        raise NotFound(what="logo")
    response = Response(content, content_type="image/png")
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


def _look(office_id: int) -> tuple[str, str]:
    """Its accent and the name of its logo; "" for what it has not set."""
    hall = the_hall()
    with hall.view() as conn:
        office = hall.catalogue(conn, office_id)
    return office.setting("accent"), office.setting("logo")


def _office_of_this_page() -> int | None:
    """The office that the page is about (`g.office_id`); else of whoever looks; else the only office there is."""
    if "office_id" in g:
        return int(g.office_id)
    actor = g.get("actor") or (current_user.actor if current_user.is_authenticated else None)
    if actor:
        return int(actor.office_id)
    with the_hall().view() as conn:
        found = conn.execute(select(r.office.c.id).limit(2)).scalars().all()
    return found[0] if len(found) == 1 else None


def init_app(app: Flask) -> None:
    """Gives every page `theme_href` when its office has an accent, `logo_href` when it has a logo."""
    app.register_blueprint(pages)

    @app.context_processor
    def theme() -> dict[str, str | None]:
        try:
            office_id = _office_of_this_page()
            accent, logo = _look(office_id) if office_id else ("", "")
        except Exception:  # an error page must come up even when the database does not answer
            accent = logo = ""
        return {
            "theme_href": url_for("theme.sheet", office_id=office_id) if accent else None,
            "logo_href": url_for("theme.picture", office_id=office_id, name=logo) if logo else None,
        }
