"""How many are ahead, and for how long: worked out by hand on the example office."""

import pytest

from ptsp.estimates import Reach, minutes_range
from tests.support.halls import Office


@pytest.mark.parametrize(
    ("work", "at_desks", "own", "expected"),
    [
        (0, 0, 10, None),  # nobody takes the service: nothing honest to say
        (0, 1, 10, (0, 10)),  # nobody ahead: half a visit on average
        (40, 2, 10, (15, 35)),  # (40 + 10) / 2 = 25 minutes, x 0.75 and x 1.4, in steps of 5
        (1, 4, 2, (0, 5)),
    ],
)
def test_minutes(work: float, at_desks: int, own: float, expected: tuple[int, int] | None) -> None:
    assert minutes_range(work, at_desks, own) == expected


def test_only_what_our_counters_will_call_is_ahead(office: Office) -> None:
    """A ticket that one of our two counters and one other may take is half ahead of us."""
    catalogue = office.catalogue()
    mine = office.services[0]
    ours = catalogue.taken_by[mine]
    shared = {s: catalogue.taken_by[s] for s in office.services if len(catalogue.taken_by[s]) == 2}
    half = next(s for s, taking in shared.items() if len(taking & ours) == 1)
    never = next((s for s in office.services if not catalogue.taken_by[s] & ours), None)
    desk = dict.fromkeys(catalogue.services, 10.0)
    everybody = frozenset(catalogue.counters)
    assert Reach(catalogue, everybody).weigh((mine, None), [((mine, None), 3)], desk).people == 3
    assert Reach(catalogue, everybody).weigh((mine, None), [((half, None), 4)], desk).people == 2
    if never is not None:
        assert Reach(catalogue, everybody).weigh((mine, None), [((never, None), 9)], desk).people == 0


def test_a_ticket_kept_for_one_counter_stands_in_that_line_only(office: Office) -> None:
    catalogue, mine = office.catalogue(), office.services[0]
    one, other = sorted(catalogue.taken_by[mine])[:2]
    stranger = next(c for c in catalogue.counters if c not in catalogue.taken_by[mine])
    desk = dict.fromkeys(catalogue.services, 10.0)
    opened = frozenset(catalogue.counters)
    assert Reach(catalogue, opened).weigh((mine, None), [((mine, stranger), 5)], desk).people == 0
    assert Reach(catalogue, opened).weigh((mine, other), [((mine, one), 5)], desk).people == 0
    assert Reach(catalogue, opened).weigh((mine, one), [((mine, one), 5)], desk).people == 5


def test_a_closed_counter_works_off_nothing(office: Office) -> None:
    catalogue, mine = office.catalogue(), office.services[0]
    one, other = sorted(catalogue.taken_by[mine])[:2]
    desk = dict.fromkeys(catalogue.services, 10.0)
    both = Reach(catalogue, frozenset({one, other})).weigh((mine, None), [((mine, None), 4)], desk)
    alone = Reach(catalogue, frozenset({one})).weigh((mine, None), [((mine, None), 4)], desk)
    nobody = Reach(catalogue, frozenset()).weigh((mine, None), [((mine, None), 4)], desk)
    assert (both.people, alone.people, nobody.people) == (4, 4, 4)
    assert both.minutes == (15, 35)
    assert alone.minutes == (35, 70)
    assert nobody.minutes is None


def test_the_queue_of_the_hall_as_tickets_are_taken(office: Office) -> None:
    desk = office.officer(1)
    service = office.service_for(desk.counter_id)
    assert [office.issue(service)["ahead"] for _ in range(4)] == [0, 1, 2, 3]
    assert office.issue(service, priority=True)["ahead"] == 0
    desk.calls_next()
    assert office.issue(service)["ahead"] == 4
