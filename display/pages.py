"""The hall board. Everything on it arrives by the live connection (audience "board"); see docs/architecture.md."""

from __future__ import annotations

from flask import Blueprint, render_template

from display.words import board_words
from web.auth import STAFF, needs
from web.language import language

# Seconds without a call until a published result takes the left side, how long it stands, and how long it then rests.
SLIDE = {"quiet": 60, "stands": 20, "rests": 40}

pages = Blueprint("display", __name__, url_prefix="/display", template_folder="templates", static_folder="static")


@pages.get("/")
@needs("board", *STAFF)
def board() -> str:
    """The page is empty but for its frame: the first snapshot fills it."""
    page = {"language": language(), "words": board_words(), "slide": SLIDE}
    return render_template("display/board.html", page=page)
