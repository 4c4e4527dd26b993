"""People, sign-ins, devices, tokens, invitations: who may come in. Secrets are kept as hashes only.

Passwords are argon2 (slow, so never inside a transaction); tokens are 128+ random bits, kept as SHA-256.
"""

from __future__ import annotations

import hashlib
import secrets
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Connection, bindparam, insert, select, update

from ptsp import records as r
from ptsp.database import Prepared
from ptsp.errors import BadRequest, NotFound
from ptsp.form_errors import (
    LoginInUse,
    NoCounterBeside,
    PasswordTooCommon,
    PasswordTooShort,
    PersonIncomplete,
    WrongPassword,
)
from ptsp.hall import Actor, Answer, Work

ROLES = ("admin", "manager", "officer", "info")
DEVICES = ("kiosk", "board", "survey")
SHORTEST_PASSWORD = 10
SIGNIN_MS = 14 * 3_600_000  # a long day
IDLE_MS = 4 * 3_600_000
SEEN_EVERY_MS = 300_000
INVITATION_MS = 24 * 3_600_000

_person, _signin, _device, _token = r.person.c, r.signin.c, r.device.c, r.api_token.c
_by_login = Prepared(
    select(_person.id, _person.office_id, _person.role, _person.name, _person.password_hash).where(
        _person.login == bindparam("login"), _person.active
    )
)
_by_signin = Prepared(
    select(_signin.id, _signin.seen_at, _person.id.label("person_id"), _person.office_id, _person.role, _person.name)
    .select_from(r.signin.join(r.person))
    .where(
        _signin.token_hash == bindparam("token_hash"),
        _signin.ended_at.is_(None),
        _signin.expires_at > bindparam("now_at"),
        _signin.seen_at > bindparam("idle_at"),
        _person.active,
    )
)
_by_key = Prepared(
    select(_device.id, _device.office_id, _device.kind, _device.name, _device.printer_id, _device.counter_id).where(
        _device.key_hash == bindparam("token_hash"), _device.active
    )
)
_by_token = Prepared(
    select(_token.id, _token.office_id, _token.name).where(_token.token_hash == bindparam("token_hash"), _token.active)
)


_signin_open = Prepared(
    select(_signin.id)
    .select_from(r.signin.join(r.person))
    .where(
        _signin.id == bindparam("signin_id"),
        _signin.ended_at.is_(None),
        _signin.expires_at > bindparam("now_at"),
        _person.active,
        _person.role == bindparam("role"),
    )
)
_device_open = Prepared(select(_device.id).where(_device.id == bindparam("device_id"), _device.active))
_token_open = Prepared(select(_token.id).where(_token.id == bindparam("token_id"), _token.active))


def still_admitted(conn: Connection, actor: Actor, at: int) -> bool:
    """Whether the sign-in, screen or token behind an actor still counts: one indexed read, cheap enough to do inside
    the transaction of every command (check and act in one, ASVS 15.4.2)."""
    if actor.kind == "person" and actor.seat:
        return _signin_open.one(conn, signin_id=int(actor.seat[1:]), now_at=at, role=actor.role) is not None
    if actor.kind == "device":
        return _device_open.one(conn, device_id=actor.id) is not None
    if actor.kind == "token":
        return _token_open.one(conn, token_id=actor.id) is not None
    return True


def new_secret() -> str:
    """A fresh secret of 144 random bits, safe in URLs and easy to type (24 characters)."""
    return secrets.token_urlsafe(18)


