"""All benchmarks, or the chosen ones:  make bench   or   make bench ARGS="issue press --write"."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import report
from benchmarks.report import Section

MEASURED = report.ROOT / "docs" / "measured.md"


def _issue() -> Section:
    from benchmarks.issue import run

    return run()


def _press() -> Section:
    from benchmarks.press import run

    return run()


def _memory() -> Section:
    from benchmarks.memory import run

    return run()


def _startup() -> Section:
    from benchmarks.startup import run

    return run()


def _day() -> Section:
    from benchmarks.day import section

    return section()


def _survey() -> Section:
    from benchmarks.survey import run

    return run()


ALL: dict[str, Callable[[], Section]] = {
    "issue": _issue,
    "press": _press,
    "memory": _memory,
    "startup": _startup,
    "survey": _survey,
    "day": _day,
}


def main() -> int:
    """Runs them one after the other; 1 when the day did not come out right. A missed goal is told, no failure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("which", nargs="*", help=f"any of {', '.join(ALL)}; all when none is named")
    parser.add_argument("--write", action="store_true", help="keep the report as docs/measured.md")
    options = parser.parse_args()
    unknown = set(options.which) - set(ALL)
    if unknown:
        parser.error(f"there is no benchmark {min(unknown)!r}")
    command = " ".join(["python -m benchmarks", *sys.argv[1:]])
    parts = [f"# Measured\n\n{report.moment()}: `{command}`\n\n{report.machine()}\n"]
    print(parts[0], flush=True)
    right = True
    for name in options.which or ALL:
        section = ALL[name]()
        parts.append(str(section))
        print(section, flush=True)
        right &= section.right
    if options.write:
        Path(MEASURED).write_text("\n".join(parts))
        print(f"written to {MEASURED}")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
