"""The real server, as `ptsp serve` starts it: gunicorn, on SQLite or PostgreSQL, one process or several.

    with serve(f"sqlite:///{tmp_path}/hall.sqlite3") as site:                          # one process
    with serve(postgres.new_database(), processes=2, redis_url=redis.url) as site:     # two behind one database
    with serve(url, clock=FileClock.make(tmp_path / "clock")) as site:                 # with a clock that is driven
    with serve(url, clock=SystemClock()) as site:                                      # with the machine's own clock

        site.office                  # tests.support.halls.Office on the same database, in this process (set-up, checks)
        site.url, site.urls          # "http://127.0.0.1:40123"; one a process
        site.token()                 # a new API token
        site.device_key("board")     # the key of a new paired screen
        site.add_officer("siti")     # somebody who can sign in with PASSWORD
        with site.api() as api: api.command("issue", service_id=site.office.services[0])
        with site.screen("board") as board: board.wait_for(lambda picture: picture["calls"])
        with site.officer(1) as desk: desk.command("call_next", counter_id=desk.counter_id)
        site.servers[0].kill9(); site.servers[0].restart()

A site that is given no clock starts on a Monday at 09.00 and its time runs on from there: no test meets midnight, when
numbers begin again and counters close. The hall is open for a day from then, whatever its hours say. `serve` fails when
a server died unasked or logged something unexpected, and prints the server's output whenever the test in it fails.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ptsp import opening, people
from ptsp.ballots import KeyFiles
from ptsp.clock import Clock, SystemClock
from server.settings import DRIVEN_CLOCK
from tests.support.clients import Api, Screen, sign_in
from tests.support.driven_clock import FileClock
from tests.support.halls import MONDAY, ROOT, Office, example_hall
from tests.support.services import Kept, free_port

PASSWORD = "kopi-susu-gula-aren-7"
GUNICORN_CONF = ROOT / "server" / "gunicorn_conf.py"
DAY_MS = 24 * 3_600_000
# What the server says when something went wrong that it has no words for.
UNEXPECTED = (
    '"unexpected"', '"socket_failed"', '"publish_failed"', '"picture_failed"', "Traceback",
    "AttributeError", "TypeError", "NameError", "KeyError",
)  # fmt: skip


class Server:
    """One server process (gunicorn and its worker) on a port of its own."""

    def __init__(self, environ: dict[str, str], threads: int = 80) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environ = {**environ, "PTSP_PORT": str(self.port), "PTSP_THREADS": str(threads)}
        self._threads = threads
        self._kept: Kept | None = None
        self._earlier = ""
        self._asked = False
        self.start()

    def start(self) -> None:
        """Starts it and waits until it answers."""
        self._asked = False
        folder = Path(tempfile.mkdtemp(prefix="ptsp-server-"))
        self._kept = Kept(["env", *_pairs(self._environ), *self._command()], folder, stop_signal=signal.SIGKILL)
        self._kept.wait_until(self._ready, (OSError,))

    def _command(self) -> list[str]:
        app = "tests.support.driven_wsgi:app" if DRIVEN_CLOCK in self._environ else "server.wsgi:app"
        command = [sys.executable, "-m", "gunicorn", "--chdir", str(ROOT), "--log-level", "warning"]
        if GUNICORN_CONF.exists():
            return [*command, "-c", str(GUNICORN_CONF), "--bind", f"127.0.0.1:{self.port}", app]
        flags = f"-w 1 -k gthread --threads {self._threads} --worker-connections 1000 --graceful-timeout 3"
        return [*command, *flags.split(), "--no-control-socket", "--bind", f"127.0.0.1:{self.port}", app]

    def _ready(self) -> None:
        with urllib.request.urlopen(f"{self.url}/health", timeout=5) as answer:
            assert answer.status == 200

    @property
    def pid(self) -> int:
        assert self._kept is not None
        return self._kept.pid

    @property
    def alive(self) -> bool:
        return self._kept is not None and self._kept.alive

    @property
    def died(self) -> bool:
        """Gone, and nobody asked it to go."""
        return self._kept is not None and not self.alive and not self._asked

    def kill9(self) -> None:
        """SIGKILL to gunicorn and its worker at once, as a power cut does to a process."""
        self._asked = True
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._end()

    def stop(self) -> float:
        """SIGTERM, as systemd does; seconds until it was gone."""
        self._asked = True
        began = time.monotonic()
        os.kill(self.pid, signal.SIGTERM)
        while self.alive and time.monotonic() - began < 20:
            time.sleep(0.02)
        took = time.monotonic() - began
        self._end()
        return took

    def restart(self) -> None:
        """Starts it again on the same port, whatever state it is in."""
        if self._kept is not None:
            self.kill9()
        self.start()

    def _end(self) -> None:
        if self._kept is not None:
            self._earlier = self.output()
            self._kept.stop()
            self._kept = None

    def output(self) -> str:
        """Everything it has said since its first start."""
        now = self._kept.log.read_text(errors="replace") if self._kept and self._kept.log.exists() else ""
        return self._earlier + now

    def complaints(self) -> list[str]:
        """Lines of its output that nobody expects."""
        return [line for line in self.output().splitlines() if any(word in line for word in UNEXPECTED)]

    def close(self) -> None:
        """Kills it; AssertionError when it had died by itself."""
        died = self.died
        if self._kept is not None:
            self.kill9()
        assert not died, f"the server died by itself:\n{self.output()[-3000:]}"


@dataclass
class Site:
    """The servers of one office, and the ways into them."""

    office: Office
    servers: list[Server]
    environ: dict[str, str]
    clock: Any
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _hash: str = ""

    @property
    def url(self) -> str:
        return self.servers[0].url

    @property
    def urls(self) -> list[str]:
        return [server.url for server in self.servers]

    def token(self) -> str:
        token: str = self._act(people.add_token, name=f"test {next(self._numbers)}")["token"]
        return token

    def device_key(self, kind: str, **beside: int | None) -> str:
        """Of a new screen. `beside`: its printer_id or counter_id."""
        name = f"{kind} {next(self._numbers)}"
        key: str = self._act(people.add_device, kind=kind, name=name, **beside)["key"]
        return key

    def add_officer(self, login: str, role: str = "officer") -> int:
        """A person with PASSWORD; their id."""
        self._hash = self._hash or people.hash_password(PASSWORD)
        made = self._act(people.add_person, login=login, name=login.title(), role=role, password_hash=self._hash)
        person_id: int = made["person_id"]
        return person_id

    def api(self, process: int = 0, token: str | None = None) -> Api:
        """An HTTP client of one process (counted from 0, and round again)."""
        return Api(self.urls[process % len(self.servers)], token or self.token())

    def screen(self, kind: str, process: int = 0, url: str | None = None, **more: Any) -> Screen:
        """A paired board or kiosk. `url`: another way to the server, through a proxy say."""
        return Screen(url or self.urls[process % len(self.servers)], kind, device_key=self.device_key(kind), **more)

    def officer(self, counter: int = 1, process: int = 0, role: str = "officer", url: str | None = None) -> Desk:
        """A new officer, signed in through the form, connected, and seated at the counter with this number (1...)."""
        login = f"officer{next(self._numbers)}"
        self.add_officer(login, role)
        address = url or self.urls[process % len(self.servers)]
        desk = Desk(address, self.office.counters[counter - 1], login)
        taken = desk.command("take", counter_id=desk.counter_id)
        assert taken.code == "ok", taken
        return desk

    def _act(self, action: Any, **params: Any) -> dict[str, Any]:
        return self.office.hall.act(self.office.system, action, **params)


class Desk(Screen):
    """The screen of an officer at a counter."""

    def __init__(self, url: str, counter_id: int, login: str, password: str = PASSWORD) -> None:
        self.counter_id = counter_id
        super().__init__(url, "counter", signed_in=sign_in(url, login, password), counter_id=counter_id)


@contextmanager
def serve(
    url: str,
    *,
    processes: int = 1,
    redis_url: str | None = None,
    clock: FileClock | SystemClock | None = None,
    threads: int = 80,
    data_dir: Path | str | None = None,
    environ: dict[str, str] | None = None,
    expect: tuple[str, ...] = (),
) -> Iterator[Site]:
    """A running site. `environ`: more PTSP_* settings. `expect`: words of log lines that this test provokes."""
    with tempfile.TemporaryDirectory(prefix="ptsp-site-") as made:
        clock = clock or FileClock.make(Path(made) / "clock", MONDAY)
        data = Path(data_dir or Path(made) / "data")
        with example_hall(url, clock) as office:
            open_for_a_day(office)
            office.hall.ballot_keys = KeyFiles(data / "keys")  # the servers' own
            settings = {"PTSP_DATABASE_URL": url, "PTSP_DATA_DIR": str(data), **(environ or {})}
            settings |= {"PTSP_REDIS_URL": redis_url} if redis_url else {}
            settings |= {DRIVEN_CLOCK: str(clock.path)} if isinstance(clock, FileClock) else {}
            yield from _running(office, settings, processes, threads, expect)


def _running(
    office: Office, settings: dict[str, str], processes: int, threads: int, expect: tuple[str, ...]
) -> Iterator[Site]:
    """The site, as long as its servers are up."""
    servers: list[Server] = []
    try:
        for _ in range(processes):
            servers.append(Server(settings, threads))
        yield Site(office, servers, settings, office.clock)
        complaints = [line for server in servers for line in server.complaints()]
        unexpected = [line for line in complaints if not any(word in line for word in expect)]
        assert not unexpected, "\n".join(unexpected[:20])
    except BaseException:
        for server in servers:
            print(f"--- {server.url} said:\n{server.output()[-6000:]}", file=sys.stderr)
        raise
    finally:
        for server in servers:
            server.close()


def open_for_a_day(office: Office, clock: Clock | None = None) -> None:
    """The hall is open for 24 hours from now, whatever its hours say."""
    now = (clock or office.clock).read().at
    office.hall.act(office.system, opening.open_hall, until_at=now + DAY_MS)


def _pairs(environ: dict[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in environ.items()]


def lines_of(server: Server) -> list[dict[str, Any]]:
    """The JSON lines of a server's log."""
    return [json.loads(line) for line in server.output().splitlines() if line.startswith("{")]
