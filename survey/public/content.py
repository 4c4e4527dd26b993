"""What is made public of a period's figures, frozen: whole words and rounded figures, nothing that is computed later.

{"survey": {"code", "name", "versions": {version: forms}}, "period": {"code", "label", "first", "last"}, "office",
"n", "visitors", "needed", "weight", "flagged": {"n", "counted"}, "index" ("3.5324"), "ikm" ("88.31" or null), "grade"
("A".."D" or ""), "interval": ["86.10", "90.52"] (in the unit of the headline) or null, "change": {"since",
"difference", "beyond_chance"} or null, "headline": {"title", "value", "grade", "word"}, "weakest": [code], "elements":
[{"code", "name", "n", "nrr", "ikm", "grade"}], "services": [{"code", "name", "n", "ikm", "nrr", "grade", "hidden"}]}

Figures are decimal strings with a point; texts are {"id", "en"}. A figure of fewer than five answers is null, and so is
every other that would tell it (see ptsp/breakdowns.py, and survey/public/close.py for what was public before). Grades
belong to the SKM; other surveys have their value 1..4.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from ptsp import publishing, satisfaction, skm
from ptsp.breakdowns import NOT_SAID, Cell
from ptsp.catalogue import Catalogue, Text
from ptsp.elements import IPAK, SKM, SPKP
from ptsp.hall import Hall, Work
from ptsp.periods import Period
from ptsp.satisfaction import ElementFigures, Figures
from survey import instruments
from survey.public.close import without_close

Content = dict[str, Any]

# What can be published; the four faces are no index.
SURVEYS = (SKM, SPKP, IPAK)
IKM_STEP = 25  # of the IKM: one step of a value 1..4
# Few words, for the boards of the hall.
TITLES: dict[str, Text] = {
    SKM: {"id": "Kepuasan Masyarakat", "en": "Public satisfaction"},
    SPKP: {"id": "Kualitas Pelayanan", "en": "Service quality"},
    IPAK: {"id": "Persepsi Antikorupsi", "en": "Freedom from corruption"},
}
OUT_OF: Text = {"id": "dari 4,00 (survei mandiri)", "en": "out of 4.00 (our own survey)"}
NO_SERVICE: Text = {"id": "Layanan tidak disebutkan", "en": "Service not stated"}


def composing(survey: str, period: Period) -> Callable[[Work], Content]:
    """For the action that publishes: the content as of its own transaction."""
    return lambda work: compose(work.hall, work.conn, work.office, survey, period)


def compose(hall: Hall, conn: Connection, office: Catalogue, survey: str, period: Period) -> Content:
    """The content as of now."""
    found = satisfaction.figures(hall, conn, office, period, survey)
    content = {
        "survey": _survey(found),
        "period": {"code": period.code, "label": period.label, "first": period.first, "last": period.last},
        "office": office.name,
        "n": found.n,
        "visitors": found.reach.visitors,
        "needed": found.reach.needed,
        "weight": str(found.weight),
        "flagged": {"n": found.flagged, "counted": bool(found.flagged_counted)},
        "index": decimal(found.score.index, 4),
        "ikm": _ikm(found, found.score.ikm),
        "grade": _grade(found, found.score.grade),
        "interval": _interval(found),
        "change": _change(found),
        "headline": headline(found),
        "weakest": [element.code for element in found.weakest],
        "elements": [_element(found, element) for element in found.elements],
        "services": [_service(found, office, cell) for cell in found.by("service").cells if cell.n or cell.hidden],
    }
    return without_close(content, publishing.log(conn, office.office_id), survey, period)


def headline(found: Figures) -> dict[str, Any]:
    """The one figure, as the boards show it."""
    grade = found.score.grade if found.graded else None
    value = _ikm(found, found.score.ikm) if found.graded else decimal(found.score.index, 2)
    return {
        "title": TITLES[found.instrument],
        "value": in_figures(value or "-"),
        "grade": str(grade or ""),
        "word": grade.performance if grade else OUT_OF,
    }


def in_figures(value: str) -> Text:
    """ "88.31" as each language writes it."""
    return {"id": value.replace(".", ","), "en": value}


def decimal(value: Fraction | None, places: int) -> str | None:
    """Rounded half-up, with a point; None stays None."""
    return None if value is None else str(skm.half_up(value, places))


def _survey(found: Figures) -> dict[str, Any]:
    name = instruments.load(found.instrument).name.picture
    return {"code": found.instrument, "name": name, "versions": dict(found.versions)}


def _ikm(found: Figures, value: Decimal | None) -> str | None:
    return str(value) if found.graded and value is not None else None


def _grade(found: Figures, grade: skm.Grade | None) -> str:
    return str(grade) if found.graded and grade else ""


def _interval(found: Figures) -> list[str] | None:
    """In the unit of the headline: the IKM, or the value 1..4."""
    if found.interval is None:
        return None
    scale = 1 if found.graded else IKM_STEP
    return [f"{end / scale:.2f}" for end in (found.interval.low, found.interval.high)]


def _change(found: Figures) -> dict[str, Any] | None:
    """Since the last earlier period of this kind that has an index."""
    change = found.change
    if not found.graded or change is None or change.since is None or change.change is None:
        return None
    beyond = change.test.beyond_chance if change.test else None
    return {"since": change.since.label, "difference": str(change.change), "beyond_chance": beyond}


def _element(found: Figures, element: ElementFigures) -> dict[str, Any]:
    names = {one.code: one.name.picture for one in instruments.load(found.instrument).elements}
    return {
        "code": element.code,
        "name": names[element.code],
        "n": element.n if element.nrr is not None else None,
        "nrr": decimal(element.nrr, 3),
        "ikm": _ikm(found, element.ikm),
        "grade": _grade(found, element.grade),
    }


def _service(found: Figures, office: Catalogue, cell: Cell) -> dict[str, Any]:
    service = None if cell.key == NOT_SAID else office.services.get(int(cell.key))
    named = {"code": service.code if service else "", "name": service.name if service else NO_SERVICE}
    score = cell.score
    if cell.hidden or score is None or score.index is None:  # none: an element that fewer than five answered
        return {**named, "n": None, "nrr": None, "ikm": None, "grade": "", "hidden": True}
    figures = {"nrr": decimal(score.index, 3), "ikm": _ikm(found, score.ikm), "grade": _grade(found, score.grade)}
    return {**named, "n": cell.n, **figures, "hidden": False}
