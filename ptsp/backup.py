"""Copies of a running database, and putting one back.

A copy appears under its name only when it is whole: written beside, checked, flushed to the disk, then renamed.
Restoring keeps the former database aside and refuses while anybody has it open.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, make_url

from ptsp import backup_postgres
from ptsp.backup_errors import BadBackup, DatabaseInUse
from ptsp.migrating import HEAD

KEEP = 30
_SUFFIX = {"sqlite": "sqlite3", "postgresql": "dump"}


def backup(engine: Engine, folder: Path, at: int, keep: int = KEEP) -> Path:
    """Copies the database while it is in use; returns the new file, and removes all but the newest ``keep``.

    ``at``: now, ms UTC; it names the file. BadBackup when the copy is not sound, OSError when the disk refuses.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    suffix = _SUFFIX[engine.dialect.name]
    target = folder / f"ptsp-{stamp(at)}.{suffix}"
    part = folder / f".{target.name}.part"
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        if engine.dialect.name == "sqlite":
            _copy_sqlite(engine, part)
        else:
            backup_postgres.dump(engine.url, part)
        _flush(part)
        part.rename(target)
        _flush(folder)
    finally:
        part.unlink(missing_ok=True)
    for old in backups(folder, suffix)[:-keep]:
        old.unlink()
    return target


def backups(folder: Path, suffix: str = "*") -> list[Path]:
    """The copies in a folder, oldest first."""
    return sorted(folder.glob(f"ptsp-*Z.{suffix}"))


def stamp(at: int) -> str:
    """An instant as part of a file name, UTC: 20260803T020000.000Z."""
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return f"{moment:%Y%m%dT%H%M%S}.{at % 1000:03d}Z"


def expect_alone(url: str) -> None:
    """DatabaseInUse while a server (or anybody) has it open. One that is missing or broken is in nobody's use.

    To be asked before an operator is: `restore` makes sure anew.
    """
    if url.startswith("postgresql"):
        backup_postgres.expect_alone(make_url(url))
    else:
        _close_sqlite(Path(make_url(url).database or ""))


def restore(copy: Path, url: str, at: int) -> str | None:
    """Puts a copy in the place of the database at ``url``; returns where the former one is now (URL), if there was one.

    DatabaseInUse while a server (or anybody) has it open, BadBackup when the copy is not sound or is of a newer
    version; then nothing was changed. The restored database may need `migrate`.
    """
    if url.startswith("postgresql"):
        return backup_postgres.restore(copy, make_url(url), stamp(at))
    check_sqlite(copy)
    place = Path(make_url(url).database or "")
    part = place.with_name(f".{place.name}.part")
    place.parent.mkdir(parents=True, exist_ok=True)
    _close_sqlite(place)
    try:
        part.touch(mode=0o600)
        shutil.copyfile(copy, part)
        _flush(part)
        aside = _put_aside(place, stamp(at))
        part.rename(place)
        _flush(place.parent)
    finally:
        part.unlink(missing_ok=True)
    return None if aside is None else f"sqlite:///{aside}"


def check_sqlite(copy: Path) -> None:
    """BadBackup unless the file is a sound database of this program, and not of a newer version."""
    if not copy.is_file():
        raise BadBackup(f"{copy}: there is no such file")
    with _opened(copy, "ro") as driver:
        try:
            said = driver.execute("PRAGMA integrity_check").fetchone()[0]
            broken = driver.execute("PRAGMA foreign_key_check").fetchone()
            version = driver.execute("SELECT version_num FROM alembic_version").fetchone()
        except _error() as error:
            raise BadBackup(f"{copy}: {error}") from error
    if said != "ok" or broken:
        raise BadBackup(f"{copy}: {said if said != 'ok' else f'a row refers to nothing: {broken}'}")
    if version is None or version[0] > HEAD:
        raise BadBackup(f"{copy}: of version {version and version[0]}, this program is {HEAD}")


def _copy_sqlite(engine: Engine, part: Path) -> None:
    """VACUUM INTO reads one moment of the database, whatever is written meanwhile (a stepped copy starts over)."""
    fairy = engine.raw_connection()  # past SQLAlchemy, which would begin a transaction
    try:
        fairy.driver_connection.execute("VACUUM INTO ?", (str(part),))  # type: ignore[union-attr]
    finally:
        fairy.close()
    check_sqlite(part)


def _close_sqlite(place: Path) -> None:
    """Folds the log into the database file. SQLite does this only for whoever is alone: the others are noticed."""
    if not place.exists():
        return
    try:
        with _opened(place, "rw") as driver:
            driver.execute("PRAGMA busy_timeout=1000")
            driver.execute("PRAGMA journal_mode=DELETE")
    except _error() as error:
        if "locked" in str(error):
            raise DatabaseInUse(str(place)) from error
        # Too broken to be opened: that is why somebody restores. It is put aside as it is, log included.


def _put_aside(place: Path, when: str) -> Path | None:
    if not place.exists():
        return None
    aside = place.with_name(f"{place.name}.before-{when}")
    for ending in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            place.with_name(place.name + ending).rename(aside.with_name(aside.name + ending))
    place.rename(aside)
    return aside


@contextmanager
def _opened(path: Path, mode: str) -> Iterator[Any]:
    import pysqlite3

    driver = pysqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None)
    try:
        yield driver
    finally:
        driver.close()


def _error() -> type[Exception]:
    import pysqlite3

    error: type[Exception] = pysqlite3.Error
    return error


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
