"""Live pictures: the only place that emits, and only after a commit.

Every process sends its own sockets what changed; a small bus (Redis, when there are several processes) tells the others
that something did. A lost message cannot matter for longer than a pulse: the pulse carries the seq, and who is behind
fetches the picture.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from flask import Flask, request
from flask_socketio import ConnectionRefusedError, SocketIO, join_room
from sqlalchemy import Connection, bindparam, select

from ptsp import people
from ptsp import records as r
from ptsp.clock import Reading
from ptsp.database import Prepared
from ptsp.errors import Busy, Forbidden, NotFound, NotSignedIn, PtspError
from ptsp.hall import Actor, Change, Hall
from web import auth
from web.commands import perform
from web.errors import as_answer, refusal
from web.picture import hall_state
from web.wire import PING_S, mind_lost_peers

PULSE_S = 5.0
AFTER_THE_CALL_S = 0.03
log = structlog.get_logger()

Picture = dict[str, Any]
Build = Callable[[Hall, Connection, int, Any, Reading], Picture]
_seq = Prepared(select(r.office.c.seq).where(r.office.c.id == bindparam("office_id")))


class Bus(Protocol):
    """Tells the other processes of a change."""

    def send(self, change: Change) -> None:
        """After the commit."""
        ...

    def listen(self, deliver: Callable[[Change], None]) -> None:
        """Starts delivering the changes of the other processes."""
        ...


@dataclass(frozen=True)
class Audience:
    """A kind of screen: who may look, how its picture is made, how often it may be sent at the most (s)."""

    name: str
    roles: frozenset[str]
    build: Build
    every: float


@dataclass
class Room:
    """The screens of this process that see the same picture."""

    audience: Audience
    office_id: int
    key: Any
    sids: set[str] = field(default_factory=set)
    sent_at: float = 0.0
    dirty: bool = False

    @property
    def name(self) -> str:
        """The Socket.IO room's name."""
        return f"{self.audience.name}:{self.office_id}:{self.key}"


