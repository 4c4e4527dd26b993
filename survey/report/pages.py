"""The doors of the report: files of a period for managers. They change nothing; what is published is written elsewhere.

GET /office/survey/report.pdf?period=2026-T3&instrument=skm-9&language=id     also .docx, .xlsx, and poster.pdf
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, request, send_file

from ptsp.elements import SKM
from survey.report import making
from web.auth import needs, the_hall
from web.managers import MANAGERS, acting, office_of

pages = Blueprint("report", __name__, url_prefix="/office/survey")


@pages.get("/report.pdf")
@needs(*MANAGERS)
def as_pdf() -> Any:
    """The report to read and to hand in."""
    return _file("pdf")


@pages.get("/report.docx")
@needs(*MANAGERS)
def as_docx() -> Any:
    """The same, to be edited."""
    return _file("docx")


@pages.get("/report.xlsx")
@needs(*MANAGERS)
def as_xlsx() -> Any:
    """Answers and working table."""
    return _file("xlsx")


@pages.get("/poster.pdf")
@needs(*MANAGERS)
def as_poster() -> Any:
    """For the wall."""
    return _file("poster")


def _file(kind: str) -> Any:
    asked = request.args
    period, instrument, language = making.wanted(
        asked.get("period", ""), asked.get("instrument", SKM), asked.get("language", "id")
    )
    office = office_of(acting())
    name = making.file_name(period, instrument, kind, office.code)
    cache = current_app.config["PTSP"].data_dir / "cache"
    with tempfile.TemporaryDirectory(prefix="ptsp-report-") as folder:
        out = Path(folder) / name
        making.make(the_hall(), office.office_id, period, instrument, kind, out, cache, language)
        # Open while the folder goes: the file lives until it is sent.
        made = out.open("rb")
    response = send_file(made, as_attachment=True, download_name=name, max_age=0)
    response.headers["Cache-Control"] = "no-store"
    return response
