"""Migrations: from nothing and from the version before, on both databases, to exactly what records.py says."""

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Engine, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from ptsp import records as r
from ptsp.database import open_engine
from ptsp.migrating import FOLDER, HEAD, TooNew, current, is_current, migrate
from ptsp.migrations.append_only import only_forgets, only_grew
from ptsp.people import common_passwords
from ptsp.periods import named_by_imports
from tests.support.services import Postgres, private_postgres

BEFORE = "0006"
WITHOUT_FORGETTING = "0005"
WITHOUT_LOGO = "0004"
A_COMPLAINT = {
    "office_id": 1, "year": 2026, "running": 1, "token": "x", "kind": "complaint", "category": "staff",
    "channel": "desk", "text": "x", "day": "2026-01-02", "at": 1, "state": "new", "field_check": False,
    "respond_by": "2026-01-05", "answer_by": "2026-01-16",
}  # fmt: skip


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with private_postgres(fsync=False) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/hall.db"
    return request.getfixturevalue("postgres").new_database()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


def differences(engine: Engine) -> list[object]:
    with engine.connect() as conn:
        defaults = conn.dialect.name != "sqlite"  # there alembic takes the empty default for a difference
        context = MigrationContext.configure(conn, opts={"compare_type": True, "compare_server_default": defaults})
        return compare_metadata(context, r.metadata)


def an_office(engine: Engine, code: str = "contoh") -> None:
    with engine.connect().execution_options(writer=True) as conn, conn.begin():
        conn.execute(insert(r.office).values(code=code, name="Contoh", timezone="Asia/Jakarta", settings={}))
        facts = {"at": 1, "tick": 1, "day": "2026-01-02", "move": "set_up", "actor": "system:0"}
        conn.execute(insert(r.daybook).values(office_id=1, seq=1, **facts))


def test_the_head_is_what_the_folder_says():
    scripts = ScriptDirectory(str(FOLDER))
    assert scripts.get_current_head() == HEAD
    assert scripts.get_revision(HEAD).down_revision == BEFORE


def test_from_an_empty_database(engine):
    assert current(engine) is None
    assert not is_current(engine)
    assert migrate(engine) is True
    assert is_current(engine)
    assert differences(engine) == []


def test_from_the_version_before_keeps_what_is_there(engine):
    migrate(engine, WITHOUT_LOGO)
    an_office(engine)
    assert current(engine) == WITHOUT_LOGO
    assert not inspect(engine).has_table("logo")
    assert migrate(engine) is True
    assert differences(engine) == []
    with engine.connect() as conn:
        assert conn.execute(select(r.office.c.code)).scalars().all() == ["contoh"]
        assert conn.execute(select(r.daybook.c.seq)).scalars().all() == [1]


def test_again_there_is_nothing_to_do(engine):
    migrate(engine)
    assert migrate(engine) is False


