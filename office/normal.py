"""What is normal at this hour: the median of the same three figures at the same clock time on earlier days.

Earlier days do not change, so the answer is computed once per office, day and quarter of an hour.
"""

from __future__ import annotations

import threading
from datetime import date, datetime
from statistics import median
from typing import Any

from sqlalchemy import Connection

from ptsp.catalogue import Catalogue
from ptsp.clock import Reading
from ptsp.daybook import day_lines, earlier_days
from ptsp.statistics import day_measures
from web.picture import Picture

DAYS = 10
# Fewer days than this say nothing about what is normal.
ENOUGH = 3
SLOT_MINUTES = 15

_kept: dict[int, tuple[Any, Picture | None]] = {}
_guard = threading.Lock()


def normal_now(conn: Connection, office: Catalogue, reading: Reading) -> Picture | None:
    """{"waiting", "longest_wait_ms", "served", "days"} as medians, or None while fewer than ENOUGH days are known."""
    now = office.schedule.local(reading.at)
    slot = now.replace(minute=now.minute - now.minute % SLOT_MINUTES, second=0, microsecond=0)
    with _guard:
        kept = _kept.get(office.office_id)
    if kept is None or kept[0] != (conn.engine, slot):
        kept = ((conn.engine, slot), _normal(conn, office, slot, office.schedule.service_day(reading.at)))
        with _guard:
            _kept[office.office_id] = kept
    return kept[1]


def _normal(conn: Connection, office: Catalogue, slot: datetime, today: str) -> Picture | None:
    days = earlier_days(conn, office.office_id, today, DAYS)
    if len(days) < ENOUGH:
        return None
    known = [_then(conn, office, day, slot - (date.fromisoformat(today) - date.fromisoformat(day))) for day in days]
    return {
        "waiting": round(median(one["waiting"] for one in known)),
        "longest_wait_ms": round(median(one["longest_wait_ms"] for one in known)),
        "served": round(median(one["served"] for one in known)),
        "days": len(known),
    }


def _then(conn: Connection, office: Catalogue, day: str, moment: datetime) -> Picture:
    """The three figures at a moment of an earlier day; nobody waiting counts as a wait of 0."""
    at = int(moment.timestamp() * 1000)
    lines = [line for line in day_lines(conn, office.office_id, day) if line.at <= at]
    tick = lines[-1].tick + (at - lines[-1].at) if lines else 0
    overall = day_measures(lines, {}, tick).overall
    return {"waiting": overall.waiting_now, "longest_wait_ms": overall.longest_wait_ms or 0, "served": overall.served}
