"""Backup while tickets are issued, restore, and what must be true afterwards."""

import itertools
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from ptsp import backup_postgres
from ptsp import records as r
from ptsp.backup import backup, backups, check_sqlite, restore
from ptsp.backup_errors import BackupError, BadBackup, DatabaseInUse
from ptsp.checking import check_book
from ptsp.migrating import is_current
from ptsp.restoring import SKIP, carry_on, numbers_taken
from tests.support.halls import Office, add_officer, example_hall
from tests.support.services import Postgres, private_postgres

NOW = 1_785_722_400_000


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with private_postgres(fsync=False) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/hall.sqlite3"
    return request.getfixturevalue("postgres").new_database()


def numbers(office: Office) -> list[str]:
    with office.hall.view() as conn:
        rows = conn.execute(select(r.ticket.c.day, r.ticket.c.prefix, r.ticket.c.number).order_by(r.ticket.c.id))
        return [f"{day} {prefix}-{number}" for day, prefix, number in rows]


def another_visitor(office: Office) -> str:
    """Issues with a request id that no earlier run of the test office has used."""
    office.requests += 1000
    return str(office.issue()["number"])


def the_book_is_right(office: Office) -> None:
    with office.hall.view() as conn:
        assert check_book(conn, office.office_id) == []


def put_back(copy: Path, url: str) -> str | None:
    """Restore and carry on, as `ptsp restore` does."""
    aside = restore(copy, url, NOW)
    with example_hall(url) as office:
        carry_on(office.hall, numbers_taken(aside) if aside else None)
    return aside


def test_a_copy_made_while_tickets_are_issued_is_whole(url, tmp_path):
    with example_hall(url) as office:
        stop, copies = threading.Event(), []

        def issue_on() -> None:
            while not stop.is_set():
                office.issue()

        writers = [threading.Thread(target=issue_on) for _ in range(3)]
        for writer in writers:
            writer.start()
        for minute in range(3):
            copies.append(backup(office.hall.engine, tmp_path / "backups", NOW + 60_000 * minute))
        stop.set()
        for writer in writers:
            writer.join()
        issued = numbers(office)
    restore(copies[-1], url, NOW)
    with example_hall(url) as office:
        assert is_current(office.hall.engine)
        kept = numbers(office)
        assert kept == issued[: len(kept)]
        assert len(kept) > 0
        the_book_is_right(office)


def test_numbers_given_after_the_copy_do_not_come_twice(url, tmp_path):
    with example_hall(url) as office:
        before = [office.issue()["number"] for _ in range(3)]
        copy = backup(office.hall.engine, tmp_path, NOW)
        after = [office.issue()["number"] for _ in range(4)]
    put_back(copy, url)
    with example_hall(url) as office:
        assert another_visitor(office) not in before + after
        assert numbers(office)[-1].endswith("A-8")
        the_book_is_right(office)


def test_without_the_former_database_numbers_are_left_out(url, tmp_path):
    with example_hall(url) as office:
        office.issue()
        copy = backup(office.hall.engine, tmp_path, NOW)
    restore(copy, url, NOW)
    with example_hall(url) as office:
        carry_on(office.hall, None)
        assert another_visitor(office) == f"A-{1 + SKIP + 1}"


def test_the_former_database_is_kept_aside(url, tmp_path):
    with example_hall(url) as office:
        copy = backup(office.hall.engine, tmp_path, NOW)
        office.issue()
    aside = put_back(copy, url)
    assert aside is not None
    assert [one[1:] for one in numbers_taken(aside)["contoh"]] == [("A", 1)]


def test_nobody_is_still_signed_in_after_a_restore(url, tmp_path):
    from ptsp import people

    with example_hall(url) as office:
        person = add_officer(office, "siti")
        secret = office.hall.act(person, people.sign_in)["secret"]
        copy = backup(office.hall.engine, tmp_path, NOW)
    put_back(copy, url)
    with example_hall(url) as office, office.hall.view() as conn:
        assert people.by_signin(conn, secret, NOW) is None


def test_a_database_in_use_is_left_alone(url, tmp_path):
    with example_hall(url) as office:
        copy = backup(office.hall.engine, tmp_path / "backups", NOW)
        office.issue()
        with pytest.raises(DatabaseInUse):
            restore(copy, url, NOW)
        office.issue()
        assert len(numbers(office)) == 2


def test_only_the_newest_copies_are_kept(office, tmp_path):
    made = [backup(office.hall.engine, tmp_path / "b", NOW + second * 1000, keep=3) for second in range(5)]
    assert backups(tmp_path / "b") == made[2:]
    assert {one.stat().st_mode & 0o777 for one in made[2:]} == {0o600}


def test_a_backup_that_fails_leaves_no_half_a_file(office, tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ptsp.backup._flush", full)
    with pytest.raises(OSError, match="No space left"):
        backup(office.hall.engine, tmp_path / "b", NOW)
    assert list((tmp_path / "b").iterdir()) == []


@pytest.mark.parametrize("harm", ["cut", "garbled", "other", "missing"])
def test_a_copy_that_is_not_sound_is_refused(office, tmp_path, harm):
    copy = backup(office.hall.engine, tmp_path / "b", NOW)
    content = bytearray(copy.read_bytes())
    if harm == "cut":
        copy.write_bytes(content[: len(content) // 2])
    elif harm == "garbled":
        for place in itertools.chain(range(8000, 9000), range(40_000, 44_000)):
            content[place] ^= 0xFF
        copy.write_bytes(content)
    elif harm == "other":
        copy.write_text("not a database")
    else:
        copy.unlink()
    with pytest.raises(BadBackup):
        check_sqlite(copy)


def test_a_broken_database_can_be_replaced(sqlite_url, tmp_path):
    with example_hall(sqlite_url) as office:
        office.issue()
        copy = backup(office.hall.engine, tmp_path / "b", NOW)
    (tmp_path / "hall.sqlite3").write_bytes(b"rubbish" * 1000)
    put_back(copy, sqlite_url)
    with example_hall(sqlite_url) as office:
        assert len(numbers(office)) == 1


def test_a_dump_that_is_not_one_is_refused(postgres, tmp_path):
    url = postgres.new_database()
    with example_hall(url) as office:
        office.issue()
    (tmp_path / "x.dump").write_text("not a dump")
    with pytest.raises(BackupError):
        restore(tmp_path / "x.dump", url, NOW)
    with example_hall(url) as office:
        assert len(numbers(office)) == 1


def test_the_password_is_not_among_the_arguments():
    from sqlalchemy import make_url

    assert "hush" not in backup_postgres._address(make_url("postgresql+psycopg://ptsp:hush@h/ptsp"))
