"""Visits and measures, by hand, by property, and against a real log computed a second way."""

import random
import statistics as plain
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptsp.replay import replay
from ptsp.spread import Share, Spread, quantile, spread
from ptsp.states import Move, State, target
from ptsp.statistics import day_measures, visits
from tests.support.day_lines import Book

S, MINUTE = 1000, 60_000


@pytest.fixture
def book():
    return Book()


def measure(book, services=None, after=0):
    return day_measures(book.lines, {1: None} if services is None else services, book.tick + after * S)


def test_an_ordinary_visit(book):
    book.after(10).issue(1, priority=True).served(1, 3, call=60, start=5, end=300, person_id=9)
    (visit,) = visits(book.lines)
    assert (visit.waiting_ms, visit.service_ms, visit.journey_ms) == (60 * S, 300 * S, 365 * S)
    assert (visit.counter_id, visit.person_id, visit.state, visit.outcome) == (3, 9, "served", "delivered")
    assert (visit.issued_tick, visit.entered_tick, visit.priority, visit.calls) == (10 * S, 10 * S, True, 1)
    assert visit.earlier == ()


def test_a_recall_does_not_lengthen_the_wait(book):
    book.issue(1).after(60).move(Move.CALL, 1, 3).after(40).move(Move.RECALL, 1, 3)
    (visit,) = visits(book.lines)
    assert (visit.waiting_ms, visit.calls, visit.service_ms, visit.journey_ms) == (60 * S, 2, None, None)


def test_recycle_begins_a_new_wait_and_reopens_a_no_show(book):
    book.issue(1).after(60).move(Move.CALL, 1, 3).after(90).move(Move.NO_SHOW, 1, 3).after(30).move(Move.RECYCLE, 1)
    (waiting,) = visits(book.lines)
    assert (waiting.state, waiting.end_tick, waiting.waiting_ms) == ("waiting", None, None)
    assert (waiting.entered_tick, waiting.outcome) == (180 * S, None)
    book.served(1, 4, call=20, start=0, end=100)
    (served,) = visits(book.lines)
    assert (served.waiting_ms, served.service_ms, served.calls, served.counter_id) == (20 * S, 100 * S, 2, 4)
    assert measure(book).overall.no_show == 0


def test_transfer_measures_the_last_queue_and_keeps_the_earlier_leg(book):
    book.issue(1, service=1).after(60).move(Move.CALL, 1, 3).move(Move.START, 1, 3)
    book.after(100).move(Move.TRANSFER, 1, 3, service_id=2).served(1, 4, call=30, start=0, end=50)
    (visit,) = visits(book.lines)
    assert (visit.service_id, visit.waiting_ms, visit.service_ms) == (2, 30 * S, 50 * S)
    assert visit.journey_ms == 240 * S
    assert visit.earlier == ((1, 0, 60 * S, 60 * S, 160 * S, 3),)


def test_parked_time_is_part_of_the_service_and_given_apart(book):
    book.counter("take", 3).counter("take", 4)
    book.issue(1).move(Move.CALL, 1, 3).move(Move.START, 1, 3).after(60).move(Move.PARK, 1, 3)
    book.after(600).move(Move.RESUME, 1, 4).after(40).move(Move.FINISH, 1, 4, outcome="filed")
    (visit,) = visits(book.lines)
    assert (visit.service_ms, visit.parked_ms, visit.counter_id, visit.outcome) == (700 * S, 600 * S, 4, "filed")
    result = measure(book)
    assert result.overall.filed == 1
    assert result.utilisation == {3: Share(60 * S, 700 * S), 4: Share(40 * S, 700 * S)}


def test_a_booking_that_never_came_is_no_visit(book):
    book.states[1] = book.states[2] = State.BOOKED
    book.move(Move.CANCEL, 1).after(5).move(Move.CHECK_IN, 2, service_id=1)
    assert [(visit.ticket_id, visit.issued_tick) for visit in visits(book.lines)] == [(2, 5 * S)]


def test_the_wall_clock_may_jump_and_nothing_is_negative(book):
    book.issue(1)
    book.clock_error = -3600 * S
    book.served(1, 3, call=60, start=0, end=60)
    broken = [*book.lines[:3], book.lines[3]._replace(tick=0)]
    assert [visit.waiting_ms for visit in visits(book.lines)] == [60 * S]
    assert [visit.service_ms for visit in visits(broken)] == [0]


def test_nothing_is_published_of_an_empty_day(book):
    result = measure(book, {1: MINUTE})
    assert result.overall == result.by_service[1]
    assert result.overall.issued == 0
    assert result.overall.longest_wait_ms is None
    assert result.overall.waiting == Spread(0, None, None, None, None, None)
    shares = (result.overall.within_served, result.overall.within_arrived, result.overall.abandonment)
    assert [share.value for share in shares] == [None, None, None]
    assert result.by_counter == result.utilisation == {}


def test_promises_name_both_denominators(book):
    book.issue(1, 1).issue(2, 1).issue(3, 1).issue(4, 2)
    book.served(1, 3, 0, 0, 60).served(2, 3, 0, 0, 61).served(4, 3, 0, 0, 9999)
    overall = measure(book, {1: MINUTE, 2: None}).overall
    assert (overall.within_served, overall.within_arrived) == (Share(1, 2), Share(1, 3))


