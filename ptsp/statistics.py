"""A day in figures, computed from the day book alone (decision 2 of the design): never from `ticket.state`.

Every figure names what it counts. What has no data is None ("belum ada data"), never 0; a count of tickets may be 0.
Definitions: DOMAIN section 7. Visits and legs: `ptsp.visits`; quantiles: `ptsp.spread`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ptsp.daybook_lines import Line
from ptsp.spread import Share, Spread, spread
from ptsp.states import State
from ptsp.visits import Reader, Visit, visits

__all__ = ["DayMeasures", "Line", "Measures", "Share", "Spread", "Visit", "day_measures", "measures", "visits"]

Promises = Mapping[int, int | None]


@dataclass(frozen=True, slots=True)
class Measures:
    """What is published of a set of visits: the hall, one service, or one counter.

    issued          visits that arrived (of a counter: whose last leg was called there)
    waiting_now .. expired   where they stand; these nine add up to `issued`
    called          visits called at least once
    longest_wait_ms the longest wait that is still running; None if nobody waits
    waiting         last call - queue entry, of visits whose last queue stay ended with a call, served or not
    service         end - start, of served visits
    filed           served visits that ended with "filed": the file was taken in, the product is still to come
    within_served   service <= promised time, of *served visits of services with a promise*
    within_arrived  the same ones, of *all visits of services with a promise*, those still in the hall included
    abandonment     no-shows of visits called: a *lower bound*, since who leaves with a paper ticket tells nobody
    """

    issued: int
    waiting_now: int
    called_now: int
    serving_now: int
    parked_now: int
    served: int
    no_show: int
    cancelled: int
    removed: int
    expired: int
    called: int
    filed: int
    longest_wait_ms: int | None
    waiting: Spread
    service: Spread
    within_served: Share
    within_arrived: Share
    abandonment: Share


@dataclass(frozen=True, slots=True)
class DayMeasures:
    """The hall, each service asked for or visited, each counter that opened or called, and how busy counters were.

    `utilisation`: serving ms of open ms per counter (break and leave close it); only serving while open counts.
    """

    overall: Measures
    by_service: dict[int, Measures]
    by_counter: dict[int, Measures]
    utilisation: dict[int, Share]


def day_measures(lines: Iterable[Line], services: Promises, now_tick: int) -> DayMeasures:
    """The measures of some lines (seq order; a service day, or any run of lines) as of `now_tick`.

    For a day that is over pass the tick at which it ended: later lines (the next morning expires what was forgotten)
    then count as of that moment, and a counter nobody closed is open until then.

    `services`: service id -> promised service time in ms, None if nothing is promised. A visit is counted under the
    service in whose queue it stood last and the counter that called or served it last.
    """
    reader = Reader(now_tick).read(lines)
    everything = reader.visits()
    desks = reader.desks()
    by_service: dict[int, list[Visit]] = {service_id: [] for service_id in services}
    by_counter: dict[int, list[Visit]] = {counter_id: [] for counter_id in desks}
    for visit in everything:
        if visit.service_id is not None:
            by_service.setdefault(visit.service_id, []).append(visit)
        if visit.counter_id is not None:
            by_counter.setdefault(visit.counter_id, []).append(visit)
    return DayMeasures(
        overall=measures(everything, services, now_tick),
        by_service={key: measures(some, services, now_tick) for key, some in sorted(by_service.items())},
        by_counter={key: measures(some, services, now_tick) for key, some in sorted(by_counter.items())},
        utilisation={key: Share(desk.serving_ms, desk.open_ms) for key, desk in sorted(desks.items())},
    )


def measures(some: list[Visit], services: Promises, now_tick: int) -> Measures:
    """The measures of some visits as of `now_tick` (not before the last line they come from)."""
    states = Counter(visit.state for visit in some)
    waits = [wait for visit in some if (wait := visit.waiting_ms) is not None]
    served = [(visit, took) for visit in some if (took := visit.service_ms) is not None]
    running = [now_tick - visit.entered_tick for visit in some if visit.state == State.WAITING]
    called = sum(visit.calls > 0 for visit in some)
    within_served, within_arrived = _within_promise(some, served, services)
    return Measures(
        issued=len(some),
        waiting_now=states[State.WAITING],
        called_now=states[State.CALLED],
        serving_now=states[State.SERVING],
        parked_now=states[State.PARKED],
        served=states[State.SERVED],
        no_show=states[State.NO_SHOW],
        cancelled=states[State.CANCELLED],
        removed=states[State.REMOVED],
        expired=states[State.EXPIRED],
        called=called,
        filed=sum(visit.outcome == "filed" for visit, _ in served),
        longest_wait_ms=max(running, default=None),
        waiting=spread(waits),
        service=spread(took for _, took in served),
        within_served=within_served,
        within_arrived=within_arrived,
        abandonment=Share(states[State.NO_SHOW], called),
    )


def _within_promise(some: list[Visit], served: list[tuple[Visit, int]], services: Promises) -> tuple[Share, Share]:
    """Share of the served, and of the arrived, whose service took no longer than promised; only where promised."""
    promised = {key: limit for key, limit in services.items() if limit is not None}
    kept = [took <= promised[visit.service_id] for visit, took in served if visit.service_id in promised]
    arrived = sum(visit.service_id in promised for visit in some)
    return Share(sum(kept), len(kept)), Share(sum(kept), arrived)
