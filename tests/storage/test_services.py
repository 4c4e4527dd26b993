import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis as redis_client
import sqlalchemy

from tests.support import services
from tests.support.services import Postgres, private_postgres, private_redis


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with private_postgres() as server:
        yield server


def ask(url: str, question: str) -> object:
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    with engine.connect() as connection:
        return connection.execute(sqlalchemy.text(question)).scalar()


def do(url: str, *orders: str) -> None:
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    with engine.begin() as connection:
        for order in orders:
            connection.execute(sqlalchemy.text(order))


def gone(pid: int) -> bool:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.05)
    return False


def test_each_new_database_is_empty_and_its_own(postgres: Postgres) -> None:
    one, two = postgres.new_database(), postgres.new_database()
    do(one, "create table ticket (number text)")
    assert ask(one, "select count(*) from ticket") == 0
    assert ask(two, "select to_regclass('ticket') is null") is True


def test_a_template_is_filled_once_and_copied(postgres: Postgres) -> None:
    filled: list[str] = []

    def fill(url: str) -> None:
        filled.append(url)
        do(url, "create table office (name text)", "insert into office values ('Kota Contoh')")

    for _ in range(2):
        postgres.make_template("house", fill)
    copy = postgres.new_database(template="house")
    do(copy, "update office set name = 'changed'")
    assert ask(postgres.new_database(template="house"), "select name from office") == "Kota Contoh"
    assert len(filled) == 1


def test_it_is_durable_and_speaks_utf8_as_in_an_office(postgres: Postgres) -> None:
    url = postgres.new_database()
    assert ask(url, "show fsync") == "on"
    assert ask(url, "show synchronous_commit") == "on"
    assert ask(url, "show server_encoding") == "UTF8"


def test_a_database_in_use_can_be_dropped(postgres: Postgres) -> None:
    url = postgres.new_database()
    with psycopg.connect(url.replace("+psycopg", "")) as user:
        postgres.drop(url)
        with pytest.raises(psycopg.OperationalError):
            user.execute("select 1")


def test_names_from_outside_cannot_become_sql(postgres: Postgres) -> None:
    with pytest.raises(ValueError, match="not a plain database name"):
        postgres.new_database(template='x" OWNER "y')


def test_postgres_leaves_nothing_behind() -> None:
    with private_postgres(fsync=False, settings={"max_connections": "20"}) as server:
        url, pid, folder = server.new_database(), server.kept.pid, server.kept.folder
        assert ask(url, "show fsync") == "off"
        assert ask(url, "show max_connections") == "20"
    assert gone(pid)
    assert not folder.exists()


def test_redis_answers_and_leaves_nothing_behind() -> None:
    with private_redis() as server:
        with redis_client.Redis.from_url(server.url) as client:
            client.set("a", "b")
            assert client.get("a") == b"b"
        pid, folder = server.kept.pid, server.kept.folder
    assert gone(pid)
    assert not folder.exists()


def test_a_test_run_killed_with_9_takes_its_servers_along() -> None:
    with private_redis():
        pass  # skips in plain words where redis is not installed
    owner = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent("""
                import time
                from tests.support.services import private_redis
                with private_redis() as server:
                    print(server.kept.pid, server.kept.folder, flush=True)
                    time.sleep(60)
            """),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout is not None
    pid, folder = owner.stdout.readline().split()
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    assert gone(int(pid))
    assert not Path(folder).exists()


def test_a_server_that_cannot_start_says_why() -> None:
    with pytest.raises(RuntimeError, match="no_such_setting"), private_postgres(settings={"no_such_setting": "1"}):
        pass


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", services.Missing)])
def test_a_missing_program_is_skipped_at_home_and_fails_in_ci(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="sudo apt-get install redis-server"):
        services.need(None, "Redis", "redis-server")
