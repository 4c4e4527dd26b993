"""What the hall board is told: the last calls, who is next, the hall."""

from __future__ import annotations

from typing import Any

import pytest

from ptsp.elements import SKM
from ptsp.periods import parse
from tests.support.answers import a_year_of_answers
from tests.support.apps import House
from tests.support.published import publish
from tests.support.weights import use_weight


def board(house: House) -> Any:
    return house.live.picture("board", house.office.office_id)


def numbers(picture: Any, part: str) -> list[str]:
    return [one["number"] for one in picture[part]]


def test_an_empty_hall_has_no_calls_and_says_what_it_is(house: House) -> None:
    picture = board(house)
    assert (picture["audience"], picture["calls"], picture["next"], picture["waiting"]) == ("board", [], [], 0)
    assert picture["hall"]["state"] == "open"
    assert picture["office"]["timezone"] == "Asia/Jakarta"
    assert set(picture["ticker"]) == {"id", "en"}


def test_calls_come_newest_first_with_counter_and_service(house: House) -> None:
    officers = [house.office.officer(1), house.office.officer(2)]
    tickets = [house.office.issue(house.office.service_for(one.counter_id)) for one in officers]
    for officer, ticket in zip(officers, tickets, strict=True):
        officer.calls(ticket["id"])
    picture = board(house)
    assert numbers(picture, "calls") == [tickets[1]["number"], tickets[0]["number"]]
    assert picture["calls"][0] | {"seq": 0} == {
        "seq": 0,
        "number": tickets[1]["number"],
        "counter": house.office.catalogue().counter(officers[1].counter_id).name,
        "counter_number": 2,
        "service": tickets[1]["service"],
    }
    assert picture["calls"][0]["seq"] == picture["seq"]


def test_a_recalled_number_is_there_once_and_first(house: House) -> None:
    first, second = house.office.officer(1), house.office.officer(2)
    one = house.office.issue(house.office.service_for(first.counter_id))
    two = house.office.issue(house.office.service_for(second.counter_id))
    first.calls(one["id"])
    second.calls(two["id"])
    first.recalls()  # in the same millisecond: the clock of the test stands still
    assert numbers(board(house), "calls") == [one["number"], two["number"]]
    house.office.clock.forward(seconds=5)
    second.recalls()
    assert numbers(board(house), "calls") == [two["number"], one["number"]]


def test_at_most_six_calls_and_five_next(house: House) -> None:
    officer = house.office.officer(1)
    service = house.office.service_for(officer.counter_id)
    tickets = [house.office.issue(service) for _ in range(14)]
    for _ in range(8):
        officer.serves_next()
    picture = board(house)
    assert numbers(picture, "calls") == [one["number"] for one in reversed(tickets[2:8])]
    assert numbers(picture, "next") == [one["number"] for one in tickets[8:13]]
    assert picture["waiting"] == 6


def test_a_priority_visitor_is_next(house: House) -> None:
    service = house.office.services[0]
    plain = house.office.issue(service)
    priority = house.office.issue(service, priority=True)
    picture = board(house)
    assert numbers(picture, "next") == [priority["number"], plain["number"]]
    assert [one["priority"] for one in picture["next"]] == [True, False]


def test_a_number_that_went_back_to_the_queue_is_not_called_any_more(house: House) -> None:
    from ptsp import queueing

    officer = house.office.officer(1)
    ticket = house.office.issue(house.office.service_for(officer.counter_id))
    officer.calls_next()
    house.office.do(officer.actor, queueing.recycle, ticket_id=ticket["id"])
    picture = board(house)
    assert numbers(picture, "calls") == []
    assert numbers(picture, "next") == [ticket["number"]]


def test_a_new_day_begins_with_an_empty_board(house: House) -> None:
    officer = house.office.officer(1)
    house.office.issue(house.office.service_for(officer.counter_id))
    officer.serves_next()
    house.office.issue()
    house.office.clock.forward(days=1)
    picture = board(house)
    assert (picture["calls"], picture["next"], picture["waiting"]) == ([], [], 0)


def test_break_and_closing_are_told_with_their_end(house: House) -> None:
    house.office.clock.forward(hours=3, minutes=30)
    assert board(house)["hall"] == {"state": "break", "until": "13.00", "reopens": None}
    house.office.clock.forward(hours=8)
    hall = board(house)["hall"]
    assert hall["state"] == "closed"
    assert hall["reopens"] == {"id": "Selasa pukul 07.30", "en": "on Tuesday at 07.30"}


def test_only_paired_boards_and_staff_see_the_page(house: House) -> None:
    assert house.visitor().get("/display/").status_code == 303
    assert house.screen("kiosk").get("/display/").status_code == 403
    page = house.screen("board").get("/display/")
    assert page.status_code == 200
    assert 'data-testid="called-number"' in page.text


@pytest.mark.parametrize(("weight", "told"), [("exact", None), ("0.11", {"id": "0,11", "en": "0.11"})])
def test_a_published_result_tells_a_weight_that_is_not_exact(house: House, weight: str, told: Any) -> None:
    use_weight(house.office, weight)
    a_year_of_answers(house.office, 40, "2026-04-01", "2026-06-30")
    publish(house.office, ("board",), SKM, parse("2026-T2"))
    use_weight(house.office, "exact")  # what was published stays as it was
    assert board(house)["result"]["weight"] == told
