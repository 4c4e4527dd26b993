"""Opening the database: the recipe that keeps two officers from getting the same ticket.

SQLite comes from pysqlite3 (a newer library than Debian's, without the WAL-reset corruption bug of 3.7-3.51.2);
writers begin IMMEDIATE, readers deferred. PostgreSQL needs no recipe.
"""

from __future__ import annotations

import time
from collections import namedtuple
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.sql import Executable
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.visitors import iterate

# How long a writer waits for others before its person is told that the hall is busy (a desk waits as long).
PATIENCE_S = 5.0
PATIENCE = "PRAGMA busy_timeout={}"  # ms
PATIENCE_POSTGRES = "SET LOCAL lock_timeout = {}"  # ms; 0: as long as it takes
PRAGMAS = (
    # Half the default: a ticket touches a dozen pages, and each goes to the log whole (only a new file takes it).
    "PRAGMA page_size=2048",
    PATIENCE.format(int(PATIENCE_S * 1000)),
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-4000",
)
MINIMUM_SQLITE = (3, 51, 3)


def open_engine(url: str, pool_size: int = 20) -> Engine:
    """An engine for ``sqlite:///path`` or ``postgresql+psycopg://...``; pooled, checked, ready for threads."""
    if url.startswith("sqlite"):
        return _open_sqlite(url, pool_size)
    asked = make_url(url).query.get("options", "")  # of the server, by whoever set the hall up
    options = {"options": f"-c lock_timeout={int(PATIENCE_S * 1000)} {asked}"}
    return create_engine(
        url, pool_size=pool_size, max_overflow=30, pool_recycle=3600, hide_parameters=True, connect_args=options
    )


def _open_sqlite(url: str, pool_size: int) -> Engine:
    import pysqlite3

    if pysqlite3.sqlite_version_info < MINIMUM_SQLITE:
        raise RuntimeError(f"SQLite {pysqlite3.sqlite_version} can lose data (WAL reset); install pysqlite3")
    engine = create_engine(url, module=pysqlite3, pool_size=pool_size, max_overflow=300, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(driver: Any, _record: Any) -> None:
        driver.isolation_level = None  # we say BEGIN ourselves
        for pragma in PRAGMAS:
            driver.execute(pragma)
        _write_ahead(driver, pysqlite3.OperationalError)

    @event.listens_for(engine, "begin")
    def begin(conn: Connection) -> None:
        writer = conn.get_execution_options().get("writer")
        driver: Any = conn.connection.driver_connection  # straight to the driver: Core would take ten times as long
        if not driver.in_transaction:  # the hall's writer has begun already (ptsp/hall.py)
            driver.execute("BEGIN IMMEDIATE" if writer else "BEGIN").close()

    return engine


def _write_ahead(driver: Any, locked: type[Exception]) -> None:
    """Turns a new file to WAL. SQLite's busy handler does not cover this step: of two processes that open a new file
    at the same moment one is told "locked" at once, and tries again."""
    for attempt in range(100):
        try:
            driver.execute("PRAGMA journal_mode=WAL")
            return
        except locked:
            if attempt == 99:
                raise
            time.sleep(0.02)


# Parameters by name -> the same in the order of the question marks.
Pick = Callable[[Mapping[str, Any]], tuple[Any, ...]]


class Prepared:
    """A Core statement compiled once and then run on the driver's own cursor.

    The issuing transaction is bound by Python, not by the disk: this saves Core's per-execution work (measured in
    benchmarks/). Rows are named tuples; values are what the driver gives (SQLite booleans are 0 and 1, JSON is text).
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, Pick | None, dict[str, Any], Any]] = {}

    def _for(self, conn: Connection) -> tuple[str, Pick | None, dict[str, Any], Any]:
        ready = self._compiled.get(conn.dialect.name)
        if ready is None:
            compiled = _compile(self._statement, conn.dialect)
            order = _picker(compiled.positiontup) if compiled.positional else None
            columns = [column.keyname for column in compiled._result_columns]
            row: Any = namedtuple("Row", columns, rename=True)  # type: ignore[misc]
            ready = self._compiled[conn.dialect.name] = (compiled.string, order, dict(compiled.params), row._make)
        return ready

    def _run(self, conn: Connection, values: Mapping[str, Any]) -> tuple[Any, Any]:
        sql, order, defaults, row = self._for(conn)
        merged = {**defaults, **values}
        cursor = conn.connection.cursor()
        cursor.execute(sql, order(merged) if order is not None else merged)
        return cursor, row

    def run(self, conn: Connection, **values: Any) -> int:
        """Execute; the number of rows changed."""
        cursor, _ = self._run(conn, values)
        count: int = cursor.rowcount
        cursor.close()
        return count

    def one(self, conn: Connection, **values: Any) -> Any:
        """The first row as a named tuple, or None."""
        cursor, row = self._run(conn, values)
        found = cursor.fetchone()
        cursor.close()
        return None if found is None else row(found)

    def all(self, conn: Connection, **values: Any) -> list[Any]:
        """All rows as named tuples."""
        cursor, row = self._run(conn, values)
        found = cursor.fetchall()
        cursor.close()
        return [row(one) for one in found]


def _picker(names: list[str]) -> Pick:
    """The values of these names, in this order."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


def _compile(statement: Executable, dialect: Any) -> Any:
    """The statement for a dialect, lists of `IN` written out (Core would do that at each execution)."""
    compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
    if "POSTCOMPILE" not in compiled.string:
        return compiled
    for element in iterate(cast(Any, statement)):
        if isinstance(element, BindParameter):
            element.required = False  # the values come with each run
    return statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})  # type: ignore[attr-defined]
