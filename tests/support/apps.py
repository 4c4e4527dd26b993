"""The whole product in this process: app and example office, no threads, no socket, a clock that the test drives.

    with example_app(tmp_path) as house:
        officer = house.person("officer")              # signed in through the real form, CSRF and all
        officer.get("/counter/")
        officer.post("/language", data={"language": "en"})
        kiosk = house.screen("kiosk")                  # paired through the real door
        desk = house.socket(officer, "counter", counter_id=house.office.counters[0])
        desk.command("take", counter_id=house.office.counters[0])
        house.api().command("issue", service_id=house.office.services[0])

As fixtures: `house` (tests/rooms/conftest.py). Nothing here knows what a page looks like but for its JSON block.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_socketio import SocketIOTestClient

from ptsp import people
from ptsp.clock import Clock
from ptsp.hall import Actor, Change, Hall
from server.settings import Settings, read_settings
from tests.support.halls import Office, add_officer, example_hall

PASSWORD = "kopi-susu-gula-aren-7"
_PAGE = re.compile(r'<script type="application/json" id="page">(.*?)</script>', re.S)


@dataclass
class Visitor:
    """A browser: the test client, with the CSRF token of its last page sent along."""

    client: FlaskClient
    base_url: str
    address: str
    actor: Actor | None = None
    key: str = ""
    csrf: str = ""

    def _more(self, more: dict[str, Any]) -> dict[str, Any]:
        return {"base_url": self.base_url, "environ_overrides": {"REMOTE_ADDR": self.address}} | more

    def get(self, path: str, **more: Any) -> Any:
        """GET; remembers the page's CSRF token."""
        response = self.client.get(path, **self._more(more))
        if response.mimetype == "text/html":
            self.csrf = str(page_data(response.text).get("csrf") or self.csrf)
        return response

    def post(self, path: str, csrf: bool = True, headers: dict[str, str] | None = None, **more: Any) -> Any:
        """POST as a page's script or form does: with its CSRF token (and its Referer under https)."""
        sent = {"Referer": self.base_url + "/"} | (headers or {})
        if csrf:
            sent["X-CSRFToken"] = self.csrf or self.fresh_csrf()
        return self.client.post(path, headers=sent, **self._more(more))

    def fresh_csrf(self) -> str:
        """The token of a page that everybody may open."""
        self.get("/sign-in")
        assert self.csrf, "the sign-in page carries no CSRF token in its page data"
        return self.csrf

    def sign_in(self, login: str, password: str = PASSWORD, **more: Any) -> Any:
        """The real form."""
        self.fresh_csrf()
        return self.post("/sign-in", data={"login": login, "password": password, "csrf_token": self.csrf}, **more)


@dataclass
class Api:
    """An integration with its token."""

    client: FlaskClient
    token: str
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def command(self, name: str, request_id: str | None = None, **params: Any) -> Any:
        """POST of one command; the response."""
        body = {"request_id": request_id or f"api-request-{next(self.numbers):06d}", **params}
        return self.client.post(f"/api/v1/commands/{name}", json=body, headers=self.headers)

    def post(self, path: str, **more: Any) -> Any:
        return self.client.post(path, headers=self.headers, **more)

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, headers=self.headers, **more)


@dataclass
class Socket:
    """A screen's live connection."""

    wire: SocketIOTestClient
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def connected(self) -> bool:
        return bool(self.wire.is_connected())

    def command(self, name: str, request_id: str | None = None, **params: Any) -> Any:
        """One command; its acknowledgement."""
        message = {"name": name, "request_id": request_id or f"wire-request-{next(self.numbers):06d}", "params": params}
        return self.wire.emit("command", message, callback=True)

    def look(self) -> Any:
        return self.wire.emit("look", callback=True)

    def received(self, message: str) -> list[Any]:
        """What came in since the last call: the payloads of one kind of message."""
        return [one["args"][0] for one in self.wire.get_received() if one["name"] == message]


