"""The kiosk's sentences. Both languages go into the page, so that it switches without reloading."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from ptsp.estimates import MANY

Sentence = str | dict[str, str]


def words() -> dict[str, Sentence]:
    """Every sentence of the kiosk in the language of the moment: {key: sentence or {one, other}}.

    Those of people in the queue have "over" as well, for more than "most".
    """
    return {**_choosing(), **_ticket(), **_states(), **_helping()}


def _choosing() -> dict[str, Sentence]:
    return {
        "welcome": _("Welcome. Please choose the service you need."),
        "choose_service": _("Please choose a service."),
        "choose_priority": _("Which queue do you need?"),
        "general": _("General"),
        "priority": _("Priority"),
        "priority_note": _("elderly, people with disabilities, pregnant or nursing mothers, with small children"),
        "waiting": {
            "one": ngettext("{n} person waiting", "{n} people waiting", 1),
            "other": ngettext("{n} person waiting", "{n} people waiting", 2),
            "most": str(MANY - 1),
            "over": _("More than {n} people waiting"),
        },
        "nobody_waiting": _("No queue"),
        "tile_full": _("Full today"),
        "tile_closed": _("Closed"),
        "more": _("More choices"),
        "page_of": _("{n} of {total}"),
        "back": _("Back"),
        "search": _("Search"),
        "call_officer": _("Call an officer"),
        "complaints": _("Complaints & suggestions"),
        "larger_text": _("Larger text"),
        "listen": _("Listen"),
        "language": _("Language"),
    }


def _ticket() -> dict[str, Sentence]:
    return {
        "your_number": _("Your queue number"),
        "ahead_label": _("Ahead of you"),
        "people": {
            "one": ngettext("{n} person", "{n} people", 1),
            "other": ngettext("{n} person", "{n} people", 2),
            "most": str(MANY - 1),
            "over": _("more than {n} people"),
        },
        "place_label": _("Your place"),
        "place_next": _("Next"),
        "estimate_label": _("Estimated wait"),
        "range_minutes": _("{low}-{high} minutes"),
        "under_minutes": _("less than {high} minutes"),
        "said_ahead": {
            "one": ngettext(
                "Your number is {number}. {n} person ahead of you.",
                "Your number is {number}. {n} people ahead of you.",
                1,
            ),
            "other": ngettext(
                "Your number is {number}. {n} person ahead of you.",
                "Your number is {number}. {n} people ahead of you.",
                2,
            ),
            "most": str(MANY - 1),
            "over": _("Your number is {number}. More than {n} people ahead of you."),
        },
        "said_next": _("Your number is {number}. You are next."),
        "said_estimate": _("Estimated wait: {estimate}."),
        "qr": _("QR code: opens this ticket on your phone"),
        "scan": _("Scan to follow the queue on your phone."),
        "printing": _("Your ticket is being printed ..."),
        "take_paper": _("Please take your ticket below."),
        "take_or_photo": _("Please take your ticket below. If none comes out, please photograph this screen."),
        "paper_out": _("The printer is out of paper. Your number is safe: please photograph this screen."),
        "printer_down": _("The printer is not working. Your number is safe: please photograph this screen."),
        "not_printed": _("Your ticket has not been printed yet. Your number is safe: please photograph this screen."),
        "no_printer": _("Please photograph this screen, or scan the QR code with your phone."),
        "clears": {
            "one": ngettext("This screen clears in {n} second.", "This screen clears in {n} seconds.", 1),
            "other": ngettext("This screen clears in {n} second.", "This screen clears in {n} seconds.", 2),
        },
        "done": _("Done"),
        "longer": _("Show longer"),
    }


def _states() -> dict[str, Sentence]:
    return {
        "closed": _("We are closed."),
        "reopens": _("We open again {when}."),
        "closed_help": _("For urgent matters, please ask an officer."),
        "break": _("Break until {time}. You can still take a number."),
        "on_break": _("Break. You can still take a number."),
        "printer_out_home": _("The printer is out of paper. You can still take a number and photograph it."),
        "printer_down_home": _("The printer is not working. You can still take a number and photograph it."),
        "offline": _("Connection lost."),
        "offline_help": _("We are reconnecting. Please ask an officer."),
        "offline_sent": _("As soon as we are connected again, your number appears here."),
        "starting": _("One moment, please ..."),
        "sending": _("One moment, your number is being made ..."),
        "full": _("This service is full for today."),
        "full_help": _("Please choose another service or ask an officer."),
        "service_closed": _("This service is closed at the moment."),
        "not_issued": _("No number could be made."),
        "not_issued_help": _("Nothing was recorded. Please try again or ask an officer."),
        "try_again": _("Try again"),
        "to_start": _("Back to the start"),
        "nothing_here": _("No service can be chosen at the moment."),
    }


def _helping() -> dict[str, Sentence]:
    return {
        "search_title": _("Which service are you looking for?"),
        "search_field": _("Name of the service"),
        "search_none": _("Nothing found. Please try another word or ask an officer."),
        "found": {
            "one": ngettext("{n} service found", "{n} services found", 1),
            "other": ngettext("{n} service found", "{n} services found", 2),
        },
        "space": _("Space"),
        "erase": _("Erase"),
        "keyboard": _("Keyboard"),
        "officer_coming": _("An officer has been asked to come."),
        "officer_coming_help": _("Please wait here for a moment."),
        "officer_failed": _("The officer could not be reached from here."),
        "officer_failed_help": _("Please go to the information desk."),
        "complaints_help": _(
            "You can tell an officer, or report through SP4N-LAPOR!: www.lapor.go.id or SMS to 1708. "
            "Your complaint does not affect the service you receive."
        ),
        "close": _("Close"),
        "idle_title": _("Are you still here?"),
        "idle": {
            "one": ngettext("This screen resets in {n} second.", "This screen resets in {n} seconds.", 1),
            "other": ngettext("This screen resets in {n} second.", "This screen resets in {n} seconds.", 2),
        },
        "still_here": _("Yes, I am still here"),
    }
