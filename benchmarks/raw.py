"""The statements of real issues, committed again by one thread with nothing around them: what the disk allows.

They are taken down while the real action runs, with their values, and replayed on a copy of the database as it was
before. So they are always those of today's code, and no id is made up.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pysqlite3

from ptsp.database import PRAGMAS, Prepared
from ptsp.hall import Actor, Order
from ptsp.issuing import issue
from tests.support.halls import Office

Statement = tuple[str, list[Any]]


def record(office: Office, path: Path, kept_at: Path, how_many: int) -> list[list[Statement]]:
    """The statements of so many issues, one list a transaction; `kept_at` gets the database from before them."""
    actor = Actor("token", 1, "integration", office.office_id, "bench", "t1")
    services = office.services

    def one(nth: int) -> None:
        params = {"service_id": services[nth % len(services)], "priority": False, "language": "id", "paper": True}
        office.hall.run(Order(actor, "issue", params, f"raw-{nth:08d}"), issue)

    one(how_many)  # the catalogue is read once, not at each issue
    with office.hall.engine.connect() as conn:
        conn.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(path, kept_at)
    transactions: list[list[Statement]] = []
    with _taken_down(transactions):
        for nth in range(how_many):
            transactions.append([])
            one(nth)
    check_complete(office, transactions, lambda: one(how_many + 1))
    return transactions


@contextmanager
def _taken_down(into: list[list[Statement]]) -> Iterator[None]:
    real = Prepared._run

    def noting(self: Prepared, conn: Any, values: Any) -> Any:
        sql, order, defaults, _row = self._for(conn)
        into[-1].append((sql, list(order({**defaults, **values}))))
        return real(self, conn, values)

    Prepared._run = noting  # type: ignore[method-assign]
    try:
        yield
    finally:
        Prepared._run = real  # type: ignore[method-assign]


def check_complete(office: Office, transactions: list[list[Statement]], one: Any) -> None:
    """SQLite itself says which statements an issue runs: none may have gone past `Prepared`."""
    seen: list[str] = []
    with office.hall.work(office.system) as work:  # the kept connection: the issue below has it
        driver = work.conn.connection.driver_connection
        work.discard = True
    assert driver is not None
    driver.set_trace_callback(seen.append)
    try:
        one()
    finally:
        driver.set_trace_callback(None)
    statements = [sql for sql in seen if not sql.startswith(("BEGIN", "COMMIT", "ROLLBACK", "--"))]
    assert statements, "the issue ran on another connection"
    assert len(statements) == len(transactions[-1]), (len(statements), len(transactions[-1]), statements)


def replay(before: Path, work: Path, transactions: list[list[Statement]]) -> float:
    """Commits them all again on a fresh copy of `before`; transactions per second."""
    for leftover in work.parent.glob(f"{work.name}*"):
        leftover.unlink()
    shutil.copy(before, work)
    driver = pysqlite3.connect(str(work), isolation_level=None)
    try:
        for pragma in ("PRAGMA journal_mode=WAL", *PRAGMAS):
            driver.execute(pragma).fetchall()
        began = time.perf_counter()
        for statements in transactions:
            driver.execute("BEGIN IMMEDIATE")
            for sql, values in statements:
                driver.execute(sql, values).fetchone()
            driver.execute("COMMIT")
        return len(transactions) / (time.perf_counter() - began)
    finally:
        driver.close()
