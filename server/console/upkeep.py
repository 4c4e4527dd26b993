"""Looking after the hall: check, back up, put back, replay, migrate, describe the API."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ptsp import asking
from ptsp.backup import KEEP, backup, backups, expect_alone, restore
from ptsp.checking import check_book
from ptsp.database import open_engine
from ptsp.hall import Actor, Hall
from ptsp.migrating import HEAD, current, is_current, migrate
from ptsp.restoring import SKIP, carry_on, numbers_taken
from server import doctor
from server.caretaker import offices
from server.console.common import in_office, office_option, open_hall, settings
from server.words import _

SIGNS = {"ok": "+", "warn": "!", "wrong": "x"}


@click.command("doctor")
def check() -> None:
    """Check database, day book, disk, printers, clock, time zone, ports and secrets, and say what to do.

    Exit code 1 when something is wrong.
    """
    found = doctor.examine(settings())
    for one in found:
        click.echo(f"{SIGNS[one.state]} {one.subject}: {one.what}")
        if one.to_do:
            click.echo(f"    -> {one.to_do}")
    if any(one.state == "wrong" for one in found):
        raise SystemExit(1)


@click.command("backup")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="Default: backups/ in the data.")
@click.option("--keep", default=KEEP, show_default=True, type=click.IntRange(1), help="How many of the newest to keep.")
def make_backup(folder: Path | None, keep: int) -> None:
    """Copy the database while the hall is open. The copy is checked before it gets its name."""
    with open_hall() as hall:
        with hall.view() as conn:
            found = offices(conn)
        for office_id in found:
            asking.before_backup(hall, Actor("system", 0, "system", office_id, "backup"))
        made = backup(hall.engine, folder or settings().data_dir / "backups", hall.clock.read().at, keep)
    click.echo(_("Backup: %(file)s", file=made))
    click.echo(_("A copy on the same disk does not survive the disk: carry one elsewhere."), err=True)


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--skip", default=SKIP, show_default=True, help="Numbers to leave out when the former data are lost.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def put_back(file: Path | None, skip: int, yes: bool) -> None:
    """Put a backup in place of the database. The server must be stopped; the former database is kept aside.

    Without FILE: lists the backups. Numbers given since the backup do not come again, and everybody must sign in anew.
    """
    found = settings()
    if file is None:
        for one in backups(found.data_dir / "backups"):
            click.echo(one)
        return
    expect_alone(found.database_url)
    if not yes:
        click.confirm(_("Put %(file)s in place of the present database?", file=file), abort=True)
    aside = restore(file, found.database_url, _now())
    taken = numbers_taken(aside) if aside else None
    engine = open_engine(found.database_url)
    try:
        migrate(engine)
    finally:
        engine.dispose()
    with open_hall(found) as hall:
        carry_on(hall, taken, skip)
        problems = _problems(hall)
    _tell(file, aside, taken is None, skip, problems)


def _tell(file: Path, aside: str | None, lost: bool, skip: int, problems: list[str]) -> None:
    click.echo(_("Restored from %(file)s.", file=file))
    if aside:
        click.echo(_("The former database is kept: %(aside)s", aside=aside.removeprefix("sqlite:///")))
    if lost:
        said = _("It could not be read, so today's numbers leave out %(skip)d: none on paper comes twice.", skip=skip)
        click.echo(said)
    for problem in problems:
        click.echo(f"x {problem}")
    click.echo(_("Now start the server: systemctl start ptsp. Everybody signs in again."))


@click.command("replay")
@office_option
def replay(code: str | None) -> None:
    """Play the day book from its first line and compare it with every ticket. Exit code 1 when they differ."""
    with in_office(code) as (hall, actor), hall.view() as conn:
        problems = check_book(conn, actor.office_id)
    for problem in problems:
        click.echo(problem)
    if problems:
        raise SystemExit(1)
    click.echo(_("The tickets are what the day book says."))


@click.command("migrate")
def bring_up_to_date() -> None:
    """Bring the database to this version of the program. `ptsp serve` does it too."""
    found = settings()
    made = migrate_safely(found.database_url, found.data_dir)
    if made:
        click.echo(_("Before that, a backup: %(file)s", file=made))
    click.echo(_("The database is of version %(version)s.", version=HEAD))


def migrate_safely(database_url: str, data_dir: Path) -> Path | None:
    """Migrates; a database that holds something is backed up first (the backup is returned)."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = open_engine(database_url)
    try:
        made = None
        if current(engine) is not None and not is_current(engine):
            made = backup(engine, data_dir / "backups", _now())
        migrate(engine)
        return made
    finally:
        engine.dispose()


@click.command("openapi")
def openapi() -> None:
    """Print the OpenAPI description of the HTTP door."""
    from web.openapi import document

    click.echo(json.dumps(document(), indent=2, ensure_ascii=False))


def _now() -> int:
    from ptsp.clock import SystemClock

    return SystemClock().read().at


def _problems(hall: Hall) -> list[str]:
    from server.caretaker import offices

    with hall.view() as conn:
        return [problem for office_id in offices(conn) for problem in check_book(conn, office_id)]
