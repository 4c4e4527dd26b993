"""Answers as an office gets them in a year, with the visits they come from: seeded, fast, kept by `asking.keep`.

    a_year_of_answers(office, 600)                                  # 2026, until the office's today
    a_year_of_answers(office, 60_000, first="2025-01-01", last="2025-12-31", seed=7)

What is built in, so that figures have something to find: facilities (U9) and the handling of complaints (U8) are weak,
the fee (U4) is free for nearly all, a long wait lowers U3 most, the second service is better than the first, and things
get better through the year. Some two of a hundred are flagged.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from ptsp import asking, tallies
from ptsp.elements import ELEMENTS, ONE_TOUCH, SKM
from ptsp.hall import Answer, Hall, Work
from ptsp.tallies import WAIT_BANDS
from ptsp.tally import Visits

# Before this day everything is: an answer that waited so long is written down without others.
ALL = "9999-12-31"
WAITS = [band for _limit, band in WAIT_BANDS] + ["60+"]
BASE = {"U1": 3.45, "U2": 3.4, "U3": 3.3, "U4": 3.95, "U5": 3.5, "U6": 3.55, "U7": 3.6, "U8": 3.2, "U9": 3.05}
ANSWERED = 0.6
TRAITS = {
    "sex": (["L", "P", None], [46, 48, 6]),
    "age": (["17-25", "26-35", "36-45", "46-55", "56+", None], [14, 28, 27, 18, 7, 6]),
    "education": (["SD", "SMP", "SMA", "S1", "S2", "S3", None], [4, 8, 38, 36, 6, 1, 7]),
    "occupation": (["PNS", "TNI", "POLRI", "SWASTA", "WIRAUSAHA", "LAINNYA", None], [22, 1, 1, 28, 22, 19, 7]),
}


def a_year_of_answers(
    office: Any,
    n: int,
    first: str = "2026-01-01",
    last: str | None = None,
    seed: int = 1,
    instrument: str = SKM,
    version: str = "1",
    with_visits: bool = True,
) -> list[dict[str, Any]]:
    """Writes n answers, and the visits that gave them; the rows as written. `office`: tests.support.halls.Office."""
    chance = random.Random(seed)
    today = office.catalogue().schedule.service_day(office.clock.read().at)
    days = list(open_days(office.catalogue(), first, last or today))
    if not days:
        raise ValueError(f"the hall is never open from {first} to {last or today}")
    rows = [_row(office.catalogue(), chance, days, instrument, version) for _ in range(n)]
    written = [dict(row) for row in rows]

    def write(work: Work) -> Answer:
        asking.keep(work, rows)
        if with_visits:
            for day, found in visits_behind(work.office, written, chance).items():
                tallies.keep_visits(work.conn, work.office_id, day, found)
        return {}

    office.hall.act(office.system, write)
    return written


def open_days(catalogue: Any, first: str, last: str) -> Iterator[str]:
    """The days on which the hall is open."""
    day = date.fromisoformat(first)
    while day.isoformat() <= last:
        if catalogue.schedule.hours(day):
            yield day.isoformat()
        day += timedelta(days=1)


def _row(catalogue: Any, chance: random.Random, days: list[str], instrument: str, version: str) -> dict[str, Any]:
    place = chance.randrange(len(days))
    services = [service for service in catalogue.services.values() if service.active]
    busy = [1 / (1 + rank) for rank in range(len(services))]
    service = chance.choices(services, busy)[0]
    wait = chance.choices(WAITS, [22, 34, 26, 13, 5])[0]
    flags = chance.choices(["", "fast", "same", "burst"], [980, 8, 8, 4])[0]
    mood = chance.gauss(0, 0.3) + 0.25 * place / len(days) - 0.08 * WAITS.index(wait)
    if service is services[1 % len(services)]:
        mood += 0.2
    form = asking.Form(instrument, version, _scores(chance, instrument, mood, wait, flags))
    facts = {
        "channel": chance.choices(["kiosk", "phone", "tablet", "paper"], [52, 30, 12, 6])[0],
        "day": days[place],
        "hour_band": chance.choices(["08.00-12.00", "13.00-17.00"], [64, 36])[0],
        "wait_band": wait,
        "service_id": service.id,
        "counter_id": chance.choice(sorted(catalogue.taken_by[service.id])) if catalogue.taken_by[service.id] else None,
        "flags": flags,
        **{name: chance.choices(options, weights)[0] for name, (options, weights) in TRAITS.items()},
    }
    return asking.rows_of([form], facts)[0]


def _scores(chance: random.Random, instrument: str, mood: float, wait: str, flags: str) -> dict[str, int]:
    if flags == "same":
        return dict.fromkeys(ELEMENTS[instrument], 4)
    scores = {}
    for element in ELEMENTS[instrument]:
        if chance.random() < 0.03 and instrument != ONE_TOUCH:
            continue  # left out
        liking = BASE.get(element, 3.5) + mood * (0.2 if element == "U4" else 1)
        liking -= 0.15 * WAITS.index(wait) if element == "U3" else 0
        scores[element] = min(4, max(1, round(liking + chance.gauss(0, 0.45))))
    return scores or {ELEMENTS[instrument][0]: 3}


def visits_behind(
    catalogue: Any, rows: list[dict[str, Any]], chance: random.Random
) -> dict[str, dict[tuple[str, str], Visits]]:
    """Day -> visits by (dimension, key): those who answered, and those who did not (six of ten asked answer)."""
    days: dict[str, dict[tuple[str, str], Visits]] = {}
    for row in rows:
        of_day = days.setdefault(row["day"], {})
        came = 1 + (chance.random() < (1 - ANSWERED) / ANSWERED)
        asked = came - (chance.random() < 0.05 and came > 1)
        for place in range(came):
            wait = row["wait_band"] if not place else chance.choice(WAITS)
            keys = [*tallies._place_keys(catalogue, row["service_id"], row["counter_id"]), ("all", "")]
            for key in [*keys, ("hour", row["hour_band"]), ("wait", wait)]:
                of_day.setdefault(key, Visits()).add(Visits(1, int(place < asked)))
    return days


def in_the_box(hall: Hall, conn: Connection, office_id: int) -> list[dict[str, Any]]:
    """All answers that wait in the box: rows of `records.survey_answer` without id."""
    return [row for visitors in asking.batches(hall, conn, office_id) for rows in visitors for row in rows]
