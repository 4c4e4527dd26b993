"""Writing a document: chapters, headings, tables and charts get their numbers as they come."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from survey.report.document import Chapter, Chart, Heading, Items, Para, Signature, Table

# A table of at most so many lines is not broken; a table is so many letters wide.
ON_ONE_PAGE = 24
LETTERS = 95
ROMAN = ("I", "II", "III", "IV", "V")


class Book:
    """The chapters so far."""

    def __init__(self) -> None:
        self.chapters: list[Chapter] = []
        self._headings = self._tables = self._charts = 0

    def chapter(self, title: str) -> None:
        """Begins a chapter."""
        self.chapters.append(Chapter(ROMAN[len(self.chapters)], title, []))
        self._headings = 0

    def heading(self, text: str) -> None:
        """Begins a part of the chapter."""
        self._headings += 1
        self._add(Heading(f"{len(self.chapters)}.{self._headings}", text))

    def say(self, *sentences: str, look: str = "") -> None:
        """One paragraph; empty sentences are left out, and a paragraph of nothing too."""
        text = " ".join(sentence for sentence in sentences if sentence)
        if text:
            self._add(Para(text, look))

    def items(self, *items: str, numbered: bool = False) -> None:
        """A list."""
        if items:
            self._add(Items(list(items), numbered))

    def table(
        self,
        caption: str,
        columns: Sequence[tuple[str, str, int]],
        rows: Sequence[Sequence[str]],
        strong: int = 0,
        note: str = "",
    ) -> None:
        """``columns``: (head, align l/r/c, per cent of the width)."""
        self._tables += 1
        heads, aligns, widths = ([column[place] for column in columns] for place in range(3))
        made = Table(
            self._tables,
            caption,
            heads,  # type: ignore[arg-type]
            [list(row) for row in rows],
            "".join(map(str, aligns)),
            widths,  # type: ignore[arg-type]
            strong,
            note,
            _height(rows, widths) <= ON_ONE_PAGE,  # type: ignore[arg-type]
        )
        self._add(made)

    def chart(self, kind: str, caption: str, alt: str, **parts: Any) -> None:
        """See `document.Chart`."""
        self._charts += 1
        self._add(Chart(self._charts, caption, alt, kind, **parts))

    def sign(self, place_and_date: str, title: str, name: str, number: str) -> None:
        """Where it is signed."""
        self._add(Signature(place_and_date, title, name, number))

    def _add(self, block: Any) -> None:
        self.chapters[-1].blocks.append(block)


def _height(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> int:
    """Lines of text that the rows will take, about."""
    wide = [max(1, width * LETTERS // 100) for width in widths]
    return sum(max(math.ceil(len(cell) / room) for cell, room in zip(row, wide, strict=True)) for row in rows)
