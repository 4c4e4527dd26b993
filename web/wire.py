"""The websocket below Socket.IO: peers that fall silent, and peers that are gone.

engineio's threading driver offers no public way to either (tests/house/test_doors.py guards the private one).
"""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import partial
from typing import Any

import structlog
from engineio.exceptions import SocketIsClosedError
from flask_socketio import SocketIO

PING_S = 20
log = structlog.get_logger()


def mind_lost_peers(socketio: SocketIO) -> None:
    """A peer that falls silent without closing would keep its thread for ever: ping below Socket.IO as well. One that
    has closed its end needs no goodbye: the driver's goodbye to it would end the thread with a traceback in the log."""
    driver = socketio.server.eio._async
    plain: Any = driver["websocket"]

    class Websocket(plain):  # type: ignore[misc]
        def close(self) -> None:
            with suppress(OSError):
                super().close()

    socketio.server.eio._async = {**driver, "websocket": partial(Websocket, ping_interval=PING_S)}
    pass_over_the_leaving(socketio)


def pass_over_the_leaving(socketio: SocketIO) -> None:
    """A screen that closes while a call goes round the room makes engineio raise: the screens after it in the room
    would hear nothing of that call."""
    engine = socketio.server.eio
    plain = engine.send_packet

    def send_packet(sid: str, pkt: Any) -> None:
        with suppress(SocketIsClosedError):
            plain(sid, pkt)

    engine.send_packet = send_packet


def threads_end_in_words() -> None:
    """An error that ends a thread is a line of the log like every other. The websocket's own reader may find its wire
    closed before it has begun to read: no error, the peer is gone."""

    def ended(told: threading.ExceptHookArgs) -> None:
        name = told.thread.name if told.thread is not None else ""
        if isinstance(told.exc_value, OSError | ValueError) and "simple_websocket" in name:
            return
        log.error("unexpected", thread=name, error=repr(told.exc_value), exc_info=told.exc_value)

    threading.excepthook = ended
