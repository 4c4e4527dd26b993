"""The WSGI door of the commands: it is the way in, and it answers as Flask's views do."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from tests.support.apps import House

ISSUE = "/api/v1/commands/issue"


def send(house: House, body: bytes, path: str = ISSUE, **environ: Any) -> Any:
    """One POST as a server hands it to the app."""
    api = house.api()
    return house.app.test_client().open(
        path, method="POST", headers=api.headers, input_stream=io.BytesIO(body), environ_overrides=environ
    )


def body_of(house: House, request_id: str) -> bytes:
    return json.dumps({"request_id": request_id, "service_id": house.office.services[0]}).encode()


def test_a_command_never_comes_as_far_as_flask(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house.app, "full_dispatch_request", lambda: pytest.fail("Flask was asked"))
    answer = house.api().command("issue", service_id=house.office.services[0])
    assert answer.status_code == 200
    assert answer.json["ticket"]["number"]


def test_without_a_length_flask_reads_and_the_same_function_answers(house: House) -> None:
    body = body_of(house, "chunked-request")
    plain = send(house, body, CONTENT_LENGTH=str(len(body)))
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    again = send(house, body, **chunked)
    assert (plain.status_code, again.status_code) == (200, 200)
    assert set(again.json) == set(plain.json)
    assert dict(plain.headers) | {"Content-Length": ""} == dict(again.headers) | {"Content-Length": ""}


def test_a_refusal_has_the_same_protection(house: House) -> None:
    plain = house.api().command("issue", service_id=house.office.services[0])
    refused = house.api().command("issue", service_id=10**9)
    assert refused.status_code == 404
    assert dict(plain.headers) | {"Content-Length": ""} == dict(refused.headers) | {"Content-Length": ""}
    assert refused.json["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    ("length", "status", "code"), [("70000", 413, "too_large"), ("999", 400, "bad_request"), ("²", 400, "bad_request")]
)
def test_a_length_that_is_not_so(house: House, length: str, status: int, code: str) -> None:
    body = body_of(house, "some-request-id")
    refused = send(house, body * (1000 if length == "70000" else 1), CONTENT_LENGTH=length)
    assert (refused.status_code, refused.json["error"]["code"]) == (status, code)


def test_only_the_commands_themselves(house: House) -> None:
    api = house.api()
    assert api.get(ISSUE).status_code == 405
    assert api.post(f"{ISSUE}/", json={}).status_code == 404
    assert api.post("/api/v1/commands/__class__", json={}).status_code == 404
    spoken = house.app.test_client().post(ISSUE, json={}, headers={"Accept-Language": "en"})
    assert (spoken.status_code, spoken.json["error"]["message"]) == (401, "Please sign in first.")
    assert spoken.headers["WWW-Authenticate"] == 'Bearer realm="ptsp"'
