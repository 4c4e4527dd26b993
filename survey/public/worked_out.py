"""Sizes of services that are hidden, and that whoever adds and subtracts publications works out all the same.

Each publication tells its whole and the sizes that it shows; publications that do not overlap make up a longer one, or
leave a rest of it. That is a system of sums: what has one solution only is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from ptsp.publishing import Publication
from ptsp.tallies import FEWEST

Cell = tuple[int, str]  # publication, service
Sum = dict[Cell | None, Fraction]  # factor of each hidden cell; under None what is known. All together are nought.
Family = tuple[Publication, ...]  # a publication, and parts of its days that do not overlap


def few_told(alone: Sequence[Publication], families: Iterable[Family]) -> set[tuple[int | str, ...]]:
    """(publication, parts taken from it, service) of which one to four answers are told."""
    services = sorted({row["code"] for one in alone for row in (one.content or {})["services"]})
    sizes = {one.id: {row["code"]: row["n"] for row in (one.content or {})["services"]} for one in alone}
    whole = {one.id: (one.content or {})["n"] for one in alone}
    families = [*((one,) for one in alone), *families]
    sums = {
        (*(one.id for one in family), service): _less(sizes, family, service)
        for family in families
        for service in services
    }
    solved: dict[Cell, Sum] = {}
    for one in alone:
        _learn(solved, _together([sums[one.id, service] for service in services], -whole[one.id]))
    for first, *parts in families:
        if parts and whole[first.id] == sum(whole[part.id] for part in parts):  # nothing is left: of no service
            for service in services:
                _learn(solved, sums[(first.id, *(part.id for part in parts), service)])
    left = {key: _left(solved, told) for key, told in sums.items()}
    known = {key: told.get(None, Fraction(0)) for key, told in left.items() if not told.keys() - {None}}
    return {key for key, size in known.items() if 0 < abs(size) < FEWEST}


def _less(sizes: dict[int, dict[str, int | None]], family: Family, service: str) -> Sum:
    """The first less the others; a service that a publication does not name has no answers in it."""
    found: Sum = {None: Fraction(0)}
    for place, one in enumerate(family):
        size, sign = sizes[one.id].get(service, 0), Fraction(-1 if place else 1)
        if size is None:
            found[one.id, service] = sign
        else:
            found[None] += sign * size
    return found


def _together(sums: Iterable[Sum], more: int) -> Sum:
    found: Sum = {None: Fraction(more)}
    for one in sums:
        for cell, factor in one.items():
            found[cell] = found.get(cell, Fraction(0)) + factor
    return found


def _learn(solved: dict[Cell, Sum], told: Sum) -> None:
    """One more sum that is nought: gives one cell by others, everywhere."""
    left = _left(solved, told)
    cell = next((cell for cell in left if cell is not None), None)
    if cell is None:
        return
    new = {one: factor / left[cell] for one, factor in left.items()}
    for known, row in solved.items():
        solved[known] = _without(row, cell, new)
    solved[cell] = new


def _left(solved: dict[Cell, Sum], told: Sum) -> Sum:
    for cell in [cell for cell in told if cell in solved]:
        if cell is not None:
            told = _without(told, cell, solved[cell])
    return told


def _without(told: Sum, cell: Cell, row: Sum) -> Sum:
    factor = told.get(cell)
    if not factor:
        return told
    found = {one: told.get(one, Fraction(0)) - factor * row.get(one, Fraction(0)) for one in told.keys() | row.keys()}
    return {one: value for one, value in found.items() if value}
