"""What the kernel says of a server: gunicorn and its worker."""

from __future__ import annotations

import os
import re
from pathlib import Path


def family(pid: int) -> list[int]:
    """The process and its children (gunicorn's arbiter has one worker)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def cpu_ms(pid: int) -> float:
    """Processor time so far, of all of them."""
    ticks = 0
    for one in family(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return 1000 * ticks / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> tuple[float, float]:
    """(RSS, PSS) of all of them, in MB. Shared pages count in each RSS, and once in the sum of the PSS."""
    rss = pss = 0
    for one in family(pid):
        said = Path(f"/proc/{one}/smaps_rollup").read_text()
        rss += _kb(said, "Rss")
        pss += _kb(said, "Pss")
    return rss / 1024, pss / 1024


def _kb(said: str, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", said, re.M)
    assert found, said
    return int(found.group(1))
