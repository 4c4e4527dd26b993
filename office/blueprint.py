"""The managers' room as a Flask blueprint; the frame of its pages is in web/managers.py."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from office.words import words
from web import managers
from web.managers import MANAGERS, acting, add_door, carry_out, office_of

pages = Blueprint("office", __name__, url_prefix="/office", template_folder="templates", static_folder="static")

add_door(10, "today", "office.today", _l("Today"))
add_door(20, "day", "office.day", _l("Earlier days"))
add_door(80, "hours", "office.hours", _l("Opening hours"))
add_door(90, "people", "office.everybody", _l("People"), ("admin",))
add_door(91, "devices", "office.devices", _l("Devices"), ("admin",))


def show(template: str, facts: dict[str, Any] | None = None, **more: Any) -> str:
    """Renders a page of this room; `facts` go to its scripts, with the words that they say."""
    return managers.show(template, {"words": words(), **(facts or {})}, **more)


__all__ = ["MANAGERS", "acting", "carry_out", "office_of", "pages", "show"]
