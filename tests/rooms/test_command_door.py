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


def test_the_websocket_refuses_in_the_language_that_the_screen_speaks(house: House) -> None:
    """(It may have been switched since its cookie came.)"""
    desk = house.socket(house.person("officer"), "counter")
    message = {"name": "call_next", "request_id": "wire-request-1", "params": {"counter_id": house.office.counters[0]}}
    said = {one: desk.wire.emit("command", {**message, "language": one}, callback=True) for one in ("id", "en", "xx")}
    assert {answer["error"]["code"] for answer in said.values()} == {"counter_moved"}
    words = {one: answer["error"]["message"] for one, answer in said.items()}
    assert words["id"] == words["xx"] != words["en"]


@pytest.mark.parametrize("message", [(), ("x",), (None,), ([1],), ({"name": 3},), ({"name": "issue"}, 1, 2)])
def test_whatever_comes_over_the_websocket_is_answered(house: House, message: tuple[Any, ...]) -> None:
    desk = house.socket(house.person("officer"), "counter")
    assert desk.wire.emit("command", *message, callback=True)["error"]["code"] in ("bad_request", "not_found")


@pytest.mark.parametrize("sent", [{}, {"request_id": None}, {"request_id": 12345678}, {"request_id": "short"}])
def test_a_refused_request_id_is_named_at_both_doors(house: House, sent: dict[str, Any]) -> None:
    service = {"service_id": house.office.services[0]}
    over_http = house.api().post(ISSUE, json={**service, **sent})
    desk = house.socket(house.person("officer"), "counter")
    over_the_socket = desk.wire.emit("command", {"name": "issue", "params": service, **sent}, callback=True)
    assert over_http.status_code == 400
    for error in (over_http.json["error"], over_the_socket["error"]):
        assert error["code"] == "bad_request"
        assert "request_id: Expected `str`" in error["message"]


def test_a_fault_of_ours_is_answered_over_the_websocket_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = house.socket(house.person("officer"), "counter")
    monkeypatch.setattr(house.hall, "run", lambda *_args, **_more: 1 / 0)
    assert desk.command("take", counter_id=house.office.counters[0])["error"]["code"] == "unexpected"
    monkeypatch.setattr(house.live.socketio.server, "get_environ", lambda *_args: None)  # and it has gone meanwhile
    assert desk.command("take", counter_id=house.office.counters[0]) == []
