"""What every command needs: the settings, an open hall, an office to act in, and errors as plain words."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from ptsp import records as r
from ptsp.backup_errors import BackupError, DatabaseInUse
from ptsp.errors import PtspError
from ptsp.hall import Actor, Hall
from ptsp.migrating import TooNew, current, is_current, migrate
from ptsp.office_file import OfficeFileError
from server.settings import BadSettings, Settings, read_settings
from server.words import _, refusal


class PlainGroup(click.Group):
    """A group of commands that says what is wrong in a sentence, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; refusals become messages with exit code 1."""
        try:
            return super().invoke(ctx)
        except PtspError as error:
            raise click.ClickException(refusal(error)) from error
        except DatabaseInUse as error:
            said = _("The database %(name)s is in use. Stop the server first: systemctl stop ptsp", name=error)
            raise click.ClickException(said) from error
        except TooNew as error:
            said = _("The database was used by a newer version of this program: %(what)s. Install that.", what=error)
            raise click.ClickException(said) from error
        except (BadSettings, OfficeFileError, BackupError) as error:
            raise click.ClickException(str(error)) from error
        except BrokenPipeError:
            raise  # whoever read along has enough, as `head` does: click ends without a word
        except OSError as error:
            raise click.ClickException(f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")) from error
        except DBAPIError as error:
            said = _("The database does not answer: %(error)s", error=str(error.orig).strip())
            raise click.ClickException(said) from error


def settings() -> Settings:
    """The operator's settings (PTSP_* in the environment)."""
    return read_settings()


@contextmanager
def open_hall(found: Settings | None = None) -> Iterator[Hall]:
    """The hall, ready to act in: an empty database gets its tables; an older one is for `ptsp migrate` to say."""
    from server.app import build_hall

    found = found or settings()
    found.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    hall = build_hall(found)
    try:
        if current(hall.engine) is None:
            migrate(hall.engine)
        elif not is_current(hall.engine):
            migrate_needed()
        yield hall
    finally:
        hall.engine.dispose()


def migrate_needed() -> None:
    """Stops: nothing else is done with a database of another version."""
    raise click.ClickException(_("The database is of another version of this program. Run: ptsp migrate"))


def office_actor(hall: Hall, code: str | None) -> Actor:
    """The command line, acting in the office with this code, or in the only one there is."""
    with hall.view() as conn:
        rows = conn.execute(select(r.office.c.id, r.office.c.code).order_by(r.office.c.id)).all()
    found = [row for row in rows if code in (None, row.code)]
    if not rows:
        raise click.ClickException(_("There is no office yet. Set one up: ptsp office apply FILE"))
    if not found:
        known = ", ".join(row.code for row in rows)
        raise click.ClickException(_("There is no office %(code)s here; there is: %(known)s", code=code, known=known))
    if len(found) > 1:
        known = ", ".join(row.code for row in rows)
        raise click.ClickException(_("Which office? Add --office CODE, one of: %(known)s", known=known))
    return Actor("system", 0, "system", found[0].id, "cli")


@contextmanager
def in_office(code: str | None) -> Iterator[tuple[Hall, Actor]]:
    """The hall and who acts in it, for a command with --office."""
    with open_hall() as hall:
        yield hall, office_actor(hall, code)


@contextmanager
def umask(mask: int) -> Iterator[int]:
    """Files made meanwhile get this umask; yields the one before."""
    before = os.umask(mask)
    try:
        yield before
    finally:
        os.umask(before)


office_option = click.option("--office", "code", metavar="CODE", help="Which office, where there are several.")


def table(rows: list[tuple[Any, ...]]) -> None:
    """Rows in columns, to read."""
    if not rows:
        click.echo(_("(none)"))
        return
    widths = [max(len(str(row[column])) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        click.echo("  ".join(str(value).ljust(width) for value, width in zip(row, widths, strict=True)).rstrip())
