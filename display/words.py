"""The board's sentences, in the language of the moment."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

Sentence = str | dict[str, str]


def board_words() -> dict[str, Sentence]:
    """Every sentence that the board's script may write: {key: sentence or {one, other}}."""
    return {
        "go_to": _("please go to"),
        "none_yet": _("Welcome."),
        "none_yet_help": _("Please wait here until your number is called."),
        "closed": _("We are closed."),
        "reopens": _("We open again {when}."),
        "break": _("Break until {time}."),
        "break_help": _("You can still take a number."),
        "waiting": {
            "one": ngettext("{n} person waiting", "{n} people waiting", 1),
            "other": ngettext("{n} person waiting", "{n} people waiting", 2),
        },
        "result_grade": _("Grade {grade}: {word}"),
        "result_n": {
            "one": ngettext("{n} answer", "{n} answers", 1),
            "other": ngettext("{n} answer", "{n} answers", 2),
        },
        "result_weight": _("weight {weight}"),
        "connecting": _("Connecting ..."),
        "stale": _("Last update {time}. Reconnecting ..."),
        "gone": _("This screen is not connected to the hall any more. Please ask the administrator."),
    }
