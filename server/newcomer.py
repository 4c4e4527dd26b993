"""What `ptsp run` prepares: an example hall with people, screens and a printer, and a page of addresses to print.

Nothing has a default password: everything secret is made here, kept in sign-ins.txt (for its owner alone), and shown
again at every start.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import click
from sqlalchemy import select

from ptsp import equipping, opening, people
from ptsp import records as r
from ptsp.errors import BadRequest
from ptsp.hall import Actor, Hall
from ptsp.setting_up import found_office, office_by_code, read_office
from server.console.common import open_hall
from server.console.lifeline import end_with
from server.console.office import local_instant, state_in_words
from server.console.people import screen_url
from server.settings import EVERYWHERE, Settings, only_here, reachable
from server.words import _

EXAMPLE = "contoh"
PEOPLE = (
    ("siti.aminah", "Siti Aminah", "officer"),
    ("budi.santoso", "Budi Santoso", "officer"),
    ("dewi.lestari", "Dewi Lestari", "officer"),
    ("agus.wijaya", "Agus Wijaya", "officer"),
    ("nur.hidayah", "Nur Hidayah", "officer"),
    ("made.sukarta", "Made Sukarta", "officer"),
    ("ratna.sari", "Ratna Sari", "manager"),
)
VIRTUAL = "Printer virtual"
FIRST_PORT = 8000
FOR_PHONES = "make run ARGS='--host 0.0.0.0'"
# Easy to read aloud and to type: no letters that look alike.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class Secret(NamedTuple):
    """One line of sign-ins.txt: what it opens, who or which, and the secret itself."""

    kind: str
    name: str
    secret: str


def prepare(settings: Settings, port: int | None, with_printer: bool = True) -> Settings:
    """Sets up what is missing, starts the virtual printer, prints the page; returns the settings to serve with."""
    settings = replace(settings, port=port or free_port(settings.host, settings.port))
    with open_hall(settings) as hall:
        founded = _example_office(hall)
        office_id = _office_id(hall)
        actor = Actor("system", 0, "system", office_id, "run")
        known = _secrets(hall, actor, settings.data_dir / "sign-ins.txt", founded)
        notes = [_first_admin(hall, actor, settings), _opened(hall, actor)]
        if with_printer:
            notes.append(_printer(hall, actor, settings))
    _show(settings, known, [note for note in notes if note])
    return settings


def _example_office(hall: Hall) -> bool:
    with hall.view() as conn:
        if conn.execute(select(r.office.c.id)).first() is not None:
            return False
    found_office(hall, read_office(files("server").joinpath("example_office.toml").read_text(encoding="utf-8")), "run")
    return True


def _office_id(hall: Hall) -> int:
    with hall.view() as conn:
        first: int = conn.execute(select(r.office.c.id).order_by(r.office.c.id)).scalars().first() or 0
    return office_by_code(hall, EXAMPLE) or first


def _secrets(hall: Hall, actor: Actor, path: Path, founded: bool) -> list[Secret]:
    """The secrets of the example office, made at the first start. An office of somebody's own gets none from here."""
    if path.exists() and not founded:
        return [Secret(*line.split()) for line in path.read_text().splitlines() if line and not line.startswith("#")]
    if not founded and office_by_code(hall, EXAMPLE) != actor.office_id:
        return []
    made = [Secret(role, login, _person(hall, actor, login, name, role)) for login, name, role in PEOPLE]
    for kind in people.DEVICES:
        key = hall.act(actor, people.add_device, kind=kind, name=f"{kind} (ptsp run)")["key"]
        made.append(Secret(kind, "-", key))
    _write_for_owner(path, "".join(f"{one.kind} {one.name} {one.secret}\n" for one in made))
    return made


def _person(hall: Hall, actor: Actor, login: str, name: str, role: str) -> str:
    password = new_password()
    hashed = people.hash_password(password)
    try:
        hall.act(actor, people.add_person, login=login, name=name, role=role, password_hash=hashed)
    except BadRequest:  # sign-ins.txt was lost: a new password for the same person
        with hall.view() as conn:
            person_id = conn.execute(select(r.person.c.id).where(r.person.c.login == login)).scalar_one()
        hall.act(actor, people.set_password, person_id=person_id, password_hash=hashed)
    return password


def new_password() -> str:
    """Four groups of four letters: 79 random bits, easy to type."""
    return "-".join("".join(secrets.choice(LETTERS) for _letter in range(4)) for _group in range(4))


def _write_for_owner(path: Path, content: str) -> None:
    head = "# Made by `ptsp run` for the example office: what it opens, who, the secret. Delete it to get new ones.\n"
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(head + content)
    part.rename(path)


