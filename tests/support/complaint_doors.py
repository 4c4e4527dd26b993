"""What the doors of complaints need to work, for the checks that look at every door of the house."""

from __future__ import annotations

from typing import Any

from ptsp import complaining
from ptsp.hall import Actor
from tests.support.halls import Office

WORDS = {"kind": "complaint", "category": "time", "text": "Menunggu dua jam."}


def a_complaint(office: Office) -> str:
    """One more message, with a contact; its token."""
    visitor = Actor("visitor", 0, "visitor", office.office_id)
    made = office.hall.act(visitor, complaining.receive, channel="phone", contact="0812-3456-7890", **WORDS)
    return str(made["complaint"]["token"])


def complaint_doors(office: Office) -> dict[str, tuple[dict[str, Any], str, dict[str, Any]]]:
    """Endpoint -> (parts of the address, form or json, what is sent)."""
    token = a_complaint(office)
    days = {"respond": "1", "information": "2", "answer": "5", "field": "20", "contact": "30"}
    return {
        "complaints.send": ({}, "json", {"office": "contoh", **WORDS}),
        "complaints.add": ({"token": token}, "form", {"text": "Masih menunggu."}),
        "complaints.forget": ({"token": token}, "form", {}),
        "complaint_desk.create": ({}, "form", {"channel": "desk", **WORDS}),
        "complaint_desk.do": ({"complaint_id": 1, "deed": "answer"}, "form", {"note": "Loket ditambah."}),
        "complaint_desk.days": ({}, "form", days),
    }
