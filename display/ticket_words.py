"""What the ticket's page says, for the first page and for every update alike: sentences are made in one place, here."""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import gettext as _

from display.ticket_state import Ticket
from ptsp.estimates import MANY
from web.language import language

Words = dict[str, Any]


def words(ticket: Ticket) -> Words:
    """{"tone", "headline", "text", "hint"}: tone is wait, now (it is your turn), there, done or over."""
    tone, headline, text, hint = SENTENCES[ticket.state](ticket)
    return {"tone": tone, "headline": headline, "text": text, "hint": hint}


def pick(text: dict[str, str] | None) -> str:
    """A text of the office in the reader's language, else in the other."""
    return (text.get(language()) or text.get("id") or text.get("en") or "") if text else ""


def ordinal(n: int) -> str:
    """ "ke-3" or "3rd"."""
    if language() == "id":
        return f"ke-{n}"
    teens = 10 < n % 100 < 14
    return f"{n}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"


Sentence = tuple[str, str, str, str]


def _waiting(ticket: Ticket) -> Sentence:
    ahead = ticket.ahead or 0
    if ahead >= MANY:
        headline = _("More than %(n)s people are ahead of you.", n=MANY - 1)
    else:
        headline = _("You are %(nth)s.", nth=ordinal(ahead + 1))
    return "wait", headline, _expected(ticket), _("Keep this page open: it changes when it is your turn.")


def _expected(ticket: Ticket) -> str:
    if ticket.hall["state"] == "break":
        return _("Break until %(time)s.", time=ticket.hall["until"])
    if ticket.estimate is None:
        return _("A time can be given as soon as a counter for this service is open.")
    low, high = ticket.estimate
    return _("You will be called at about %(low)s\N{EN DASH}%(high)s.", low=low, high=high)


def _booked(ticket: Ticket) -> Sentence:
    return "wait", _("Your appointment is noted."), _("Please check in at the kiosk when you arrive."), ""


def _called(ticket: Ticket) -> Sentence:
    return "now", _("It is your turn."), _("Please go to %(counter)s.", counter=pick(ticket.counter)), ""


def _serving(ticket: Ticket) -> Sentence:
    return "there", _("You are being served."), pick(ticket.counter), ""


def _parked(ticket: Ticket) -> Sentence:
    return (
        "wait",
        _("Your visit is paused."),
        _("Please go back to the officer when you are ready."),
        _("You do not need a new number."),
    )


def _served(ticket: Ticket) -> Sentence:
    if ticket.outcome == "filed":
        headline, text = _("Your documents have been received."), _("They are now being processed.")
    else:
        headline, text = _("Your visit is complete."), _("Thank you for coming.")
    hint = {
        "open": _("How did we do? Please tell us: your answers are anonymous."),
        "used": _("The survey for this ticket has been answered. Thank you."),
        "over": _("The time to answer the survey for this visit has passed."),
    }
    return "done", headline, text, hint.get(ticket.survey, "")


def _no_show(ticket: Ticket) -> Sentence:
    return "over", _("Your number was called."), _("Please see the information desk."), ""


def _cancelled(ticket: Ticket) -> Sentence:
    return "over", _("You have cancelled this number."), _("Please take a new number if you need one."), ""


def _removed(ticket: Ticket) -> Sentence:
    return "over", _("This number has been taken out of the queue."), _("Please see the information desk."), ""


def _expired(ticket: Ticket) -> Sentence:
    day = format_date(date.fromisoformat(ticket.day), "d MMMM y", locale=language())
    headline = _("This number was valid on %(day)s only.", day=day)
    return "over", headline, _("Please take a new number if you need one."), ""


SENTENCES = {
    "booked": _booked,
    "waiting": _waiting,
    "called": _called,
    "serving": _serving,
    "parked": _parked,
    "served": _served,
    "no_show": _no_show,
    "cancelled": _cancelled,
    "removed": _removed,
    "expired": _expired,
}


def script_words() -> dict[str, str]:
    """Sentences that only the page's script needs."""
    return {
        "offline": _("Last update {time}. Reconnecting ..."),
        "cancel_failed": _("The number has not been cancelled: there is no connection. Please try again."),
        "sound_on": _("Sound is on"),
        "sound_off": _("Switch sound on"),
    }