def _first_admin(hall: Hall, actor: Actor, settings: Settings) -> str:
    with hall.view() as conn:
        if people.has_admin(conn, actor.office_id):
            return ""
    code = hall.act(actor, people.invite, role="admin")["code"]
    said = _("The first administrator creates their account here (once, within 24 hours):")
    return f"{said}\n  {reachable(settings)}/office/first/{code}"


def _opened(hall: Hall, actor: Actor) -> str:
    """A newcomer in the evening still wants to take a number: the hall is opened until midnight, and this is said."""
    at = hall.clock.read().at
    with hall.view() as conn:
        found = hall.catalogue(conn, actor.office_id)
    if found.schedule.state(at).state != "closed" or found.schedule.closed_until > at:
        return ""
    closed = state_in_words(found, at)
    hall.act(actor, opening.open_hall, until_at=local_instant(found, at, "24.00"))
    said = _("For this try-out it was opened until midnight. Back to its hours: ptsp hall normal")
    return f"{closed} {said}"


def _printer(hall: Hall, actor: Actor, settings: Settings) -> str:
    """Starts the virtual printer, unless the office has printers of its own."""
    p = r.printer.c
    with hall.view() as conn:
        own = conn.execute(select(p.id).where(p.office_id == actor.office_id, p.active, p.name != VIRTUAL)).first()
    if own is not None:
        return ""
    port = free_port("127.0.0.1", 9100)
    folder = settings.data_dir / "tickets"
    start_virtual_printer(port, folder)
    hall.act(actor, equipping.set_printer, name=VIRTUAL, setting=f"tcp://127.0.0.1:{port}?width=80")
    said = _("Tickets of the virtual printer appear as pictures in %(folder)s", folder=folder)
    no_paper = _("Let it run out of paper: %(command)s", command=f"echo paper_out > {folder}/state")
    return f"{said}\n{no_paper}"


def start_virtual_printer(port: int, folder: Path) -> None:
    """A process beside the server that ends with it. Returns when it listens; RuntimeError when it does not."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "server.cli", "printer", "virtual", "--port", str(port), "--folder", str(folder)]
    house = str(Path(__file__).parents[1])
    with_us = partial(end_with, os.getpid(), signal.SIGTERM)
    started = subprocess.Popen(command, cwd=house, stdout=subprocess.DEVNULL, preexec_fn=with_us)
    for _attempt in range(600):
        with suppress(OSError), closing(socket.create_connection(("127.0.0.1", port), timeout=1)):
            started.returncode = 0  # it is left to run: nobody waits for it here
            return
        if started.poll() is not None:
            break
        time.sleep(0.1)
    raise click.ClickException(_("The virtual printer did not start on port %(port)d.", port=port))


def free_port(host: str, first: int) -> int:
    """The first free port from ``first`` on."""
    for port in range(first, first + 50):
        with socket.socket() as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                attempt.bind((host, port))
                return port
    raise click.ClickException(_("No free port from %(first)d on.", first=first))


def _show(settings: Settings, known: list[Secret], notes: list[str]) -> None:
    base = reachable(settings)
    keys = {one.kind: one.secret for one in known if one.kind in people.DEVICES}
    screens = [(_("Kiosk"), "kiosk"), (_("Board in the hall"), "board"), (_("Survey at the exit"), "survey")]
    rows = [(_("Doors"), f"{base}/")]
    rows += [(name, screen_url(base, kind, keys[kind])) for name, kind in screens if kind in keys]
    rows += [(_("Counter"), f"{base}/counter/"), (_("Office"), f"{base}/office/"), ("API", f"{base}/api/openapi.json")]
    width = max(len(name) for name, _url in rows)
    click.echo()
    for name, url in rows:
        click.echo(f"{name.ljust(width)}  {url}")
    people_known = [one for one in known if one.kind not in people.DEVICES]
    if people_known:
        click.echo("\n" + _("Sign-ins (kept in %(file)s):", file=settings.data_dir / "sign-ins.txt"))
        for one in people_known:
            click.echo(f"  {one.kind.ljust(8)} {one.name.ljust(14)} {one.secret}")
    for note in notes:
        click.echo(f"\n{note}")
    if not settings.public_url and settings.host not in EVERYWHERE and only_here(base):
        said = _("So that visitors' phones reach it, start it with: %(command)s", command=FOR_PHONES)
        click.echo(f"\n{said}")
    click.echo("\n" + _("Stop: Ctrl-C. Everything is kept in %(folder)s.", folder=settings.data_dir) + "\n")
