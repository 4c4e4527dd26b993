"""One paper questionnaire as the form sends it: score.U1=4, about.sex=P, extra.X3=2, version.skm-9=2017.1."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
from werkzeug.datastructures import MultiDict

from ptsp.errors import BadRequest
from ptsp.paper_forms import HOUR_BANDS
from survey.answers import Sheet

# A paper form belongs to no ticket; the sheet's fields that lead to one hold a blank.
NO_TICKET = {"request_id": "paper-form", "token": "no-ticket-but-paper", "channel": "phone"}


def read(form: MultiDict[str, str]) -> tuple[Sheet, dict[str, Any]]:
    """(sheet, {"day", "hour_band", "service_id"}). BadRequest: "day", "scores", or what does not fit."""
    scores = _named(form, "score.", _whole)
    if not scores:
        raise BadRequest(reason="scores")
    said = {
        **NO_TICKET,
        "scores": scores,
        "extras": _named(form, "extra.", _whole),
        "about": _named(form, "about.", str),
        "versions": _named(form, "version.", str),
        "remark": " ".join(form.get("remark", "").split()),
    }
    try:
        sheet = msgspec.convert(said, Sheet)
    except msgspec.ValidationError as error:
        raise BadRequest(reason=str(error)) from error
    return sheet, {"day": _day(form), "hour_band": _hour_band(form), "service_id": _service(form)}


def _named(form: MultiDict[str, str], prefix: str, kind: Callable[[str], Any]) -> dict[str, Any]:
    """The answered fields of a prefix; an empty value is "not answered"."""
    return {name.removeprefix(prefix): kind(value) for name, value in form.items() if name.startswith(prefix) and value}


def _whole(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) == 1):
        raise BadRequest(reason="an answer is 1 to 4")
    return int(value)


def _day(form: MultiDict[str, str]) -> str:
    try:
        return date.fromisoformat(form.get("day", "")).isoformat()
    except ValueError as error:
        raise BadRequest(reason="day") from error


def _hour_band(form: MultiDict[str, str]) -> str | None:
    said = form.get("hour_band", "")
    if said and said not in HOUR_BANDS:
        raise BadRequest(reason="hour_band")
    return said or None


def _service(form: MultiDict[str, str]) -> int | None:
    said = form.get("service_id", "")
    if said and not (said.isascii() and said.isdigit() and len(said) < 16):
        raise BadRequest(reason="service_id")
    return int(said) if said else None
