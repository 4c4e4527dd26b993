"""What the kiosk asks while its visitor waits for the paper."""

from __future__ import annotations

from flask import Response, jsonify

from kiosk.pages import kiosk
from ptsp.printing import paper_of
from web.auth import needs, the_hall


@kiosk.get("/paper/<token>")
@needs("kiosk", "info", "officer", "manager", "admin")
def paper(token: str) -> Response:
    """{"state": pending|sent|confirmed|failed|reprinted|none, "printer": the printer's state}."""
    with the_hall().view() as conn:
        return jsonify(paper_of(conn, token))
