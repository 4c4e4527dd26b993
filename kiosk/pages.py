"""The kiosk's page. Everything on it arrives by the live connection (audience "kiosk"); see docs/architecture.md."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask_babel import force_locale
from flask_wtf.csrf import generate_csrf

from kiosk.words import words

kiosk = Blueprint("kiosk", __name__, url_prefix="/kiosk", template_folder="templates", static_folder="static")

LANGUAGES = ("id", "en")
# Seconds: silence before the screen asks, time to answer, and how long a ticket stays with and without its paper.
TIMING = {"idle": 30, "warning": 10, "ticket": 20, "photograph": 45, "longer": 30}


def both_languages() -> dict[str, Any]:
    """{"id": words, "en": words}."""
    found = {}
    for language in LANGUAGES:
        with force_locale(language):
            found[language] = words()
    return found


@kiosk.get("/")
def home() -> str:
    """The kiosk always begins in Indonesian, whatever the last visitor or the browser prefers."""
    page = {"language": "id", "words": both_languages(), "timing": TIMING, "csrf": generate_csrf()}
    with force_locale("id"):
        return render_template("kiosk/kiosk.html", page=page, say=page["words"]["id"])
