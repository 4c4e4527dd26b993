"""The managers' picture of today: every figure from the day book, none from `ticket.state`."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from office.desks import desks
from office.normal import normal_now
from office.paper import print_queue
from ptsp import asking, skm
from ptsp.alerts import alerts
from ptsp.catalogue import Catalogue
from ptsp.clock import Reading
from ptsp.daybook import day_lines
from ptsp.daybook_lines import Line
from ptsp.elements import SKM
from ptsp.hall import Hall
from ptsp.statistics import DayMeasures, Measures, Share, Spread, day_measures
from ptsp.tallies import FEWEST
from web.picture import Picture, common


def build(hall: Hall, conn: Connection, office_id: int, _key: Any, reading: Reading) -> Picture:
    """The picture of today, live."""
    office = hall.catalogue(conn, office_id)
    day = office.schedule.service_day(reading.at)
    picture = common(conn, office, "office", reading)
    return {
        **picture,
        **day_picture(hall, conn, office, day, reading.tick),
        "normal": normal_now(conn, office, reading),
        "print_queue": print_queue(conn, office, day),
        "counters": desks(conn, office),
        "alerts": alerts(hall, conn, office, reading),
    }


def day_picture(hall: Hall, conn: Connection, office: Catalogue, day: str, tick: int) -> Picture:
    """The figures of one service day as of `tick`, or as of its end when that came before."""
    lines = day_lines(conn, office.office_id, day)
    measured = day_measures(lines, promises(office), min(tick, end_of_day(office, day, lines, tick)))
    return {
        "day": day,
        "figures": _figures(measured.overall),
        "by_service": _by_service(office, measured),
        "by_counter": _by_counter(office, measured),
        "times": _times(measured.overall),
        "within_promise": _within(measured.overall),
        "abandonment": share(measured.overall.abandonment),
        "skm": satisfaction(hall, conn, office, day),
    }


def end_of_day(office: Catalogue, day: str, lines: list[Line], otherwise: int) -> int:
    """The tick at which a service day turned: what the next morning's housekeeping ends was not served all night."""
    if not lines:
        return otherwise
    turn = datetime.combine(
        date.fromisoformat(day) + timedelta(days=1), office.schedule.day_turns_at, office.schedule.zone
    )
    return lines[0].tick + int(turn.timestamp() * 1000) - lines[0].at


def promises(office: Catalogue) -> dict[int, int | None]:
    """Service id -> promised time in ms, None where nothing is promised."""
    return {
        service.id: service.promised_minutes * 60_000 if service.promised_minutes else None
        for service in office.services.values()
    }


def satisfaction(hall: Hall, conn: Connection, office: Catalogue, day: str) -> Picture:
    """The SKM index of the year up to a day, with its grade and n, and with its weight where that is not exact. No
    grade of fewer answers than hide a single one."""
    first = date.fromisoformat(day).replace(month=1, day=1).isoformat()
    counted = asking.answers_of(hall, conn, office, first, day)
    tally = counted.of(SKM, flagged=office.setting("survey_count_flagged"))
    told = tally.n >= FEWEST
    weight = skm.Weight(office.setting("survey_weight"))
    score = skm.score(tally.sums(skm.ELEMENTS) if told else {}, weight, forms=tally.n)
    return {
        "ikm": None if score.ikm is None else str(score.ikm),
        "grade": score.grade and score.grade.value,
        "performance": score.grade and score.grade.performance,
        "n": tally.n,
        "weight": weight.rounded,
        "waiting": counted.waiting,
        "fewest": FEWEST,
        "period": {"first": first, "last": day},
    }


def share(one: Share) -> Picture:
    """A share with both its counts; None, not 0, where there is nothing to divide by."""
    return {"share": one.value, "part": one.part, "whole": one.whole}


def _figures(all_of: Measures) -> Picture:
    return {
        "waiting": all_of.waiting_now,
        "called": all_of.called_now,
        "serving": all_of.serving_now,
        "parked": all_of.parked_now,
        "longest_wait_ms": all_of.longest_wait_ms,
        "served": all_of.served,
        "filed": all_of.filed,
        "no_show": all_of.no_show,
        "left": all_of.cancelled + all_of.removed + all_of.expired,
        "issued": all_of.issued,
    }


def _times(one: Measures) -> Picture:
    return {"waiting": _spread(one.waiting), "service": _spread(one.service)}


def _spread(one: Spread) -> Picture:
    return {"n": one.n, "median_ms": one.median_ms, "p90_ms": one.p90_ms, "max_ms": one.max_ms}


def _within(one: Measures) -> Picture:
    served, arrived = one.within_served, one.within_arrived
    return {
        "share": served.value,
        "part": served.part,
        "n": served.whole,
        "share_arrived": arrived.value,
        "arrived": arrived.whole,
    }


def _by_service(office: Catalogue, measured: DayMeasures) -> list[Picture]:
    rows = []
    for service_id, one in measured.by_service.items():
        if one.issued:
            service = office.service(service_id)
            row = {"id": service.id, "name": service.name, "promised_minutes": service.promised_minutes}
            rows.append(row | _row(one) | {"within": share(one.within_served)})
    return sorted(rows, key=lambda row: (-row["issued"], row["id"]))


def _by_counter(office: Catalogue, measured: DayMeasures) -> list[Picture]:
    rows = []
    for counter_id, one in measured.by_counter.items():
        counter = office.counter(counter_id)
        busy = measured.utilisation.get(counter_id, Share(0, 0))
        row = {"id": counter.id, "number": counter.number, "name": counter.name}
        rows.append(row | _row(one) | {"utilisation": share(busy)})
    return sorted(rows, key=lambda row: row["number"])


def _row(one: Measures) -> Picture:
    return {
        "issued": one.issued,
        "waiting": one.waiting_now,
        "serving": one.called_now + one.serving_now,
        "served": one.served,
        "no_show": one.no_show,
        "times": _times(one),
    }
