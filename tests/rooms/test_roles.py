"""Each role at each door, written out by hand (ASVS 8.2); and office A neither sees nor moves office B (8.4.1)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from ptsp import people
from ptsp import records as r
from tests.house.test_doors import everything
from tests.rooms.test_security import session_secret
from tests.support.apps import Api, House, Socket, Visitor, second_office
from web.commands import COMMANDS

STAFF = {"officer", "info", "manager", "admin"}
MANAGERS = {"manager", "admin"}
ADMIN = {"admin"}
ROLES = ("nobody", *people.ROLES, *people.DEVICES)

# Who may come in by GET, besides the pages for everybody.
PAGES = {
    "/kiosk/": STAFF | {"kiosk"},
    "/kiosk/paper/{token}": STAFF | {"kiosk"},
    "/counter/": STAFF,
    "/display/": STAFF | {"board"},
    "/survey/": STAFF | {"survey"},
    "/office/": MANAGERS,
    "/office/day": MANAGERS,
    "/office/day.csv": MANAGERS,
    "/office/hours": MANAGERS,
    "/office/people": ADMIN,
    "/office/devices": ADMIN,
    "/survey/preview": MANAGERS,
    "/office/survey/": MANAGERS,
    "/office/survey/settings/": MANAGERS,
    "/office/survey/remarks/": MANAGERS,
    "/office/survey/paper/": STAFF,
    "/office/survey/published/": MANAGERS,
    "/office/calendar/": MANAGERS,
    "/office/survey/import/": MANAGERS,
    "/office/follow-up/": MANAGERS,
    "/office/follow-up/print": MANAGERS,
    "/office/follow-up/register.csv": MANAGERS,
    "/office/follow-up/new": MANAGERS,
    "/office/complaints/": STAFF,
    "/office/complaints/new": STAFF,
    "/office/complaints/evaluation": MANAGERS,
    "/office/complaints/evaluation.csv": MANAGERS,
}
# Whose pages these are depends on the thing itself (test_complaints, test_follow_up, test_importing), or they take a
# second to draw (test_report).
OF_ONE_THING = {
    "/office/complaints/<int:complaint_id>",
    "/office/follow-up/<int:followup_id>", "/office/follow-up/<int:followup_id>/edit",
    "/office/follow-up/evidence/<int:evidence_id>", "/office/follow-up/evidence/<int:evidence_id>/picture",
    "/office/survey/import/<token>",
    "/office/survey/report.pdf", "/office/survey/report.docx", "/office/survey/report.xlsx",
    "/office/survey/poster.pdf",
}  # fmt: skip
FOR_EVERYBODY = {
    "/", "/sign-in", "/device/pair", "/office/first/<code>", "/t/<token>", "/t/<token>/state", "/t/<token>/qr.svg",
    "/survey/<token>", "/survey/<token>/state", "/survey/voice/<spoken>/<code>/<version>/<element>",
    "/health", "/api/openapi.json", "/api/v1/pictures/<audience>",
    "/theme/<int:office_id>.css",
    "/theme/<int:office_id>/<name>.png",
    "/results/", "/results/of/<code>", "/results/<int:publication_id>", "/results/<int:publication_id>/data.csv",
    "/results/kamus-data.csv", "/results/open-data.zip",
    "/complaints/", "/complaints/<token>",
}  # fmt: skip
DEEDS = {
    "/office/survey/count": MANAGERS,
    "/office/devices": ADMIN,
    "/office/devices/1/disable": ADMIN,
    "/office/tokens": ADMIN,
    "/office/tokens/1/disable": ADMIN,
    "/office/hours/published": MANAGERS,
    "/office/people": ADMIN,
    "/office/people/1/password": ADMIN,
    "/office/people/1/disable": ADMIN,
    "/office/sessions/1/close": ADMIN,
    "/office/survey/import/": MANAGERS,
    "/office/survey/import/1/undo": MANAGERS,
    "/office/follow-up/new": MANAGERS,
    "/office/follow-up/1/edit": MANAGERS,
    "/office/follow-up/1/finish": MANAGERS,
    "/office/follow-up/1/evidence": MANAGERS,
    "/office/follow-up/evidence/1/remove": MANAGERS,
    "/office/survey/settings/": MANAGERS,
    "/office/survey/settings/questions": MANAGERS,
    "/office/survey/settings/questions/1/off": MANAGERS,
    "/office/survey/remarks/1": MANAGERS,
    "/office/survey/paper/": STAFF,
    "/office/survey/published/": MANAGERS,
    "/office/survey/published/report": MANAGERS,
    "/office/survey/published/1/withdraw": MANAGERS,
    "/office/complaints/new": STAFF,
    "/office/complaints/1/answer": STAFF,
    "/office/complaints/days": MANAGERS,
}
AUDIENCES = {
    "board": STAFF | {"board"}, "kiosk": STAFF | {"kiosk"}, "counter": STAFF, "office": MANAGERS, "survey": {"survey"},
}  # fmt: skip
AT_COUNTER = STAFF | {"integration"}
MAY_SEND = dict.fromkeys(COMMANDS, AT_COUNTER) | {
    "issue": AT_COUNTER | {"kiosk"},
    "reprint": AT_COUNTER | {"kiosk"},
    "cancel": {"integration"},
    "free": MANAGERS,
    "assist": {"kiosk"},
}


def somebody(house: House, role: str) -> Visitor:
    if role == "nobody":
        return house.visitor()
    return house.screen(role) if role in people.DEVICES else house.person(role)


@pytest.mark.parametrize("role", ROLES)
def test_pages_open_for_their_roles_only(house: House, role: str) -> None:
    visitor, token = somebody(house, role), house.office.issue()["token"]
    for page, roles in PAGES.items():
        answer = visitor.get(page.format(token=token))
        if role in roles:
            assert answer.status_code == 200, f"{role} at {page}"
        elif role == "nobody":
            assert answer.status_code == 303, f"{role} at {page}"
            assert answer.headers["Location"].split("?")[0] in ("/sign-in", "/device/pair")
        else:
            assert answer.status_code in (303, 403), f"{role} at {page}"
            assert answer.headers.get("Location", "/sign-in").startswith(("/sign-in", "/device/pair"))


def test_no_page_is_missing_in_these_tables(house: House) -> None:
    rules = [rule for rule in house.app.url_map.iter_rules() if not rule.endpoint.endswith("static")]
    shown = {str(rule) for rule in rules if "GET" in rule.methods}
    listed = {page.replace("{", "<").replace("}", ">") for page in PAGES} | FOR_EVERYBODY | OF_ONE_THING
    assert shown == listed, "write into PAGES who may come in"
    assert set(MAY_SEND) == set(COMMANDS)


@pytest.mark.parametrize("role", ROLES)
def test_deeds_are_done_by_their_roles_only(house: House, role: str) -> None:
    visitor = somebody(house, role)
    before = everything(house.hall)
    for path, roles in DEEDS.items():
        if role not in roles:
            data = {"request_id": "not-for-me-01", "name": "X", "kind": "board", "login": "x", "role": "admin"}
            answer = visitor.post(path, data=data | {"password": "wedang-jahe-9-x"})
            assert answer.status_code == (401 if role == "nobody" else 403) or answer.status_code in (401, 403), path
            assert everything(house.hall) == before, path


@pytest.mark.parametrize("role", ROLES)
def test_audiences_and_commands_are_for_their_roles_only(house: House, role: str) -> None:
    visitor, counter = somebody(house, role), house.office.counters[0]
    ticket = house.office.issue(house.office.service_for(counter))
    sockets: list[Socket] = []
    for audience, roles in AUDIENCES.items():
        screen = house.socket(visitor, audience, counter_id=counter if audience == "counter" else None)
        assert screen.connected == (role in roles), f"{role} at {audience}"
        sockets += [screen] if screen.connected else []
    for screen in sockets[:1]:
        before = everything(house.hall)
        for name in COMMANDS:
            if role not in MAY_SEND[name]:
                answer = screen.command(name, **params_of(name, counter, ticket))
                assert answer["error"]["code"] == "forbidden", f"{role} sends {name}"
                assert everything(house.hall) == before
        for name in COMMANDS:
            if role in MAY_SEND[name]:
                answer = screen.command(name, **params_of(name, counter, ticket))
                assert answer["ok"] or answer["error"]["code"] not in ("forbidden", "bad_request"), (name, answer)


def test_an_integration_sends_its_commands_only(house: House) -> None:
    api, counter = house.api(), house.office.counters[0]
    ticket = house.office.issue(house.office.service_for(counter))
    for name in COMMANDS:
        answer = api.command(name, **params_of(name, counter, ticket))
        assert (answer.status_code == 403) == ("integration" not in MAY_SEND[name]), f"{name}: {answer.text}"


def params_of(name: str, counter: int, ticket: dict[str, Any]) -> dict[str, Any]:
    """Something that fits the command."""
    values = {"counter_id": counter, "ticket_id": ticket["id"]} | {key: ticket[key] for key in ("token", "service_id")}
    wanted = [field for field in COMMANDS[name].params.__struct_fields__ if field in values]
    note = {"note": "x"} if name == "annotate" else {}
    return {field: values[field] for field in wanted} | note


# --- two offices in one database ----------------------------------------------------------------------------------


def test_an_integration_sees_and_moves_nothing_of_another_office(house: House) -> None:
    other = second_office(house)
    there = other.counters[0]
    officer = other.officer(1)
    mine, theirs = house.api(), house.api(other)
    house.office.officer(2)
    service = other.service_for(there)
    served = other.issue(service)
    officer.serves_next()
    called = other.issue(service)
    officer.calls_next()
    waiting = other.issue(service)
    before = everything(house.hall)
    for name in COMMANDS:
        for ticket in (waiting, called):
            if "integration" in MAY_SEND[name]:
                answer = mine.command(name, **params_of(name, there, ticket))
                assert answer.status_code == 404, f"{name}: {answer.text}"
                assert everything(house.hall) == before, name
    own = house.office.issue(house.office.services[0])
    before = everything(house.hall)
    for target in ({"service_id": service}, {"to_counter_id": there}):
        assert mine.command("transfer", ticket_id=own["id"], **target).status_code == 404
    assert mine.command("recycle", ticket_id=own["id"], counter_id=there).status_code in (404, 409)
    sheet = {"request_id": "survey-elsewhere", "token": served["token"], "scores": {"U1": 4}}
    assert mine.post("/api/v1/survey", json=sheet).status_code == 404
    assert everything(house.hall) == before
    assert theirs.post("/api/v1/survey", json=sheet).status_code == 200
    assert_pictures_are_apart(house, mine, theirs, there)


def assert_pictures_are_apart(house: House, mine: Api, theirs: Api, there: int) -> None:
    """Their queue is not in our pictures, and their counter cannot be looked at."""
    here = house.office.counters[0]
    assert mine.get(f"/api/v1/pictures/counter?counter_id={there}").status_code == 404
    assert theirs.get(f"/api/v1/pictures/counter?counter_id={here}").status_code == 404
    for audience in ("board", "kiosk", "office"):
        answer = mine.get(f"/api/v1/pictures/{audience}").json
        assert answer["office"]["name"] != "Kantor Sebelah"
        assert "Kantor Sebelah" not in json.dumps(answer)
    assert mine.get("/api/v1/pictures/board").json["calls"] == []
    assert len(theirs.get("/api/v1/pictures/board").json["calls"]) == 2


def test_staff_and_screens_see_and_move_nothing_of_another_office(house: House) -> None:
    other = second_office(house)
    there, service = other.counters[0], other.service_for(other.counters[0])
    ticket = other.issue(service)
    admin = house.person("admin")
    desk = house.socket(admin, "counter", counter_id=house.office.counters[0])
    assert not house.socket(admin, "counter", counter_id=there).connected
    before = everything(house.hall)
    for name in COMMANDS:
        if "admin" in MAY_SEND[name]:
            answer = desk.command(name, **params_of(name, there, ticket))
            assert answer["error"]["code"] == "not_found", f"{name}: {answer}"
            assert everything(house.hall) == before, name
    other.officer(1).calls_next()
    for audience in ("board", "kiosk", "office"):
        screen = house.socket(admin, audience)
        assert "Kantor Sebelah" not in json.dumps(screen.look())
        assert not screen.received("announce"), "their chime is not ours"


def test_an_administrator_switches_nothing_off_in_another_office(house: House) -> None:
    other = second_office(house)
    theirs = house.person("admin", other)
    board, api = house.screen("board", office=other), house.api(other)
    screen = house.socket(board, "board")
    admin = house.person("admin")
    assert theirs.actor is not None
    assert board.actor is not None
    with house.hall.view() as conn:
        token = people.by_api_token(conn, api.token).id
        found = people.by_signin(conn, session_secret(theirs), house.office.clock.at)
    assert found is not None
    before = everything(house.hall)
    for path in (
        f"/office/devices/{board.actor.id}/disable",
        f"/office/tokens/{token}/disable",
        f"/office/people/{theirs.actor.id}/disable",
        f"/office/people/{theirs.actor.id}/password",
        f"/office/sessions/{found[0].seat[1:]}/close",
    ):
        answer = admin.post(path, data={"request_id": "elsewhere-0001", "password": "wedang-jahe-9-x"})
        assert answer.status_code == 404, path
        assert everything(house.hall) == before, path
    assert screen.connected
    for page in ("/office/people", "/office/devices"):
        said = admin.get(page).text
        assert theirs.actor.name not in said
        assert board.actor.name not in said
    with house.hall.view() as conn:
        assert conn.execute(select(r.person.c.active).where(r.person.c.id == theirs.actor.id)).scalar_one()
