"""From starting the server to its first 200 of /health, on a database that exists: what a restart costs the hall."""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.bare import bare
from benchmarks.report import Section, median, table
from tests.support.servers import serve


def run(rounds: int = 5) -> Section:
    """The section of the report; hall and bare page take turns."""
    hall, floor = [], []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ptsp-startup-")))
        server = stack.enter_context(serve(f"sqlite:///{folder / 'hall.sqlite3'}")).servers[0]
        for _ in range(rounds):
            server.stop()
            began = time.perf_counter()
            server.start()
            hall.append(time.perf_counter() - began)
            began = time.perf_counter()
            with bare("page"):
                floor.append(time.perf_counter() - began)
    rows = [[name, f"{median(some):.2f}", f"{max(some):.2f}"] for name, some in (("hall", hall), ("bare page", floor))]
    return Section("Start-up", __doc__ or "", table(["", "median s", "worst s"], rows))
