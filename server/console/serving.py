"""Starting the server: `serve` for an office, `run` for whoever wants to see it."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import click

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
    made = migrate_safely(found.database_url, found.data_dir)
    if made:
        click.echo(_("Before the database was brought up to date, a backup: %(file)s", file=made), err=True)
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
    found = prepare(replace(found, host=host or found.host), port)
    if not only_prepare:
        become_server(found)


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
