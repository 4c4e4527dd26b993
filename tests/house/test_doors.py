"""Every door of the house: who may come in is said, what changes something is a POST with a request id, a GET changes
nothing, and paper never decides."""

from __future__ import annotations

import inspect
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from ptsp import asking, people, surveying
from ptsp import records as r
from ptsp.errors import PtspError
from ptsp.hall import Actor, Hall
from survey.settings import reading
from tests.support.apps import House, example_app
from tests.support.complaint_doors import a_complaint, complaint_doors
from tests.support.follow_up_doors import follow_up_doors, import_doors
from tests.support.halls import Office, add_officer
from tests.support.published import publishing_doors
from web import commands
from web.commands import COMMANDS
from web.errors import STATUS
from web.live import Live

SCORES = {"U1": 4, "U2": 3}
# POSTs that carry no request id, and why a second one does no harm. Everything else must be in `doors_that_change`.
WITHOUT_REQUEST_ID = {
    "language.choose": "changes a cookie, nothing here",
    "auth.enter": "each sign-in is a session of its own; nothing was asked twice",
    "auth.leave": "ending an ended session changes nothing",
    "auth.enter_device": "changes a cookie, nothing here",
    "auth.become": "the one-time code is its own request id",
    "importing.bring": "a table waits outside the records for a word; two of them wait for two",
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with example_app(tmp_path) as found:
        yield found


def rules(house: House) -> list[Any]:
    return [rule for rule in house.app.url_map.iter_rules() if not rule.endpoint.endswith("static")]


def everything(hall: Hall) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    with hall.view() as conn:
        return {
            name: sorted((tuple(row) for row in conn.execute(select(table))), key=repr)
            for name, table in r.metadata.tables.items()
        }


def test_every_view_says_who_may_come_in(house: House) -> None:
    for rule in rules(house):
        needs = getattr(house.app.view_functions[rule.endpoint], "needs", None)
        assert needs, f"{rule}: decorate the view with @needs(roles) or @opened(why), directly under the route"
        if needs[0] == "everybody":
            assert len(needs[1]) > 10, f"{rule}: say why everybody may come in"
        else:
            assert set(needs) <= {*people.ROLES, *people.DEVICES}, f"{rule}: no such role"


def test_what_changes_something_is_a_post(house: House) -> None:
    for rule in rules(house):
        assert rule.methods <= {"GET", "HEAD", "OPTIONS", "POST"}, f"{rule}: only GET and POST"
        assert not {"GET", "POST"} <= rule.methods, f"{rule}: two views, one that shows and one that changes"


def doors_that_change(house: House, admin: Actor) -> dict[str, tuple[dict[str, Any], str, dict[str, Any]]]:
    """Endpoint -> (parts of the address, form or json, what is sent): each works but for its request id."""
    office = house.office
    counter = office.counters[0]
    officer = office.officer(1)
    office.issue(office.service_for(counter))
    served = officer.serves_next()
    other = office.issue(office.service_for(counter))
    office.issue(office.service_for(counter))
    served_too = officer.serves_next()  # `other`, first in the line
    waiting = office.issue(office.service_for(counter))
    colleague = add_officer(office, "rekan")
    made = office.hall.act(colleague, people.sign_in, agent="test")
    with office.hall.view() as conn:
        signed_in = people.by_signin(conn, made["secret"], office.clock.at)
        first = conn.execute(select(r.ticket.c.token).where(r.ticket.c.id == served["id"])).scalar_one()
        second = conn.execute(select(r.ticket.c.token).where(r.ticket.c.id == served_too["id"])).scalar_one()
    assert signed_in is not None
    assert other
    office.hall.act(office.system, people.add_device, kind="board", name="Papan")
    office.hall.act(office.system, people.add_token, name="Lama")
    password = "wedang-jahe-hangat-9"
    person = {"login": "baru", "name": "Baru", "role": "officer", "password": password}
    return {
        "api.command": ({"name": "issue"}, "api", {"service_id": office.services[0]}),
        "survey_api.answer": ({}, "api", {"token": first, "scores": SCORES}),
        "survey.answer": ({}, "json", {"token": second, "scores": SCORES}),
        "ticket.cancel": ({"token": waiting["token"]}, "json", {}),
        "office.add_device": ({}, "form", {"kind": "kiosk", "name": "Kiosk baru"}),
        "office.disable_device": ({"device_id": 1}, "form", {}),
        "office.add_token": ({}, "form", {"name": "Baru"}),
        "office.disable_token": ({"token_id": 1}, "form", {}),
        "office.change_hours": ({"deed": "published"}, "form", {}),
        "office.add": ({}, "form", person),
        "office.close": ({"signin_id": int(signed_in[0].seat[1:])}, "form", {}),
        "office.password": ({"person_id": colleague.id}, "form", {"password": password}),
        "office.disable": ({"person_id": colleague.id}, "form", {}),
        **asking_doors(office),
        **follow_up_doors(office, house.settings.data_dir),
        **import_doors(office, house.settings.data_dir, admin),
        **publishing_doors(office),
        **complaint_doors(office),
    }


def asking_doors(office: Office) -> dict[str, tuple[dict[str, Any], str, dict[str, Any]]]:
    """The survey's settings, its own questions, remarks and paper forms."""
    text, answers = {"id": "Toilet bersih?", "en": "Clean toilets?"}, [{"id": "Ya", "en": "Yes"}] * 4
    own = office.hall.act(office.system, surveying.add_question, text=text, answers=answers)["question_id"]
    form = asking.Form("skm-9", "2017.1", SCORES)
    row = asking.rows_of([form], {"channel": "paper", "day": "2026-08-03"}, "Ramah.")

    def keep(work: Any) -> dict[str, Any]:
        asking.keep(work, row)
        return {}

    office.hall.act(office.system, keep)
    with office.hall.view() as conn:
        remark = conn.execute(select(r.survey_answer.c.id)).scalar_one()

    def fill(work: Any) -> dict[str, Any]:
        for _ in range(5):
            asking.drop(work, asking.rows_of([form], {"channel": "kiosk", "day": "2026-08-03"}))
        return {}

    office.hall.act(office.system, fill)
    said = {"text_id": "A?", "text_en": "A?"} | {f"answer{n}_{code}": "x" for n in range(1, 5) for code in ("id", "en")}
    settings: dict[str, Any] = dict.fromkeys((*reading.NUMBERS,), "7") | {
        "survey_instruments": ["skm-9", "ipak-5"], "survey_mode": "full", "survey_layout": "all",
        "survey_weight": "exact", "signer_title": "Kepala",
    }  # fmt: skip
    return {
        "survey_settings.change": ({}, "form", settings),
        "survey_settings.add_question": ({}, "form", said),
        "survey_settings.change_question": ({"question_id": own, "deed": "off"}, "form", {}),
        "survey_remarks.moderate": ({"answer_id": remark}, "form", {"state": "public"}),
        "results.count": ({}, "form", {}),
        "paper_forms.enter": ({}, "form", {"day": "2026-07-30", "score.U1": "4"}),
    }


def test_every_change_carries_a_request_id(house: House) -> None:
    """Without one: 400 and nothing changes. With one: it works, and sent again it changes nothing more."""
    admin = house.person("admin")
    assert admin.actor is not None
    doors, api = doors_that_change(house, admin.actor), house.api()
    posts = {rule.endpoint: rule for rule in rules(house) if "POST" in rule.methods}
    for endpoint in posts.keys() - WITHOUT_REQUEST_ID.keys() - doors.keys():
        raise AssertionError(f"{endpoint}: add it to doors_that_change in tests/house/test_doors.py, with a request id")
    assert WITHOUT_REQUEST_ID.keys() | doors.keys() <= posts.keys(), "a door is gone: take it out of the lists here"
    for number, (endpoint, (parts, kind, body)) in enumerate(doors.items()):
        with house.app.test_request_context():
            path = house.app.url_for(endpoint, **parts)

        def send(more: dict[str, str], path: str = path, kind: str = kind, body: dict[str, Any] = body) -> Any:
            sent = body | more
            if kind == "api":
                return api.post(path, json=sent)
            return admin.post(path, json=sent) if kind == "json" else admin.post(path, data=sent)

        before = everything(house.hall)
        for wrong in ({}, {"request_id": ""}, {"request_id": "short"}, {"request_id": "not one\n!!"}):
            response = send(wrong)
            assert response.status_code == 400, f"{endpoint} took {wrong}: run it by hall.run with a request id"
            assert everything(house.hall) == before, f"{endpoint} changed something without a request id"
        once = send({"request_id": f"house-request-{number}"})
        assert once.status_code in (200, 303), f"{endpoint}: {once.status_code} {once.text[:300]}"
        after = everything(house.hall)
        assert after != before, f"{endpoint} changed nothing: what is sent in this test no longer fits"
        again = send({"request_id": f"house-request-{number}"})
        assert (again.status_code, everything(house.hall)) == (once.status_code, after), f"{endpoint}: twice is twice"


def test_no_get_changes_anything(house: House) -> None:
    token = house.office.issue()["token"]
    code = house.hall.act(house.office.system, people.invite)["code"]
    values = {"token": token, "code": code, "audience": "board", "office_id": house.office.office_id}
    values |= {"filename": "css/house.css", "name": "0123456789abcdef"}
    values |= {"spoken": "id", "version": "2017.1", "element": "U1"}
    values |= {"followup_id": 1, "evidence_id": 1, "publication_id": 1, "complaint_id": 1}
    a_complaint(house.office)
    publishing_doors(house.office)
    follow_up_doors(house.office, house.settings.data_dir)  # there is a line and a file to look at
    visitors = [house.person("admin"), *(house.screen(kind) for kind in people.DEVICES), house.visitor()]
    api = house.api()
    before = everything(house.hall)
    for rule in house.app.url_map.iter_rules():
        if "GET" not in rule.methods:
            continue
        path = house.app.url_map.bind("localhost").build(rule.endpoint, {name: values[name] for name in rule.arguments})
        for method in ("GET", "HEAD", "OPTIONS"):
            for visitor in visitors:
                answer = visitor.client.open(path, method=method)
                assert answer.status_code < 500, f"{method} {path}: {answer.text[:300]}"
                answer.close()
            api.client.open(path, method=method, headers=api.headers).close()
            assert everything(house.hall) == before, f"{method} {path} changed something: make it a POST"


def test_the_websocket_has_no_door_but_these(house: House) -> None:
    handlers = house.live.socketio.server.handlers["/"]
    assert set(handlers) == {"connect", "disconnect", "look", "command"}, "a new event must check who sends it"
    checks = (("admitted=people.still_admitted", commands.perform), ("actor_with", Live._admit))
    for check, where in (*checks, ("_admit", Live._connect)):
        assert check in inspect.getsource(where), f"{where.__qualname__} must check who it is ({check})"


@pytest.mark.parametrize("audience", ["board", "kiosk", "counter", "office", "survey"])
def test_nobody_gets_a_picture_by_websocket(house: House, audience: str) -> None:
    known = {"board", "kiosk", "counter", "office", "survey"}
    assert set(house.live.audiences) == known, "add the new audience to this test"
    assert not house.socket(house.visitor(), audience).connected


def test_every_command_names_its_roles() -> None:
    for name, command in COMMANDS.items():
        assert command.roles, f"{name}: nobody may send it"
        assert command.roles <= {*people.ROLES, *people.DEVICES, "integration"}, f"{name}: no such role"
        assert command.action.__doc__, f"{name}: its action's docstring is what the OpenAPI document says"


def test_every_refusal_has_a_code_a_sentence_and_a_status() -> None:
    kinds, pending = [], [PtspError]
    while pending:
        kinds += (found := pending.pop().__subclasses__())
        pending += found
    codes = [kind.code for kind in kinds]
    assert len(codes) == len(set(codes)), f"two refusals of one code: {sorted(codes)}"
    for kind in kinds:
        assert kind.__doc__, f"{kind.__name__}: the docstring says what it means"
        assert kind.message.endswith((".", "%(reason)s")), f"{kind.__name__}: a whole sentence"
        assert any(issubclass(kind, one) for one in STATUS), f"{kind.__name__}: add it to STATUS in web/errors.py"


def test_no_action_touches_the_network(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paper, screens and other processes wait outside the transaction."""

    def forbidden(*_args: object) -> None:
        raise AssertionError("the network inside hall.work: do it after the commit (kiosk/print_worker.py)")

    add_printer(office)
    monkeypatch.setattr(socket.socket, "connect", forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    service = office.service_for(office.counters[0])
    for _ in range(3):
        office.issue(service)
    officer = office.officer(1)
    officer.serves_next()
    officer.calls_next()
    officer.marks_no_show()


def test_a_number_is_given_whatever_the_printer_does(house: House) -> None:
    add_printer(house.office)
    answer = house.api().command("issue", service_id=house.office.services[0]).json
    assert answer["ticket"]["number"]
    with house.hall.view() as conn:
        jobs = conn.execute(select(r.print_job.c.state)).scalars().all()
    assert jobs == ["pending"], "issue writes ticket, line and print job together; printing happens afterwards"


def add_printer(office: Office) -> None:
    """A network printer that nobody answers for."""
    with office.hall.work(office.system) as work:
        row = {"office_id": work.office_id, "name": "Mati", "setting": "tcp://192.0.2.1:9100", "active": True}
        work.conn.execute(insert(r.printer).values(**row))
        work.set_up_changed()