def test_who_left_is_counted_where_they_stood(book):
    for ticket in range(1, 9):
        book.issue(ticket)
    book.after(30).move(Move.CALL, 1, 3).move(Move.NO_SHOW, 1, 3).move(Move.CALL, 2, 3).move(Move.CANCEL, 2)
    book.move(Move.REMOVE, 3).move(Move.EXPIRE, 4).move(Move.CALL, 5, 3).move(Move.CALL, 6, 4).move(Move.START, 6, 4)
    book.move(Move.CALL, 7, 5).move(Move.START, 7, 5).move(Move.PARK, 7, 5)
    overall = measure(book, after=12).overall
    states = ("waiting_now", "called_now", "serving_now", "parked_now", "no_show", "cancelled", "removed", "expired")
    assert {state: getattr(overall, state) for state in states} == dict.fromkeys(states, 1)
    assert overall.longest_wait_ms == 42 * S
    assert overall.abandonment == Share(1, 5)
    assert overall.waiting == Spread(5, *[30 * S] * 5)


def test_a_counter_is_open_between_take_and_leave_without_its_breaks(book):
    book.counter("take", 3).issue(1).served(1, 3, 10, 0, 50).after(40).counter("break", 3).after(500)
    book.counter("back", 3).after(60).counter("leave", 3).after(1000)
    result = measure(book)
    assert result.utilisation == {3: Share(50 * S, 160 * S)}
    assert result.utilisation[3].value == pytest.approx(0.3125)


def test_an_open_counter_is_open_until_now_and_taking_it_twice_opens_it_once(book):
    book.counter("take", 3).after(100).counter("take", 3).issue(1).move(Move.CALL, 1, 3).move(Move.START, 1, 3)
    assert measure(book, after=100).utilisation == {3: Share(100 * S, 200 * S)}


def test_a_counter_freed_in_the_middle_of_a_visit_is_not_busier_than_open(book):
    book.counter("take", 3).issue(1).move(Move.CALL, 1, 3).move(Move.START, 1, 3).after(10).counter("leave", 3)
    book.after(90).move(Move.FINISH, 1, 3, outcome="delivered")
    assert measure(book).utilisation == {3: Share(10 * S, 10 * S)}


def test_what_the_next_morning_expires_was_not_served_all_night(book):
    book.counter("take", 3).issue(1).after(60).move(Move.CALL, 1, 3).move(Move.START, 1, 3).issue(2)
    evening = book.tick + 100 * S
    book.after(50_000).move(Move.EXPIRE, 1).move(Move.EXPIRE, 2)
    result = day_measures(book.lines, {1: None}, evening)
    assert result.utilisation == {3: Share(100 * S, 160 * S)}
    assert (result.overall.expired, result.overall.waiting_now, result.overall.waiting.max_ms) == (2, 0, 60 * S)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([7], (7, 7, 7)), ([1, 2], (2, 2, 2)), ([0, 10], (5, 9, 10)), (list(range(0, 1001, 10)), (500, 900, 950))],
)
def test_quantiles_are_linear_and_rounded_half_up(values, expected):
    assert tuple(quantile(values, percent) for percent in (50, 90, 95)) == expected


@given(st.lists(st.integers(0, 10**8), min_size=2, max_size=200))
def test_quantiles_agree_with_the_standard_library(values):
    hundredths = plain.quantiles(values, n=100, method="inclusive")
    result = spread(values)
    for ours, theirs in ((result.median_ms, 50), (result.p90_ms, 90), (result.p95_ms, 95)):
        assert abs(ours - hundredths[theirs - 1]) <= 0.501
    assert (result.n, result.max_ms) == (len(values), max(values))
    assert abs(result.mean_ms - plain.mean(values)) <= 0.5


day_of_moves = st.lists(
    st.tuples(st.sampled_from([*Move, "take", "break", "back", "leave"]), st.integers(1, 5), st.integers(0, 300)),
    max_size=80,
)


@given(day_of_moves)
def test_every_visit_is_counted_once_and_no_duration_is_negative(moves):
    book = Book()
    for move, which, seconds in moves:
        book.after(seconds)
        if not isinstance(move, Move):
            book.counter(move, which)
        elif target(book.states.get(which), move) is not None:
            book.move(move, which, which % 2, service_id=which % 3 or None)
    result = measure(book)
    assert {visit.ticket_id: visit.state for visit in visits(book.lines)} == {
        ticket: state.state for ticket, state in replay(book.lines).items()
    }
    for some in (result.overall, *result.by_service.values(), *result.by_counter.values()):
        standing = some.waiting_now + some.called_now + some.serving_now + some.parked_now
        assert some.issued == standing + some.served + some.no_show + some.cancelled + some.removed + some.expired
    for visit in visits(book.lines):
        durations = (visit.waiting_ms, visit.service_ms, visit.journey_ms, visit.parked_ms)
        assert all(duration is None or duration >= 0 for duration in durations)
        assert visit.service_ms is None or visit.parked_ms <= visit.service_ms
    assert all(0 <= busy.part <= busy.whole <= book.tick for busy in result.utilisation.values())


def test_ten_thousand_lines_take_less_than_60_ms():
    chance, book = random.Random(1), Book()
    for ticket in range(1, 2500):
        book.issue(ticket, service=ticket % 20).served(ticket, ticket % 6, *(chance.randrange(600) for _ in range(3)))
    services = dict.fromkeys(range(20), 600_000)
    taken = []
    for _ in range(5):
        begin = time.process_time()
        day_measures(book.lines, services, book.tick)
        taken.append(time.process_time() - begin)
    assert len(book.lines) == 9996
    assert min(taken) < 0.060
