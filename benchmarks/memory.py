"""Memory of the server: idle, and with 200 boards connected by websocket.

RSS is what most tools show; PSS counts once what gunicorn and its worker share. Each board has received a picture.
"""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import requests
import socketio

from benchmarks.procs import memory_mb
from benchmarks.report import Section, table
from tests.support.servers import Site, serve

BOARDS = 200


def run(boards: int = BOARDS) -> Section:
    """The section of the report."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ptsp-memory-")))
        site = stack.enter_context(serve(f"sqlite:///{folder / 'hall.sqlite3'}", threads=2 * boards + 30))
        pid = site.servers[0].pid
        _visit(site)
        idle = memory_mb(pid)
        screens = Screens(stack, site, boards)
        _visit(site)
        screens.wait_for_pictures()
        full = memory_mb(pid)
    rows = [["idle", *_mb(idle)], [f"{boards} boards", *_mb(full)]]
    each = 1024 * (full[1] - idle[1]) / boards
    goals = {f"below 150 MB idle: {idle[0]:.0f} MB RSS, {idle[1]:.0f} MB PSS": idle[1] < 150 and idle[0] < 150}
    return Section("Memory", __doc__ or "", f"{table(['', 'RSS MB', 'PSS MB'], rows)}\n\n{each:.0f} kB a board.", goals)


def _mb(both: tuple[float, float]) -> list[str]:
    return [f"{value:.0f}" for value in both]


def _visit(site: Site) -> None:
    """A few tickets and pages, so that what is loaded at the first use is there."""
    with site.api() as api:
        for _ in range(5):
            assert api.command("issue", service_id=site.office.services[0]).code == "ok"
        for name in ("board", "kiosk", "office"):
            api.picture(name)
    for path in ("/", "/sign-in"):
        requests.get(f"{site.url}{path}", timeout=10).raise_for_status()
    time.sleep(1)


class Screens:
    """Many boards, each one websocket, in this process."""

    def __init__(self, stack: ExitStack, site: Site, how_many: int) -> None:
        self.snapshots, key = [0] * how_many, site.device_key("board")
        for nth in range(how_many):
            browser = requests.Session()
            browser.cookies.set("device", key)
            line = socketio.Client(http_session=browser, reconnection=False, handle_sigint=False)
            line.on("snapshot", self._counted(nth))
            line.connect(site.url, transports=["websocket"], auth={"audience": "board"}, wait_timeout=10)
            stack.callback(line.disconnect)

    def _counted(self, nth: int) -> Any:
        def count(_picture: Any) -> None:
            self.snapshots[nth] += 1

        return count

    def wait_for_pictures(self) -> None:
        """Until every board has received one."""
        deadline = time.monotonic() + 10
        while not all(self.snapshots):
            assert time.monotonic() < deadline, f"{self.snapshots.count(0)} boards got no picture"
            time.sleep(0.05)
