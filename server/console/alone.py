"""Whether anybody else has the database open: asked before the operator is. `ptsp.backup.restore` makes sure anew."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from ptsp.backup_errors import DatabaseInUse
from ptsp.database import open_engine

OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


def expect_alone(url: str) -> None:
    """DatabaseInUse while a server (or anybody) has it open; nothing is changed. One that is missing or broken is in
    nobody's use."""
    name = make_url(url).database or ""
    if _postgres_in_use(url) if url.startswith("postgresql") else _sqlite_in_use(Path(name)):
        raise DatabaseInUse(name)


def _postgres_in_use(url: str) -> bool:
    engine = open_engine(url)
    try:
        with engine.connect() as conn:
            return bool(conn.scalar(OTHERS))
    except DBAPIError:
        return False  # what is wrong, `restore` says
    finally:
        engine.dispose()


def _sqlite_in_use(place: Path) -> bool:
    """Whoever has a write-ahead log open keeps a lock on the file: with others, it cannot be had for oneself."""
    import pysqlite3

    if not place.exists():
        return False
    try:
        with closing(pysqlite3.connect(f"{place.absolute().as_uri()}?mode=rw", uri=True, timeout=1)) as driver:
            driver.execute("PRAGMA locking_mode=EXCLUSIVE")
            driver.execute("SELECT count(*) FROM sqlite_schema")
    except pysqlite3.Error as error:
        return "locked" in str(error)
    return False
