"""What a publication must not show because of several earlier ones: by service, in every order of publishing."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest

from ptsp import publishing
from ptsp.elements import SKM
from ptsp.periods import parse
from survey.public.close import without_close

MONTHS: list[dict[str, dict[str, int]]] = [
    {
        "2026-07": {"kawin": 5, "halal": 20, "umum": 30, "kiblat": 8},
        "2026-08": {"kawin": 10, "halal": 9, "umum": 30, "kiblat": 7},
        "2026-09": {"kawin": 3, "halal": 11, "umum": 25, "kiblat": 6},
    },
    {
        "2026-07": {"kawin": 2, "halal": 20, "umum": 30, "kiblat": 9},
        "2026-08": {"kawin": 10, "halal": 9, "umum": 30, "kiblat": 8},
        "2026-09": {"kawin": 6, "halal": 4, "umum": 25, "kiblat": 12},
    },
    {
        "2026-07": {"kawin": 5, "halal": 20, "umum": 30, "kiblat": 0},
        "2026-08": {"kawin": 10, "halal": 9, "umum": 30, "kiblat": 0},
        "2026-09": {"kawin": 3, "halal": 11, "umum": 25, "kiblat": 6},
    },
]  # fmt: skip


def _content(sizes: dict[str, int]) -> dict[str, Any]:
    """As much of a content as tells sizes; a service of fewer than five is hidden, and the smallest other beside it."""
    small = {service for service, n in sizes.items() if 0 < n < 5}
    if len(small) == 1:
        small.add(min(sizes.keys() - small, key=lambda service: sizes[service] or 99))
    services = [{"code": service, "n": None if service in small else n} for service, n in sizes.items() if n]
    n = sum(sizes.values())
    return {"n": n, "services": services, "elements": [{"code": "U1", "n": n, "nrr": "3"}]}


def _published(order: tuple[str, ...], every: dict[str, dict[str, int]]) -> dict[str, dict[str, Any]]:
    """Period -> its content, each published after those before it."""
    log: list[publishing.Publication] = []
    for number, code in enumerate(order, 1):
        days = parse(code)
        content = without_close(_content(every[code]), log, SKM, days)
        assert not publishing.too_close(log, SKM, days.first, days.last, content["n"])
        log.insert(0, publishing.Publication(number, "page", SKM, days.first, days.last, "", 1, None, None, content))
    return dict(zip(order, (one.content or {} for one in reversed(log)), strict=True))


def _worked_out(told: dict[str, dict[str, Any]], every: dict[str, dict[str, int]]) -> list[tuple[str, str]]:
    """The (period, service) of one to four answers that whoever can subtract works out: those that the sums of the
    publications leave no choice for."""
    cells = [(period, service) for period in every for service in every["2026-T3"]]
    rows: list[dict[tuple[str, str], Fraction]] = []
    for period, content in told.items():
        hidden = {one["code"] for one in content["services"] if one["n"] is None}
        rows += [{(period, service): Fraction(1)} for service in every["2026-T3"] if service not in hidden]
        rows.append({(period, service): Fraction(1) for service in hidden})
    months = [period for period in every if period != "2026-T3"]
    for service in every["2026-T3"]:
        rows.append({("2026-T3", service): Fraction(1)} | {(month, service): Fraction(-1) for month in months})
    solved: dict[tuple[str, str], dict[tuple[str, str], Fraction]] = {}

    def left_of(row: dict[tuple[str, str], Fraction]) -> dict[tuple[str, str], Fraction]:
        for pivot, other in solved.items():
            if factor := row.get(pivot, Fraction(0)):
                row = {cell: row.get(cell, Fraction(0)) - factor * other.get(cell, Fraction(0)) for cell in cells}
        return {cell: value for cell, value in row.items() if value}

    for row in rows:
        if left := left_of(row):
            pivot = next(iter(left))
            solved[pivot] = {cell: value / left[pivot] for cell, value in left.items()}
    few = [(period, service) for period, service in cells if 0 < every[period].get(service, 0) < 5]
    return [cell for cell in few if not left_of({cell: Fraction(1)})]


@pytest.mark.parametrize("months", MONTHS)
@pytest.mark.parametrize("order", list(permutations(["2026-07", "2026-08", "2026-09", "2026-T3"])))
def test_no_service_of_a_month_is_what_several_publications_leave(
    order: tuple[str, ...], months: dict[str, dict[str, int]]
) -> None:
    """Eighteen in the quarter, five in July, ten in August: nobody is to work out the three of September."""
    services = {service for month in months.values() for service in month}
    every = {code: {service: month.get(service, 0) for service in sorted(services)} for code, month in months.items()}
    every["2026-T3"] = {service: sum(month[service] for month in every.values()) for service in sorted(services)}
    for length in range(1, 5):
        told = _published(order[:length], every)
        if length == 4:
            assert _worked_out(told, every) == []
    assert any(one["n"] for one in told[order[-1]]["services"]), "not everything is hidden"
