"""The day's figures straight from the log: nothing here knows the product, its book or its arithmetic."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from benchmarks.visit_log import SERVICES, Desk, Shift, Visit, shifts

Figures = dict[str, Any]


def figures(visits: list[Visit], desks: dict[Desk, list[Visit]]) -> dict[str, Figures]:
    """Row name -> figures: the hall, each service (by its code in the office), each desk."""
    table = {"hall": _row(visits) | {"abandoned": sum(not one.served for one in visits)}}
    for name, code in SERVICES.items():
        if some := [one for one in visits if one.service == name]:
            table[code] = _row(some) | {"abandoned": sum(not one.served for one in some)}
    for desk, served in desks.items():
        worked = shifts(desk, served)
        table[str(desk)] = _row(served) | {"open_s": sum(map(_open, worked)), "busy_s": sum(map(_took, served))}
    return table


def rows(visits: list[Visit], desks: dict[Desk, list[Visit]]) -> list[tuple[Any, ...]]:
    """One row a visit, as the office's CSV of the day has them, sorted."""
    at = {visit.id: str(desk) for desk, some in desks.items() for visit in some}
    return sorted(
        (
            f"{visit.arrived:%Y-%m-%d %H:%M:%S}",
            SERVICES[visit.service],
            int(visit.priority),
            _seconds(visit.arrived, visit.called),
            _seconds(visit.called, visit.ended) if visit.called else "",
            at.get(visit.id, ""),
            "served" if visit.served else "cancelled",
        )
        for visit in visits
    )


def _row(some: list[Visit]) -> Figures:
    waits = [(one.called - one.arrived).total_seconds() for one in some if one.called]
    took = [(one.ended - one.called).total_seconds() for one in some if one.called]
    return {"issued": len(some), "served": len(took), **_spread("waiting", waits), **_spread("service", took)}


def _spread(name: str, seconds: list[float]) -> Figures:
    """n, median and P90 in ms, by the standard library (its "inclusive" is the interpolation that numpy uses too)."""
    if not seconds:
        return {f"{name}_n": 0, f"{name}_median_ms": None, f"{name}_p90_ms": None}
    p90 = statistics.quantiles(seconds, n=10, method="inclusive")[8] if len(seconds) > 1 else seconds[0]
    middle = statistics.median(seconds)
    return {f"{name}_n": len(seconds), f"{name}_median_ms": round(1000 * middle), f"{name}_p90_ms": round(1000 * p90)}


def _open(shift: Shift) -> int:
    return int((shift.ends - shift.begins).total_seconds())


def _took(visit: Visit) -> int:
    assert visit.called is not None
    return int((visit.ended - visit.called).total_seconds())


def _seconds(start: datetime | None, end: datetime | None) -> str:
    return "" if start is None or end is None else str(int((end - start).total_seconds()))


def differences(mine: Iterable[str], ours: dict[str, Figures], theirs: dict[str, Figures]) -> list[str]:
    """What is not equal, one line each."""
    found = []
    for name in mine:
        left, right = ours.get(name, {}), theirs.get(name, {})
        for key in sorted(left.keys() | right.keys()):
            if left.get(key) != right.get(key):
                found.append(f"{name} {key}: the office says {left.get(key)}, the log {right.get(key)}")
    return found
