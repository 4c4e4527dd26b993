"""The OpenAPI document says the truth: valid, complete, and every answer is as it says, whatever a client sends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator import validate as validate_document
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth

from ptsp import form_errors
from tests.support.apps import Api, House, example_app
from web.commands import COMMANDS
from web.errors import STATUS
from web.openapi import codes_of, commands_for_integrations, document
from web.shapes import PICTURES, answer_of


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One hall for the whole module: somebody waits, is called, is served, as in the middle of a day."""
    with example_app(tmp_path_factory.mktemp("openapi")) as house:
        for _ in range(12):
            house.office.issue(house.office.service_for(house.office.counters[0]))
        yield house


@pytest.fixture(scope="module")
def api(built: House) -> Api:
    return built.api()


@pytest.fixture(scope="module")
def openapi(built: House) -> Any:
    return schemathesis.openapi.from_wsgi("/api/openapi.json", built.app)


def test_the_document_is_valid_and_for_everybody(built: House) -> None:
    response = built.app.test_client().get("/api/openapi.json")
    assert response.status_code == 200
    assert response.json["openapi"].startswith("3.1")
    assert "public" in response.headers["Cache-Control"]
    validate_document(response.json, cls=OpenAPIV31SpecValidator)
    again = built.app.test_client().get("/api/openapi.json", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_every_command_of_the_table_is_described_or_closed_to_integrations(built: House, api: Api) -> None:
    paths = built.app.test_client().get("/api/openapi.json").json["paths"]
    for name in COMMANDS:
        if name in commands_for_integrations():
            assert "post" in paths[f"/api/v1/commands/{name}"], f"{name} is missing in web/openapi.py"
        else:
            assert f"/api/v1/commands/{name}" not in paths
            assert api.command(name).status_code == 403
    assert {"/api/v1/survey", "/api/v1/pictures/{audience}", "/health"} <= set(paths)


def test_every_error_code_is_listed_under_its_status() -> None:
    listed = {code for status in STATUS.values() for code in codes_of(status)}
    for kind in _all_errors():
        if kind.__module__ == form_errors.__name__:
            assert kind.code not in listed, f"{kind.__name__} is told to forms only"
        elif kind.code != "refused":
            assert kind.code in listed, f"{kind.__name__}: its base has no line in STATUS of web/errors.py"


def test_what_the_proxy_says_instead_of_a_server_is_listed_and_promises_nothing() -> None:
    assert "unavailable" in codes_of(503)
    told = document()["components"]["responses"]["Refused503"]["description"]
    assert "(`unavailable`)" in told
    assert "cannot be known" in told


def test_the_examples_fit_their_schemas() -> None:
    said = document()
    registry = {"components": said["components"]}
    for path, item in said["paths"].items():
        for operation in item.values():
            for body in operation.get("requestBody", {}).get("content", {}).values():
                jsonschema.Draft202012Validator(body["schema"] | registry).validate(body["example"])
                assert body["example"]["request_id"], path


def test_nothing_undocumented_is_in_an_answer(house: House) -> None:
    """A whole visit, each answer held strictly against its shape (a generic client sees the same schema)."""
    api, office = house.api(), house.office
    counter = office.counters[0]
    service = office.service_for(counter)
    other = next(one for one in office.services if one != service)
    add_printer(house)

    def done(name: str, **params: Any) -> dict[str, Any]:
        response = api.command(name, **params)
        assert response.status_code == 200, (name, response.text)
        msgspec.convert(response.json, answer_of(name), strict=True)
        answer: dict[str, Any] = response.json
        return answer

    done("take", counter_id=counter)
    tickets = [done("issue", service_id=service, priority=n == 2)["ticket"] for n in range(6)]
    done("call_next", counter_id=counter)
    done("recall", counter_id=counter)
    done("start", counter_id=counter)
    parked = done("park", counter_id=counter, note="fotokopi")["ticket"]["id"]
    done("call_next", counter_id=counter)
    missed = done("no_show", counter_id=counter)["ticket"]["id"]
    done("recycle", ticket_id=missed)
    done("resume", counter_id=counter, ticket_id=parked)
    pictures_hold(api, counter)
    done("finish", counter_id=counter, outcome="filed")
    done("call", counter_id=counter, ticket_id=missed)
    done("transfer", ticket_id=missed, service_id=other, note="salah loket")
    done("annotate", ticket_id=missed, note="ok")
    done("reprint", ticket_id=missed)
    done("remove", ticket_id=missed)
    done("cancel", token=tickets[5]["token"])
    done("break", counter_id=counter, note="salat")
    done("back", counter_id=counter)
    pictures_hold(api, counter)
    done("leave", counter_id=counter)


def pictures_hold(api: Api, counter: int) -> None:
    for audience, shape in PICTURES.items():
        response = api.get(f"/api/v1/pictures/{audience}", query_string={"counter_id": counter})
        assert response.status_code == 200
        msgspec.convert(response.json, shape, strict=True)


def add_printer(house: House) -> None:
    from sqlalchemy import insert

    from ptsp import records as r

    with house.hall.work(house.office.system) as work:
        row = {"office_id": work.office_id, "name": "Printer", "setting": "dummy", "active": True}
        work.conn.execute(insert(r.printer).values(**row))
        work.set_up_changed()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "unfitting"])
