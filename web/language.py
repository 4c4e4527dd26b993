"""Indonesian first, English second: which of the two this reader wants."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, Response, g, has_request_context, jsonify, redirect, request
from flask_babel import Babel, force_locale

LANGUAGES = ("id", "en")
YEAR = 365 * 24 * 3600
# One slash, no backslash, nothing invisible: browsers drop tabs and line ends, and "/<tab>/" would be "//".
_LOCAL = re.compile(r"/(?!/)[^\x00-\x20\x7f\\]*")

pages = Blueprint("language", __name__)


def language() -> str:
    """ "id" or "en" of the present request."""
    if not has_request_context():
        return "id"
    if request.path.startswith("/api/"):
        return request.accept_languages.best_match(LANGUAGES, "id") or "id"
    chosen = g.get("language") or request.cookies.get("language")
    return chosen if chosen in LANGUAGES else "id"


def both(words: object) -> dict[str, object]:
    """Calls ``words()`` once in each language: {"id": ..., "en": ...}, for pages that switch without reload."""
    result = {}
    for one in LANGUAGES:
        with force_locale(one):
            result[one] = words()  # type: ignore[operator]
    return result


@pages.post("/language")
def choose() -> Response:
    """Remembers the language in a cookie; goes back to the page (forms) or answers JSON (scripts)."""
    data = fields()
    chosen = data.get("language") if data.get("language") in LANGUAGES else "id"
    target = str(data.get("next") or "/")
    response = jsonify(ok=True) if request.is_json else redirect(local_path(target), 303)
    response.set_cookie("language", chosen, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    return response  # type: ignore[return-value]


# What @opened says elsewhere (web.auth imports this file).
choose.needs = ("everybody", "a language is no secret")  # type: ignore[attr-defined]


def local_path(target: str) -> str:
    """A path on this server, or "/": never somewhere else (open redirects)."""
    return target if _LOCAL.fullmatch(target) else "/"


def fields() -> Mapping[str, Any]:
    """What a form or a script sent: the form's fields, or the JSON object's ({} for any other JSON)."""
    sent = request.get_json(silent=True) if request.is_json else request.form
    return sent if isinstance(sent, Mapping) else {}


def init_app(app: Flask) -> None:
    """Registers Babel and the switch."""
    Babel(app, default_locale="id", locale_selector=language, default_translation_directories="translations")
    app.jinja_env.globals["language"] = "id"

    @app.context_processor
    def words() -> dict[str, str]:
        return {"language": language()}

    app.register_blueprint(pages)
