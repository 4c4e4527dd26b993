"""Printers: the real ones, and one that exists only on the screen."""

from __future__ import annotations

from pathlib import Path

import click

from kiosk.paper.settings import BadPrinterSetting, PrinterSetting, parse_setting
from ptsp import equipping, printing
from ptsp.hall import Actor, Hall
from server.console.common import in_office, office_option, settings, table
from server.words import _

# What prints is imported by the commands that print: python-escpos takes most of a second to load.


@click.group(invoke_without_command=True)
@click.pass_context
def printer(ctx: click.Context) -> None:
    """Printers. Without more words: runs the virtual printer, for a hall without hardware."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(virtual)


@printer.command("virtual")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=9100, show_default=True)
@click.option("--width", type=click.Choice(["58", "80"]), default="80", show_default=True, help="Paper, in mm.")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="Where tickets appear as pictures.")
def virtual(host: str, port: int, width: str, folder: Path | None) -> None:
    """Run a virtual receipt printer on TCP: it answers like a real one and keeps each ticket as a picture."""
    from kiosk.virtual_printer.printer import run_virtual_printer

    run_virtual_printer(host, port, int(width), folder or settings().data_dir / "tickets")


@printer.command("set")
@click.argument("setting")
@click.option("--name", default="Printer", show_default=True, help="Another name adds another printer.")
@office_option
def set_printer(setting: str, name: str, code: str | None) -> None:
    """Print on SETTING, such as tcp://192.168.1.50, usb://04b8:0e15, serial:///dev/ttyUSB0, cups://Queue.

    Add ?width=58 for narrow paper. "none:" prints nothing.
    """
    _parsed(setting)
    with in_office(code) as (hall, actor):
        hall.act(actor, equipping.set_printer, name=name, setting=setting)
    click.echo(_("%(name)s prints on %(setting)s. Try it: ptsp printer test", name=name, setting=setting))


@printer.command("list")
@office_option
def list_printers(code: str | None) -> None:
    """All printers in use by number, name, setting and last known state."""
    with in_office(code) as (hall, actor), hall.view() as conn:
        table([(one.id, one.name, one.setting, one.state) for one in printing.printers(conn, actor.office_id)])


@printer.command("remove")
@click.argument("number", type=int)
@office_option
def remove(number: int, code: str | None) -> None:
    """Stop using the printer with this NUMBER (see list)."""
    with in_office(code) as (hall, actor):
        hall.act(actor, equipping.remove_printer, printer_id=number)
    click.echo(_("Printer %(number)d is not used any more.", number=number))


@printer.command("probe")
@click.argument("setting", required=False)
@office_option
def probe_printers(setting: str | None, code: str | None) -> None:
    """Ask printers how they are: the one at SETTING, or all of the office. Exit code 1 when one is not well."""
    from kiosk.paper.printers import probe

    states = [(one, str(probe(one))) for one in _settings(setting, code)]
    table(states)
    if any(state not in printing.READY for _setting, state in states):
        raise SystemExit(1)


@printer.command("test")
@click.argument("setting", required=False)
@office_option
def print_test(setting: str | None, code: str | None) -> None:
    """Print a test ticket on SETTING, or on all printers of the office; it belongs to no queue."""
    from kiosk.paper.layout import TicketPaper, ticket_bytes
    from kiosk.paper.printers import print_job

    paper = TicketPaper(office="PTSP", number="TEST", service="Test", url="https://example.org/", issued="")
    well = True
    for one in _settings(setting, code):
        outcome = print_job(one, ticket_bytes(paper, _parsed(one).width_mm))
        click.echo(f"{one}  {outcome.state}  {outcome.status}  {outcome.detail}".rstrip())
        well = well and outcome.state != "failed"
    if not well:
        raise SystemExit(1)


def office_printers(hall: Hall, actor: Actor) -> list[str]:
    """The settings of the office's printers."""
    with hall.view() as conn:
        return [str(one.setting) for one in printing.printers(conn, actor.office_id)]


def _settings(setting: str | None, code: str | None) -> list[str]:
    if setting is not None:
        _parsed(setting)
        return [setting]
    with in_office(code) as (hall, actor):
        found = office_printers(hall, actor)
    if not found:
        raise click.ClickException(_("This office has no printer. Set one: ptsp printer set tcp://ADDRESS"))
    return found


def _parsed(setting: str) -> PrinterSetting:
    try:
        return parse_setting(setting)
    except BadPrinterSetting as error:
        raise click.ClickException(str(error)) from error
