"""Which questions can be heard, and where: `/survey/voice/<language>/<instrument>/<version>/<element>`.

The office's own questions have the instrument "own", version "1", and their code (X7) as element.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Connection, select

from ptsp import records as r
from ptsp.elements import ONE_TOUCH
from survey import instruments
from survey.asked import extra_code, extra_picture
from survey.instruments import BadInstrument
from survey.voice import VOICES, Spoken, speakable

OWN = ("own", "1")
Question = dict[str, Any]


def folder() -> Path:
    """Where recordings lie and what is made is kept."""
    data_dir: Path = current_app.config["PTSP"].data_dir
    return data_dir


def addresses(what: dict[str, Any]) -> dict[str, dict[str, str]]:
    """{language: {element: address}} of what a page asks (`asked.asked`) and can be heard here."""
    found: dict[str, dict[str, str]] = {language: {} for language in VOICES}
    places = {f"{code}-{version}-{one['element']}": (code, version, one) for code, version, one in _questions(what)}
    wanted = [_spoken(language, *place) for language in VOICES for place in places.values()]
    for one in speakable(folder(), wanted):
        code, version, question = places[one.name]
        element = question["element"]
        found[one.language][element] = f"/survey/voice/{one.language}/{code}/{version}/{element}"
    return found


def find(conn: Connection, language: str, code: str, version: str, element: str) -> Spoken | None:
    """What that address reads aloud: None for anything but a known question."""
    if language not in VOICES:
        return None
    question = _own(conn, element) if (code, version) == OWN else _of_instrument(code, version, element)
    return _spoken(language, code, version, question) if question else None


def _spoken(language: str, code: str, version: str, question: Question) -> Spoken:
    sentences = (question["text"], *(answer["text"] for answer in question["answers"]))
    name = f"{code}-{version}-{question['element']}"
    return Spoken(language, name, tuple(one.get(language) or one["id"] for one in sentences))


def _questions(what: dict[str, Any]) -> Iterator[tuple[str, str, Question]]:
    for one in what["instruments"]:
        yield from ((one["code"], one["version"], question) for question in one["questions"])
    for extra in what["extras"]:
        yield *OWN, {**extra, "element": extra["code"]}
    touch = what["one_touch"]
    if touch:
        whole = instruments.load(ONE_TOUCH)
        yield whole.code, whole.version, whole.questions[0].picture
        source = whole.follow_ups
        if source:
            yield from ((source.instrument, source.version, question) for question in touch["follow_ups"])


def _of_instrument(code: str, version: str, element: str) -> Question | None:
    try:
        instrument = instruments.load(code, version)
    except BadInstrument:
        return None
    return next((one.picture for one in instrument.questions if one.element == element), None)


def _own(conn: Connection, element: str) -> Question | None:
    number = element.removeprefix("X")
    if not (number.isascii() and number.isdigit() and len(number) < 10 and element == extra_code(int(number))):
        return None
    row = conn.execute(select(r.extra_question).where(r.extra_question.c.id == int(number))).one_or_none()
    return row and {**extra_picture(row), "element": element}
