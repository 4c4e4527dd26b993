"""The officer's page: which counter it opens with, and who may sit down."""

from __future__ import annotations

from tests.support.apps import House, page_data


def test_the_page_knows_the_counter_that_this_sign_in_holds(house: House) -> None:
    officer = house.person("officer")
    counter_id = house.office.counters[1]
    assert page_data(officer.get("/counter/").text)["counter_id"] is None
    assert house.socket(officer, "counter").command("take", counter_id=counter_id)["ok"]
    page = page_data(officer.get("/counter/").text)
    assert page["counter_id"] == counter_id
    picture = house.socket(officer, "counter", counter_id).look()
    assert picture["counter"]["seat"] == page["me"]["seat"]


def test_only_the_desk_takes_numbers_for_visitors(house: House) -> None:
    assert 'data-action="issue"' in house.person("info").get("/counter/").text
    assert 'data-action="issue"' not in house.person("officer").get("/counter/").text


def test_every_action_shows_its_key(house: House) -> None:
    text = house.person("info").get("/counter/").text
    for key in "BRTPLXKCNUAIQ":
        assert f'aria-keyshortcuts="{key}"' in text


def test_strangers_are_led_to_the_sign_in_page_and_back(house: House) -> None:
    answer = house.visitor().get("/counter/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/counter/")
