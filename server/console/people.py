"""People, programs and screens: who may come in."""

from __future__ import annotations

import click
from sqlalchemy import Table, select

from ptsp import people
from ptsp import records as r
from ptsp.hall import Actor, Hall
from server.console.common import in_office, office_option, settings, table
from server.settings import reachable
from server.words import _

yes_no = {True: "", False: "off"}


@click.group()
def person() -> None:
    """People who sign in: add, list, disable, give a new password."""


@person.command("add")
@click.argument("login")
@click.option("--name", required=True, help="As colleagues and visitors know them.")
@click.option("--role", type=click.Choice(people.ROLES), default="officer", show_default=True)
@click.password_option(help="At least 10 characters. Asked for when it is not given here.")
@office_option
def add_person(login: str, name: str, role: str, password: str, code: str | None) -> None:
    """Add somebody who signs in as LOGIN."""
    hashed = people.hash_password(password)
    with in_office(code) as (hall, actor):
        hall.act(actor, people.add_person, login=login, name=name, role=role, password_hash=hashed)
    click.echo(_("%(name)s can sign in as %(login)s.", name=name, login=login.strip().lower()))


@person.command("list")
@office_option
def list_people(code: str | None) -> None:
    """Everybody, with role; "off" means disabled."""
    c = r.person.c
    with in_office(code) as (hall, actor), hall.view() as conn:
        query = select(c.login, c.role, c.name, c.active).where(c.office_id == actor.office_id).order_by(c.login)
        table([(row.login, row.role, row.name, yes_no[row.active]) for row in conn.execute(query)])


@person.command("disable")
@click.argument("login")
@office_option
def disable_person(login: str, code: str | None) -> None:
    """Lock somebody out at once, on every screen."""
    with in_office(code) as (hall, actor):
        person_id = _id(hall, actor, r.person, "login", login.lower())
        hall.act(actor, people.disable_person, person_id=person_id)
    click.echo(_("%(login)s is signed out everywhere and cannot sign in any more.", login=login))


@person.command("password")
@click.argument("login")
@click.password_option(help="Asked for when it is not given here.")
@office_option
def set_password(login: str, password: str, code: str | None) -> None:
    """Give somebody a new password (and let a disabled account in again)."""
    hashed = people.hash_password(password)
    with in_office(code) as (hall, actor):
        person_id = _id(hall, actor, r.person, "login", login.lower())
        hall.act(actor, people.set_password, person_id=person_id, password_hash=hashed)
    click.echo(_("%(login)s has a new password, and must sign in again.", login=login))


@click.command()
@click.option("--role", type=click.Choice(people.ROLES), default="admin", show_default=True)
@office_option
def invite(role: str, code: str | None) -> None:
    """Make a one-time link with which somebody creates their own account. Earlier unused links end."""
    with in_office(code) as (hall, actor):
        secret = hall.act(actor, people.invite, role=role)["code"]
    click.echo(_("Once, within 24 hours:"), err=True)
    click.echo(f"{base_url()}/office/first/{secret}")


@click.group()
def token() -> None:
    """API tokens for other programs (docs/api.md): add, list, disable."""


@token.command("add")
@click.argument("name")
@office_option
def add_token(name: str, code: str | None) -> None:
    """Make a token for a program called NAME. It is shown once."""
    with in_office(code) as (hall, actor):
        secret = hall.act(actor, people.add_token, name=name)["token"]
    click.echo(_("The token of %(name)s, shown once:", name=name), err=True)
    click.echo(secret)


@token.command("list")
@office_option
def list_tokens(code: str | None) -> None:
    """All tokens by number and name; "off" means disabled."""
    _list(r.api_token, code)


@token.command("disable")
@click.argument("number", type=int)
@office_option
def disable_token(number: int, code: str | None) -> None:
    """Let the token with this NUMBER (see list) open nothing any more."""
    with in_office(code) as (hall, actor):
        hall.act(actor, people.disable_token, token_id=_id(hall, actor, r.api_token, "id", number))
    click.echo(_("Token %(number)d opens nothing any more.", number=number))


@click.group()
def device() -> None:
    """Screens: kiosk, board, survey. Add, list, disable."""


@device.command("add")
@click.argument("kind", type=click.Choice(people.DEVICES))
@click.option("--name", help="To tell it apart from others of its kind.")
@click.option("--printer", "printer_id", type=int, help="Number of this kiosk's own printer (ptsp printer list).")
@click.option("--counter", type=int, help="Number of the counter whose visitors this survey screen faces.")
@office_option
def add_device(kind: str, name: str | None, printer_id: int | None, counter: int | None, code: str | None) -> None:
    """Pair a screen. Prints the address to open on it, once; the key in it is its password."""
    with in_office(code) as (hall, actor):
        if printer_id is not None:
            _id(hall, actor, r.printer, "id", printer_id)
        beside = {"printer_id": printer_id, "counter_id": counter and _counter(hall, actor, counter)}
        made = hall.act(actor, people.add_device, kind=kind, name=name or kind, **beside)
    click.echo(_("Open this once on the screen; the key in it is shown only now:"), err=True)
    click.echo(screen_url(base_url(), kind, made["key"]))


@device.command("list")
@office_option
def list_devices(code: str | None) -> None:
    """All screens by number, kind and name; "off" means disabled."""
    _list(r.device, code, "kind")


@device.command("disable")
@click.argument("number", type=int)
@office_option
def disable_device(number: int, code: str | None) -> None:
    """Lock out the screen with this NUMBER (see list), at once."""
    with in_office(code) as (hall, actor):
        hall.act(actor, people.disable_device, device_id=_id(hall, actor, r.device, "id", number))
    click.echo(_("Screen %(number)d is locked out.", number=number))


SCREENS = {"kiosk": "/kiosk/", "board": "/display/", "survey": "/survey/"}


def screen_url(base: str, kind: str, key: str) -> str:
    """The address that pairs a screen. The key is in the fragment, which browsers send to no server."""
    return f"{base}{SCREENS[kind]}#key={key}"


def base_url() -> str:
    """Where browsers reach this hall."""
    return reachable(settings())


def _id(hall: Hall, actor: Actor, which: Table, column: str, value: object) -> int:
    query = select(which.c.id).where(which.c.office_id == actor.office_id, which.c[column] == value)
    with hall.view() as conn:
        found: int | None = conn.execute(query).scalar_one_or_none()
    if found is None:
        raise click.ClickException(_("There is no %(value)s here.", value=value))
    return found


def _counter(hall: Hall, actor: Actor, number: int) -> int:
    c = r.counter.c
    query = select(c.id).where(c.office_id == actor.office_id, c.number == number, c.active)
    with hall.view() as conn:
        found: int | None = conn.execute(query).scalar_one_or_none()
    if found is None:
        raise click.ClickException(_("There is no counter %(number)d here.", number=number))
    return found


def _list(which: Table, code: str | None, *more: str) -> None:
    with in_office(code) as (hall, actor), hall.view() as conn:
        rows = conn.execute(select(which).where(which.c.office_id == actor.office_id).order_by(which.c.id)).mappings()
        table([(row["id"], *(row[name] for name in more), row["name"], yes_no[row["active"]]) for row in rows])
