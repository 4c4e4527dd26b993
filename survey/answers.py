"""One filled-in sheet as it comes from a screen, checked against what the office asks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from ptsp.asking import REMARK_LENGTH, Form
from ptsp.catalogue import Catalogue
from ptsp.elements import ONE_TOUCH
from ptsp.errors import BadRequest
from survey import instruments
from survey.asked import follow_up_codes
from survey.instruments import BadInstrument, Instrument
from web.commands import STORABLE, TOKEN, RequestId
from web.reading import json_value

Score = Annotated[int, Meta(ge=1, le=4)]
Version = Annotated[str, Meta(max_length=16, pattern=r"^[0-9.]+\Z")]
OwnCode = Annotated[str, Meta(pattern=r"^X[1-9][0-9]{0,15}\Z")]
DAY_MS = 86_400_000


class Sheet(Struct, forbid_unknown_fields=True):
    """Element code -> 1..4 (any may be left out, not all); respondent traits by code; a remark.

    A one-touch answer carries S, and at most one element of the SKM beside it.
    """

    request_id: RequestId
    token: Annotated[str, Meta(min_length=16, max_length=32, pattern=TOKEN)]
    scores: Annotated[dict[str, Score], Meta(min_length=1)]
    extras: Annotated[dict[OwnCode, Score], Meta(description="Answers to the office's own questions.")] = {}
    about: dict[str, str] = {}
    remark: Annotated[str, Meta(max_length=REMARK_LENGTH, pattern=STORABLE)] = ""
    channel: Literal["phone", "kiosk", "tablet"] = "phone"
    took_ms: Annotated[int, Meta(ge=0, le=DAY_MS, description="From the first question to sending.")] | None = None
    versions: Annotated[
        dict[str, Version], Meta(description="Instrument -> version that was read; the newest where it is left out.")
    ] = {}

    @property
    def about_known(self) -> dict[str, str | None]:
        """The traits that were told; "no answer" is kept as nothing."""
        return {code: option for code, option in self.about.items() if option != instruments.NO_ANSWER}


def read_sheet(body: bytes) -> Sheet:
    """The sheet in a request's body. BadRequest for what is no sheet of any office."""
    try:
        return msgspec.convert(json_value(body), Sheet)
    except msgspec.ValidationError as error:
        raise BadRequest(reason=str(error)) from error


def forms_of(sheet: Sheet, office: Catalogue, own_codes: Iterable[str]) -> list[Form]:
    """The sheet by instrument, in the order in which the office asks; `own_codes`: of the office's own questions.

    The own answers go with the first. BadRequest for what the office does not ask.
    """
    chosen = (ONE_TOUCH,) if "S" in sheet.scores else tuple(office.setting("survey_instruments"))
    asked = [_version(code, sheet) for code in chosen]
    known = {code for one in asked for code in one.element_codes}
    more = sheet.scores.keys() - known
    if ONE_TOUCH in chosen and len(more) == 1:
        more -= follow_up_codes()
    options = {trait.code: {each.code for each in trait.options} for one in asked for trait in one.respondent}
    more |= {code for code, option in sheet.about.items() if option not in options.get(code, set())}
    _refuse(more | (sheet.extras.keys() - set(own_codes)))
    split = [(one, _of(one, sheet.scores, chosen)) for one in asked]
    forms = [Form(one.code, one.version, scores) for one, scores in split if scores]
    return [Form(one.instrument, one.version, one.scores, {} if n else sheet.extras) for n, one in enumerate(forms)]


def _of(one: Instrument, scores: dict[str, int], chosen: tuple[str, ...]) -> dict[str, int]:
    if chosen == (ONE_TOUCH,):
        return scores  # the further question is kept with the impression
    return {code: score for code, score in scores.items() if code in one.element_codes}


def _version(code: str, sheet: Any) -> Instrument:
    try:
        return instruments.load(code, sheet.versions.get(code, ""))
    except BadInstrument as error:
        raise BadRequest(reason=f"version of {code}") from error


def _refuse(unknown: set[str]) -> None:
    if unknown:
        raise BadRequest(reason=", ".join(sorted(unknown)))