@dataclass
class House:
    """The app, the example office, and ways in."""

    app: Flask
    office: Office
    settings: Settings
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def hall(self) -> Hall:
        return self.office.hall

    @property
    def live(self) -> Any:
        return self.app.extensions["live"]

    @property
    def base_url(self) -> str:
        return "https://localhost" if self.settings.https else "http://localhost"

    def visitor(self) -> Visitor:
        """Somebody with a browser, at an address of their own (rates count by address)."""
        number = next(self.numbers)
        return Visitor(self.app.test_client(), self.base_url, f"10.0.{number // 250}.{number % 250 + 1}")

    def person(self, role: str = "officer", office: Office | None = None) -> Visitor:
        """A fresh person of a role, signed in."""
        login = f"{role}{next(self.numbers)}"
        actor = add_officer(office or self.office, login, role, PASSWORD)
        visitor = self.visitor()
        answer = visitor.sign_in(login)
        assert answer.status_code == 303, answer.text
        visitor.actor = actor
        visitor.csrf = ""  # signing in begins a new session
        return visitor

    def screen(self, kind: str = "kiosk", office: Office | None = None, **beside: int | None) -> Visitor:
        """A fresh device, paired. `beside`: its printer_id or counter_id."""
        office = office or self.office
        name = f"{kind} {next(self.numbers)}"
        made = self.hall.act(office.system, people.add_device, kind=kind, name=name, **beside)
        visitor = self.visitor()
        answer = visitor.post("/device/enter", json={"key": made["key"]})
        assert answer.status_code == 200, answer.text
        with self.hall.view() as conn:
            visitor.actor = people.by_device_key(conn, made["key"])
        visitor.key = made["key"]
        return visitor

    def api(self, office: Office | None = None) -> Api:
        """A fresh integration."""
        made = self.hall.act((office or self.office).system, people.add_token, name=f"integration {next(self.numbers)}")
        return Api(self.app.test_client(), made["token"])

    def socket(
        self, visitor: Visitor, audience: str, counter_id: Any = None, headers: dict[str, str] | None = None
    ) -> Socket:
        """The live connection of a signed-in browser or a paired screen (`connected` says whether it was let in)."""
        auth = {"audience": audience} | ({} if counter_id is None else {"counter_id": counter_id})
        wire = self.live.socketio.test_client(self.app, flask_test_client=visitor.client, auth=auth, headers=headers)
        return Socket(wire)


def page_data(html: str) -> dict[str, Any]:
    """The JSON block of a page ({} when it has none)."""
    found = _PAGE.search(html)
    data: dict[str, Any] = json.loads(found[1]) if found else {}
    return data


def example_settings(folder: Path, **more: str) -> Settings:
    """Settings for tests; `more` as in the environment: PTSP_HTTPS="true"."""
    return read_settings({"PTSP_DATA_DIR": str(folder), "PTSP_LOG_LEVEL": "ERROR", **more})


@contextmanager
def example_app(folder: Path, url: str | None = None, clock: Clock | None = None, **settings: str) -> Iterator[House]:
    """The app on the example office; by default on SQLite in `folder`. `settings`: PTSP_HTTPS="true" and so on."""
    from server.app import create_app  # all rooms: only who needs the app pays for them

    read = example_settings(folder, **settings)
    with example_hall(url or f"sqlite:///{folder / 'hall.sqlite3'}", clock) as office:
        app = create_app(read, office.hall)
        app.testing = False  # errors are answered as in an office
        told = office.hall.publish

        def publish(change: Change) -> None:
            office.changes.append(change)
            told(change)

        office.hall.publish = publish
        yield House(app, office, read)


def second_office(house: House, code: str = "sebelah") -> Office:
    """Another office in the same database, of the same shape."""
    from dataclasses import replace

    from ptsp.office_file import read_office
    from ptsp.setting_up import found_office
    from tests.support.halls import EXAMPLE

    plan = replace(read_office(EXAMPLE.read_text()), code=code, name="Kantor Sebelah")
    made = found_office(house.hall, plan)
    return Office(house.hall, house.office.clock, made["office_id"])