def hashed(secret: str) -> str:
    """What the database keeps of a random secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


def hash_password(password: str) -> str:
    """argon2id. PasswordTooShort; PasswordTooCommon for one of the list."""
    if len(password) < SHORTEST_PASSWORD or len(set(password)) < 4:
        raise PasswordTooShort(least=SHORTEST_PASSWORD)
    if password.lower() in common_passwords():
        raise PasswordTooCommon
    return _hasher().hash(password)


@cache
def common_passwords() -> frozenset[str]:
    """Passwords of ten characters and more that attackers try first (ASVS 6.2.4), lower case."""
    from importlib.resources import files

    return frozenset(files("ptsp").joinpath("common_passwords.txt").read_text().split())


@cache
def _nobody_hash() -> str:
    return _hasher().hash(secrets.token_urlsafe(12))


def check_password(conn: Connection, login: str, password: str) -> Actor:
    """The person, or WrongPassword. Takes as long for a login that does not exist."""
    row = _by_login.one(conn, login=login.strip().lower())
    try:
        _hasher().verify(row.password_hash if row else _nobody_hash(), password)
    except VerificationError:
        raise WrongPassword from None
    if row is None:
        raise WrongPassword
    return Actor("person", row.id, row.role, row.office_id, row.name)


def sign_in(work: Work, agent: str = "") -> Answer:
    """Opens a session for the acting person; the answer carries its secret, which is kept nowhere."""
    secret, at = new_secret(), work.reading.at
    work.conn.execute(
        insert(r.signin).values(
            person_id=work.actor.id,
            token_hash=hashed(secret),
            agent=agent[:200],
            created_at=at,
            seen_at=at,
            expires_at=at + SIGNIN_MS,
        )
    )
    work.audit("sign_in")
    return {"secret": secret}


def sign_out(work: Work, signin_id: int) -> Answer:
    """Ends a session on the server: one's own, or one of this office's people."""
    ours = select(_person.id).where(_person.office_id == work.office_id)
    _end(work, (_signin.id == signin_id) & _signin.person_id.in_(ours))
    work.audit("sign_out", str(signin_id))
    work.notify("leave", f"p{signin_id}", code="signed_out")
    return {}


def seen(work: Work, signin_id: int) -> Answer:
    """Notes that a session is in use (at most every few minutes)."""
    work.conn.execute(update(r.signin).where(_signin.id == signin_id).values(seen_at=work.reading.at))
    return {}


def by_signin(conn: Connection, secret: str, at: int) -> tuple[Actor, int] | None:
    """(person, when last seen) of a living session, or None."""
    row = _by_signin.one(conn, token_hash=hashed(secret), now_at=at, idle_at=at - IDLE_MS)
    if row is None:
        return None
    return Actor("person", row.person_id, row.role, row.office_id, row.name, f"p{row.id}"), row.seen_at


def by_device_key(conn: Connection, key: str) -> Actor | None:
    """The device that shows this key, or None; its role is its kind, its seat the printer (kiosk) or counter (survey)
    it stands beside."""
    row = _by_key.one(conn, token_hash=hashed(key))
    if row is None:
        return None
    beside = row.counter_id if row.kind == "survey" else row.printer_id
    return Actor("device", row.id, row.kind, row.office_id, row.name, str(beside or ""))


def by_api_token(conn: Connection, token: str) -> Actor | None:
    """The integration that shows this token, or None."""
    row = _by_token.one(conn, token_hash=hashed(token))
    return row and Actor("token", row.id, "integration", row.office_id, row.name, f"t{row.id}")


def add_person(work: Work, login: str, name: str, role: str, password_hash: str) -> Answer:
    """Adds a person. PersonIncomplete (an unknown role, too), LoginInUse."""
    login = login.strip().lower()
    if role not in ROLES or not login or not name.strip():
        raise PersonIncomplete
    if work.conn.execute(select(_person.id).where(_person.login == login)).first():
        raise LoginInUse(login=login)
    values = {"login": login, "name": name.strip(), "role": role, "password_hash": password_hash}
    made = work.conn.execute(
        insert(r.person)
        .values(office_id=work.office_id, active=True, created_at=work.reading.at, **values)
        .returning(_person.id)
    )
    person_id = made.scalar_one()
    work.audit("add_person", f"{login} {role}")
    return {"person_id": person_id}


def disable_person(work: Work, person_id: int) -> Answer:
    """Out at once: sessions ended, sockets closed."""
    found = work.conn.execute(
        update(r.person).where(_person.id == person_id, _person.office_id == work.office_id).values(active=False)
    )
    if not found.rowcount:
        raise NotFound(what="person")
    for row in work.conn.execute(select(_signin.id).where(_signin.person_id == person_id, _signin.ended_at.is_(None))):
        work.notify("leave", f"p{row.id}", code="signed_out")
    _end(work, _signin.person_id == person_id)
    work.audit("disable_person", str(person_id))
    return {}


def set_password(work: Work, person_id: int, password_hash: str) -> Answer:
    """A new password; every session of the person ends."""
    found = work.conn.execute(
        update(r.person)
        .where(_person.id == person_id, _person.office_id == work.office_id)
        .values(password_hash=password_hash, active=True)
    )
    if not found.rowcount:
        raise NotFound(what="person")
    for row in work.conn.execute(select(_signin.id).where(_signin.person_id == person_id, _signin.ended_at.is_(None))):
        work.notify("leave", f"p{row.id}", code="signed_out")
    _end(work, _signin.person_id == person_id)
    work.audit("set_password", str(person_id))
    return {}


def add_device(
    work: Work, kind: str, name: str, printer_id: int | None = None, counter_id: int | None = None
) -> Answer:
    """A kiosk, board or survey screen; the answer carries its key, shown once. `counter_id`: the survey screen that
    faces the visitors of this counter."""
    if kind not in DEVICES:
        raise BadRequest(reason="kind")
    if counter_id is not None:
        if kind != "survey":
            raise NoCounterBeside
        work.office.counter(counter_id)
    if printer_id is not None and printer_id not in work.office.printers:
        raise NotFound(what="printer")
    key = new_secret()
    values: dict[str, Any] = {"kind": kind, "name": name, "key_hash": hashed(key), "printer_id": printer_id}
    values["counter_id"] = counter_id
    work.conn.execute(
        insert(r.device).values(office_id=work.office_id, active=True, created_at=work.reading.at, **values)
    )
    work.audit("add_device", f"{kind} {name}")
    return {"key": key}


def disable_device(work: Work, device_id: int) -> Answer:
    """The screen is locked out at once."""
    found = work.conn.execute(
        update(r.device).where(_device.id == device_id, _device.office_id == work.office_id).values(active=False)
    )
    if not found.rowcount:
        raise NotFound(what="device")
    work.audit("disable_device", str(device_id))
    work.notify("leave", f"d{device_id}", code="signed_out")
    return {}


def add_token(work: Work, name: str) -> Answer:
    """An API token for an integration; the answer carries it, shown once."""
    token = new_secret()
    values = {"name": name, "token_hash": hashed(token), "active": True, "created_at": work.reading.at}
    work.conn.execute(insert(r.api_token).values(office_id=work.office_id, **values))
    work.audit("add_token", name)
    return {"token": token}


def disable_token(work: Work, token_id: int) -> Answer:
    """The token opens nothing any more."""
    found = work.conn.execute(
        update(r.api_token).where(_token.id == token_id, _token.office_id == work.office_id).values(active=False)
    )
    if not found.rowcount:
        raise NotFound(what="token")
    work.audit("disable_token", str(token_id))
    return {}


def invite(work: Work, role: str = "admin") -> Answer:
    """A one-time code with which somebody creates their own account; earlier unused codes end."""
    code, at = new_secret(), work.reading.at
    work.conn.execute(
        update(r.invitation)
        .where(r.invitation.c.office_id == work.office_id, r.invitation.c.used_at.is_(None))
        .values(used_at=at)
    )
    work.conn.execute(
        insert(r.invitation).values(
            office_id=work.office_id, code_hash=hashed(code), role=role, expires_at=at + INVITATION_MS
        )
    )
    work.audit("invite", role)
    return {"code": code}


def invitation(conn: Connection, code: str, at: int) -> Any:
    """The open invitation (id, office_id, role), or None."""
    i = r.invitation.c
    query = select(i.id, i.office_id, i.role).where(i.code_hash == hashed(code), i.used_at.is_(None), i.expires_at > at)
    return conn.execute(query).one_or_none()


def accept_invitation(work: Work, code: str, login: str, name: str, password_hash: str) -> Answer:
    """Creates the account and spends the code, together. NotFound for a code that is used, old or unknown."""
    found = invitation(work.conn, code, work.reading.at)
    if found is None or found.office_id != work.office_id:
        raise NotFound(what="invitation")
    answer = add_person(work, login, name, found.role, password_hash)
    spent = update(r.invitation).where(r.invitation.c.id == found.id).values(used_at=work.reading.at)
    work.conn.execute(spent)
    return answer


def has_admin(conn: Connection, office_id: int) -> bool:
    """Whether anybody can administer this office."""
    query = select(_person.id).where(_person.office_id == office_id, _person.role == "admin", _person.active)
    return conn.execute(query).first() is not None


def _end(work: Work, which: Any) -> None:
    work.conn.execute(update(r.signin).where(which, _signin.ended_at.is_(None)).values(ended_at=work.reading.at))
