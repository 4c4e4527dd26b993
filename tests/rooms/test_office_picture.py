"""The managers' picture of the day."""

from __future__ import annotations

from typing import Any

import pytest

from office.normal import ENOUGH
from office.picture import build, day_picture
from ptsp import asking, staffing
from ptsp.hall import Actor
from tests.support.answers import a_year_of_answers
from tests.support.halls import Office
from tests.support.weights import use_weight


def picture(office: Office) -> dict[str, Any]:
    with office.hall.view() as conn:
        return build(office.hall, conn, office.office_id, None, office.clock.read())


def serve(office: Office, wait: int = 5, service: int = 10, outcome: str = "delivered") -> dict[str, Any]:
    """One visit from issue to end, minutes."""
    desk = office.officer(1)
    ticket = office.issue(office.service_for(desk.counter_id))
    office.clock.forward(minutes=wait)
    desk.calls_next()
    desk.starts()
    office.clock.forward(minutes=service)
    desk.finishes(outcome)
    return ticket


def test_an_empty_day_has_no_data_and_says_so(office: Office) -> None:
    shown = picture(office)
    assert shown["figures"]["issued"] == 0
    assert shown["figures"]["longest_wait_ms"] is None
    assert shown["times"]["waiting"] == {"n": 0, "median_ms": None, "p90_ms": None, "max_ms": None}
    assert shown["within_promise"]["share"] is None
    assert (shown["skm"]["ikm"], shown["skm"]["grade"], shown["skm"]["n"]) == (None, None, 0)
    assert (shown["normal"], shown["print_queue"], shown["by_service"]) == (None, [], [])


def test_a_day_in_figures(office: Office) -> None:
    serve(office, wait=5, service=10)
    serve(office, wait=15, service=20, outcome="filed")
    office.issue(office.service_for(office.counters[0]))
    office.clock.forward(minutes=7)
    shown = picture(office)
    figures = shown["figures"]
    assert (figures["issued"], figures["served"], figures["filed"], figures["waiting"]) == (3, 2, 1, 1)
    assert figures["longest_wait_ms"] == 7 * 60_000
    assert (shown["times"]["waiting"]["n"], shown["times"]["waiting"]["median_ms"]) == (2, 10 * 60_000)
    assert shown["times"]["service"]["median_ms"] == 15 * 60_000
    counter = next(one for one in shown["by_counter"] if one["number"] == 1)
    assert counter["served"] == 2
    assert 0 < counter["utilisation"]["share"] < 1
    assert sum(one["issued"] for one in shown["by_service"]) == 3


def test_who_sits_where_and_with_whom(office: Office) -> None:
    desk = office.officer(2)
    office.issue(office.service_for(desk.counter_id))
    ticket = desk.calls_next()
    shown = {one["id"]: one for one in picture(office)["counters"]}
    assert shown[desk.counter_id]["visit"] == {"number": ticket["number"], "state": "called"}
    assert shown[office.counters[0]]["state"] == "closed"


def test_satisfaction_of_the_year_with_its_n(office: Office) -> None:
    visitor = Actor("visitor", 0, "visitor", office.office_id)
    form = asking.Form("skm-9", "2017.1", {f"U{number}": 4 for number in range(1, 10)})
    for n in range(1, 6):
        ticket = serve(office)
        office.hall.act(visitor, asking.submit, token=ticket["token"], forms=[form], about={})
        shown = picture(office)["skm"]
        told = (None, None, 0, n) if n < 5 else ("100.00", "A", 5, 0)  # one answer alone would tell of its visitor
        assert (shown["ikm"], shown["grade"], shown["n"], shown["waiting"]) == told
    assert shown["period"] == {"first": "2026-01-01", "last": "2026-08-03"}


@pytest.mark.parametrize(("weight", "told"), [("exact", None), ("0.11", {"id": "0,11", "en": "0.11"})])
def test_satisfaction_tells_a_weight_that_is_not_exact(office: Office, weight: str, told: Any) -> None:
    use_weight(office, weight)
    a_year_of_answers(office, 20)
    shown = picture(office)["skm"]
    assert shown["ikm"]
    assert shown["weight"] == told


def test_what_is_normal_comes_from_enough_earlier_days_at_the_same_hour(office: Office) -> None:
    for _ in range(ENOUGH):
        serve(office, wait=5, service=10)
        office.clock.forward(hours=2)
        serve(office, wait=5, service=10)  # later than the hour that is compared
        office.clock.forward(hours=21, minutes=30)
    office.clock.forward(minutes=30)
    assert picture(office)["normal"] == {"waiting": 0, "longest_wait_ms": 0, "served": 1, "days": ENOUGH}


def test_a_visit_forgotten_in_the_evening_was_not_open_all_night(office: Office) -> None:
    desk = office.officer(1)
    office.issue(office.service_for(desk.counter_id))
    desk.calls_next()
    desk.starts()
    office.clock.forward(hours=23)
    office.hall.act(office.system, staffing.end_day)
    with office.hall.view() as conn:
        shown = day_picture(office.hall, conn, office.catalogue(), "2026-08-03", office.clock.tick)
    counter = next(one for one in shown["by_counter"] if one["number"] == 1)
    assert counter["utilisation"]["whole"] == 15 * 3_600_000, "open from 09.00 to midnight"
