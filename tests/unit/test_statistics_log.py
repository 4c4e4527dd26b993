"""A real day, computed twice: through the day book, and straight from the log with nothing shared.

The log stays outside the repository: PTSP_VISIT_LOG, or ../shared/data beside it (see the README there).
"""

import csv
import os
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ptsp.daybook_lines import Line
from ptsp.replay import replay
from ptsp.statistics import day_measures

HERE = Path(__file__).parents[2]
LOG = Path(os.environ.get("PTSP_VISIT_LOG") or HERE.parent / "shared" / "data" / "visits-1999-08-01-15.csv")
PROMISED_MS = 180_000

pytestmark = pytest.mark.skipif(not LOG.is_file(), reason=f"no visit log at {LOG} (set PTSP_VISIT_LOG)")


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


@pytest.fixture(scope="module")
def log():
    """The visits of the busiest day: dicts with instants in ms; a visitor who gave up was `called` when leaving."""
    with LOG.open(newline="") as file:
        rows = list(csv.DictReader(file))
    busiest = Counter(row["arrived_at"][:10] for row in rows).most_common(1)[0][0]
    return [
        {
            "ticket": int(row["visit"]),
            "service": row["service"],
            "counter": row["counter"] if row["outcome"] == "served" else None,
            "served": row["outcome"] == "served",
            "arrived": instant(row["arrived_at"]),
            "called": instant(row["called_at"] or row["ended_at"]),
            "ended": instant(row["ended_at"]),
        }
        for row in rows
        if row["arrived_at"].startswith(busiest)
    ]


@pytest.fixture(scope="module")
def ids(log):
    """Service and counter names -> ids as the database would have them."""
    names = sorted({visit["service"] for visit in log}) + sorted({visit["counter"] or "nobody" for visit in log})
    return {name: number for number, name in enumerate(names, start=1)}


@pytest.fixture(scope="module")
def lines(log, ids):
    """The day book that the log would have written; counters open with the first arrival and never close."""
    opening = min(visit["arrived"] for visit in log)
    counters = sorted({visit["counter"] or "nobody" for visit in log})
    entries = [(opening, 0, 0, "take", None, {}, counter) for counter in counters]
    for visit in log:
        counter = visit["counter"] or "nobody"
        moves = [("issue", None, "waiting", visit["arrived"]), ("call", "waiting", "called", visit["called"])]
        if visit["served"]:
            moves += [("start", "called", "serving", visit["called"]), ("finish", "serving", "served", visit["ended"])]
        else:
            moves += [("no_show", "called", "no_show", visit["ended"])]
        for step, (move, before, after, at) in enumerate(moves):
            entries.append((at, visit["ticket"], step, move, visit, {"from_state": before, "to_state": after}, counter))
    entries.sort(key=lambda entry: entry[:3])
    return [
        Line(
            seq, at, at - opening, datetime.fromtimestamp(opening / 1000, UTC).date().isoformat(), move,
            ticket_id=visit and visit["ticket"], service_id=visit and ids[visit["service"]],
            counter_id=None if move == "issue" else ids[counter], outcome="delivered" if move == "finish" else None,
            **states,
        )
        for seq, (at, _, _, move, visit, states, counter) in enumerate(entries, start=1)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def result(log, ids, lines):
    services = {ids[visit["service"]]: PROMISED_MS for visit in log}
    return day_measures(lines, services, lines[-1].tick)


def linear(values, share):
    """numpy's default quantile, in floats, written independently of ptsp.spread."""
    values = sorted(values)
    place = share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


def assert_spread(ours, values):
    if not values:
        assert ours.n == 0
        assert ours.median_ms is None
        return
    assert (ours.n, ours.max_ms) == (len(values), max(values))
    for figure, expected in ((ours.median_ms, 0.5), (ours.p90_ms, 0.9), (ours.p95_ms, 0.95)):
        assert abs(figure - linear(values, expected)) <= 0.501
    assert abs(ours.mean_ms - sum(values) / len(values)) <= 0.501


def assert_same(ours, log):
    services = [visit["ended"] - visit["called"] for visit in log if visit["served"]]
    assert (ours.issued, ours.called, ours.served) == (len(log), len(log), len(services))
    assert ours.no_show == len(log) - len(services)
    assert_spread(ours.waiting, [visit["called"] - visit["arrived"] for visit in log])
    assert_spread(ours.service, services)
    kept = sum(took <= PROMISED_MS for took in services)
    assert ours.within_served == (kept, len(services))
    assert ours.within_arrived == (kept, len(log))
    assert ours.longest_wait_ms is None


def test_day_is_busy_and_the_book_is_whole(log, lines):
    assert len(log) > 1500
    assert len(replay(lines)) == len(log)


def test_overall(log, result):
    assert_same(result.overall, log)


def test_by_service(log, ids, result):
    for service in {visit["service"] for visit in log}:
        assert_same(result.by_service[ids[service]], [visit for visit in log if visit["service"] == service])


def test_by_counter(log, ids, result):
    for counter in {visit["counter"] for visit in log if visit["counter"]}:
        assert_same(result.by_counter[ids[counter]], [visit for visit in log if visit["counter"] == counter])


def test_utilisation_is_the_union_of_the_times_served(log, ids, result):
    opening = min(visit["arrived"] for visit in log)
    closing = max(visit["ended"] for visit in log)
    seconds = defaultdict(set)
    for visit in log:
        if visit["served"]:
            seconds[visit["counter"]].update(range(visit["called"] // 1000, visit["ended"] // 1000))
    for counter, busy in seconds.items():
        assert result.utilisation[ids[counter]] == (len(busy) * 1000, closing - opening)
    assert result.utilisation[ids["nobody"]].value == 0
