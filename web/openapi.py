"""The OpenAPI 3.1 document of the integrator's door, made from the command table itself: it cannot go stale."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from flask import Blueprint, Response, request

from ptsp import form_errors
from web.auth import opened
from web.commands import COMMANDS, Params, RequestId
from web.errors import HTTP_CODES, STATUS
from web.shapes import PICTURES, answer_of

pages = Blueprint("openapi", __name__, url_prefix="/api")

Schema = dict[str, Any]
VERSION = "1.0.0"
ROLE = "integration"
PICTURE = "/api/v1/pictures/{audience}"
ABOUT = """Commands and pictures of one office's service hall, for an integration with a token (`ptsp token add`).

**Authorization**: `Authorization: Bearer <token>`. The token belongs to one office and sees nothing of another.

**Once, whatever the network does**: each command carries a `request_id` that you make (8 to 64 letters, digits, `_`,
`-`; a UUID will do). If an answer is lost, send the same body with the same `request_id` again: the command is not
carried out twice, and you get the first answer. The same `request_id` with another body is refused (409,
`request_reused`). Refusals are not remembered: a refused command may be sent again with the same id. Answers are kept
for three days.

**Refusals** are JSON `{"ok": false, "error": {"code", "message"}}`: `code` is stable, `message` is for people
(Indonesian; English with `Accept-Language: en`). 409: the state of the hall does not allow it, and nothing was
changed. After 503 nothing was changed either, unless `code` is `unavailable`: that is the proxy in front of the server,
which cannot know. After any 503 send the same body with the same `request_id` again.

**Counters**: who calls numbers must first `take` a counter, and keeps it until `leave`. One token may hold several.

