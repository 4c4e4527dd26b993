"""The office's set-up from a file, and opening or closing the hall beyond its hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from ptsp import logo, opening
from ptsp.catalogue import Catalogue
from ptsp.hall import Hall
from ptsp.schedule import clock_time
from ptsp.setting_up import OfficeFileError, found_office, read_office
from server.console.common import in_office, office_option, open_hall, table
from server.words import _, pick
from web.picture import end_words


@click.group()
def office() -> None:
    """Set up an office from a file, or show how it is set up."""


@office.command("apply")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def apply_file(file: Path) -> None:
    """Create the office in FILE, or bring it up to date. May be repeated: it updates and never deletes.

    The pattern to copy is server/example_office.toml.
    """
    plan = read_office(file.read_text(encoding="utf-8"))
    picture = _picture(file.parent / plan.logo) if plan.logo else None
    with open_hall() as hall:
        answer = found_office(hall, plan, picture=picture)
    said = _("%(name)s is set up.", name=plan.name)
    click.echo(said if answer["founded"] else _("%(name)s is up to date.", name=plan.name))
    for what in ("sections", "services", "counters"):
        facts = answer[what]
        click.echo(f"  {what:9} +{facts['added']}  ~{facts['changed']}  -{facts['off']}")


def _picture(file: Path) -> bytes:
    try:
        return logo.clean(file.read_bytes())
    except ValueError as error:
        raise OfficeFileError(f"logo: {file}: this must be {error}") from error


@office.command("show")
@office_option
def show(code: str | None) -> None:
    """Show sections, services and counters."""
    with in_office(code) as (hall, actor), hall.view() as conn:
        found = hall.catalogue(conn, actor.office_id)
    click.echo(f"{found.name} ({found.code}), {found.timezone}")
    for section in found.sections:
        click.echo(f"\n{pick(section.name)}{_off(section)}")
        table([(f"  {one.prefix}", one.code, pick(one.name) + _off(one)) for one in section.services])
    click.echo()
    for counter in found.counters.values():
        taken = [found.services[one].code for one in sorted(counter.service_ids)]
        click.echo(f"{pick(counter.name)}{_off(counter)}: {', '.join(taken)}")


def _off(one: Any) -> str:
    return "" if one.active else " (off)"


@click.group("hall")
def hall_group() -> None:
    """Open or close the hall beyond its hours, today."""


until_option = click.option("--until", default="24.00", show_default=True, help="Local time of today, such as 18.30.")


@hall_group.command("open")
@until_option
@office_option
def open_until(until: str, code: str | None) -> None:
    """Open the hall now, whatever the hours say. Undo: ptsp hall normal."""
    with in_office(code) as (hall, actor):
        hall.act(actor, opening.open_hall, until_at=_today(hall, actor.office_id, until))
        _say(hall, actor.office_id)


@hall_group.command("close")
@until_option
@office_option
def close_until(until: str, code: str | None) -> None:
    """Close the hall now: no numbers are given out, who waits is still served. Undo: ptsp hall normal."""
    with in_office(code) as (hall, actor):
        hall.act(actor, opening.close_hall, until_at=_today(hall, actor.office_id, until))
        _say(hall, actor.office_id)


@hall_group.command("normal")
@office_option
def normal(code: str | None) -> None:
    """Back to the published hours."""
    with in_office(code) as (hall, actor):
        hall.act(actor, opening.by_the_hours)
        _say(hall, actor.office_id)


@hall_group.command("status")
@office_option
def status(code: str | None) -> None:
    """Say whether the hall is open, and until when."""
    with in_office(code) as (hall, actor):
        _say(hall, actor.office_id)


def local_instant(found: Catalogue, at: int, clock: str) -> int:
    """The instant (ms UTC) of a local clock time on the day of ``at``; "24.00" is its midnight. ValueError."""
    time = clock_time(clock)
    day = found.schedule.local(at).date()
    if clock.replace(":", ".") == "24.00":
        midnight = datetime.min.time()
        return _ms(datetime.combine(day + timedelta(days=1), midnight, found.schedule.zone))
    return _ms(datetime.combine(day, time, found.schedule.zone))


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _today(hall: Hall, office_id: int, clock: str) -> int:
    with hall.view() as conn:
        found = hall.catalogue(conn, office_id)
    try:
        return local_instant(found, hall.clock.read().at, clock)
    except ValueError:
        raise click.ClickException(_("Not a time such as 18.30: %(clock)s", clock=clock)) from None


def _say(hall: Hall, office_id: int) -> None:
    with hall.view() as conn:
        found = hall.catalogue(conn, office_id)
    click.echo(state_in_words(found, hall.clock.read().at))


def state_in_words(found: Catalogue, at: int) -> str:
    """Open or closed, until when, as a sentence."""
    now = found.schedule.state(at)
    if now.state == "closed":
        if now.reopens is None:
            return _("The hall is closed.")
        facts = {"day": f"{now.reopens:%Y-%m-%d}", "time": f"{now.reopens:%H.%M}"}
        return _("The hall is closed. It opens on %(day)s at %(time)s.", **facts)
    assert now.until is not None  # open and break have an end
    until = end_words(now.until, found.schedule.local(at))
    if now.state == "break":
        return _("The hall is open; break until %(time)s.", time=until)
    return _("The hall is open until %(time)s.", time=until)
