"""The managers' pages: who may open them, and what their forms do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from ptsp import people
from ptsp import records as r
from tests.support.apps import House, Visitor

PASSWORD = "warung-teh-sore-hari"


def send(admin: Visitor, path: str, request_id: str = "form-00000001", **fields: Any) -> Any:
    return admin.post(path, data={"request_id": request_id, **fields})


def all_of(house: House, table: Any) -> list[Any]:
    with house.hall.view() as conn:
        return list(conn.execute(select(table).order_by(table.c.id)))


@pytest.mark.parametrize("path", ["/office/", "/office/day", "/office/hours", "/office/people", "/office/devices"])
def test_every_page_opens_in_both_languages_for_an_administrator(house: House, path: str) -> None:
    admin = house.person("admin")
    for language in ("id", "en"):
        admin.client.set_cookie("language", language, domain="localhost")
        page = admin.get(path)
        assert page.status_code == 200
        assert f'<html lang="{language}">' in page.text


@pytest.mark.parametrize(("role", "path", "status"), [
    ("officer", "/office/", 403), ("info", "/office/", 403), ("manager", "/office/", 200),
    ("manager", "/office/people", 403), ("manager", "/office/devices", 403), ("manager", "/office/hours", 200),
    ("officer", "/counter/", 200), ("info", "/counter/", 200), ("manager", "/counter/", 200),
])  # fmt: skip
def test_who_may_open_what(house: House, role: str, path: str, status: int) -> None:
    assert house.person(role).get(path).status_code == status


def test_a_form_sent_twice_adds_one_person(house: House) -> None:
    admin = house.person("admin")
    before = len(all_of(house, r.person))
    fields = {"login": "agus", "name": "Agus", "role": "officer", "password": PASSWORD}
    assert [send(admin, "/office/people", **fields).status_code for _ in range(2)] == [303, 303]
    assert len(all_of(house, r.person)) == before + 1
    assert house.visitor().sign_in("agus", PASSWORD).status_code == 303


@pytest.mark.parametrize(("path", "fields", "said"), [
    ("people", {"password": "pendek"}, "The password needs at least 10 characters"),
    ("people", {"password": "password123"}, "This password is too common."),
    ("people", {"login": "Siti"}, "The user name siti is taken."),
    ("people", {"name": " "}, "Please give a name, a user name and a role."),
    ("people", {"role": "king"}, "Please give a name, a user name and a role."),
    ("devices", {"kind": "kiosk", "counter_id": 1}, "Only a survey screen stands at a counter."),
    ("devices", {"kind": "board", "name": " "}, "Please give a name."),
    ("tokens", {"name": " "}, "Please give a name."),
])  # fmt: skip
def test_what_a_form_gets_wrong_is_told_in_a_sentence(
    house: House, path: str, fields: dict[str, Any], said: str
) -> None:
    admin = house.person("admin")
    admin.client.set_cookie("language", "en", domain="localhost")
    good = {"login": "agus", "name": "Agus", "role": "officer", "password": PASSWORD}
    send(admin, "/office/people", "form-00000000", **good | {"login": "siti"})
    answer = send(admin, f"/office/{path}", **good | fields)
    assert answer.status_code == 400
    assert said in answer.text
    assert "request is not right" not in answer.text, "that is a sentence for programs"


def test_a_day_that_is_no_date_is_refused_in_a_sentence(house: House) -> None:
    manager = house.person("manager")
    manager.client.set_cookie("language", "en", domain="localhost")
    for path in ("/office/day", "/office/day.csv"):
        answer = manager.get(f"{path}?day=yesterday")
        assert answer.status_code == 400
        assert "This is not a date. Please choose a day." in answer.text


def test_who_is_switched_off_is_out_at_once(house: House) -> None:
    admin, officer = house.person("admin"), house.person("officer")
    assert officer.actor is not None
    assert send(admin, f"/office/people/{officer.actor.id}/disable").status_code == 303
    assert officer.get("/counter/").status_code == 303


def test_nobody_switches_themselves_off(house: House) -> None:
    admin = house.person("admin")
    assert admin.actor is not None
    assert send(admin, f"/office/people/{admin.actor.id}/disable").status_code == 403


def test_a_session_is_closed(house: House) -> None:
    admin, officer = house.person("admin"), house.person("officer")
    signin = all_of(house, r.signin)[-1]
    assert send(admin, f"/office/sessions/{signin.id}/close").status_code == 303
    assert officer.get("/counter/").status_code == 303
    assert send(admin, "/office/sessions/999/close", request_id="form-00000002").status_code == 404


def test_the_key_of_a_screen_is_shown_once_and_kept_nowhere(house: House) -> None:
    admin = house.person("admin")
    first, second = (send(admin, "/office/devices", kind="board", name="Papan depan") for _ in range(2))
    key = re.search(r"/display/#key=([\w-]+)", first.text)
    assert key is not None
    assert "#key=" not in second.text
    assert len(all_of(house, r.device)) == 1
    with house.hall.view() as conn:
        assert people.by_device_key(conn, key[1]) is not None
        remembered = conn.execute(select(r.answered.c.answer)).scalars()
        assert not any(key[1] in answer for answer in remembered)


def test_a_token_is_shown_once_and_can_be_switched_off(house: House) -> None:
    admin = house.person("admin")
    shown = send(admin, "/office/tokens", name="SIMPEG")
    token = re.search(r'<code class="big-code">([\w-]+)</code>', shown.text)
    assert token is not None
    with house.hall.view() as conn:
        actor = people.by_api_token(conn, token[1])
    assert actor is not None
    send(admin, f"/office/tokens/{actor.id}/disable", request_id="form-00000002")
    with house.hall.view() as conn:
        assert people.by_api_token(conn, token[1]) is None


def test_open_longer_close_earlier_and_back_to_the_hours(house: House) -> None:
    manager = house.person("manager")

    def state() -> str:
        now = house.hall.clock.read().at
        return str(house.office.catalogue().schedule.state(now).state)

    assert send(manager, "/office/hours/close", date="2026-08-03", time="23:59").status_code == 303
    assert state() == "closed"
    assert send(manager, "/office/hours/open", "form-00000002", date="2026-08-03", time="20:00").status_code == 303
    assert state() == "open"
    assert send(manager, "/office/hours/published", "form-00000003").status_code == 303
    assert house.office.catalogue().schedule.open_until == 0


@pytest.mark.parametrize("fields", [{"date": "2026-08-02", "time": "10:00"}, {"date": "", "time": "10:00"}, {}])
def test_a_moment_that_cannot_be_is_refused(house: House, fields: dict[str, str]) -> None:
    assert send(house.person("manager"), "/office/hours/open", **fields).status_code == 400


def test_forms_need_their_csrf_token(house: House) -> None:
    admin = house.person("admin")
    fields = {"name": "x", "request_id": "form-00000001"}
    assert admin.post("/office/tokens", csrf=False, data=fields).status_code == 400
    assert all_of(house, r.api_token) == []


def test_an_earlier_day_without_visits_says_so(house: House) -> None:
    page = house.person("manager").get("/office/day?day=2026-08-01")
    assert "Belum ada data pada periode ini." in page.text or "No data for this period yet." in page.text
