"""The register as a Flask blueprint, with its door in the managers' frame."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from ptsp import evidence, following_up
from survey.taking_files import takes_files
from web.auth import the_hall
from web.managers import acting, add_door, office_of

pages = Blueprint("follow_up", __name__, url_prefix="/office/follow-up")


def door_word() -> str:
    """The word in the frame, with the number of lines that are late or nearly so."""
    actor, hall = acting(), the_hall()
    today = hall.today(office_of(actor))
    with hall.view() as conn:
        due = following_up.due_of(conn, actor.office_id, today)
    waiting = due.overdue + due.soon
    return _("Follow-up (%(waiting)s)", waiting=waiting) if waiting else _("Follow-up")


add_door(40, "follow_up", "follow_up.register", LazyString(door_word))


takes_files(pages, "follow_up.upload", evidence.MOST_BYTES)
