"""Tables for spreadsheets as CSV: they are read as UTF-8, and no cell runs as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

BOM = "\ufeff"  # spreadsheets then read UTF-8
# A cell that begins like this is a formula to a spreadsheet; a tab or carriage return can hide one.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: Any) -> Any:
    """A text that no spreadsheet takes for a formula (OWASP: CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def csv_text(columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    """A whole sheet: the heads, then the rows, each cell made harmless."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return BOM + sheet.getvalue()
