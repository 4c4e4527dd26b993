"""The survey's sentences. Both languages go into the page, so that it switches without reloading."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

Sentence = str | dict[str, str]


# A visitor needs some six seconds a question.
QUESTIONS_A_MINUTE = 10


def words(questions: int = 9) -> dict[str, Sentence]:
    """Every sentence of the survey in the language of the moment: {key: sentence or {one, other}}."""
    return {**_coming(questions), **_asking(), **_about_you(), **_sending(), **_leaving()}


def _how_long(questions: int) -> str:
    minutes = -(-questions // QUESTIONS_A_MINUTE)
    if questions <= 1:
        return _("One touch is enough. Your answer is anonymous.")
    if minutes <= 1:
        return _("%(n)s questions, less than a minute. Your answers are anonymous.", n=questions)
    return _("%(n)s questions, about %(m)s minutes. Your answers are anonymous.", n=questions, m=minutes)


def _coming(questions: int) -> dict[str, Sentence]:
    return {
        "title": _("Satisfaction survey"),
        "scan_title": _("How did we do?"),
        "scan_help": _("Hold the QR code of your ticket under the scanner."),
        "scan_field": _("Or type the address of your ticket"),
        "scan_go": _("Continue"),
        "checking": _("One moment, please ..."),
        "intro_title": _("How did we do?"),
        "intro": _how_long(questions),
        "intro_more": _(
            "We keep neither your name nor your queue number with your answers. You may skip any question."
        ),
        "begin": _("Begin"),
        "camera_open": _("Use the camera"),
        "camera_help": _("Hold the QR code of your ticket in front of the camera."),
        "camera_close": _("Close the camera"),
        "camera_none": _("There is no camera here. Please type the address of your ticket, or ask an officer."),
        "camera_denied": _(
            "The camera may not be used here. Please type the address of your ticket, or ask an officer."
        ),
        "camera_insecure": _("The camera works over a secure address (https) only. Please ask an officer."),
        "camera_busy": _("The camera does not answer. Please try again, or ask an officer."),
        "camera_quiet": _("No code was seen. Please hold it closer and try again, or type the address of your ticket."),
        "welcome": _("Welcome."),
        "welcome_at": _("Welcome to {counter}."),
        "welcome_help": _("When your visit has ended, please tell us here how we did."),
        "welcome_offline": _("Connection lost. We are reconnecting; nothing is lost."),
        "for_number": _("Queue number {number}"),
    }


def _asking() -> dict[str, Sentence]:
    return {
        "progress": _("{n} of {total}"),
        "progress_more": _("Almost done"),
        "back": _("Back"),
        "skip": _("Skip"),
        "none_answered": _("Please answer at least one question."),
        "to_questions": _("Back to the questions"),
        "chosen": _("Chosen: {answer}"),
        "answered": _("{n} of {total} answered"),
        "all_help": _("Please choose one answer for each question. You may leave any out."),
        "touch_help": _("Please touch the face that fits best."),
        "further": _("Thank you. One more question, if you like:"),
        "listen": _("Listen"),
        "listen_stop": _("Stop"),
        "listen_failed": _("The voice cannot be heard at the moment."),
    }


def _about_you() -> dict[str, Sentence]:
    return {
        "about_help": _("About you. You need not answer: it only shows whether we serve everybody equally well."),
        "about_skip": _("Skip this part"),
        "remark_title": _("Anything else you would like to tell us?"),
        "remark_label": _("Your remark (optional)"),
        "remark_help": _("Please write no names, numbers or addresses: your answers stay anonymous."),
        "send": _("Send answers"),
        "sending": _("Sending ..."),
        "space": _("Space"),
        "erase": _("Erase"),
        "keyboard": _("Keyboard"),
    }


def _sending() -> dict[str, Sentence]:
    return {
        "offline": _("No connection. Your answers have not been sent yet."),
        "unsent_phone": _(
            "They are kept on this page and sent by themselves as soon as the connection is back. "
            "Please leave this page open."
        ),
        "unsent_stand": _(
            "They are kept on this screen and sent by themselves as soon as the connection is back. You need not wait."
        ),
        "offline_scan": _("No connection. Please try again in a moment, or ask an officer."),
        "again": _("Send again"),
        "refused": _("Your answers could not be taken."),
        "refused_help": _("Please ask an officer."),
    }


def _leaving() -> dict[str, Sentence]:
    return {
        "thanks_title": _("Thank you."),
        "thanks": _("We use your answers to improve our service."),
        "used": _("The survey for this ticket has been answered. Thank you."),
        "not_open": _("The survey opens after your visit has ended."),
        "not_open_help": _("Please come back when you have been served."),
        "over": _("The time to answer the survey for this visit has passed."),
        "over_help": _("Thank you for your visit. At your next one you are welcome to tell us."),
        "unknown": _("This code does not belong to any ticket."),
        "unknown_help": _("Please scan the QR code on your ticket again, or see the information desk."),
        "complain": _("Any complaint or suggestion?"),
        "to_start": _("Back to the start"),
        "to_ticket": _("Back to the ticket"),
        "idle_title": _("Are you still here?"),
        "idle": {
            "one": ngettext("This screen resets in {n} second.", "This screen resets in {n} seconds.", 1),
            "other": ngettext("This screen resets in {n} second.", "This screen resets in {n} seconds.", 2),
        },
        "still_here": _("Yes, I am still here"),
    }