def test_whatever_is_sent_the_answer_is_as_described(openapi: Any, api: Api, mode: GenerationMode) -> None:
    """No 500, and status, content type and body as the document says; unfitting requests are refused."""
    operations = [found.ok() for found in openapi.get_all_operations()]
    assert len(operations) > 20
    for operation in operations:
        if mode is GenerationMode.NEGATIVE and operation.path == "/health":
            continue  # nothing can be wrong about it

        @settings(max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=[*HealthCheck])
        @given(case=operation.as_strategy(generation_mode=mode))
        def holds(case: Any) -> None:
            case.call_and_validate(headers=api.headers, excluded_checks=[ignored_auth])

        holds()


WEIRD = {
    "nothing": b"",
    "not JSON": b"{",
    "not UTF-8": b'{"request_id": "\xff\xfe"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "half a pair": b'{"request_id": "request-01", "counter_id": 1, "note": "\\ud800"}',
    "a list": b"[]",
    "null": b"null",
    "a number": b"1e999",
    "nested deep": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "nested deeper": b"[" * 60_000,
    "a huge integer": b'{"request_id": "request-01", "service_id": 1' + b"0" * 3000 + b"}",
    "a huger integer": b'{"request_id": "request-01", "service_id": 1' + b"0" * 50_000 + b"}",
    "a truth for a number": b'{"request_id": "request-01", "service_id": true}',
    "an unknown parameter": b'{"request_id": "request-01", "service_id": 1, "state": "served"}',
    "NUL in the request id": b'{"request_id": "request-\\u0000", "service_id": 1}',
    "a line end in the request id": b'{"request_id": "request-01\\n", "service_id": 1}',
    "no request id": b'{"service_id": 1}',
}


@pytest.mark.parametrize("what", WEIRD)
@pytest.mark.parametrize("path", ["/api/v1/commands/issue", "/api/v1/survey"])
def test_malformed_bodies_are_told_so(built: House, api: Api, what: str, path: str) -> None:
    before = lines(built)
    response = api.post(path, data=WEIRD[what], content_type="application/json")
    assert response.status_code == 400, response.text
    assert response.json["error"]["code"] == "bad_request"
    assert lines(built) == before


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "", "multipart/form-data; boundary=x", "a\xe9/b"])
def test_the_content_type_does_not_matter_but_the_content_does(api: Api, built: House, kind: str) -> None:
    body = json.dumps({"request_id": "content-type", "service_id": built.office.services[0]})
    assert api.post("/api/v1/commands/issue", data=body, content_type=kind).status_code == 200
    assert api.post("/api/v1/commands/issue", data="<a/>", content_type=kind).status_code == 400


def test_notes_in_any_script_and_nothing_that_no_database_keeps(built: House, api: Api) -> None:
    ticket = built.office.issue()["id"]
    for note in ("ꦱꦸꦫꦠ", "رسالة", "🙏🏽", "a\u202eb", "'; DROP TABLE ticket; --", "x" * 500):
        assert api.command("annotate", ticket_id=ticket, note=note).status_code == 200
    for note in ("a\x00b", "x" * 501):
        assert api.command("annotate", ticket_id=ticket, note=note).status_code == 400


def test_too_large_a_body_is_refused(api: Api) -> None:
    response = api.post("/api/v1/commands/issue", data=b" " * 70_000)
    assert (response.status_code, response.json["error"]["code"]) == (413, "too_large")


def test_unknown_paths_and_wrong_methods_answer_in_json(api: Api) -> None:
    response = api.client.get("/api/v1/nothing", headers={"Accept": "text/html"})
    assert (response.status_code, response.json["error"]["code"]) == (404, "not_found")
    for method in ("get", "put", "delete", "patch"):
        response = getattr(api.client, method)("/api/v1/commands/issue", headers=api.headers)
        assert (response.status_code, response.json["error"]["code"]) == (405, "method_not_allowed")
        assert "POST" in response.headers["Allow"]
        assert "method_not_allowed" not in response.json["error"]["message"], "a code is no sentence"
    assert api.command("no_such_command").status_code == 404


def test_every_address_says_what_other_methods_are_told() -> None:
    said = document()
    for path, item in said["paths"].items():
        for operation in item.values():
            assert operation["responses"]["405"]["$ref"].endswith("/Refused405"), path
    assert "Allow" in said["components"]["responses"]["Refused405"]["headers"]
    assert codes_of(405) == ["method_not_allowed"]


def test_words_for_people_come_in_their_language(api: Api) -> None:
    def words(accept: str) -> str:
        answer = api.client.post("/api/v1/commands/start", headers={"Accept-Language": accept}, json={})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        said: str = answer.json["error"]["message"]
        return said

    assert words("id") != words("en")


def lines(house: House) -> int:
    with house.hall.view() as conn:
        found: int = conn.exec_driver_sql("SELECT count(*) FROM daybook").scalar_one()
        return found


def _all_errors() -> list[Any]:
    from ptsp.errors import PtspError

    found, pending = [], [PtspError]
    while pending:
        kind = pending.pop()
        found.append(kind)
        pending += kind.__subclasses__()
    return found
