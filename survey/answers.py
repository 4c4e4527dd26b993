"""One filled-in sheet as it comes from a screen, checked against the instrument."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from ptsp.asking import REMARK_LENGTH
from ptsp.errors import BadRequest
from survey import instruments
from web.commands import STORABLE, TOKEN, RequestId
from web.reading import json_value


class Sheet(Struct, forbid_unknown_fields=True):
    """Element code -> 1..4 (any may be left out, not all); respondent traits by code; a remark."""

    request_id: RequestId
    token: Annotated[str, Meta(min_length=16, max_length=32, pattern=TOKEN)]
    scores: Annotated[dict[str, Annotated[int, Meta(ge=1, le=4)]], Meta(min_length=1)]
    about: dict[str, str] = {}
    remark: Annotated[str, Meta(max_length=REMARK_LENGTH, pattern=STORABLE)] = ""
    channel: Literal["phone", "kiosk"] = "phone"

    @property
    def about_known(self) -> dict[str, str | None]:
        """The traits that were told; "no answer" is kept as nothing."""
        return {code: option for code, option in self.about.items() if option != instruments.NO_ANSWER}


def read_sheet(body: bytes) -> Sheet:
    """The sheet in a request's body. BadRequest for what the instrument does not ask."""
    try:
        sheet = msgspec.convert(json_value(body), Sheet)
    except msgspec.ValidationError as error:
        raise BadRequest(reason=str(error)) from error
    instrument = instruments.load()
    unknown = set(sheet.scores) - set(instrument.element_codes)
    options = {trait.code: {option.code for option in trait.options} for trait in instrument.respondent}
    unknown |= {code for code, option in sheet.about.items() if option not in options.get(code, set())}
    if unknown:
        raise BadRequest(reason=", ".join(sorted(unknown)))
    return sheet