class Live:
    """Audiences, their sockets and the two threads that keep them right."""

    def __init__(
        self, app: Flask, hall: Hall, origins: list[str] | None = None, bus: Bus | None = None, most_screens: int = 250
    ) -> None:
        self.hall, self.app, self.bus, self.most_screens = hall, app, bus, most_screens
        self.audiences: dict[str, Audience] = {}
        self.rooms: dict[str, Room] = {}
        self.screens: dict[str, tuple[Room, Actor]] = {}
        self._hours: dict[int, Any] = {}
        self._guard = threading.RLock()
        self._wake = threading.Event()
        self.stopped = threading.Event()
        self.socketio = SocketIO(
            app,
            async_mode="threading",
            async_handlers=False,  # one screen's commands are done in the order in which it sent them
            cors_allowed_origins=origins or None,  # None: the same origin only
            ping_interval=PING_S,
            ping_timeout=PING_S,
            manage_session=False,
            serve_client=False,
            transports=["websocket"],
        )
        mind_lost_peers(self.socketio)
        self.socketio.on_event("connect", self._connect)
        self.socketio.on_event("disconnect", self._disconnect)
        self.socketio.on_event("look", self._look)
        self.socketio.on_error_default(self._failed)
        # Below Flask-SocketIO, which opens a request of Flask's for each: a press waits for no session and no form.
        self.socketio.server.on("command", self._command)

    def audience(self, name: str, roles: tuple[str, ...], build: Build, every: float = 0.05) -> None:
        """A room (kiosk, display ...) registers the picture of its screens."""
        self.audiences[name] = Audience(name, frozenset(roles), build, every)

    def start(self) -> None:
        """Starts the threads of this process."""
        for work in (self._send_pictures, self._pulse):
            threading.Thread(target=work, name=work.__name__, daemon=True).start()
        if self.bus:
            self.bus.listen(self.deliver)

    def stop(self) -> None:
        """Ends the threads (tests)."""
        self.stopped.set()
        self._wake.set()

    # --- after a commit -------------------------------------------------------------------------------------------

    def publish(self, change: Change) -> None:
        """Called by the hall after each commit. Must not fail: what is committed stays committed."""
        try:
            self.deliver(change)
            if self.bus:
                self.bus.send(change)
        except Exception as error:
            log.error("publish_failed", error=repr(error))

    def deliver(self, change: Change) -> None:
        """Announces at once; pictures follow from the sending thread, which folds bursts together."""
        for notice in change.notices:
            if notice.kind == "announce":
                self._emit("announce", notice.facts, f"board:{change.office_id}:None")
            elif notice.kind == "leave":
                self._send_away(notice.key, {**notice.facts, "message": ""})
        with self._guard:
            looking = [room for room in self.rooms.values() if room.office_id == change.office_id]
            for room in looking:
                room.dirty = True
        if looking:
            self._wake.set()

    def _emit(self, message: str, facts: Any, to: str) -> None:
        self.socketio.emit(message, facts, to=to)

    def _send_away(self, seat: str, reason: dict[str, Any]) -> None:
        with self._guard:
            gone = [sid for sid, (_room, actor) in self.screens.items() if seat_of(actor) == seat]
        for sid in gone:
            self._emit("leave", reason, sid)
            if reason.get("code") == "signed_out":
                self.socketio.server.disconnect(sid)

    # --- pictures -------------------------------------------------------------------------------------------------

    def picture(self, name: str, office_id: int, key: Any = None) -> Picture:
        """The picture of an audience, fresh from the database."""
        audience = self.audiences[name]
        with self.hall.view() as conn:
            return audience.build(self.hall, conn, office_id, key, self.hall.clock.read())

    def _send_pictures(self) -> None:
        while not self.stopped.is_set():
            self._wake.wait()
            self.stopped.wait(AFTER_THE_CALL_S)  # a call is on its way to the boards: pictures do not compete with it
            self._wake.clear()
            soonest = self._send_due()
            while soonest is not None and not self.stopped.is_set():
                self._wake.wait(soonest)
                self._wake.clear()
                soonest = self._send_due()

    def _send_due(self) -> float | None:
        """Sends what is dirty and due; seconds until the next is due, None when nothing is left."""
        now, later = time.monotonic(), []
        with self._guard:
            dirty = [room for room in self.rooms.values() if room.dirty]
        for room in dirty:
            wait = room.sent_at + room.audience.every - now
            if wait > 0:
                later.append(wait)
                continue
            room.dirty, room.sent_at = False, now
            try:
                self._emit("snapshot", self._fresh(room), room.name)
            except Exception as error:  # the pulse and the screens' own look put it right
                log.error("picture_failed", room=room.name, error=repr(error), exc_info=error)
        return min(later, default=None)

    def _fresh(self, room: Room) -> Picture:
        with self.app.app_context():
            return self.picture(room.audience.name, room.office_id, room.key)

    # --- the pulse ------------------------------------------------------------------------------------------------

    def _pulse(self) -> None:
        while not self.stopped.wait(PULSE_S):
            try:
                self.pulse()
            except Exception as error:
                log.warning("pulse_failed", error=repr(error))

    def pulse(self) -> None:
        """Tells every screen the seq, and sends away whose sign-in, key or account has ended."""
        with self._guard:
            rooms = list(self.rooms.values())
            screens = list(self.screens.items())
        now = self.hall.clock.read()
        with self.hall.view() as conn:
            seqs = {room.office_id: _seq.one(conn, office_id=room.office_id).seq for room in rooms}
            gone = [sid for sid, (_room, actor) in screens if not people.still_admitted(conn, actor, now.at)]
            self._the_hall_turned(conn, seqs, now)
        for room in rooms:
            self._emit("pulse", {"seq": seqs[room.office_id], "now": now.at}, room.name)
        for sid in gone:
            self._emit("leave", {"code": "signed_out", "message": ""}, sid)
            self.socketio.server.disconnect(sid)

    def _the_hall_turned(self, conn: Connection, seqs: dict[int, int], now: Reading) -> None:
        """The hall opens, pauses and closes, and the day turns, without a commit that would tell the screens."""
        for office_id, seq in seqs.items():
            office = self.hall.catalogue(conn, office_id)
            hours = (office.schedule.service_day(now.at), hall_state(office, now))
            if self._hours.get(office_id) != hours:
                self._hours[office_id] = hours
                self.deliver(Change(office_id, seq, ()))

    # --- what screens ask -----------------------------------------------------------------------------------------

    def _connect(self, wanted: Any = None) -> None:
        try:
            room, actor = self._admit(wanted if isinstance(wanted, dict) else {})
        except PtspError as error:
            why = as_answer(error)["error"]
            raise ConnectionRefusedError(why["code"], why) from error
        sid = request.sid  # type: ignore[attr-defined]
        with self._guard:
            self.rooms.setdefault(room.name, room).sids.add(sid)
            self.screens[sid] = (self.rooms[room.name], actor)
        join_room(room.name)

    def _admit(self, wanted: dict[str, Any]) -> tuple[Room, Actor]:
        if len(self.screens) >= self.most_screens:  # every socket holds a thread; pages need the rest
            log.error("too_many_screens", screens=len(self.screens), remedy="raise PTSP_THREADS")
            raise Busy
        audience = self.audiences.get(str(wanted.get("audience")))
        if audience is None:
            raise NotFound(what="audience")
        actor = auth.actor_with(tuple(audience.roles))
        key = wanted.get("counter_id") if audience.name == "counter" else _beside(actor)
        if audience.name == "counter" and key is not None:  # None: the desk that has not chosen a counter yet
            with self.hall.view() as conn:
                self.hall.catalogue(conn, actor.office_id).counter(key if isinstance(key, int) else 0)
        return Room(audience, actor.office_id, key), actor

    def _disconnect(self, _reason: Any = None) -> None:
        sid = request.sid  # type: ignore[attr-defined]
        with self._guard:
            room, _actor = self.screens.pop(sid, (None, None))
            if room is None:
                return
            room.sids.discard(sid)
            if not room.sids:
                self.rooms.pop(room.name, None)

    def _look(self, *_nothing: Any) -> Picture | None:
        found = self.screens.get(request.sid)  # type: ignore[attr-defined]
        return self._fresh(found[0]) if found else None

    def _command(self, sid: str, message: Any = None, *_more: Any) -> dict[str, Any] | None:
        """Never raises: there is nobody below to catch it."""
        message = message if isinstance(message, dict) else {}
        try:
            found = self.screens.get(sid)
            if found is None:
                raise NotSignedIn
            name, request_id, params = (message.get(part) for part in ("name", "request_id", "params"))
            return {"ok": True, **perform(self.hall, found[1], name, request_id, params)}
        except Exception as error:
            environ = self.socketio.server.get_environ(sid)
            if environ is None:  # it has gone meanwhile
                return None
            with self.app.request_context(environ):
                return refusal(error, message.get("language"))

    def _failed(self, error: Exception) -> dict[str, Any]:
        log.error("socket_failed", error=repr(error), exc_info=error)
        return as_answer(Forbidden())


def _beside(actor: Actor) -> int | None:
    """What a screen stands beside, and its picture tells of: a kiosk's printer, a survey screen's counter. Never what
    the browser asks for."""
    return int(actor.seat) if actor.role in ("kiosk", "survey") and actor.seat else None


def seat_of(actor: Actor) -> str:
    """What a "leave" is addressed to: the sign-in of a person, the screen of a device."""
    return f"d{actor.id}" if actor.kind == "device" else actor.seat
