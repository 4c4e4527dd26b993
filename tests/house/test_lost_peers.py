"""Peers that fall silent, leave in the middle, or are gone: what lies below Socket.IO (web/wire.py)."""

from __future__ import annotations

import inspect
import threading

import pytest
import simple_websocket
from engineio.exceptions import SocketIsClosedError
from engineio.socket import Socket
from flask import Flask
from flask_socketio import SocketIO
from structlog.testing import capture_logs

from web.wire import PING_S, mind_lost_peers, threads_end_in_words


@pytest.fixture
def plain() -> SocketIO:
    """As the library makes it."""
    return SocketIO(Flask(__name__), async_mode="threading")


class Leaving(Socket):
    """Found open, and closed by the time something is to be sent."""

    looks = 0

    @property
    def closed(self) -> bool:
        self.looks += 1
        return self.looks > 1

    @closed.setter
    def closed(self, _value: bool) -> None:
        pass


def test_a_screen_that_leaves_takes_the_call_from_nobody_else(plain: SocketIO) -> None:
    server = plain.server
    screens = [kind(server.eio, sid) for kind, sid in ((Socket, "one"), (Leaving, "two"), (Socket, "three"))]
    for screen in screens:
        server.eio.sockets[screen.sid] = screen
        server.manager.enter_room(server.manager.connect(screen.sid, "/"), "/", "board")
    one, leaving, three = screens
    with pytest.raises(SocketIsClosedError):  # the library alone
        plain.emit("announce", {"seq": 1}, to="board")
    assert (one.queue.qsize(), three.queue.qsize()) == (1, 0)
    mind_lost_peers(plain)
    leaving.looks = 0
    plain.emit("announce", {"seq": 2}, to="board")
    assert (one.queue.qsize(), three.queue.qsize()) == (2, 1)


def test_a_silent_peer_is_dropped_below_socketio(plain: SocketIO) -> None:
    """mind_lost_peers uses what engineio and simple-websocket do not promise: this says so when they change it."""
    assert "websocket" in plain.server.eio._async, "engineio has changed: mend web.wire"
    mind_lost_peers(plain)
    made = plain.server.eio._async["websocket"]
    assert made.keywords["ping_interval"] == PING_S
    assert "ping_interval" in inspect.signature(simple_websocket.Server.__init__).parameters
    assert "kwargs" in inspect.signature(made.func).parameters, "engineio no longer hands ping_interval on"


def test_a_goodbye_to_a_peer_that_is_gone_is_no_error(plain: SocketIO) -> None:
    """The driver's own close raises (EBADF) on a wire that was cut meanwhile, in a thread that nobody watches."""
    class Cut:
        connected = True

        def close(self) -> None:
            raise OSError(9, "Bad file descriptor")

    for minded in (False, True):
        if minded:
            mind_lost_peers(plain)
        wire = plain.server.eio._async["websocket"](None, None)
        wire.ws = Cut()
        if minded:
            wire.close()
        else:
            with pytest.raises(OSError, match="Bad file"):
                wire.close()


def test_a_thread_that_ends_badly_is_in_the_log_unless_its_peer_had_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    threads_end_in_words()

    def fails(error: Exception) -> None:
        raise error

    with capture_logs() as told:
        for name, error in (("simple_websocket.Base._thread", OSError(9, "Bad")), ("caretaker", KeyError("x"))):
            thread = threading.Thread(target=fails, args=(error,), name=name)
            thread.start()
            thread.join()
    assert [(line["event"], line["thread"], line["error"]) for line in told] == [
        ("unexpected", "caretaker", "KeyError('x')")
    ]
