"""Any table of answers as CSV, one row a respondent: streamed, counted, and what cannot be read named by line.

Columns u1 .. u9 in any case and order, others ignored; "," ";" or a tab between them; UTF-8 (with or without the mark
that Excel writes) or Windows-1252. A value is 1, 2, 3, 4 or nothing.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple

from ptsp.skm import ELEMENTS, Sum

SEPARATORS = ",;\t"
VALUES: dict[str, int | None] = {"": None, "1": 1, "2": 2, "3": 3, "4": 4}
SHOWN = 40  # characters of a value that is quoted


class BadTable(ValueError):
    """No row can be read: `why` is "empty", "missing" or "twice"; `columns` those meant."""

    def __init__(self, why: str, columns: Sequence[str] = ()) -> None:
        super().__init__(f"{why}: {', '.join(columns)}")
        self.why, self.columns = why, tuple(columns)


class BadRow(NamedTuple):
    """A row that is not counted. ``line`` of the file, from 1; ``why``: "value" (``column`` holds ``value``), "short",
    "long" (fields, compared with the heading: ``value``) or "unreadable" (``value`` says why)."""

    line: int
    why: str
    column: str
    value: str


@dataclass
class Count:
    """``rows`` counted, ``blank`` of them without any answer; sum and n by element, as `skm.score` takes them."""

    rows: int = 0
    blank: int = 0
    sums: dict[str, Sum] = field(default_factory=dict)

    @property
    def forms(self) -> int:
        """Respondents who answered something: the n of the index."""
        return self.rows - self.blank


Answers = list[int | None]


def read(file: BinaryIO, count: Count, elements: Sequence[str] = ELEMENTS) -> Iterator[BadRow]:
    """Adds all good rows to `count`, handing out the bad ones on the way. BadTable. The file is left open."""
    lines = io.TextIOWrapper(file, encoding="utf-8-sig", errors="windows_1252", newline="")
    try:
        yield from _read(lines, count, elements)
    finally:
        lines.detach()


def _read(lines: io.TextIOWrapper, count: Count, elements: Sequence[str]) -> Iterator[BadRow]:
    header, separator, taken = _heading(lines, elements)
    places = _places(header, elements)
    totals, numbers = [0] * len(elements), [0] * len(elements)
    for line, row, problem in _rows(csv.reader(lines, delimiter=separator), taken):
        answers = _quickly(row, len(header), places)
        if answers is None:
            found = BadRow(line, "unreadable", "", problem) if problem else _carefully(line, row, header, places)
            if isinstance(found, BadRow):
                yield found
                continue
            answers = found
        if answers.count(None) == len(answers):
            if not any(cell.strip() for cell in row):
                continue  # an empty line
            count.blank += 1
        count.rows += 1
        for at, answer in enumerate(answers):
            if answer is not None:
                totals[at] += answer
                numbers[at] += 1
    count.sums = {code: Sum(totals[at], numbers[at]) for at, code in enumerate(elements)}


def _rows(reader: Any, taken: int) -> Iterator[tuple[int, list[str], str]]:
    """(line of the file on which the row begins, the row, why there is none); `taken`: lines read before."""
    while True:
        begins = taken + reader.line_num + 1
        try:
            yield begins, next(reader), ""
        except StopIteration:
            return
        except csv.Error as error:
            yield begins, [], str(error)


def _quickly(row: list[str], width: int, places: list[int]) -> Answers | None:
    """The answers of a row as it should be; None: look closer."""
    if len(row) != width:
        return None
    try:
        return [VALUES[row[place]] for place in places]
    except KeyError:
        return None


def _carefully(line: int, row: list[str], header: list[str], places: list[int]) -> Answers | BadRow:
    if not any(cell.strip() for cell in row):
        return [None] * len(places)
    if len(row) < len(header) or any(cell.strip() for cell in row[len(header) :]):
        return BadRow(line, "short" if len(row) < len(header) else "long", "", f"{len(row)} / {len(header)}")
    found: Answers = []
    for place in places:
        value = row[place].strip()
        if value not in VALUES:
            return BadRow(line, "value", header[place], value[:SHOWN])
        found.append(VALUES[value])
    return found


def _heading(lines: io.TextIOWrapper, elements: Sequence[str]) -> tuple[list[str], str, int]:
    """Names of the columns, what separates them (whatever finds most of the columns wanted), and lines taken."""
    first, taken = lines.readline(), 1
    if first.casefold().startswith("sep="):  # Excel writes it
        first, taken = lines.readline(), 2
    if not first.strip():
        raise BadTable("empty")
    wanted = {code.casefold() for code in elements}

    def names(separator: str) -> list[str]:
        return [name.strip().casefold() for name in next(csv.reader([first], delimiter=separator))]

    best = max(SEPARATORS, key=lambda separator: len(wanted & set(names(separator))))
    return names(best), best, taken


def _places(header: list[str], elements: Sequence[str]) -> list[int]:
    wanted = [code.casefold() for code in elements]
    missing = [name for name in wanted if name not in header]
    if missing:
        raise BadTable("missing", missing)
    twice = [name for name in wanted if header.count(name) > 1]
    if twice:
        raise BadTable("twice", twice)
    return [header.index(name) for name in wanted]


def _windows(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 are read as Windows-1252: old spreadsheets write that."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


codecs.register_error("windows_1252", _windows)
