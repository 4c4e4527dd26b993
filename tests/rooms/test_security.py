"""Who must stay out (DEFENCE.md, OWASP ASVS): headers, cookies, forgery, sign-in, secrets. Roles: test_roles.py."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from ptsp import people
from ptsp import records as r
from tests.support.apps import PASSWORD, House, Visitor, example_app
from tests.support.halls import add_officer
from web.csv_cells import harmless

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def pages(house: House) -> list[Any]:
    """Every page and every kind of refusal, as somebody gets it who may."""
    token = house.office.issue()["token"]
    admin, nobody, api = house.person("admin"), house.visitor(), house.api()
    code = house.hall.act(house.office.system, people.invite)["code"]
    own = ["/kiosk/", "/counter/", "/display/", "/survey/", "/office/", "/office/day", "/office/day.csv"]
    own += ["/office/hours", "/office/people", "/office/devices", f"/kiosk/paper/{token}"]
    free = ["/", "/sign-in", "/device/pair", f"/t/{token}", f"/t/{token}/state", f"/t/{token}/qr.svg", "/health"]
    free += [f"/survey/{token}", f"/survey/{token}/state", f"/office/first/{code}", "/no-such-page", "/t/unknown"]
    answers = [admin.get(path) for path in own] + [nobody.get(path) for path in [*free, *own]]
    refused = [nobody.post("/survey/answers", json={}, csrf=False), nobody.get("/language")]
    spoken = [nobody.post("/api/v1/survey"), api.get("/api/v1/pictures/board"), api.command("issue"), api.command("x")]
    return [*answers, *refused, *spoken]


def test_every_answer_carries_the_headers_and_stays_out_of_caches(house: House) -> None:
    for answer in pages(house):
        path = f"{answer.request.path} ({answer.status_code})"
        headers = answer.headers
        assert headers.getlist("Content-Security-Policy") == [CSP], path
        assert headers.getlist("X-Content-Type-Options") == ["nosniff"], path
        assert headers["Referrer-Policy"] in ("same-origin", "no-referrer"), path
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path
        assert headers["Cache-Control"] == "no-store", path
        assert "Access-Control-Allow-Origin" not in headers, path
        assert "Strict-Transport-Security" not in headers, "only under https"


def set_cookies(answer: Any) -> list[str]:
    return list(answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("https", ["false", "true"])
def test_cookies_are_out_of_reach_of_scripts_and_other_sites(tmp_path: Path, https: str) -> None:
    with example_app(tmp_path, PTSP_HTTPS=https) as house:
        add_officer(house.office, "siti")
        key = house.hall.act(house.office.system, people.add_device, kind="board", name="Papan")["key"]
        visitor = house.visitor()
        answers = [
            visitor.sign_in("siti"),
            visitor.post("/device/enter", json={"key": key}),
            visitor.post("/language", data={"language": "en"}),
        ]
        assert [answer.status_code for answer in answers] == [303, 200, 303]
        cookies = [cookie for answer in answers for cookie in set_cookies(answer)]
        assert {cookie.split("=")[0] for cookie in cookies} >= {"device", "language"}
        assert any(cookie.startswith("__Host-session=" if https == "true" else "session=") for cookie in cookies)
        for cookie in cookies:
            assert "HttpOnly" in cookie, cookie
            assert "SameSite=Lax" in cookie, cookie
            assert ("Secure" in cookie) == (https == "true"), cookie
            assert "Domain" not in cookie, cookie
        assert ("Strict-Transport-Security" in answers[0].headers) == (https == "true")


FORMS = [
    ("/sign-in", {"login": "siti", "password": PASSWORD}),
    ("/sign-out", {}),
    ("/language", {"language": "en"}),
    ("/device/enter", {"key": "x"}),
    ("/office/tokens", {"name": "Palsu", "request_id": "forged-request-1"}),
    ("/office/people", {"login": "palsu", "name": "Palsu", "role": "admin", "password": "wedang-jahe-hangat-9"}),
    ("/survey/answers", {}),
    ("/t/ygPljtIXeU-kLpmRhvloXw/cancel", {}),
]


def test_forged_requests_are_refused(house: House) -> None:
    admin = house.person("admin")
    before = dump(house)
    for token in ("", "made-up", house.visitor().fresh_csrf()):  # none, invented, somebody else's
        for path, data in FORMS:
            headers = {"X-CSRFToken": token, "Accept": "application/json"}
            answer = admin.post(path, data=data, csrf=False, headers=headers)
            assert (answer.status_code, answer.json["error"]["code"]) == (400, "page_expired"), path
            assert dump(house) == before, path
    assert admin.get("/office/people").status_code == 200, "still signed in"


def test_no_cookie_opens_the_api(house: House) -> None:
    admin = house.person("admin")
    answer = admin.post("/api/v1/commands/issue", json={"request_id": "by-cookie-1", "service_id": 1})
    assert answer.status_code == 401
    for header in ("Basic YTpi", "Bearer", "Bearer ", "bearer x", "Bearer " + "a" * 5000, "Bearer \xff"):
        answer = admin.client.post("/api/v1/commands/issue", json={}, headers={"Authorization": header})
        assert answer.status_code == 401, header


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost.evil", "null", "http://localhost:81"])
def test_a_foreign_page_gets_no_websocket(house: House, origin: str) -> None:
    officer = house.person("officer")
    answer = officer.get("/socket.io/?EIO=4&transport=websocket", headers={"Origin": origin})
    assert answer.status_code == 400
    assert "not an accepted origin" in answer.text.lower()


def test_no_polling_where_a_websocket_belongs(house: House) -> None:
    assert house.person("officer").get("/socket.io/?EIO=4&transport=polling").status_code == 400


# --- coming in ----------------------------------------------------------------------------------------------------


def test_wrong_password_and_unknown_login_are_answered_alike(house: House) -> None:
    add_officer(house.office, "siti")
    away = add_officer(house.office, "pergi")
    house.hall.act(house.office.system, people.disable_person, person_id=away.id)

    def attempt(login: str, password: str) -> tuple[int, str, float]:
        visitor = house.visitor()
        visitor.fresh_csrf()
        began = time.perf_counter()
        answer = visitor.post("/sign-in", data={"login": login, "password": password})
        took = time.perf_counter() - began
        return answer.status_code, _without_forms(answer.text, login), took

    attempt("siti", "x" * 12)  # the first one makes the hash of nobody
    attempt("nobody", "x" * 12)
    turns = [(attempt("siti", "salah-sekali-1"), attempt("nobody", "salah-sekali-1")) for _ in range(6)]
    known, unknown = zip(*turns, strict=True)
    gone = attempt("pergi", PASSWORD)
    assert {one[0] for one in (*known, *unknown, gone)} == {401}
    assert len({one[1] for one in (*known, *unknown, gone)}) == 1
    # The quickest of each, for whatever else the machine does makes some of them slow.
    quickest_known, quickest_unknown = (min(took for _status, _text, took in those) for those in (known, unknown))
    assert 0.4 < quickest_unknown / quickest_known < 2.5, "the time of an answer tells whether a login exists"


def _without_forms(html: str, login: str) -> str:
    return re.sub(r'(csrf_token" value=|"csrf": )"[^"]+"', "", html).replace(login, "")


def test_guessing_is_slowed_down_by_login_and_by_address(house: House) -> None:
    add_officer(house.office, "siti")
    statuses = [house.visitor().sign_in("siti", "salah-sekali-1").status_code for _ in range(9)]
    assert statuses == [401] * 8 + [429]
    assert house.visitor().sign_in("siti").status_code == 429, "the right password does not help while it is locked"
    one_place = house.visitor()
    many = [one_place.sign_in(f"orang{n}", "salah-sekali-1").status_code for n in range(21)]
    assert many == [401] * 20 + [429]


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "\t//evil.example",
     "/\n/evil.example", "javascript:alert(1)", "evil.example", "/\\\\evil.example", " //evil.example",
     "http:evil.example"],
)  # fmt: skip
def test_no_redirect_leads_outside(house: House, target: str) -> None:
    add_officer(house.office, "siti")
    visitor = house.visitor()
    visitor.fresh_csrf()
    answers = [
        visitor.post("/sign-in", data={"login": "siti", "password": PASSWORD, "next": target}),
        visitor.post("/language", data={"language": "en", "next": target}),
    ]
    for answer in answers:
        assert answer.status_code == 303
        assert re.fullmatch(r"/([a-z]+/)?", answer.headers["Location"]), answer.headers["Location"]
    assert target not in visitor.get("/device/pair", query_string={"next": target}).text


def test_weak_passwords_are_refused(house: House) -> None:
    admin = house.person("admin")
    before = dump(house)
    for password in ("", "short", "aaaaaaaaaaaa", "1234567890", "qwertyuiop", "Password123"):
        form = {"login": "baru", "name": "Baru", "role": "officer", "password": password}
        assert admin.post("/office/people", data=form | {"request_id": "weak-password-1"}).status_code == 400, password
        assert dump(house) == before, password


def test_nobody_becomes_more_than_they_are_by_extra_fields(house: House) -> None:
    """Mass assignment: unknown fields are refused by the API and ignored by forms."""
    admin = house.person("admin")
    form = {"login": "baru", "name": "Baru", "role": "officer", "password": "wedang-jahe-9-x", "office_id": "99"}
    assert admin.post("/office/people", data=form | {"active": "0", "request_id": "mass-0001"}).status_code == 303
    with house.hall.view() as conn:
        row = conn.execute(select(r.person).where(r.person.c.login == "baru")).one()
    assert (row.office_id, bool(row.active)) == (house.office.office_id, True)
    answer = house.api().command("issue", service_id=house.office.services[0], state="served", rank_at=0)
    assert answer.status_code == 400


def test_an_invitation_opens_once(house: House) -> None:
    code = house.hall.act(house.office.system, people.invite)["code"]
    form = {"login": "kepala", "name": "Kepala", "password": "wedang-jahe-9-x", "password2": "wedang-jahe-9-x"}
    first, second = house.visitor(), house.visitor()
    for visitor in (first, second):
        assert visitor.get(f"/office/first/{code}").status_code == 200
    first.client.set_cookie("language", "en", domain="localhost")
    for wrong, said in (
        ({"password2": "other"}, "The two passwords are not the same."),
        ({"password": "password123", "password2": "password123"}, "This password is too common."),
        ({"login": " "}, "Please give a name, a user name and a role."),
    ):
        refused = first.post(f"/office/first/{code}", data=form | wrong)
        assert refused.status_code == 400
        assert said in refused.text
    assert first.post(f"/office/first/{code}", data=form).status_code == 303
    assert first.get("/office/").status_code == 200
    assert second.post(f"/office/first/{code}", data=form | {"login": "kedua"}).status_code == 404
    assert second.get(f"/office/first/{code}").status_code == 404
    older = house.hall.act(house.office.system, people.invite)["code"]
    house.office.clock.forward(hours=25)
    assert second.get(f"/office/first/{older}").status_code == 404


# --- going out ----------------------------------------------------------------------------------------------------


def test_a_session_ends_when_nobody_uses_it_and_at_the_end_of_a_long_day(house: House) -> None:
    officer = house.person("officer")
    house.office.clock.forward(hours=3, minutes=59)
    assert officer.get("/counter/").status_code == 200
    house.office.clock.forward(hours=4, minutes=1)
    assert officer.get("/counter/").status_code == 303
    busy = house.person("officer")
    for _ in range(13):
        house.office.clock.forward(hours=1)
        assert busy.get("/counter/").status_code == 200
    house.office.clock.forward(hours=1, minutes=1)
    assert busy.get("/counter/").status_code == 303


def _disable(house: House, visitor: Visitor) -> None:
    assert visitor.actor is not None
    house.hall.act(house.office.system, people.disable_person, person_id=visitor.actor.id)


def _new_password(house: House, visitor: Visitor) -> None:
    assert visitor.actor is not None
    hashed = people.hash_password("wedang-jahe-9-x")
    house.hall.act(house.office.system, people.set_password, person_id=visitor.actor.id, password_hash=hashed)


def _sign_out(_house: House, visitor: Visitor) -> None:
    assert visitor.post("/sign-out").status_code == 303


@pytest.mark.parametrize("deed", [_disable, _new_password, _sign_out])
def test_who_is_out_is_out_at_once_with_the_socket(house: House, deed: Callable[[House, Visitor], None]) -> None:
    officer = house.person("officer")
    stolen = session_cookie(officer)
    counter = house.office.counters[0]
    desk = house.socket(officer, "counter", counter_id=counter)
    assert desk.command("take", counter_id=counter)["ok"]
    deed(house, officer)
    assert not desk.connected
    assert officer.get("/counter/").status_code == 303
    assert not house.socket(officer, "counter", counter_id=counter).connected
    thief = house.visitor()
    thief.client.set_cookie("session", stolen, domain="localhost")
    assert thief.get("/counter/").status_code == 303, "the session lives on the server, not in the cookie"


def test_a_command_on_a_dead_session_is_refused_even_before_the_socket_closes(house: House) -> None:
    officer = house.person("officer")
    desk = house.socket(officer, "counter", counter_id=house.office.counters[0])
    house.hall.publish = lambda _change: None  # the news does not get through
    _disable(house, officer)
    assert desk.command("take", counter_id=house.office.counters[0])["error"]["code"] == "not_signed_in"
    house.live.pulse()
    assert not desk.connected


def test_a_disabled_screen_and_a_disabled_token_open_nothing(house: House) -> None:
    board, api = house.screen("board"), house.api()
    screen = house.socket(board, "board")
    assert screen.connected
    assert board.actor is not None
    house.hall.act(house.office.system, people.disable_device, device_id=board.actor.id)
    assert not screen.connected
    assert board.get("/display/").status_code == 303
    assert house.visitor().post("/device/enter", json={"key": board.key}).status_code == 404
    assert api.get("/api/v1/pictures/board").status_code == 200
    with house.hall.view() as conn:
        token_id = people.by_api_token(conn, api.token).id
    house.hall.act(house.office.system, people.disable_token, token_id=token_id)
    assert api.get("/api/v1/pictures/board").status_code == 401


# --- secrets ------------------------------------------------------------------------------------------------------


def test_secrets_are_kept_nowhere_and_logged_nowhere(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with example_app(tmp_path, PTSP_LOG_LEVEL="DEBUG") as house:
        admin, board, api = house.person("admin"), house.screen("board"), house.api()
        made = admin.post("/office/tokens", data={"name": "Baru", "request_id": "new-token-0001"}).text
        shown = re.findall(r"[A-Za-z0-9_-]{24}(?![A-Za-z0-9_-])", made)
        code = house.hall.act(house.office.system, people.invite)["code"]
        house.visitor().get(f"/office/first/{code}")
        house.visitor().sign_in("siti", "rahasia-sekali-123")
        api.command("issue", service_id=house.office.services[0])
        with house.hall.view() as conn:
            new = [secret for secret in shown if people.by_api_token(conn, secret)]
        assert len(new) == 1, "the page shows the new token, once"
        again = admin.post("/office/tokens", data={"name": "Baru", "request_id": "new-token-0001"}).text
        assert new[0] not in again
        secrets = [session_secret(admin), board.key, api.token, code, PASSWORD, "rahasia-sekali-123", *new]
        kept, said = repr(dump(house)), "".join(capfd.readouterr())
        for secret in secrets:
            assert len(secret) >= 16
            assert secret not in kept, "the database keeps hashes only"
            assert secret not in said, "and the log nothing"
        answers = [row[4] for row in dump(house)["answered"]]
        assert answers
        assert not [answer for answer in answers if {"secret", "key", "code", "token"} & set(json.loads(answer))]


def test_the_key_of_the_cookies_is_readable_by_the_service_alone(house: House) -> None:
    path = house.settings.data_dir / "secret.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_text()) >= 43


def test_tokens_have_128_random_bits(house: House) -> None:
    tokens = {house.office.issue()["token"] for _ in range(50)} | {people.new_secret() for _ in range(50)}
    assert len(tokens) == 100
    assert all(len(token) >= 22 for token in tokens)  # 6 bits a character


def test_a_bug_tells_nothing_of_itself(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not house.app.debug
    admin = house.person("admin")

    def broken(*_args: object) -> None:
        raise RuntimeError("secret-detail-of-the-machine")

    monkeypatch.setattr(house.hall, "catalogue", broken)
    for answer in (admin.get("/office/"), house.api().get("/api/v1/pictures/board")):
        assert answer.status_code == 500
        assert "secret-detail" not in answer.text
        assert "Traceback" not in answer.text


# --- what leaves the house ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_sheet_holds_no_formula(house: House, cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    service = house.office.services[0]
    with house.hall.work(house.office.system) as work:
        changed = update(r.service).where(r.service.c.id == service)
        work.conn.execute(changed.values(name={"id": cell, "en": cell}))
        work.set_up_changed()
    house.office.issue(service)
    sheet = house.person("manager").get("/office/day.csv").text
    rows = list(csv.reader(io.StringIO(sheet.removeprefix("\ufeff"), newline="")))
    assert rows[1][1] == f"'{cell}"
    assert not [field for row in rows for field in row if field[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_public_pictures_name_nobody_and_open_nothing(house: House) -> None:
    """What hangs in the hall: no officer, no login, no token, no note."""
    officer = house.person("officer")
    counter = house.office.counters[0]
    desk, board = house.socket(officer, "counter", counter_id=counter), house.socket(house.screen("board"), "board")
    kiosk = house.socket(house.screen("kiosk"), "kiosk")
    desk.command("take", counter_id=counter)
    tickets = [house.office.issue(house.office.service_for(counter)) for _ in range(3)]
    called = desk.command("call_next", counter_id=counter)["ticket"]
    desk.command("annotate", ticket_id=called["id"], note="Ibu Rahayu, 081234567890")
    announced = board.received("announce")
    assert announced
    said = json.dumps([announced, board.look(), kiosk.look()])
    assert officer.actor is not None
    for private in (officer.actor.name, "Rahayu", '"seat"', '"person', *[ticket["token"] for ticket in tickets]):
        assert private not in said, private


def dump(house: House) -> dict[str, list[tuple[Any, ...]]]:
    with house.hall.view() as conn:
        tables = r.metadata.tables.items()
        return {name: sorted((tuple(row) for row in conn.execute(select(table))), key=repr) for name, table in tables}


def session_cookie(visitor: Visitor) -> str:
    cookie = visitor.client.get_cookie("session")
    assert cookie is not None
    return cookie.value


def session_secret(visitor: Visitor) -> str:
    """The secret inside the signed cookie."""
    raw = session_cookie(visitor)
    squeezed, payload = raw.startswith("."), raw.lstrip(".").split(".")[0]
    data = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    secret: str = json.loads(zlib.decompress(data) if squeezed else data)["_user_id"]
    return secret
