"""The integrator's door to the survey: the same sheet as the pages send, by bearer token instead of a cookie."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from ptsp.asking import REMARK_LENGTH
from survey import instruments
from survey.answers import Sheet, read_sheet
from survey.pages import hand_in
from web import openapi
from web.auth import bearer_actor, opened

pages = Blueprint("survey_api", __name__, url_prefix="/api/v1/survey")


@pages.post("")
@opened("the bearer token decides")
def answer() -> Response:
    """One sheet for one ticket of the token's office. SurveyUsed, SurveyNotOpen, NotFound, BadRequest."""
    actor = bearer_actor()
    hand_in(read_sheet(request.get_data()), actor.office_id)
    return jsonify(ok=True)


def described() -> dict[str, Any]:
    """This door in the OpenAPI document; elements and traits come from the instrument."""
    instrument = instruments.load()
    score = {"type": "integer", "minimum": 1, "maximum": 4, "description": "4 is best."}
    schema = openapi.plain_schema(Sheet)
    schema["properties"] |= {
        "scores": _named(dict.fromkeys(instrument.element_codes, score)) | {"minProperties": 1},
        "about": _named({trait.code: {"enum": [one.code for one in trait.options]} for trait in instrument.respondent}),
    }
    done = {"type": "object", "properties": {"ok": {"const": True}}, "required": ["ok"]}
    return {
        "operationId": "survey",
        "summary": "The visitor's answers; once a ticket, after the visit has ended.",
        "description": f"Instrument {instrument.code} {instrument.version}. Elements may be left out, not all. "
        f"Kept without anything that leads back to the ticket. The remark has at most {REMARK_LENGTH} characters.",
        "tags": ["survey"],
        "requestBody": {"required": True, "content": openapi.json_body(schema, example=_example())},
        "responses": {
            "200": {"description": "Kept.", "content": openapi.json_body(done)},
            **openapi.refusals(400, 401, 404, 409, 413, 500, 503),
        },
    }


def _named(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _example() -> dict[str, Any]:
    scores = dict.fromkeys(instruments.load().element_codes, 4)
    token = openapi.EXAMPLES["cancel"]["token"]
    return {"request_id": openapi.REQUEST_EXAMPLE, "token": token, "scores": scores, "about": {}, "remark": "Ramah."}


openapi.more_paths["/api/v1/survey"] = {"post": described()}
