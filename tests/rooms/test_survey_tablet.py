"""The survey screen at a counter: asks who has just been served there, and nobody else sees that it does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from survey.tablet import ASKED_MS
from tests.support.apps import House, Socket, second_office
from tests.support.halls import Officer


@pytest.fixture
def officer(house: House) -> Officer:
    return house.office.officer(1)


@pytest.fixture
def tablet(house: House, officer: Officer) -> Socket:
    """The screen that faces the visitors of counter 1."""
    return house.socket(house.screen("survey", counter_id=officer.counter_id), "survey")


def serves(house: House, officer: Officer, outcome: str = "delivered") -> dict[str, Any]:
    issued = house.office.issue(house.office.service_for(officer.counter_id))
    officer.calls(issued["id"])
    officer.starts()
    officer.finishes(outcome)
    return issued


def test_it_idles_until_a_visit_ends_at_its_counter(house: House, officer: Officer, tablet: Socket) -> None:
    idle = tablet.look()
    assert (idle["audience"], idle["survey"]) == ("survey", None)
    assert idle["counter"] == {"id": "Loket 1", "en": "Counter 1"}
    waiting = house.office.issue(house.office.service_for(officer.counter_id))
    officer.calls(waiting["id"])
    assert tablet.look()["survey"] is None
    officer.starts()
    assert tablet.look()["survey"] is None
    officer.finishes()
    asked = tablet.look()["survey"]
    assert (asked["token"], asked["number"], asked["language"]) == (waiting["token"], waiting["number"], "id")


def test_it_asks_once(house: House, officer: Officer, tablet: Socket) -> None:
    first = serves(house, officer)
    second = serves(house, officer)
    assert tablet.look()["survey"]["token"] == second["token"]
    body = {"request_id": "tablet-request-1", "token": second["token"], "scores": {"U1": 4}, "channel": "kiosk"}
    assert house.visitor().post("/survey/answers", json=body).status_code == 200
    assert tablet.look()["survey"] is None, f"{first['number']} has gone: it is not asked after the next one"


def test_it_asks_no_longer_when_the_next_visitor_is_called(house: House, officer: Officer, tablet: Socket) -> None:
    serves(house, officer)
    following = house.office.issue(house.office.service_for(officer.counter_id))
    assert tablet.look()["survey"] is not None
    officer.calls(following["id"])
    assert (tablet.look()["survey"], tablet.look()["called"]) == (None, True)


def test_it_asks_for_three_minutes(house: House, officer: Officer, tablet: Socket) -> None:
    serves(house, officer)
    house.office.clock.forward(milliseconds=ASKED_MS - 1)
    assert tablet.look()["survey"] is not None
    house.office.clock.forward(milliseconds=1)
    # Nobody was called: who is still answering is left in peace.
    assert (tablet.look()["survey"], tablet.look()["called"]) == (None, False)


def test_a_file_that_was_only_taken_in_is_not_asked_about(house: House, officer: Officer, tablet: Socket) -> None:
    serves(house, officer, "filed")
    assert tablet.look()["survey"] is None


def test_other_screens_are_told_nothing(house: House, officer: Officer, tablet: Socket) -> None:
    other = house.office.officer(2)
    neighbour = house.socket(
        house.screen("survey", counter_id=other.counter_id), "survey", counter_id=officer.counter_id
    )
    at_the_exit = house.socket(house.screen("survey"), "survey", counter_id=officer.counter_id)
    clerk = house.socket(house.person("officer"), "counter", counter_id=officer.counter_id)
    ticket = serves(house, officer)
    assert tablet.look()["survey"]["token"] == ticket["token"]
    for screen in (neighbour, at_the_exit):
        assert screen.look()["survey"] is None, "a screen asks about the counter it was paired to, whatever it says"
    assert ticket["token"] not in json.dumps(clerk.look())
    assert not house.socket(house.person("manager"), "survey").connected
    assert house.api().get("/api/v1/pictures/survey").status_code == 400


def test_a_screen_is_paired_to_a_counter_of_its_own_office(house: House) -> None:
    admin, theirs = house.person("admin"), second_office(house)
    here = house.office.counters[0]

    def adds(kind: str, counter_id: int) -> int:
        form = {"kind": kind, "name": "Tablet", "counter_id": counter_id, "request_id": f"add-{kind}-{counter_id:06d}"}
        admin.get("/office/devices")
        return int(admin.post("/office/devices", data=form).status_code)

    assert adds("survey", theirs.counters[0]) == 404
    assert adds("kiosk", here) == 400
    assert adds("survey", here) == 200
    assert "Loket 1" in admin.get("/office/devices").text
