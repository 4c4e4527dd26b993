"""Coming in and going out: sign in, sign out, pair a screen, become the first administrator; and the front page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask_login import current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf

from ptsp import people, staffing
from ptsp.errors import BadRequest, NotFound
from ptsp.form_errors import PasswordsDiffer, WrongPassword
from ptsp.hall import Actor
from web.auth import DEVICE_COOKIE, Login, opened, the_hall
from web.errors import in_words, status_of
from web.language import YEAR, fields, language, local_path
from web.security import limiter

pages = Blueprint("auth", __name__)
HOME = {"officer": "/counter/", "info": "/counter/", "manager": "/office/", "admin": "/office/"}
SCREENS = {"kiosk": "/kiosk/", "board": "/display/", "survey": "/survey/"}


def page_data(**more: Any) -> dict[str, Any]:
    """What every page's scripts get: language and CSRF token, and what the page adds."""
    return {"language": language(), "csrf": generate_csrf(), "words": {}, **more}


@pages.get("/")
@opened("the doors of the hall; nothing but links")
def home() -> str:
    """The doors."""
    actor = current_user.actor if current_user.is_authenticated else None
    return render_template("home.html", page=page_data(), actor=actor)


@pages.get("/sign-in")
@opened("people must be able to sign in")
def sign_in() -> str:
    """The form."""
    return _sign_in_form(None)


@pages.post("/sign-in")
@opened("people must be able to sign in")
@limiter.limit("20/minute;100/hour", methods=["POST"])
@limiter.limit("8/minute;40/hour", key_func=lambda: "login:" + request.form.get("login", "").strip().lower())
def enter() -> Response | tuple[str, int]:
    """Checks the password and opens a session."""
    hall = the_hall()
    try:
        with hall.view() as conn:
            actor = people.check_password(conn, request.form.get("login", ""), request.form.get("password", ""))
    except WrongPassword as error:
        return _sign_in_form(in_words(error)), status_of(error)
    return _signed_in(actor, local_path(request.form.get("next") or HOME[actor.role]))


@pages.post("/sign-out")
@opened("whoever is signed in may leave")
def leave() -> Any:
    """Ends the session on the server."""
    if current_user.is_authenticated:
        actor = current_user.actor
        the_hall().act(actor, staffing.let_go)
        the_hall().act(actor, people.sign_out, signin_id=int(actor.seat[1:]))
    logout_user()
    return redirect(url_for("auth.home"), 303)


@pages.get("/device/pair")
@opened("a new screen must be able to show its key")
def pair() -> str:
    """The form for a screen's key; its script takes the key from the address's fragment."""
    return render_template("pair_device.html", page=page_data(), next=local_path(request.args.get("next", "/")))


@pages.post("/device/enter")
@opened("a new screen must be able to show its key")
@limiter.limit("30/minute")
def enter_device() -> Any:
    """Checks the key and remembers it in an HttpOnly cookie."""
    data = fields()
    hall = the_hall()
    with hall.view() as conn:
        device = people.by_device_key(conn, str(data.get("key", "")).strip())
    if device is None:
        raise NotFound(what="device")
    target = local_path(str(data.get("next") or SCREENS[device.role]))
    if target in ("/", "/device/pair"):
        target = SCREENS[device.role]
    response = make_response(jsonify(ok=True, next=target) if request.is_json else redirect(target, 303))
    key = str(data.get("key", "")).strip()
    response.set_cookie(DEVICE_COOKIE, key, max_age=5 * YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
    return response


@pages.get("/office/first/<code>")
@opened("the code is the key: random, one use, one day")
def first(code: str) -> str | tuple[str, int]:
    """The form for the first administrator."""
    _invitation(code)
    return _first_form(None)


@pages.post("/office/first/<code>")
@opened("the code is the key: random, one use, one day")
@limiter.limit("10/minute")
def become(code: str) -> Any:
    """Creates the account, spends the code, signs in."""
    hall, form = the_hall(), request.form
    invited = _invitation(code)
    try:
        if form.get("password") != form.get("password2"):
            raise PasswordsDiffer
        hashed = people.hash_password(form.get("password", ""))
        nobody = Actor("visitor", 0, "visitor", invited.office_id)
        made = hall.act(
            nobody, people.accept_invitation,
            code=code, login=form.get("login", ""), name=form.get("name", ""), password_hash=hashed,
        )  # fmt: skip
    except BadRequest as error:
        return _first_form(in_words(error)), status_of(error)
    return _signed_in(Actor("person", made["person_id"], invited.role, invited.office_id), "/office/")


def _invitation(code: str) -> Any:
    hall = the_hall()
    with hall.view() as conn:
        found = people.invitation(conn, code, hall.clock.read().at)
    if found is None:
        raise NotFound(what="invitation")
    return found


def _signed_in(actor: Actor, target: str) -> Any:
    secret = the_hall().act(actor, people.sign_in, agent=request.user_agent.string)["secret"]
    login_user(Login(secret, actor))
    return redirect(target, 303)


def _sign_in_form(error: str | None) -> str:
    asked = local_path(request.values.get("next", ""))
    return render_template("sign_in.html", page=page_data(), error=error, next="" if asked == "/" else asked)


def _first_form(error: str | None) -> str:
    return render_template("first_admin.html", page=page_data(), error=error)
