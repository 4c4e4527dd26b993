"""The answers that a workbook lists, and what they amount to: the values beside its formulas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ptsp import skm
from ptsp.tallies import FEWEST
from survey.report.job import Workbook


class Row(NamedTuple):
    """One answer. ``said``: of `Workbook.columns`, as words; ``scores`` 1..4 or None, in the order of the elements;
    ``empty``: the columns that stay empty in the sheet of answers (see `blanks`), though the figures know them."""

    month: str
    version: str
    said: tuple[str, ...]
    flagged: bool
    counted: bool
    scores: tuple[int | None, ...]
    extras: tuple[int | None, ...]
    empty: frozenset[str] = frozenset()


class Answers:
    """The answers and what they amount to: for the values beside the formulas."""

    def __init__(self, job: Workbook, rows: list[Row]) -> None:
        self.rows = rows
        self.codes = [code for code, _name in job.elements]
        self.weight = skm.Weight(job.weight)
        self._places = {name: place for place, (name, _head) in enumerate(job.columns)}
        counted = [row for row in rows if row.counted]
        self.n = len(counted)
        columns = [[row.scores[place] for row in counted] for place in range(len(self.codes))]
        self.counts = [len(column) - column.count(None) for column in columns]
        self.sums = [sum(score or 0 for score in column) for column in columns]
        self.whole = self._score(counted)
        self.said = {name: Counter(row.said[place] for row in counted) for name, place in self._places.items()}
        service = self._places["service_id"]
        of_service: dict[str, list[Row]] = {}
        for row in counted:
            of_service.setdefault(row.said[service], []).append(row)
        self.by_service = {name: self._score(mine) for name, mine in of_service.items()}

    def _score(self, rows: Sequence[Row]) -> skm.Score:
        """As `breakdowns.shown_score`: nothing of elements that fewer than `FEWEST` answered."""
        sums = {}
        for place, code in enumerate(self.codes):
            given = [score for row in rows if (score := row.scores[place]) is not None]
            if len(given) >= FEWEST:
                sums[code] = (sum(given), len(given))
        return skm.score(sums, self.weight, self.codes, len(rows))

    def place(self, column: str) -> int:
        """Which of `Row.said` a column is."""
        return self._places[column]
