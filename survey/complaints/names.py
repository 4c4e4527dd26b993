"""The words for kinds, categories, states and deeds of complaints, in the language of the moment."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from ptsp.periods import dotted

KIND_ICONS = {
    "complaint": "message-square-warning",
    "suggestion": "sprout",
    "praise": "thumbs-up",
    "question": "circle-help",
}
CATEGORY_ICONS = {
    "service": "clipboard-list",
    "time": "clock",
    "cost": "wallet",
    "staff": "users",
    "facilities": "building-2",
    "information": "info",
    "other": "ellipsis",
    "integrity": "shield-alert",
}
STATE_BADGES = {"new": "now", "assigned": "", "answered": "good", "forwarded": "", "closed": ""}
STATE_ICONS = {
    "new": "inbox",
    "assigned": "user-check",
    "answered": "circle-check",
    "forwarded": "send",
    "closed": "check",
}


def kinds() -> dict[str, str]:
    """Kind -> word, in the order of the choice."""
    return {
        "complaint": _("Complaint"),
        "suggestion": _("Suggestion"),
        "praise": _("Praise"),
        "question": _("Question"),
    }


def categories() -> dict[str, str]:
    """Category -> words, in the order of the choice."""
    return {
        "service": _("Requirements and procedure"),
        "time": _("Waiting and service time"),
        "cost": _("Costs"),
        "staff": _("Attitude and skill of staff"),
        "facilities": _("Rooms and facilities"),
        "information": _("Information"),
        "other": _("Something else"),
    }


def channels() -> dict[str, str]:
    """Channel -> word."""
    return {
        "kiosk": _("Kiosk"),
        "phone": _("Phone or website"),
        "desk": _("At the desk"),
        "paper": _("Paper or letter"),
    }


def states() -> dict[str, str]:
    """State -> words, as the staff read them."""
    return {
        "new": _("New"),
        "assigned": _("Being handled"),
        "answered": _("Answered"),
        "forwarded": _("Forwarded to SP4N-LAPOR!"),
        "closed": _("Closed"),
    }


def state_sentences() -> dict[str, str]:
    """State -> sentence, as the visitor reads it."""
    return {
        "new": _("We have received it. It has not been given to anybody yet."),
        "assigned": _("It is being handled."),
        "answered": _("We have answered."),
        "forwarded": _("We have forwarded it to SP4N-LAPOR!."),
        "closed": _("It is closed."),
    }


def deeds() -> dict[str, str]:
    """Deed of a line -> words, as the staff read them."""
    return {
        "received": _("Received"),
        "added": _("The visitor added"),
        "assigned": _("Assigned"),
        "responded": _("First response"),
        "answered": _("Answered"),
        "field_check": _("Needs a look on the spot"),
        "escalated": _("Escalated to the head of office"),
        "forwarded": _("Forwarded to SP4N-LAPOR!"),
        "closed": _("Closed"),
        "sorted": _("Kind or category changed"),
        "noted": _("Internal note"),
        "moderated": _("Publication decided"),
        "contact_erased": _("Contact erased"),
    }


def told_deeds() -> dict[str, str]:
    """The deeds that the visitor is told of -> sentence."""
    return {
        "received": _("Received."),
        "added": _("You added:"),
        "assigned": _("Given to an officer to be answered."),
        "responded": _("Our first response:"),
        "answered": _("Our answer:"),
        "field_check": _("Needs a look on the spot; this takes longer."),
        "escalated": _("Brought before the head of office."),
        "forwarded": _("Forwarded to SP4N-LAPOR! under number:"),
        "closed": _("Closed."),
        "contact_erased": _("Your contact was erased."),
    }


# Whose note the visitor may read: the words that were written for them.
TOLD_NOTES = frozenset({"added", "responded", "answered", "forwarded", "closed"})


def day_words(day: str | date) -> str:
    """ "2026-08-03" -> "03.08.2026"."""
    return dotted(str(day))
