"""Tables, quantiles, and what machine this is."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]


def quantile(ordered: Sequence[float], percent: float) -> float:
    """The value below which `percent` of the ascending values lie (nearest rank)."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def median(values: Sequence[float]) -> float:
    """The middle one of a few rounds."""
    return quantile(sorted(values), 50)


def table(heads: list[str], rows: list[list[str]]) -> str:
    """A Markdown table that is readable as it stands."""
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    lines = [heads, ["-" * width for width in widths], *rows]
    filled = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in filled)


def machine() -> str:
    """Processor, memory, system, Python, disk: one line."""
    cpu = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    parts = [
        f"{os.cpu_count()} x {cpu.group(1).strip() if cpu else platform.machine()}",
        f"{int(memory.group(1)) / 2**20:.0f} GB" if memory else "",
        platform.platform(terse=True),
        f"CPython {platform.python_version()}",
        f"load before {os.getloadavg()[0]:.1f}",
    ]
    return ", ".join(filter(None, parts))


def moment() -> str:
    """Date and commit."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    return f"{datetime.now(UTC):%Y-%m-%d}, commit {commit.stdout.strip() or 'unknown'}"


@dataclass
class Section:
    """One part of the report: how it was measured, the figures, and the goals with whether they were reached."""

    title: str
    how: str
    figures: str
    goals: dict[str, bool] = field(default_factory=dict)
    right: bool = True

    def __str__(self) -> str:
        goals = "\n".join(f"- {'reached' if reached else 'MISSED'}: {goal}" for goal, reached in self.goals.items())
        return f"## {self.title}\n\n{self.how.strip()}\n\n{self.figures}\n\n{goals}".rstrip() + "\n"
