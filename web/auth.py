"""Who is asking: a person by their session, a screen by its device cookie, an integration by its bearer token."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user

from ptsp import people
from ptsp.errors import Forbidden, NotSignedIn
from ptsp.hall import Actor, Hall
from web.errors import wants_json

DEVICE_COOKIE = "device"
MOST_KNOWN = 1000
STAFF = ("officer", "info", "manager", "admin")
DEVICES = people.DEVICES
View = TypeVar("View", bound=Callable[..., Any])


class Login(UserMixin):  # type: ignore[misc]
    """What flask-login holds: the secret of the session, and the person it belongs to."""

    def __init__(self, secret: str, actor: Actor) -> None:
        self.secret, self.actor = secret, actor

    def get_id(self) -> str:
        """The session's secret (in the signed cookie); the server can end it at any time."""
        return self.secret


def the_hall() -> Hall:
    """The hall of this app."""
    return cast(Hall, current_app.extensions["hall"])


def load_login(secret: str) -> Login | None:
    """flask-login's user loader: reads the database every time, so that a disabled account is out at once."""
    hall = the_hall()
    at = hall.clock.read().at
    with hall.glance() as conn:
        found = people.by_signin(conn, secret, at)
    if found is None:
        return None
    actor, seen_at = found
    if at - seen_at > people.SEEN_EVERY_MS:
        hall.act(actor, people.seen, signin_id=int(actor.seat[1:]))
    return Login(secret, actor)


def current_actor() -> Actor | None:
    """The person signed in, else the paired screen, else None. (A bearer token only counts at the API.)"""
    if "actor" in g:
        return cast(Actor, g.actor)
    if current_user.is_authenticated:
        return cast(Actor, current_user.actor)
    return device_actor()


def device_actor() -> Actor | None:
    """The paired screen of this browser, or None."""
    key = request.cookies.get(DEVICE_COOKIE)
    if not key:
        return None
    with the_hall().glance() as conn:
        return people.by_device_key(conn, key)


def actor_with(roles: tuple[str, ...]) -> Actor:
    """The person or the screen that has one of these roles. NotSignedIn, Forbidden."""
    person = current_user.actor if current_user.is_authenticated else None
    if person is not None and person.role in roles:
        return cast(Actor, person)
    screen = device_actor() if set(roles) & set(DEVICES) else None
    if screen is not None and screen.role in roles:
        return screen
    raise Forbidden if person is not None or screen is not None else NotSignedIn


def needs(*roles: str) -> Callable[[View], View]:
    """A view for these roles only. People are led to the sign-in page, screens to the pairing page."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            try:
                g.actor = actor_with(roles)
            except NotSignedIn:
                if wants_json() or request.method != "GET":
                    raise
                door = "auth.pair" if set(roles) & set(DEVICES) else "auth.sign_in"
                return redirect(url_for(door, next=request.full_path.rstrip("?")), 303)
            return view(*args, **kwargs)

        guarded.needs = roles  # type: ignore[attr-defined]
        return cast(View, guarded)

    return decorate


def opened(why: str) -> Callable[[View], View]:
    """A view for everybody, with the reason: a house check wants each view to say who may come in."""

    def decorate(view: View) -> View:
        view.needs = ("everybody", why)  # type: ignore[attr-defined]
        return view

    return decorate


def bearer_actor() -> Actor:
    """The integration whose token the request carries. NotSignedIn otherwise."""
    return _bearer(the_hall(), request.headers.get("Authorization", ""))


class Bearers:
    """Integrations by the header that they send. The database is not asked again for a token that was good before:
    the hall asks, inside the command's own transaction, whether it still is. So this is for commands only."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._known: dict[str, Actor] = {}

    def of(self, header: str) -> Actor:
        """Whose token this Authorization header carries. NotSignedIn for nobody's."""
        actor = self._known.get(header)
        if actor is None:
            actor = _bearer(self._hall, header)
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[header] = actor
        return actor


def _bearer(hall: Hall, header: str) -> Actor:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn
    with hall.glance() as conn:
        actor = people.by_api_token(conn, token.strip())
    if actor is None:
        raise NotSignedIn
    return actor


def init_app(app: Flask) -> None:
    """Registers flask-login."""
    manager = LoginManager(app)
    manager.session_protection = None  # the session lives on the server; a phone's changing address is no theft
    manager.user_loader(load_login)
