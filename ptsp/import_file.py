"""A table of answers as an office hands it over, CSV or XLSX, as rows of text: nothing in it is believed yet.

Dates become ISO dates, whole numbers lose their point, everything else is the text of the cell. Rows keep the number
of their line in the file, so that what is wrong can be found there.
"""

from __future__ import annotations

import csv
import hashlib
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ptsp.errors import FileTooLarge, FileTooLong, FileUnreadable
from ptsp.evidence import media_type

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 10_000, 100, 12
# An XLSX is a ZIP: what it may unpack to, and how many empty rows may stand in it.
MOST_UNPACKED, MOST_LINES = 150 * 1024 * 1024, 200_000
# How many tags: an empty cell is four bytes of the file and three hundred of memory, and the hall runs on this machine.
MOST_TAGS, PIECE = 2_500_000, 1024 * 1024
CELL_LENGTH = 2000
# Heads of columns stand somewhere in the first lines: below a title, as a rule.
HEAD_LINES = 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. ``lines``: (number of the line in the file from 1, cells); empty lines are left out; every line has as
    many cells as the longest. ``sha256`` is that of the file (of file and sheet where a file has several)."""

    name: str
    sha256: str
    lines: tuple[tuple[int, tuple[str, ...]], ...]

    def dumps(self) -> dict[str, Any]:
        """As kept for an hour (JSON-ready)."""
        return {"name": self.name, "sha256": self.sha256, "lines": self.lines}

    @classmethod
    def loads(cls, kept: dict[str, Any]) -> Sheet:
        """The reverse of `dumps`."""
        return cls(kept["name"], kept["sha256"], tuple((number, tuple(cells)) for number, cells in kept["lines"]))

    def below(self, head: int) -> list[tuple[int, tuple[str, ...]]]:
        """The lines after the one with the heads."""
        return [line for line in self.lines if line[0] > head]

    def heads(self, head: int) -> tuple[str, ...]:
        """The cells of a line; () when there is no such line."""
        return next((cells for number, cells in self.lines if number == head), ())


def read_sheets(content: bytes) -> list[Sheet]:
    """The tables of a file. FileTooLarge, FileUnreadable, FileTooLong."""
    if len(content) > MOST_BYTES:
        raise FileTooLarge(most=MOST_BYTES // 1024**2)
    digest = hashlib.sha256(content)
    found = _workbook(content) if content.startswith(b"PK") else [("CSV", _lines(_csv_rows(content)))]
    found = [(name, lines) for name, lines in found if len(lines) > 1]
    if not found:
        raise FileUnreadable
    if len(found) == 1:
        return [Sheet(name, digest.hexdigest(), lines) for name, lines in found]
    return [Sheet(name, hashlib.sha256(digest.digest() + name.encode()).hexdigest(), lines) for name, lines in found]


def _lines(rows: Iterable[tuple[Any, ...] | list[Any]]) -> tuple[tuple[int, tuple[str, ...]], ...]:
    kept = []
    for number, row in enumerate(rows, 1):
        cells = [cell_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            kept.append((number, cells))
        if len(cells) > MOST_COLUMNS or len(kept) > MOST_ROWS + HEAD_LINES:
            raise FileTooLong(rows=MOST_ROWS, columns=MOST_COLUMNS)
    width = max((len(cells) for _number, cells in kept), default=0)
    return tuple((number, (*cells, *[""] * (width - len(cells)))) for number, cells in kept)


def cell_text(cell: Any) -> str:
    """A cell as text: "2026-08-03", "4", "Sangat baik"; "" for an empty one."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    # Nothing that a database or a page stumbles over.
    return "".join(sign if sign.isprintable() else " " for sign in str(cell)).strip()[:CELL_LENGTH]


def _csv_rows(content: bytes) -> Iterator[list[str]]:
    """The rows of a CSV file in UTF-8 or Windows-1252, separated by the sign that its first lines have most."""
    if b"\0" in content:
        raise FileUnreadable
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    start = "\n".join(text.splitlines()[:HEAD_LINES])
    separator = max(";,\t", key=start.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error as error:
        raise FileUnreadable from error


def _workbook(content: bytes) -> list[tuple[str, tuple[tuple[int, tuple[str, ...]], ...]]]:
    """The visible sheets of an XLSX, values as last calculated. Read as a stream; no formula is ever run."""
    if media_type(content) is None:
        raise FileUnreadable
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            if _too_much(opened):
                raise FileTooLong(rows=MOST_ROWS, columns=MOST_COLUMNS)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:  # broken, or with a password
        raise FileUnreadable from error
    from openpyxl import load_workbook  # slow to load, and few need it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that it does not know: they are no answers
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            try:
                shown = [one for one in book.worksheets if one.sheet_state == "visible"][:MOST_SHEETS]
                return [(one.title, _lines(_sheet_rows(one))) for one in shown]
            finally:
                book.close()
    except FileTooLong:
        raise
    except Exception as error:  # whatever a broken or hostile file brings a reader of XML to
        raise FileUnreadable from error


def _too_much(opened: zipfile.ZipFile) -> bool:
    """Whether reading it would take more than a table of answers can need. Looked at before anything is built of it."""
    if sum(part.file_size for part in opened.infolist()) > MOST_UNPACKED:
        return True
    tags = 0
    for part in opened.infolist():
        with opened.open(part) as content:
            while piece := content.read(PIECE):
                tags += piece.count(b"<")
                if tags > MOST_TAGS:
                    return True
    return False


def _sheet_rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()  # what a file says of its own size is not always so
    for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1), 1):
        if number > MOST_LINES:
            raise FileTooLong(rows=MOST_ROWS, columns=MOST_COLUMNS)
        yield row