Answers may gain fields in later versions; existing ones stay."""

SENTENCES = {
    400: "The request itself is malformed: not JSON, an unknown or missing parameter, a value out of range.",
    401: "No token, or one that does not count any more.",
    403: "The token's role does not allow this.",
    404: "No such thing in this office.",
    405: "Not by this method; `Allow` names those that are.",
    409: "The state of the hall does not allow this. Nothing was changed.",
    413: "The body is larger than 64 KiB.",
    500: "A bug. Nothing was changed.",
    503: "The database is busy or the disk is full: nothing was changed. Or (`unavailable`) the server did not answer "
    "the proxy in front of it: whether something was changed cannot be known. Send the same request_id again.",
}
# What deploy/nginx/ptsp.conf answers instead of a server that is away.
OF_THE_PROXY = {503: "unavailable"}
HEADERS = {401: ("WWW-Authenticate",), 405: ("Allow",)}
EXAMPLES: dict[str, Schema] = {
    "issue": {"service_id": 7, "priority": False, "language": "id"},
    "call": {"counter_id": 2, "ticket_id": 41},
    "resume": {"counter_id": 2, "ticket_id": 41},
    "finish": {"counter_id": 2, "outcome": "delivered"},
    "park": {"counter_id": 2, "note": "Melengkapi formulir"},
    "recycle": {"ticket_id": 41},
    "transfer": {"ticket_id": 41, "service_id": 18, "note": "Perlu rekomendasi"},
    "annotate": {"ticket_id": 41, "note": "Membawa dua berkas"},
    "remove": {"ticket_id": 41, "note": "Tiket ganda"},
    "cancel": {"token": "ygPljtIXeU-kLpmRhvloXw"},
    "reprint": {"ticket_id": 41},
}
REQUEST_EXAMPLE = "6f1c0d4e-9f0b-4a52-8f5e-6d1a7c1c2b10"

# Doors of rooms: path -> path item, put here by the room (the first floor does not know the rooms).
more_paths: dict[str, Schema] = {}


def commands_for_integrations() -> list[str]:
    """The names that a token may send; all others answer 403."""
    return [name for name, command in COMMANDS.items() if ROLE in command.roles]


def codes_of(status: int) -> list[str]:
    """The stable codes of a status."""
    found = {"unexpected"} if status == 500 else {HTTP_CODES[status]} if status in HTTP_CODES else set()
    found |= {OF_THE_PROXY[status]} if status in OF_THE_PROXY else set()
    pending = [kind for kind, its in STATUS.items() if its == status]
    while pending:
        kind = pending.pop()
        if kind.__module__ != form_errors.__name__:  # those are told to forms, not at this door
            found.add(kind.code)
        pending += kind.__subclasses__()
    return sorted(found)


def document() -> Schema:
    """The whole document, as JSON-like data."""
    paths = {f"/api/v1/commands/{name}": {"post": _command(name)} for name in commands_for_integrations()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "PTSP: the service hall", "version": VERSION, "description": ABOUT},
        "servers": [{"url": "/", "description": "This installation."}],
        "security": [{"token": []}],
        "tags": [{"name": "commands"}, {"name": "pictures"}, {"name": "survey"}, {"name": "machine"}],
        "paths": paths | more_paths | {PICTURE: {"get": _picture()}, "/health": {"get": _health()}},
        "components": {
            "schemas": _schemas(),
            "responses": {f"Refused{status}": _refused(status) for status in SENTENCES},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "From `ptsp token add`."}},
        },
    }


@pages.get("/openapi.json")
@opened("the description of the door, not the door")
def show() -> Response:
    """The document; the same for everybody, so caches may keep it."""
    response = Response(_encoded(), content_type="application/json")
    response.cache_control.public, response.cache_control.max_age = True, 3600
    response.add_etag()
    return response.make_conditional(request)


@cache
def _encoded() -> bytes:
    return msgspec.json.encode(document())


def refusals(*statuses: int) -> Schema:
    """References to the refusals of an operation, and of its address: 405 to every other method."""
    found = sorted({*statuses, 405})
    return {str(status): {"$ref": f"#/components/responses/Refused{status}"} for status in found}


def json_body(schema: Schema, **more: Any) -> Schema:
    """A body of JSON."""
    return {"application/json": {"schema": schema, **more}}


def plain_schema(kind: Any) -> Schema:
    """The JSON Schema of one type, with nothing outside itself."""
    (schema,), parts = msgspec.json.schema_components([kind], ref_template="{name}")
    found: Schema = parts[schema["$ref"]] if "$ref" in schema else schema
    return _plain(found)


def _command(name: str) -> Schema:
    about = (COMMANDS[name].action.__doc__ or name).strip()
    example = {"request_id": REQUEST_EXAMPLE, **EXAMPLES.get(name, {"counter_id": 2})}
    return {
        "operationId": name,
        "summary": about.splitlines()[0],
        "tags": ["commands"],
        "requestBody": {"required": True, "content": json_body(_ref(_body_name(name)), example=example)},
        "responses": {
            "200": {"description": "Done.", "content": json_body(_ref(answer_of(name).__name__))},
            **refusals(400, 401, 403, 404, 409, 413, 500, 503),
        },
    }


def _picture() -> Schema:
    return {
        "operationId": "picture",
        "summary": "What the screens of an audience show now.",
        "tags": ["pictures"],
        "parameters": [
            {"name": "audience", "in": "path", "required": True, "schema": {"type": "string", "enum": [*PICTURES]}},
            {
                "name": "counter_id",
                "in": "query",
                "description": "Which counter; only (and always) with the audience `counter`.",
                "schema": {"type": "integer", "minimum": 1, "maximum": 2**53},
            },
        ],
        "responses": {
            "200": {
                "description": "The whole picture.",
                "content": json_body({"oneOf": [_ref(kind.__name__) for kind in PICTURES.values()]}),
            },
            **refusals(400, 401, 403, 404, 500, 503),
        },
    }


def _health() -> Schema:
    alive = {"type": "object", "properties": {"ok": {"const": True}}, "required": ["ok"]}
    return {
        "operationId": "health",
        "summary": "Whether server and database answer.",
        "tags": ["machine"],
        "security": [],
        "responses": {"200": {"description": "They do.", "content": json_body(alive)}, **refusals(500, 503)},
    }


def _refused(status: int) -> Schema:
    headers = {name: {"schema": {"type": "string"}} for name in HEADERS.get(status, ())}
    return {
        "description": SENTENCES[status],
        "content": json_body(_ref(f"Refusal{status}")),
        **({"headers": headers} if headers else {}),
    }


def _refusal_schema(status: int) -> Schema:
    error = {
        "type": "object",
        "description": "May carry facts beside the two, such as `number` or `counter`.",
        "properties": {
            "code": {"type": "string", "enum": codes_of(status), "description": "Stable: rely on it."},
            "message": {"type": "string", "description": "For people, in their language."},
        },
        "required": ["code", "message"],
    }
    properties = {"ok": {"const": False}, "error": error}
    return {"type": "object", "description": SENTENCES[status], "properties": properties, "required": ["ok", "error"]}


def _schemas() -> Schema:
    names = commands_for_integrations()
    bodies = [_body(name) for name in names]
    answers = {answer_of(name) for name in names} | set(PICTURES.values())
    kinds = [*bodies, *sorted(answers, key=lambda kind: kind.__name__)]
    _refs, parts = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    wanted = {_body_name(name) for name in names}
    schemas = {name: _plain(part) if name in wanted else _open(_plain(part)) for name, part in sorted(parts.items())}
    schemas["TransferBody"]["anyOf"] = [_with(where) for where in ("service_id", "to_counter_id")]
    return schemas | {f"Refusal{status}": _refusal_schema(status) for status in SENTENCES}


def _with(field: str) -> Schema:
    """A body that names a certain thing by its id."""
    return {"required": [field], "properties": {field: {"type": "integer"}}}


def _body_name(name: str) -> str:
    return "".join(part.title() for part in name.split("_")) + "Body"


def _body(name: str) -> type[Params]:
    """The parameters of a command and its request id, as they come in one body."""
    base = COMMANDS[name].params
    made = msgspec.defstruct(
        _body_name(name), [("request_id", RequestId)], bases=(base,), kw_only=True, forbid_unknown_fields=True
    )
    made.__doc__ = base.__doc__
    return made


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _plain(schema: Any) -> Any:
    """Patterns in the words of JSON Schema, everywhere: Python's end of text, and surrogates that JSON cannot carry."""
    if isinstance(schema, dict):
        return {key: _pattern(value) if key == "pattern" else _plain(value) for key, value in schema.items()}
    return [_plain(one) for one in schema] if isinstance(schema, list) else schema


def _pattern(value: Any) -> Any:
    return value.replace(r"\Z", "$").replace(r"\ud800-\udfff", "") if isinstance(value, str) else _plain(value)


def _open(schema: Schema) -> Schema:
    """Answers may gain fields."""
    return {key: value for key, value in schema.items() if key != "additionalProperties" or value is not False}
