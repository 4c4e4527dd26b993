"""How a table is to be read: from the address or the form, with guesses where nothing was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ptsp import import_columns, periods
from ptsp.elements import ELEMENTS, ONE_TOUCH, SKM
from ptsp.import_columns import Guess, plain, targets
from ptsp.import_file import HEAD_LINES, Sheet
from ptsp.import_rows import AnswerWords, Prepared, Reading
from ptsp.periods import BadPeriod
from survey import instruments

ORDERS = ("elements", "printed")
INSTRUMENTS = tuple(code for code in ELEMENTS if code != ONE_TOUCH)


@dataclass(frozen=True, slots=True)
class Looked:
    """A table that waits, how it is read, and what comes of that."""

    token: str
    file: str
    sheets: list[Sheet]
    sheet: Sheet
    reading: Reading
    prepared: Prepared
    today: str


def reading_of(sheet: Sheet, said: Mapping[str, Any]) -> Reading:
    """What was said, made sense of. Columns that were chosen for another sheet, line or instrument are guessed anew."""
    instrument = said.get("instrument", SKM) if said.get("instrument", SKM) in INSTRUMENTS else SKM
    head = _number(said.get("head"))
    if head not in [number for number, _cells in sheet.lines]:
        head = import_columns.head_line(sheet.lines[:HEAD_LINES], instrument)
    whole = str(said.get("whole", ""))
    try:
        whole = periods.parse(whole).code if whole else ""
    except BadPeriod:
        whole = ""
    order = said.get("order", "") if said.get("order") in ORDERS else ""
    columns = tuple(one.target for one in guesses(sheet, head, instrument))
    if said.get("of") == of(sheet, head, instrument):
        columns = _chosen(said, len(columns), targets(instrument))
    return Reading(instrument, instruments.load(instrument).version, head, columns, order, whole)


def of(sheet: Sheet, head: int, instrument: str) -> str:
    """For which table, line and instrument columns were chosen."""
    return f"{sheet.sha256[:12]} {head} {instrument}"


def guesses(sheet: Sheet, head: int, instrument: str) -> list[Guess]:
    """What the heads seem to say."""
    return import_columns.guess(sheet.heads(head), instrument)


def needs_order(sheet: Sheet, reading: Reading) -> bool:
    """Whether somebody has to say in which order the eighth and ninth column stand."""
    found = guesses(sheet, reading.head, reading.instrument)
    return import_columns.asks_for_order(reading.instrument, found, reading.columns)


def answer_words(instrument: str) -> AnswerWords:
    """Element -> {an answer in plain words: its value}, in both languages."""
    return {
        question.element: {
            plain(text): answer.value for answer in question.answers for text in answer.text.picture.values()
        }
        for question in instruments.load(instrument).questions
    }


def letter(place: int) -> str:
    """The name of a column in a spreadsheet: A, B, ... Z, AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _chosen(said: Mapping[str, Any], many: int, allowed: Sequence[str]) -> tuple[str, ...]:
    """The columns as chosen; a target chosen twice counts for the first column only."""
    found: list[str] = []
    for place in range(many):
        target = str(said.get(f"c{place}", ""))
        found.append(target if target in allowed and target not in found else "")
    return tuple(found)


def _number(text: Any) -> int:
    return int(text) if str(text or "").isdecimal() and len(str(text)) < 7 else 0
