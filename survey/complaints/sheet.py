"""One message as it comes from a visitor's screen, checked for its form; its words are checked on the ground floor."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from ptsp.complaint_rules import CONTACT_LENGTH, TEXT_LENGTH
from ptsp.errors import BadRequest
from web.commands import RequestId
from web.reading import json_value

Code = Annotated[str, Meta(max_length=24, pattern=r"^[a-z_]+$")]


class Sheet(Struct, forbid_unknown_fields=True):
    """`office`: its code. `meant`: the channels outside were shown. `kiosk`: typed on a screen of the hall."""

    request_id: RequestId
    office: Annotated[str, Meta(max_length=32)]
    kind: Code
    category: Code
    text: Annotated[str, Meta(max_length=2 * TEXT_LENGTH)]
    contact: Annotated[str, Meta(max_length=2 * CONTACT_LENGTH)] = ""
    service_id: int | None = None
    meant: bool = False
    kiosk: bool = False

    @property
    def told(self) -> dict[str, object]:
        """What the action takes, but for the contact."""
        names = ("kind", "category", "text", "service_id", "meant")
        return {name: getattr(self, name) for name in names}


def read_sheet(body: bytes) -> Sheet:
    """The sheet in a request's body. BadRequest."""
    try:
        return msgspec.convert(json_value(body), Sheet)
    except msgspec.ValidationError as error:
        raise BadRequest(reason=str(error)) from error
