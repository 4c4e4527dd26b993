"""The database fails: full disk, read-only, locked, gone. Plain words, 503, nothing half-written; right again after."""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, update

from ptsp import records as r
from ptsp.database import PATIENCE_S, open_engine
from ptsp.errors import Busy, StorageFull
from tests.support.clients import Api, Reply
from tests.support.crowds import all_at_once, expect_book_right
from tests.support.halls import example_hall
from tests.support.servers import Site, serve
from tests.support.services import private_postgres

KEPT = ("office", "ticket", "daybook", "counter", "series", "answered", "print_job")
AGAIN_S = 10.0
# A dead connection is logged by the pool, too, when it is thrown away.
EXPECTED = ("picture_failed", "Traceback")


def everything(site: Site) -> dict[str, list[Any]]:
    with site.office.hall.view() as conn:
        return {
            name: sorted(map(tuple, conn.execute(select(r.metadata.tables[name])).all()), key=repr) for name in KEPT
        }


def expect_words(reply: Reply, code: str) -> None:
    assert (reply.status, reply.code) == (503, code), reply
    assert len(reply.body["error"]["message"]) > 20


def again(api: Api, **facts: Any) -> float:
    """Seconds until a command works again; every answer before that is a 503 in words."""
    began = time.monotonic()
    while (reply := api.command("issue", **facts)).status != 200:
        assert reply.status == 503, reply
        assert reply.code in ("busy", "storage_full"), reply
        assert time.monotonic() - began < AGAIN_S, reply
        time.sleep(0.05)
    return time.monotonic() - began


@contextmanager
def file_size_limit(site: Site) -> Iterator[None]:
    """No file of the server may grow: what a full disk does, without one."""
    pids = [int(word) for word in _children(site.servers[0].pid)]
    before = [resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids]
    for pid, (_soft, hard) in zip(pids, before, strict=True):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, hard))
    yield
    for pid, limits in zip(pids, before, strict=True):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def _children(pid: int) -> list[str]:
    return [str(pid), *Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextmanager
def tiny_disk(folder: Path) -> Iterator[Path]:
    """A disk of 3 MB in memory. Only root can have one."""
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True)
    if made.returncode:
        pytest.skip("only root can mount a tiny disk; the limit of file sizes is tested anyway")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_no_file_may_grow(site: Site):
    service_id = site.office.services[0]
    with site.api() as api, site.screen("board") as board:
        assert api.command("issue", service_id=service_id).code == "ok"
        with file_size_limit(site):
            before = everything(site)
            for _ in range(5):
                expect_words(api.command("issue", service_id=service_id), "storage_full")
            assert everything(site) == before
            assert api.picture("board")["waiting"] == 1  # who waits can still be shown
        again(api, service_id=service_id)
        board.wait_for(lambda picture: picture["waiting"] == 2)
    expect_book_right(site.office)


def test_the_disk_is_full(tmp_path: Path):
    with tiny_disk(tmp_path / "disk") as disk, serve(f"sqlite:///{disk / 'hall.sqlite3'}", data_dir=tmp_path) as site:
        service_id = site.office.services[0]
        with site.api() as api:
            filler = disk / "filler"
            with filler.open("wb", buffering=0) as file:
                try:
                    while True:
                        file.write(b"x" * 4096)
                except OSError:
                    pass
            told = 0
            while (reply := api.command("issue", service_id=service_id)).status == 200:
                told += 1  # the log of writes still had some room
            expect_words(reply, "storage_full")
            before = everything(site)
            for _ in range(5):
                expect_words(api.command("issue", service_id=service_id), "storage_full")
            assert everything(site) == before
            assert len(before["ticket"]) == told
            filler.unlink()
            again(api, service_id=service_id)
        expect_book_right(site.office)


def test_somebody_locks_the_database(site: Site):
    """A backup tool holds the file for longer than we wait."""
    engine = open_engine(site.environ["PTSP_DATABASE_URL"])
    service_id = site.office.services[0]
    with site.api() as api:
        before = everything(site)
        with engine.connect().execution_options(writer=True) as conn:
            conn.begin()
            expect_words(api.command("issue", service_id=service_id), "busy")
            assert api.picture("board")["waiting"] == 0  # looking needs no lock
            conn.rollback()
        assert everything(site) == before
        again(api, service_id=service_id)
    engine.dispose()
    expect_book_right(site.office)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'hall.sqlite3'}"
        return
    with private_postgres(fsync=False) as postgres:
        yield postgres.new_database()


def test_nobody_waits_for_the_patience_of_those_before(url: str):
    """Six desks press while another program holds the lock: the sixth is told after as long as the first."""
    with example_hall(url) as office:
        engine = open_engine(url)
        with engine.connect().execution_options(writer=True) as conn, conn.begin() as held:
            conn.execute(update(r.office).values(name=r.office.c.name))
            with ThreadPoolExecutor(6) as desks:
                presses = [desks.submit(office.issue) for _ in range(6)]
                _, waiting = wait(presses, timeout=PATIENCE_S * 2)
                held.rollback()
        engine.dispose()
        assert not waiting, "of those who came together nobody waits twice as long"
        assert {type(one.exception()) for one in presses} == {Busy}
        assert office.issue()["number"] == "A-001", "nothing was issued, and the queue of writers is whole"


def test_a_database_that_may_only_be_read(url: str):
    with example_hall(url) as office:
        ticket = office.issue()
        engine = office.hall.engine
        engine.dispose()

        def only_read(driver: Any, _record: Any) -> None:
            if engine.dialect.name == "sqlite":
                driver.execute("PRAGMA query_only=ON")
            else:
                driver.execute("SET default_transaction_read_only = on")
                driver.commit()

        event.listen(engine, "connect", only_read)
        with pytest.raises(StorageFull):
            office.issue()
        with office.hall.view() as conn:
            assert conn.execute(select(r.ticket.c.id)).scalars().all() == [ticket["id"]]
        event.remove(engine, "connect", only_read)
        engine.dispose()
        assert office.issue()["number"] == "A-002"
        expect_book_right(office)


def pictures(lines: list[Api]) -> list[Reply]:
    return all_at_once([lambda one=one: one.ask("GET", "/api/v1/pictures/board") for one in lines])


def test_postgresql_crashes_and_comes_back():
    with private_postgres() as postgres, serve(postgres.new_database(), expect=EXPECTED) as site:
        service_id = site.office.services[0]
        with site.screen("board") as board, site.api() as api:
            # Several connections are in the pool when it happens.
            lines = [site.api() for _ in range(6)]
            replies = all_at_once([lambda one=one: one.command("issue", service_id=service_id) for one in lines])
            assert {reply.status for reply in replies} == {200}
            for _ in range(5):
                all_at_once([lambda one=one: one.picture("board") for one in lines])
            postgres.kill9()
            reply = api.command("issue", "asked-in-the-dark", service_id=service_id)
            expect_words(reply, "busy")
            assert api.ask("GET", "/health").status == 503
            postgres.restart()
            took = again(api, service_id=service_id)
            waves = 1
            while {reply.status for reply in pictures(lines)} != {200}:  # each dead connection is met once
                waves += 1
                assert waves < 10
            replies = all_at_once([lambda one=one: one.command("issue", service_id=service_id) for one in lines])
            codes = sorted(reply.code for reply in replies)
            print(f"{took:.2f} s after PostgreSQL was back; {waves} waves of looks; then {codes}")
            assert set(codes) == {"ok"}
            for one in lines:
                one.close()
            site.office.hall.engine.dispose()
            board.wait_for(lambda picture: picture["waiting"] == 13)
        expect_book_right(site.office)
