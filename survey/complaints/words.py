"""The sentences of the page on which visitors complain. Both languages go into it, so that it switches at once."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from survey.complaints import names

Sentence = str | dict[str, str]


def words() -> dict[str, Sentence]:
    """Every sentence of the page in the language of the moment."""
    return {**_choosing(), **_writing(), **_outside(), **_ending(), **_around()}


def _choosing() -> dict[str, Sentence]:
    return {
        "title": _("Complaints and suggestions"),
        "kind_title": _("What would you like to tell us?"),
        "kind_help": _("What you write does not affect the service you receive."),
        **{f"kind_{key}": word for key, word in names.kinds().items()},
        "kind_complaint_note": _("something went wrong"),
        "kind_suggestion_note": _("something could be better"),
        "kind_praise_note": _("something was good"),
        "kind_question_note": _("something is not clear"),
        "category_title": _("What is it about?"),
        **{f"category_{key}": word for key, word in names.categories().items()},
        "category_integrity": _("Gratuity, illegal levies, corruption"),
        "category_integrity_note": _("we show you where to report"),
        "service_title": _("Which service is it about?"),
        "service_none": _("No particular service"),
    }


def _writing() -> dict[str, Sentence]:
    return {
        "text_title": _("Please write what happened, or what you wish for."),
        "text_title_praise": _("Please write what was good."),
        "text_title_question": _("Please write your question."),
        "text_warning": _("Please do not write names or identity numbers (NIK), neither yours nor anybody else's."),
        "text_label": _("Your words"),
        "text_short": _("Please write a few words first."),
        "left": {
            "one": ngettext("{n} character left", "{n} characters left", 1),
            "other": ngettext("{n} character left", "{n} characters left", 2),
        },
        "on_phone": _("Continue on your phone"),
        "on_phone_help": _("Scan this code and write there. Nothing from this screen is taken along."),
        "contact_title": _("May we reach you? (optional)"),
        "contact_label": _("Phone number or e-mail"),
        "contact_help": _(
            "Used only to ask or answer you; only who handles your message sees it. "
            "Erased {n} days after our answer, on {date} at the latest."
        ),
        "contact_none": _("You can follow our answer without it, by the number you get next."),
        "send": _("Send"),
        "send_without": _("Send without contact"),
        "sending": _("Sending ..."),
    }


def _outside() -> dict[str, Sentence]:
    return {
        "outside_title": _("Please report this to one of these channels"),
        "outside_why": _(
            "Reports of gratuities, illegal levies and corruption are not stored here, "
            "so that nobody in this office can read who reports what. Scan a code with your phone."
        ),
        "pointer_title": _("Is this about gratuities, illegal levies or corruption?"),
        "pointer_text": _(
            "Then please use the channels outside this office: people here would read what you wrote. "
            "Nothing has been stored yet."
        ),
        "pointer_show": _("Show the channels"),
        "pointer_meant": _("No, send it to this office"),
    }


def _ending() -> dict[str, Sentence]:
    return {
        "end_title": _("Thank you. We have received it."),
        "end_number": _("Your number"),
        "end_by": _("We answer by {date} at the latest."),
        "end_praise": _("We pass it on to our colleagues."),
        "end_scan": _("Scan this code to follow our answer. Please photograph it: it is not shown again."),
        "end_link": _("Follow our answer"),
        "end_keep": _("Keep this address: it is the only way to our answer."),
        "offline": _("No connection. It is not certain that your message has arrived."),
        "offline_help": _("Please send it again; it is counted only once."),
        "again": _("Send again"),
        "refused": _("Your message could not be taken."),
        "lost_home": _("Connection lost. Please ask an officer."),
    }


def _around() -> dict[str, Sentence]:
    return {
        "back": _("Back"),
        "next": _("Continue"),
        "close": _("Close"),
        "to_start": _("Back to the start"),
        "done": _("Done"),
        "space": _("Space"),
        "erase": _("Erase"),
        "keyboard": _("Keyboard"),
        "digits": _("Digits and signs"),
        "letters": _("Letters"),
        "language": _("Language"),
        "idle_title": _("Are you still here?"),
        "idle": {
            "one": ngettext("This screen resets in {n} second.", "This screen resets in {n} seconds.", 1),
            "other": ngettext("This screen resets in {n} second.", "This screen resets in {n} seconds.", 2),
        },
        "still_here": _("Yes, I am still here"),
        "noscript": _("This page needs JavaScript. You can also tell an officer, or write to SP4N-LAPOR!."),
    }
