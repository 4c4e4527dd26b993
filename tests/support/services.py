"""Throw-away PostgreSQL and Redis servers for tests and benchmarks: private, on a free loopback port, gone afterwards.

    with private_postgres() as postgres:
        url = postgres.new_database()          # "postgresql+psycopg://postgres@127.0.0.1:40123/t_1"
    with private_redis() as redis:
        url = redis.url                        # "redis://127.0.0.1:40124/0"

Where the program is not installed the test is skipped in plain words; in CI (CI=true) that is a failure.
"""

import glob
import itertools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis as redis_client

KEEPER = Path(__file__).with_name("keeper.py")
START_SECONDS = 30


class Missing(RuntimeError):
    """A program that the tests need is not installed, and this is CI, where nothing is skipped."""


def need(path: str | None, program: str, package: str) -> str:
    if path:
        return path
    reason = f"{program} is not installed (sudo apt-get install {package})"
    if os.environ.get("CI") == "true":
        raise Missing(reason)
    pytest.skip(reason)


def find_program(name: str, package: str) -> str:
    """`name` on PATH or among the administrator's programs; else skip, or fail in CI."""
    return need(shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"), name, package)


# Below the ports that the system gives to outgoing connections; each worker of pytest-xdist has a range of its own, so
# that two of them never choose the same.
WORKER = int("".join(filter(str.isdigit, os.environ.get("PYTEST_XDIST_WORKER", ""))) or 0)
_ports = itertools.cycle(range(20_000 + 2000 * (WORKER % 6), 22_000 + 2000 * (WORKER % 6)))
for _ in range(os.getpid() % 1500):  # another run beside this one begins elsewhere
    next(_ports)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    for port in itertools.islice(_ports, 2000):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # an earlier test's connection may linger
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


class Kept:
    """A program under a keeper (keeper.py). `pid` is the program's own."""

    def __init__(self, command: list[str], folder: Path, user: str | None = None, stop_signal: int = signal.SIGTERM):
        self.command, self.user, self.stop_signal = command, user, stop_signal
        self.folder = folder
        self.log = folder / "log"
        order = {
            "command": command,
            "user": user,
            "log": str(self.log),
            "stop_signal": int(stop_signal),
            "remove": str(folder),
        }
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", str(KEEPER), json.dumps(order)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert self._keeper.stdout is not None
        line = self._keeper.stdout.readline()
        if not line:
            self.stop()
            raise RuntimeError(f"could not start {command[0]}")
        self.pid = int(line)

    @property
    def alive(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def wait_until(self, ready: Callable[[], None], failures: tuple[type[Exception], ...]) -> None:
        """Calls `ready` until it raises none of `failures`; gives the program's own last words when it never does."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                ready()
                return
            except failures as error:
                if not self.alive or time.monotonic() > deadline:
                    words = self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""
                    raise RuntimeError(f"the server did not start: {error}\n{words}") from error
            time.sleep(0.02)

    def stop(self) -> None:
        if self._keeper.stdin is None or self._keeper.stdin.closed:
            return
        with suppress(BrokenPipeError):
            # A byte as well as the end: a process forked meanwhile may still hold a copy of this pipe.
            self._keeper.stdin.write(b"stop\n")
            self._keeper.stdin.flush()
        with suppress(BrokenPipeError):
            self._keeper.stdin.close()
        try:
            self._keeper.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._keeper.kill()
            self._keeper.wait()
        if self._keeper.stdout is not None:
            self._keeper.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Postgres:
    def __init__(self, kept: Kept, port: int):
        self.kept = kept
        self.port = port
        self._numbers = itertools.count(1)
        self._templates: set[str] = set()

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def kill9(self) -> None:
        """A crash: SIGKILL to the server and all its children."""
        os.kill(self.kept.pid, signal.SIGKILL)
        deadline = time.monotonic() + START_SECONDS
        while self._somebody_left() and time.monotonic() < deadline:
            time.sleep(0.05)

    def _somebody_left(self) -> bool:
        """Children of the killed server leave when they notice; until then it cannot start again."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return self.kept.alive or self._children()

    def _children(self) -> bool:
        for path in glob.glob("/proc/[0-9]*/stat"):
            with suppress(OSError):
                if int(Path(path).read_text().rpartition(")")[2].split()[3]) == self.kept.pid:
                    return True  # same session
        return False

    def restart(self) -> None:
        """Starts it again on the same data, after kill9; recovers from its log."""
        before = self.kept
        self.kept = Kept(before.command, before.folder, before.user, before.stop_signal)
        self.kept.wait_until(lambda: self.connect().close(), (psycopg.OperationalError,))

    def connect(self, database: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(f"postgresql://postgres@127.0.0.1:{self.port}/{database}", autocommit=True)

    def make_template(self, name: str, fill: Callable[[str], None]) -> None:
        """Once per name: an empty database is handed to `fill` (migrate it, say) and copied from then on.
        `fill` must close its connections: PostgreSQL copies only a database that nobody is in."""
        if name in self._templates:
            return
        self._create(name, "template1")
        fill(self.url(name))
        self._templates.add(name)

    def new_database(self, template: str = "template1") -> str:
        """The address of a fresh database, empty or a copy of a template."""
        name = f"t_{next(self._numbers)}"
        self._create(name, template)
        return self.url(name)

    def drop(self, url: str) -> None:
        """Also while somebody is still connected."""
        with self.connect() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{plain(url.rsplit("/", 1)[1])}" WITH (FORCE)')

    def _create(self, name: str, template: str) -> None:
        with self.connect() as connection:
            connection.execute(f'CREATE DATABASE "{plain(name)}" TEMPLATE "{plain(template)}"')


def plain(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise ValueError(f"not a plain database name: {name!r}")
    return name


def postgres_programs() -> Path:
    """The folder of initdb and postgres, of the newest version installed (Debian keeps them off PATH)."""
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    newest = max(found, key=lambda path: float(path.split("/")[4]), default=shutil.which("initdb"))
    return Path(need(newest, "PostgreSQL", "postgresql")).parent


@contextmanager
def private_postgres(*, fsync: bool = True, settings: dict[str, str] | None = None) -> Iterator[Postgres]:
    """`fsync` is on as in an office; a test of rules alone may turn it off. `settings`: more of postgresql.conf."""
    programs = postgres_programs()
    folder = Path(tempfile.mkdtemp(prefix="ptsp-pg-"))
    user: str | None = None
    account: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = "postgres"
        shutil.chown(folder, user, user)
        account = {"user": user, "group": user, "extra_groups": []}
    data = folder / "data"
    try:
        made = subprocess.run(
            [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            **account,
            cwd="/",
            capture_output=True,
            text=True,
        )
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr}")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    port = free_port()
    configuration = {
        "port": str(port),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": "200",
        "fsync": "on" if fsync else "off",
        **(settings or {}),
    }
    command = [str(programs / "postgres"), "-D", str(data)]
    for name, value in configuration.items():
        command += ["-c", f"{name}={value}"]
    # SIGQUIT: stop at once and do not tidy up; the whole folder goes anyway.
    kept = Kept(command, folder, user, signal.SIGQUIT)
    postgres = Postgres(kept, port)
    try:
        kept.wait_until(lambda: postgres.connect().close(), (psycopg.OperationalError,))
        yield postgres
    finally:
        postgres.kept.stop()
        kept.stop()


class Redis:
    def __init__(self, kept: Kept, port: int):
        self.kept = kept
        self.port = port
        self.url = f"redis://127.0.0.1:{port}/0"


@contextmanager
def private_redis() -> Iterator[Redis]:
    """In memory only: it carries messages, and what matters is in the database."""
    program = find_program("redis-server", "redis-server")
    folder = Path(tempfile.mkdtemp(prefix="ptsp-redis-"))
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    kept = Kept([*command, "--save", "", "--appendonly", "no"], folder)
    redis = Redis(kept, port)

    def ready() -> None:
        with redis_client.Redis.from_url(redis.url, socket_timeout=2) as client:
            client.ping()

    try:
        kept.wait_until(ready, (redis_client.ConnectionError, redis_client.TimeoutError))
        yield redis
    finally:
        kept.stop()
