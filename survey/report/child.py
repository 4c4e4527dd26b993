"""The drawing process: python -m survey.report.child < job.json

It holds no secret and opens no door. Only for a workbook does it read the database, because sixty thousand answers are
not handed over through a pipe.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

import msgspec

from survey.report.job import NO_PANGO, Job

# Below the service itself: calls at the counters come first.
NICENESS = 10


def main() -> int:
    """Makes the file; 0, or NO_PANGO when the machine lacks the library that lays out text."""
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    with suppress(OSError):  # where the system does not let us, it is drawn all the same
        os.nice(NICENESS)
    try:
        draw(job)
    except OSError as error:
        if "cannot load library" not in str(error):
            raise
        print(error, file=sys.stderr)
        return NO_PANGO
    return 0


def draw(job: Job) -> None:
    """Writes ``job.out``. Imports are here: each format loads what it needs and nothing else."""
    if job.workbook is not None:
        from survey.report import workbook

        workbook.write(job.workbook, Path(job.out))
        return
    if job.poster is not None:
        from survey.report import pdf

        made = pdf.poster(job.poster)
    elif job.document is not None and job.format == "docx":
        from survey.report import word

        made = word.report(job.document)
    elif job.document is not None:
        from survey.report import pdf

        made = pdf.report(job.document)
    else:
        raise ValueError(f"nothing to draw for {job.format}")
    Path(job.out).write_bytes(made)


if __name__ == "__main__":
    sys.exit(main())