def test_every_check_constraint_is_there(engine):
    """Autogenerate does not see these."""
    migrate(engine)
    wanted = {
        str(constraint.name)
        for table in r.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    found = {str(one["name"]) for table in r.metadata.tables for one in inspect(engine).get_check_constraints(table)}
    assert found == {name if name.startswith("ck_") else f"ck_{name}" for name in wanted}


def test_a_check_constraint_bites(engine):
    migrate(engine)
    an_office(engine)
    person = {"office_id": 1, "login": "x", "name": "X", "password_hash": "x", "active": True, "created_at": 1}
    with pytest.raises(IntegrityError), engine.connect().execution_options(writer=True) as conn, conn.begin():
        conn.execute(insert(r.person).values(role="king", **person))


@pytest.mark.parametrize("table", r.APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = 2", "DELETE FROM {}"])
def test_what_only_grows_refuses_to_be_changed(engine, table, statement):
    migrate(engine)
    an_office(engine)
    with engine.connect().execution_options(writer=True) as conn, conn.begin():
        conn.execute(insert(r.audit).values(office_id=1, at=1, actor="system:0", deed="test"))
        conn.execute(insert(r.complaint).values(**A_COMPLAINT))
        conn.execute(insert(r.complaint_line).values(complaint_id=1, line=1, at=1, deed="received"))
    with pytest.raises(DBAPIError, match="append-only"), engine.connect() as conn, conn.begin():
        conn.execute(text(statement.format(table)))


def test_of_what_happened_to_a_complaint_only_the_words_may_go(engine):
    migrate(engine)
    an_office(engine)
    line = {"complaint_id": 1, "line": 1, "at": 1, "deed": "answered", "note": "Loket ditambah."}
    with engine.connect().execution_options(writer=True) as conn, conn.begin():
        conn.execute(insert(r.complaint).values(**A_COMPLAINT))
        conn.execute(insert(r.complaint_line).values(**line))
    change = update(r.complaint_line)
    for values in ({"note": "Tidak."}, {"note": "", "deed": "closed"}, {"line": 2}, {"at": 2}, {"person_id": 1}):
        with pytest.raises(DBAPIError, match="append-only"), engine.connect() as conn, conn.begin():
            conn.execute(change.values(note="").values(values))
    with engine.connect().execution_options(writer=True) as conn, conn.begin():
        conn.execute(change.values(note=""))
    with engine.connect() as conn:
        assert conn.execute(select(r.complaint_line)).one()._asdict() == {**line, "note": "", "person_id": None}


@pytest.mark.parametrize("before", [WITHOUT_LOGO, WITHOUT_FORGETTING, "0005 after the other 0004"])
def test_a_history_of_the_version_before_can_be_forgotten_too(engine, before):
    """Version 0004 let nothing of it go: what was erased there kept the words of its history. For a day there was
    another 0004, which let them go: its databases end alike."""
    migrate(engine, before[:4])
    an_office(engine)
    if before not in (WITHOUT_LOGO, WITHOUT_FORGETTING):
        writing = engine.connect().execution_options(writer=True)
        with writing as conn, conn.begin(), Operations.context(MigrationContext.configure(conn)):
            only_grew("complaint_line")
            only_forgets("complaint_line", "note", ("complaint_id", "line", "at", "person_id", "deed"))
    erased = {**A_COMPLAINT, "running": 2, "token": "y", "text": ""}
    lines = [{"complaint_id": n, "line": line, "at": 1} for n in (1, 2) for line in (1, 2)]
    notes = [{"deed": "assigned", "note": "Siti"}, {"deed": "answered", "note": "Loket ditambah."}] * 2
    with engine.connect().execution_options(writer=True) as conn, conn.begin():
        conn.execute(insert(r.complaint), [A_COMPLAINT, erased])
        conn.execute(insert(r.complaint_line), [{**line, **note} for line, note in zip(lines, notes, strict=True)])
    migrate(engine)
    line = r.complaint_line.c
    kept = select(line.note).order_by(line.complaint_id, line.line)
    with engine.connect().execution_options(writer=True) as conn, conn.begin():
        assert conn.execute(kept).scalars().all() == ["Siti", "Loket ditambah.", "Siti", ""]
        conn.execute(update(r.complaint_line).values(note=""))
        assert set(conn.execute(kept).scalars()) == {""}


@pytest.mark.parametrize(("columns", "whole", "named"), [
    ('["", "U1"]', "2024", [("skm-9", "2024", 60)]), ('["period", "U1"]', "2024", []), ('["date", "U1"]', "", []),
])  # fmt: skip
def test_an_import_of_the_version_before_names_the_period_of_its_whole_table(engine, columns, whole, named):
    """Of rows that said their own period nothing was kept: they stay as they are."""
    migrate(engine, BEFORE)
    an_office(engine)
    old = text(
        "INSERT INTO survey_import (office_id, file, sha256, instrument, rows, left_out, mapping, first_day, last_day,"
        " at) VALUES (1, 'x', 'x', 'skm-9', 60, '[]', :mapping, '2024-12-31', '2024-12-31', 1)"
    )
    with engine.connect().execution_options(writer=True) as conn, conn.begin():
        conn.execute(old, {"mapping": f'{{"columns": {columns}, "whole": "{whole}"}}'})
    migrate(engine)
    with engine.connect() as conn:
        assert [(one.instrument, one.period.code, one.n) for one in named_by_imports(conn, 1)] == named


def test_a_newer_database_is_left_alone(engine):
    migrate(engine)
    with engine.connect().execution_options(writer=True) as conn, conn.begin():
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(TooNew):
        migrate(engine)
    assert current(engine) == "9999"


def test_a_migration_that_fails_leaves_nothing(engine, monkeypatch):
    migrate(engine, WITHOUT_LOGO)
    monkeypatch.setattr("ptsp.migrating._version", lambda _conn: 1 / 0)  # asked before and after: fails in the middle
    monkeypatch.setattr("ptsp.migrating.is_current", lambda _engine: False)
    with pytest.raises(ZeroDivisionError):
        migrate(engine)
    monkeypatch.undo()
    assert current(engine) == WITHOUT_LOGO
    assert not inspect(engine).has_table("logo")


def start(url: str, at_once: object, said: object) -> None:
    engine = open_engine(url)
    at_once.wait()
    said.put(migrate(engine))
    engine.dispose()


def test_of_two_processes_that_start_together_one_migrates(url):
    fresh = multiprocessing.get_context("spawn")
    at_once, said = fresh.Barrier(2), fresh.Queue()
    both = [fresh.Process(target=start, args=(url, at_once, said)) for _ in range(2)]
    for one in both:
        one.start()
    assert sorted(said.get(timeout=60) for _ in both) == [False, True]
    for one in both:
        one.join(timeout=20)
        assert one.exitcode == 0


def test_common_passwords_are_many_and_long():
    assert len(common_passwords()) >= 300
    assert min(map(len, common_passwords())) >= 10
    assert all(one == one.lower() for one in common_passwords())
