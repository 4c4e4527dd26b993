"""Starting the server: `serve` for an office, `run` for whoever wants to see it."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy import select

from ptsp import records as r
from ptsp.database import open_engine
from ptsp.people import has_admin
from server.console.common import settings
from server.console.upkeep import migrate_safely
from server.newcomer import prepare
from server.settings import Settings
from server.words import _

CONF = Path(__file__).parents[1] / "gunicorn_conf.py"


@click.command("serve")
@click.option("--host", help="Instead of PTSP_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="Instead of PTSP_PORT.")
def serve(host: str | None, port: int | None) -> None:
    """Start the server of an office: settings from the environment, database brought up to date."""
    found = settings()
    found = replace(found, host=host or found.host, port=port or found.port)
    claim(found)
    made = migrate_safely(found.database_url, found.data_dir)
    if made:
        click.echo(_("Before the database was brought up to date, a backup: %(file)s", file=made), err=True)
    for sentence in lacking(found):
        click.echo(sentence, err=True)
    become_server(found)


@click.command("run")
@click.option("--host", help="0.0.0.0 lets phones and other machines in this network reach it.")
@click.option("--port", type=click.IntRange(1, 65535), help="Instead of the first free one from 8000.")
@click.option("--only-prepare", is_flag=True, help="Set everything up, print it, and do not start the server.")
def run(host: str | None, port: int | None, only_prepare: bool) -> None:
    """Start the example hall on this machine: server, virtual printer, addresses and sign-ins of everything.

    Data are in ./var (or PTSP_DATA_DIR); stopping and starting again keeps them.
    """
    found = settings()
    if not only_prepare:
        claim(found)
    found = prepare(replace(found, host=host or found.host), port, with_printer=not only_prepare)
    if not only_prepare:
        become_server(found)


def claim(found: Settings) -> None:
    """On SQLite one server at a time: server.lock is held for as long as this process, or gunicorn after it, lives."""
    if not found.database_url.startswith("sqlite"):
        return
    found.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(found.data_dir / "server.lock", os.O_CREAT | os.O_RDWR, 0o600)
    for _attempt in range(50):  # a server that is just stopping gets the time to do so
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.1)
        else:
            os.set_inheritable(handle, True)
            return
    raise click.ClickException(_("A server is already running on the data in %(folder)s.", folder=found.data_dir))


def lacking(found: Settings) -> Iterator[str]:
    """What the hall still needs before anybody can work in it, with the command that gives it."""
    engine = open_engine(found.database_url)
    try:
        with engine.connect() as conn:
            offices = conn.execute(select(r.office.c.id, r.office.c.code, r.office.c.name)).all()
            without = [office for office in offices if not has_admin(conn, office.id)]
    finally:
        engine.dispose()
    if not offices:
        yield _("There is no office yet. Set one up: ptsp office apply FILE")
    for office in without:
        command = f"ptsp invite --office {office.code}"
        yield _("%(name)s has no administrator yet. Invite the first: %(command)s", name=office.name, command=command)


def become_server(found: Settings) -> None:
    """Replaces this process by gunicorn, so that signals and systemd reach it directly. Does not return."""
    environ = {
        **os.environ,
        "PTSP_HOST": found.host,
        "PTSP_PORT": str(found.port),
        "PTSP_THREADS": str(found.threads),
        "PTSP_DATA_DIR": str(found.data_dir),
        "PTSP_DATABASE_URL": found.database_url,
    }
    sys.stdout.flush()
    house = str(Path(__file__).parents[2])
    command = [sys.executable, "-m", "gunicorn", "--config", str(CONF), "--chdir", house, "server.wsgi:app"]
    os.execve(sys.executable, command, environ)
