"""The integrator's door to the survey: the same sheet as the pages send, by bearer token instead of a cookie."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from ptsp.asking import REMARK_LENGTH
from ptsp.elements import ELEMENTS, SKM
from survey import instruments
from survey.answers import Sheet, read_sheet
from survey.pages import hand_in
from web import openapi
from web.auth import bearer_actor, opened

pages = Blueprint("survey_api", __name__, url_prefix="/api/v1/survey")


@pages.post("")
@opened("the bearer token decides")
def answer() -> Response:
    """One sheet for one ticket of the token's office. SurveyUsed, SurveyNotOpen, SurveyOver, NotFound, BadRequest."""
    actor = bearer_actor()
    sheet = read_sheet(request.get_data())
    hand_in(sheet, sheet.channel, device=None, office_id=actor.office_id)
    return jsonify(ok=True)


ABOUT = (
    "Of the instruments that the office asks (`survey_instruments`); elements may be left out, not all. `S` is the one "
    "touch of four faces, with at most one element of the SKM beside it. Own questions of the office are `X` and a "
    "number, in `extras`. Kept without anything that leads back to the ticket. `took_ms` and the pattern of the "
    "answers may mark a sheet as suspicious: it is kept and shown as such. After the days that the office sets "
    f"(`survey_over`) a ticket cannot answer any more. The remark has at most {REMARK_LENGTH} characters; "
    "a link to a ticket in it is not kept. Instruments: "
)


def described() -> dict[str, Any]:
    """This door in the OpenAPI document; elements and traits come from the instruments."""
    there = [instruments.load(code) for code in ELEMENTS]
    score = {"type": "integer", "minimum": 1, "maximum": 4, "description": "4 is best."}
    schema = openapi.plain_schema(Sheet)
    codes = {code: score for one in there for code in one.element_codes}
    traits = {trait.code: [each.code for each in trait.options] for one in there for trait in one.respondent}
    schema["properties"] |= {
        "scores": _named(codes) | {"minProperties": 1},
        "about": _named({code: {"enum": options} for code, options in traits.items()}),
        "extras": {
            "type": "object", "patternProperties": {"^X[1-9][0-9]{0,15}$": score}, "additionalProperties": False
        },
        "versions": _named({one.code: {"enum": list(instruments.versions(one.code))} for one in there}),
    }  # fmt: skip
    done = {"type": "object", "properties": {"ok": {"const": True}}, "required": ["ok"]}
    return {
        "operationId": "survey",
        "summary": "The visitor's answers; once a ticket, after the visit has ended.",
        "description": ABOUT + ", ".join(f"{one.code} {one.version}" for one in there) + ".",
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
    scores = dict.fromkeys(ELEMENTS[SKM], 4)
    token = openapi.EXAMPLES["cancel"]["token"]
    return {"request_id": openapi.REQUEST_EXAMPLE, "token": token, "scores": scores, "about": {}, "remark": "Ramah."}


openapi.more_paths["/api/v1/survey"] = {"post": described()}
