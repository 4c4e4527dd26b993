"""The kiosk's page. Everything on it arrives by the live connection (audience "kiosk"); see docs/architecture.md."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_babel import force_locale
from flask_wtf.csrf import generate_csrf

from kiosk.words import words
from web.auth import STAFF, needs
from web.language import both

kiosk = Blueprint("kiosk", __name__, url_prefix="/kiosk", template_folder="templates", static_folder="static")

# Seconds: silence before the screen asks, time to answer, and how long a ticket stays with and without its paper.
TIMING = {"idle": 30, "warning": 10, "ticket": 20, "photograph": 45, "longer": 30}


@kiosk.get("/")
@needs("kiosk", *STAFF)
def home() -> str:
    """The kiosk always begins in Indonesian, whatever the last visitor or the browser prefers."""
    sentences = both(words)
    page = {"language": "id", "words": sentences, "timing": TIMING, "csrf": generate_csrf()}
    with force_locale("id"):
        return render_template("kiosk/kiosk.html", page=page, say=sentences["id"])
