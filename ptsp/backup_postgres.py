"""The same for PostgreSQL, with its own tools: pg_dump and pg_restore."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import URL

from ptsp.backup_errors import BackupError, BadBackup, DatabaseInUse

MINUTES = 60
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


def dump(url: URL, part: Path) -> None:
    """One moment of the database, in pg_dump's own format, and read back once. BadBackup with the tool's words."""
    _run("pg_dump", url, "--format=custom", f"--file={part}", "--dbname", _address(url))
    _run("pg_restore", url, "--list", str(part))


def restore(copy: Path, url: URL, when: str) -> str | None:
    """See `backup.restore`. Needs the right to create databases (or do these steps as PostgreSQL's administrator)."""
    if not copy.is_file():
        raise BadBackup(f"{copy}: there is no such file")
    _run("pg_restore", url, "--list", str(copy))
    name = url.database or ""
    fresh, aside = f"{name}_restoring", f"{name}_before_{when.replace('.', '_').lower()}"
    try:
        with _beside(url) as conn:
            _expect_alone(conn, name)
            conn.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(fresh)))
            conn.execute(SQL("CREATE DATABASE {}").format(Identifier(fresh)))
            there = url.set(database=fresh)
            _run("pg_restore", url, "--no-owner", "--exit-on-error", "--dbname", _address(there), str(copy))
            was_there = _exists(conn, name)
            if was_there:
                conn.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(name), Identifier(aside)))
            conn.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(fresh), Identifier(name)))
    except psycopg.errors.ObjectInUse as error:
        raise DatabaseInUse(name) from error
    except psycopg.Error as error:
        raise BackupError(str(error).strip()) from error
    return url.set(database=aside).render_as_string(hide_password=False) if was_there else None


def expect_alone(url: URL) -> None:
    """See `backup.expect_alone`."""
    with suppress(psycopg.Error), _beside(url) as conn:  # what is wrong, `restore` says
        _expect_alone(conn, url.database or "")


def _beside(url: URL) -> psycopg.Connection[tuple[object, ...]]:
    """A connection to another database of the same server."""
    return psycopg.connect(_address(url.set(database="postgres")), password=url.password, autocommit=True)


def _exists(conn: psycopg.Connection[tuple[object, ...]], name: str) -> bool:
    return conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None


def _expect_alone(conn: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    found = conn.execute(_OTHERS, (name,)).fetchone()
    if found and found[0]:
        raise DatabaseInUse(name)


def _address(url: URL) -> str:
    """For libpq, without the password: arguments can be read by everybody on the machine."""
    return url._replace(drivername="postgresql", password=None).render_as_string()


def _run(program: str, url: URL, *arguments: str) -> None:
    path = shutil.which(program)
    if path is None:
        raise BackupError(f"{program} is not installed: sudo apt-get install postgresql-client")
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    made = subprocess.run(
        [path, "--no-password", *arguments] if "--list" not in arguments else [path, *arguments],
        env={**os.environ, **secret},
        capture_output=True,
        text=True,
        timeout=MINUTES * 60,
    )
    if made.returncode:
        raise BadBackup(f"{program}: {made.stderr.strip()[-500:]}")
