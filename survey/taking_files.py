"""Forms with a file: only managers may send more than every other page takes, and only where a file is asked for."""

from __future__ import annotations

from flask import Blueprint, request
from flask_login import current_user

from web.managers import MANAGERS

# Beside the file: tokens, ids and a few words.
ROOM_FOR_FIELDS = 64 * 1024


def takes_files(pages: Blueprint, endpoint: str, most: int) -> None:
    """Lets the view `endpoint` of a blueprint have files of `most` bytes."""

    @pages.url_value_preprocessor
    def larger(asked: str | None, _values: object) -> None:
        """Before anything reads the body."""
        if asked == endpoint and may_upload():
            request.max_content_length = most + ROOM_FOR_FIELDS


def may_upload() -> bool:
    """Whether the person signed in may send files."""
    return bool(current_user.is_authenticated and current_user.actor.role in MANAGERS)
