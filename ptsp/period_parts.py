"""A period cut into what is counted: months, and single days where it begins or ends within one."""

from __future__ import annotations

from typing import NamedTuple

from ptsp.periods import Period, containing, moved


class Part(NamedTuple):
    """Some months ("2026-03"), or some days, of a period, both included; ``away``: days that are in its months, but not
    in it."""

    grain: str
    first: str
    last: str
    away: bool = False


def parts(first: str, last: str) -> list[Part]:
    """The days first..last (ISO). Of a month that is cut, either the days that are in the period are added, or the
    whole month and those that are not are taken away: whichever are fewer."""
    months: list[str] = []
    edges: list[Part] = []
    month = containing("month", first)
    while month.first <= last and first <= last:
        begin, end = max(month.first, first), min(month.last, last)
        if 2 * Period("free", begin, end).days <= month.days:
            edges.append(Part("day", begin, end))
        else:
            months.append(month.first[:7])
            outside = [(month.first, moved(begin, -1)), (moved(end, 1), month.last)]
            edges += [Part("day", *days, away=True) for days in outside if days[0] <= days[1]]
        month = month.next()
    return [*([Part("month", months[0], months[-1])] if months else []), *edges]
