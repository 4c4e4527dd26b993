"""Bringing the database to the tables of this version. Forward only: to go back, restore a backup.

All steps run in one transaction, on both databases: a migration happens whole or not at all, and of two processes that
start together one migrates while the other waits and then finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from ptsp.database import PATIENCE_POSTGRES

HEAD = "0007"
FOLDER = Path(__file__).with_name("migrations")
# Any number that no other lock uses (printing has its own).
_LOCK = 0x7074736D


class ForeignKeysBroken(RuntimeError):
    """A migration left rows that refer to nothing. Nothing was changed."""


class TooNew(RuntimeError):
    """The database was used by a newer version of this program. Install that version; nothing was changed."""


def current(engine: Engine) -> str | None:
    """The database's version, None when it is empty."""
    with engine.connect() as conn:
        return _version(conn)


def is_current(engine: Engine) -> bool:
    """Whether this program can work with the database. Cheap: alembic stays unloaded."""
    return current(engine) == HEAD


def migrate(engine: Engine, to: str = "head") -> bool:
    """Brings the database to a version; True when there was something to do. Safe while others start too."""
    if to == "head" and is_current(engine):
        return False
    with _alone(engine) as conn:
        before = _version(conn)
        if before is not None and before > HEAD:
            raise TooNew(f"database {before}, program {HEAD}")
        _upgrade(conn, to)
        return _version(conn) != before


def _upgrade(conn: Connection, to: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    command.upgrade(config, to)


def _version(conn: Connection) -> str | None:
    if not inspect(conn).has_table("alembic_version"):
        return None
    version: str | None = conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return version


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A write transaction that no other migrating process can share."""
    with engine.connect().execution_options(writer=True) as conn:
        if engine.dialect.name != "sqlite":
            with conn.begin():
                conn.exec_driver_sql(PATIENCE_POSTGRES.format(0))  # however long the other one takes
                conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
                yield conn
            return
        with _foreign_keys_off(conn), conn.begin():
            yield conn
            broken = conn.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise ForeignKeysBroken(str(broken[:5]))


@contextmanager
def _foreign_keys_off(conn: Connection) -> Iterator[None]:
    """SQLite changes a table by copying it and dropping the old one, which must not take the rows that refer to it.

    The pragma works outside transactions only, so it goes past SQLAlchemy, which would begin one.
    """
    driver = conn.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")
