"""Clients of a running server, as in an office: an integration over HTTP, a screen or an officer over a websocket.

    with Api(url, token) as api:
        reply = api.command("issue", service_id=3)          # Reply(status, body); repeated once if the line broke
        api.picture("board")
    with Screen(url, "board", device_key=key) as board:     # or signed_in=browser (see sign_in)
        board.wait_for(lambda picture: picture["calls"])    # newest picture, as soon as it is right
        board.announced                                     # calls announced, each seq once
        officer.command("call_next", counter_id=1)          # the answer of the acknowledgement

`Screen` behaves as web/static/js/live.js does: it looks on connecting and when a pulse is ahead, drops old pictures,
plays each announcement once, reconnects by itself, and shakes a connection that has been silent for 12 s.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

import requests
import socketio

ANSWER_S = 10.0
# The promise: right again within 5 s of the network's return. A machine of CI may itself stand still as long.
HEALED_S = 10.0 if os.environ.get("CI") else 5.0
SILENCE_S = 12.0
REACH_S = 2.5
COMES_S = 20.0  # what is sure to come may take this long on a busy machine
FIRST_RETRY_S, LAST_RETRY_S = 0.3, 2.0
UNREACHED = (socketio.exceptions.ConnectionError, OSError, ValueError)
Picture = dict[str, Any]


class Lost(Exception):
    """The connection broke; whether the command had an effect is unknown. Repeat it with the same request id."""


class Reply(NamedTuple):
    status: int
    body: dict[str, Any]

    @property
    def code(self) -> str:
        """"ok" or the stable code of the refusal."""
        return "ok" if self.body.get("ok") else self.body["error"]["code"]


def new_request_id() -> str:
    return secrets.token_hex(16)


class Api:
    """One keep-alive connection with a bearer token. For one thread."""

    def __init__(self, url: str, token: str, timeout: float = ANSWER_S) -> None:
        where = urlsplit(url)
        self._line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=timeout)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._used = False

    def command(self, name: str, request_id: str | None = None, **params: Any) -> Reply:
        body = {"request_id": request_id or new_request_id(), **params}
        return self.ask("POST", f"/api/v1/commands/{name}", body)

    def picture(self, audience: str, counter_id: int | None = None) -> Picture:
        query = "" if counter_id is None else f"?counter_id={counter_id}"
        reply = self.ask("GET", f"/api/v1/pictures/{audience}{query}")
        assert reply.status == 200, reply
        return reply.body

    def ask(self, method: str, path: str, body: Any = None) -> Reply:
        """Lost when the line breaks; a line that was used before is tried once more, for an idle one is closed."""
        data = None if body is None else json.dumps(body)
        again = self._used
        while True:
            try:
                self._line.request(method, path, data, self._headers)
                answer = self._line.getresponse()
                self._used = True
                return Reply(answer.status, json.loads(answer.read()))
            except (OSError, http.client.HTTPException) as error:
                self.close()
                if not again:
                    raise Lost(repr(error)) from error
                again = False

    def close(self) -> None:
        self._used = False
        self._line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def sign_in(url: str, login: str, password: str) -> requests.Session:
    """A browser in which this person has signed in through the form."""
    browser = requests.Session()
    form = browser.get(f"{url}/sign-in", timeout=ANSWER_S)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form.text) or re.search(r'"csrf": "([^"]+)"', form.text)
    assert found, form.text[:500]
    fields = {"login": login, "password": password, "csrf_token": found.group(1)}
    entered = browser.post(f"{url}/sign-in", fields, timeout=ANSWER_S, allow_redirects=False)
    assert entered.status_code == 303, f"{login} could not sign in: {entered.status_code} {entered.text[:300]}"
    return browser


class Screen:
    """A screen with its live connection."""

    def __init__(
        self,
        url: str,
        audience: str,
        *,
        device_key: str | None = None,
        signed_in: requests.Session | None = None,
        counter_id: int | None = None,
        connect: bool = True,
    ) -> None:
        self.url, self.audience = url, audience
        self.picture: Picture | None = None
        self.announced: list[dict[str, Any]] = []  # played: each seq once
        self.received: list[int] = []  # seqs as they came, doubles and all
        self.left: dict[str, Any] | None = None
        self.connects = 0
        self._auth = {"audience": audience} if counter_id is None else {"audience": audience, "counter_id": counter_id}
        self._browser = signed_in or requests.Session()
        if device_key:
            self._browser.cookies.set("device", device_key)
        self._changed = threading.Condition()
        self._fresh, self._heard = True, time.monotonic()
        self._played: set[int] = set()
        self._line: Any = None
        self._closed = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="screen-watch", daemon=True)
        if connect:
            self._reach()
            self._watcher.start()
            self.wait_for(lambda _picture: True)
        else:
            self._watcher.start()

    @property
    def connected(self) -> bool:
        return self._line is not None and bool(self._line.connected)

    def _reach(self) -> None:
        """The first line: a busy server may need more than one try."""
        deadline = time.monotonic() + 30
        while True:
            try:
                return self._connect()
            except UNREACHED:
                if time.monotonic() > deadline:
                    raise
                time.sleep(FIRST_RETRY_S)

    def _connect(self) -> None:
        """A new line every time: python-socketio's own reconnection cannot be hurried."""
        line = socketio.Client(
            http_session=self._browser, reconnection=False, handle_sigint=False, request_timeout=REACH_S
        )
        handlers = {"snapshot": self._accept, "pulse": self._pulse, "announce": self._announce, "leave": self._leave}
        for event, handler in handlers.items():
            line.on(event, partial(self._from, line, handler))
        line.on("connect", partial(self._connected, line))
        let_go(self._line)
        try:
            line.connect(self.url, transports=["websocket"], auth=self._auth, wait_timeout=REACH_S)
        except Exception:
            let_go(line)
            raise

    def _from(self, line: Any, handler: Callable[[Any], None], facts: Any) -> None:
        if line is self._line:  # not from a line that was given up
            handler(facts)

    def command(
        self, name: str, request_id: str | None = None, answer_s: float = ANSWER_S, **params: Any
    ) -> Reply:
        """Sends one command; Lost when there is no connection or no answer. (A socket has no status: 0 is given.)"""
        message = {"name": name, "request_id": request_id or new_request_id(), "params": params}
        try:
            return Reply(0, self._line.call("command", message, timeout=answer_s))
        except socketio.exceptions.SocketIOError as error:
            raise Lost(repr(error)) from error

    def look(self) -> Picture:
        """Fetches the picture and returns the one shown then."""
        self._accept(self._line.call("look", timeout=ANSWER_S))
        assert self.picture is not None
        return self.picture

    def wait_for(self, right: Callable[[Picture], Any], seconds: float = COMES_S) -> Picture:
        """The shown picture as soon as it is right; AssertionError with the picture after `seconds`."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while self.picture is None or not right(self.picture):
                rest = deadline - time.monotonic()
                assert rest > 0, f"not right after {seconds} s: {self.picture}"
                self._changed.wait(rest)
            return self.picture

    def wait_until(self, true: Callable[[], Any], seconds: float = COMES_S) -> None:
        """Waits for something else about this screen (announced, connects, left)."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while not true():
                rest = deadline - time.monotonic()
                assert rest > 0, f"not so after {seconds} s: {self.announced} {self.connects} {self.left}"
                self._changed.wait(min(rest, 0.1))

    def wait_for_word(self) -> None:
        """Until the server has said something more: a pulse, if nothing happens."""
        heard = self._heard
        self.wait_until(lambda: self._heard > heard)

    def stale(self) -> bool:
        """Whether the screen says that it may be out of date."""
        return not self.connected or self._fresh or time.monotonic() - self._heard > SILENCE_S

    def drop(self) -> None:
        """Tears the line, without a farewell."""
        let_go(self._line)

    def close(self) -> None:
        if self._closed.is_set():
            return
        self._closed.set()
        self._watcher.join(timeout=10)
        if self.connected:
            self._line.disconnect()
        let_go(self._line)
        self._browser.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    # --- what the server sends ------------------------------------------------------------------------------------

    def _connected(self, line: Any) -> None:
        with self._changed:
            self._line, self._fresh, self._heard = line, True, time.monotonic()
            self.connects += 1
            self._changed.notify_all()
        self._ask()

    def _ask(self) -> None:
        line = self._line
        with suppress(socketio.exceptions.SocketIOError):  # it broke meanwhile: the next line asks again
            line.emit("look", callback=partial(self._from, line, self._accept))

    def _accept(self, picture: Picture | None = None) -> None:
        with self._changed:
            if not picture or (self.picture and not self._fresh and picture["seq"] < self.picture["seq"]):
                return
            if self.picture and picture["seq"] < self.picture["seq"]:
                self._played.clear()  # the server went back in time: a restored database
            self.picture, self._fresh, self._heard = picture, False, time.monotonic()
            self._changed.notify_all()

    def _pulse(self, pulse: dict[str, int]) -> None:
        self._heard = time.monotonic()
        if self._fresh or self.picture is None or pulse["seq"] > self.picture["seq"]:
            self._ask()

    def _announce(self, call: dict[str, Any]) -> None:
        with self._changed:
            self.received.append(call["seq"])
            if call["seq"] not in self._played:
                self._played.add(call["seq"])
                self.announced.append(call)
            self._changed.notify_all()

    def _leave(self, reason: dict[str, Any]) -> None:
        with self._changed:
            self.left = reason
            self._changed.notify_all()

    def _watch(self) -> None:
        """Comes back after a break; shakes a connection that is up in name only."""
        delay = FIRST_RETRY_S
        while not self._closed.wait(0.1):
            if self.connected:
                delay = FIRST_RETRY_S
                if time.monotonic() - self._heard > SILENCE_S:
                    self._heard, self._fresh = time.monotonic(), True
                    self.drop()
            elif not self.left and not self._closed.wait(delay):
                delay = min(2 * delay, LAST_RETRY_S)
                with suppress(*UNREACHED):
                    self._connect()


def let_go(line: Any) -> None:
    """Closes the socket of a line that is given up; the library leaves that to the garbage collector."""
    wire = line.eio.ws if line is not None else None
    if wire is not None:
        wire.shutdown()
