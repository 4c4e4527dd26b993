"""Making a file of a period: figures and sentences here, the drawing in a process of its own, one at a time.

The drawing needs libraries of a hundred megabytes: the process that serves the counters never loads them, and a drawing
that hangs is ended. The child gets neither settings nor keys; of the office's answers it gets the figures, and for a
workbook the way to the database.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import structlog
from flask_babel import force_locale
from flask_babel import gettext as _

from ptsp.elements import ONE_TOUCH
from ptsp.errors import N_, BadRequest, Busy, Conflict, ReportFailed
from ptsp.hall import Hall
from ptsp.periods import BadPeriod, Period, parse
from survey import instruments
from survey.report import contents, sheets
from survey.report.facts import FEWEST, gather
from survey.report.job import FORMATS, NO_PANGO, Job
from web.language import LANGUAGES

ROOT = Path(__file__).parents[2]
# A year of 60,000 answers as a workbook takes half a minute on a small machine.
PATIENCE_S = 240
# Who comes while another drawing is made waits so long, and at most so many wait: each holds a thread of the server.
QUEUE_S, MOST_WAITING = 60, 3
PANGO = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
KIND = {"pdf": "pdf", "docx": "docx", "xlsx": "xlsx", "poster": "pdf"}
_one_at_a_time = threading.Lock()
_places = threading.BoundedSemaphore(1 + MOST_WAITING)
log = structlog.get_logger()


class ReportsWait(Busy):
    """As many reports wait to be drawn as may, or this one has waited long enough."""

    code = "reports_wait"
    message = N_("Another report is being made. Please try again in a moment.")


class TooFewAnswers(Conflict):
    """Of so few answers a report would tell who answered."""

    code = "too_few_answers"
    message = N_(
        "This period has fewer than %(fewest)s answers. Reports and posters are made from %(fewest)s answers on, so "
        "that nobody's answer can be guessed."
    )


def wanted(period: str, instrument: str, language: str) -> tuple[Period, str, str]:
    """What was asked for, checked. BadRequest says what is wrong."""
    try:
        found = parse(period)
    except BadPeriod as error:
        raise BadRequest(reason=_("period: %(error)s", error=error)) from error
    known = [code for code in instruments.available() if code != ONE_TOUCH]
    if instrument not in known:
        raise BadRequest(reason=_("instrument: one of %(known)s", known=", ".join(known)))
    if language not in LANGUAGES:
        raise BadRequest(reason=_("language: one of %(known)s", known=", ".join(LANGUAGES)))
    return found, instrument, language


def make(
    hall: Hall, office_id: int, period: Period, instrument: str, kind: str, out: Path, cache: Path, language: str = "id"
) -> None:
    """Writes the file `out`. ``cache``: a folder that drawing may keep fonts in.

    ReportFailed, ReportsWait; TooFewAnswers: a period of one to four (one without any gets a file that says so).
    """
    with _turn():
        with force_locale(language):  # the figures too: gathering those of a year is no small work
            job = _job(hall, office_id, period, instrument, kind, out)
        _draw(job, cache)


@contextmanager
def _turn() -> Iterator[None]:
    """One at a time, a few waiting. ReportsWait: at once when the places are taken, or after QUEUE_S."""
    if not _places.acquire(blocking=False):
        raise ReportsWait
    try:
        if not _one_at_a_time.acquire(timeout=QUEUE_S):
            raise ReportsWait
        try:
            yield
        finally:
            _one_at_a_time.release()
    finally:
        _places.release()


def file_name(period: Period, instrument: str, kind: str, office_code: str) -> str:
    """ "laporan-skm-9-2026-T3-contoh.pdf"."""
    what = "poster" if kind == "poster" else "laporan"
    return f"{what}-{instrument}-{period.code.replace('..', '_')}-{office_code}.{KIND[kind]}"


def _job(hall: Hall, office_id: int, period: Period, instrument: str, kind: str, out: Path) -> Job:
    assert kind in FORMATS
    with hall.view() as conn:
        office = hall.catalogue(conn, office_id)
        facts = gather(hall, conn, office, period, instrument)
        if facts.too_few:
            raise TooFewAnswers(fewest=FEWEST)
        if kind == "xlsx":
            database = hall.engine.url.render_as_string(hide_password=False)
            return Job(kind, str(out), workbook=sheets.workbook(facts, database))
    if kind == "poster":
        return Job(kind, str(out), poster=contents.poster(facts))
    return Job(kind, str(out), document=contents.report(facts))


def _draw(job: Job, cache: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "survey.report.child"]
    given = msgspec.json.encode(job)
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, timeout=PATIENCE_S, cwd=ROOT, env=_world(cache), check=False
        )
    except subprocess.TimeoutExpired as error:
        log.error("report", format=job.format, error="timeout")
        raise ReportFailed(reason=_("it took too long")) from error
    if done.returncode == 0 and Path(job.out).exists():
        return
    log.error("report", format=job.format, exit=done.returncode, error=done.stderr.decode(errors="replace")[-2000:])
    if done.returncode == NO_PANGO:
        said = _("a library is missing on the server: apt-get install %(packages)s", packages=PANGO)
        raise ReportFailed(reason=said)
    raise ReportFailed(reason=_("the server's log says why"))


def _world(cache: Path) -> dict[str, str]:
    """The child's environment: nothing of ours, a place for the caches of its libraries."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR", "HOME") if name in os.environ}
    places = {"MPLCONFIGDIR": str(cache), "XDG_CACHE_HOME": str(cache)}
    return {**kept, **places, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
