"""Reading what came as JSON, whoever sent it and however broken it is."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ptsp.errors import BadRequest

TOKEN = r"^[A-Za-z0-9_-]+\Z"
_MADE_BY = "Made by the client; repeated on a retry."
RequestId = Annotated[str, Meta(min_length=8, max_length=64, pattern=TOKEN, description=_MADE_BY)]


def json_value(body: bytes) -> Any:
    """The value in a body. BadRequest for what is no JSON, no UTF-8, or nested a thousand deep.

    JSON knows one kind of number: 7.0 is the integer 7, as JSON Schema has it.
    """
    try:
        return _whole(msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(reason="JSON") from error


def json_object(body: bytes) -> dict[str, Any]:
    """The same where it must be an object."""
    value = json_value(body)
    if not isinstance(value, dict):
        raise BadRequest(reason="JSON object")
    return value


def request_id(sent: Any) -> str:
    """The request id as it was sent. BadRequest for none, or one of the wrong form."""
    try:
        return msgspec.convert(sent, RequestId)
    except msgspec.ValidationError as error:
        raise BadRequest(reason=f"request_id: {error}") from error


def _whole(value: Any) -> Any:
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, dict):
        return {name: _whole(one) for name, one in value.items()}
    return [_whole(one) for one in value] if isinstance(value, list) else value
