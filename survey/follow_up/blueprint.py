"""The register as a Flask blueprint, with its door in the managers' frame."""

from __future__ import annotations

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from flask_login import current_user

from ptsp import evidence, following_up
from web.auth import the_hall
from web.managers import MANAGERS, acting, add_door, office_of

pages = Blueprint("follow_up", __name__, url_prefix="/office/follow-up")

# Views that take a file, which is larger than what every other page may send. A form's other fields fit into the rest.
UPLOADS = {"follow_up.upload"}
ROOM_FOR_FIELDS = 64 * 1024


def door_word() -> str:
    """The word in the frame, with the number of lines that are late or nearly so."""
    actor, hall = acting(), the_hall()
    today = office_of(actor).schedule.service_day(hall.clock.read().at)
    with hall.view() as conn:
        due = following_up.due_of(conn, actor.office_id, today)
    waiting = due.overdue + due.soon
    return _("Follow-up (%(waiting)s)", waiting=waiting) if waiting else _("Follow-up")


add_door(40, "follow_up", "follow_up.register", LazyString(door_word))


@pages.url_value_preprocessor
def larger_for_files(endpoint: str | None, _values: object) -> None:
    """Before anything reads the body: managers may send a file here, nobody else more than anywhere."""
    if endpoint in UPLOADS and may_upload():
        request.max_content_length = evidence.MOST_BYTES + ROOM_FOR_FIELDS


def may_upload() -> bool:
    """Whether the person signed in may send files."""
    return bool(current_user.is_authenticated and current_user.actor.role in MANAGERS)
