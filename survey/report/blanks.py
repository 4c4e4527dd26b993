"""Which cells of the sheet of answers stay empty, so that no row is one visitor: whatever is left to read about an
answer - month, service, half of the day and so on - is said of at least `FEWEST` answers in the same words.

A column after the other, the least useful first: groups that are too small lose it and come together. Where those come
to fewer than `FEWEST`, neighbours lose it with them. Last, what pages and sheets count is looked at: the sum of a
service less the rows where it can be read must not be the answers of fewer than `FEWEST` either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ptsp.tallies import FEWEST

# What is said of an answer, the most useful column first; None: the cell stays empty. If one does, so do all after it.
Told = tuple[str | None, ...]


def blanked(rows: Sequence[tuple[str, ...]]) -> list[Told]:
    """What may be read of each of these answers, the month first. All of them have one more thing in common: that they
    are counted, or are not. The order of the rows decides which neighbours are taken: it must be the same at every
    call, or two sheets would tell who was taken, and it must not be known from outside."""
    if not rows:
        return []
    groups = _Groups(rows)
    columns = range(len(rows[0]))
    for column in reversed(columns):
        groups.come_together(column)
    # What all of them share says nothing about one of them.
    shared = [rows[0][column] if len({row[column] for row in rows}) == 1 else None for column in columns]
    for column in columns:
        if shared[column] is None:
            groups.tell_nothing_by_difference(column)
    found: list[Told] = [()] * len(rows)
    for told, members in groups.of.items():
        shown = tuple(one or other for one, other in zip(told, shared, strict=True))
        for member in members:
            found[member] = shown
    return found


class _Groups:
    """Rows by what may be read of them."""

    def __init__(self, rows: Sequence[tuple[str, ...]]) -> None:
        self.rows = rows
        self.of: dict[Told, list[int]] = {}
        for place, row in enumerate(rows):
            self.of.setdefault(row, []).append(place)

    def come_together(self, column: int) -> None:
        """Groups that are too small lose a column; those that are alike in all before it are their neighbours."""
        near: dict[Told, list[Told]] = {}
        for told in self.of:
            near.setdefault(told[:column], []).append(told)
        for alike in near.values():
            small = [told for told in alike if len(self.of[told]) < FEWEST]
            together = sum(len(self.of[told]) for told in small)
            for told in small:
                self._empty(told, column, len(self.of[told]))
            if 0 < together < FEWEST and len(small) < len(alike):
                self._empty_some((told for told in alike if told in self.of), column, FEWEST - together)

    def tell_nothing_by_difference(self, column: int) -> None:
        """Of the answers with one value in a column, none or enough have an empty cell there: in each month, and in all
        of them."""
        again = True
        while again:
            again = self._level(column, (0, column)) or self._level(column, (column,))

    def _level(self, column: int, alike: tuple[int, ...]) -> bool:
        """Empties more cells where too few are empty; whether there were such."""
        empty: Counter[Told] = Counter()
        shown: dict[Told, list[Told]] = {}
        for told, members in self.of.items():
            if told[column] is None:
                empty.update(tuple(self.rows[member][at] for at in alike) for member in members)
            else:
                shown.setdefault(tuple(told[at] for at in alike), []).append(told)
        few = [key for key, n in empty.items() if n < FEWEST and key in shown]
        for key in few:
            self._empty_some(shown[key], column, FEWEST - empty[key])
        return bool(few)

    def _empty_some(self, groups: Iterable[Told], column: int, n: int) -> None:
        """Takes a column from n rows of one of the groups, or from all of a group that would be too small then."""

        def price(told: Told) -> tuple[int, int, int]:
            size, waiting = len(self.of[told]), len(self.of.get(_without(told, column), ()))
            part = size - n >= FEWEST and waiting + n >= FEWEST
            return n if part else size, len(told) - told.count(None), size

        cheapest = min(groups, key=price)
        self._empty(cheapest, column, price(cheapest)[0])

    def _empty(self, told: Told, column: int, n: int) -> None:
        """The first n rows of a group lose a column and what is less useful."""
        members = self.of.pop(told)
        self.of.setdefault(_without(told, column), []).extend(members[:n])
        if members[n:]:
            self.of[told] = members[n:]


def _without(told: Told, column: int) -> Told:
    return (*told[:column], *[None] * (len(told) - column))
