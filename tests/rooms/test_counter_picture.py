"""What an officer's screen shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from counter.picture import build
from ptsp import opening, queueing
from ptsp.office_file import read_office
from ptsp.setting_up import found_office
from tests.support.halls import EXAMPLE, Office


def picture(office: Office, counter_id: int | None = None) -> dict[str, Any]:
    with office.hall.view() as conn:
        return build(office.hall, conn, office.office_id, counter_id, office.clock.read())


def numbers(tickets: list[dict[str, Any]]) -> list[str]:
    return [one["number"] for one in tickets]


def test_the_queue_is_in_the_order_of_call_next_and_of_this_counter_only(office: Office) -> None:
    desk = office.officer(1)
    mine = office.service_for(desk.counter_id)
    taken = office.catalogue().counter(desk.counter_id).service_ids
    other = next(one for one in office.services if one not in taken)
    first = office.issue(mine)
    office.clock.forward(minutes=2)
    office.issue(other)
    hurried = office.issue(mine, priority=True)
    shown = picture(office, desk.counter_id)
    assert numbers(shown["queue"]) == [hurried["number"], first["number"]]
    assert (shown["waiting"], shown["waiting_elsewhere"]) == (2, 1)
    assert shown["queue"][1]["waiting_ms"] == 120_000
    assert desk.calls_next()["number"] == shown["queue"][0]["number"]


def test_without_a_counter_the_whole_hall_is_shown(office: Office) -> None:
    for service_id in office.services[:4]:
        office.issue(service_id)
    shown = picture(office)
    assert shown["counter"] is None
    assert shown["current"] is None
    assert (len(shown["queue"]), shown["waiting_elsewhere"]) == (4, 0)


def test_the_visit_has_its_times_and_its_history(office: Office) -> None:
    desk = office.officer(1)
    office.issue(office.service_for(desk.counter_id))
    office.clock.forward(minutes=3)
    desk.calls_next()
    office.clock.forward(seconds=20)
    desk.recalls()
    desk.starts()
    office.clock.forward(minutes=4)
    visit = picture(office, desk.counter_id)["current"]
    assert (visit["state"], visit["calls"], visit["serving_ms"]) == ("serving", 2, 240_000)
    assert [line["move"] for line in visit["history"]] == ["start", "recall", "call", "issue"]
    assert visit["history"][0]["counter"]["id"].startswith("Loket")


def test_parked_and_missed_numbers_stay_in_sight(office: Office) -> None:
    desk = office.officer(1)
    service_id = office.service_for(desk.counter_id)
    parked, missed = office.issue(service_id), office.issue(service_id)
    desk.calls_next()
    desk.starts()
    desk.parks("fetches a copy")
    desk.calls_next()
    desk.marks_no_show()
    shown = picture(office, desk.counter_id)
    assert (numbers(shown["parked"]), shown["parked"][0]["note"]) == ([parked["number"]], "fetches a copy")
    assert numbers(shown["missed"]) == [missed["number"]]


def test_a_number_kept_for_one_counter_is_shown_there_and_only_there(office: Office) -> None:
    desk, other = office.officer(1), office.officer(2)
    ticket = office.issue(office.service_for(desk.counter_id))
    office.do(office.system, queueing.transfer, ticket_id=ticket["id"], to_counter_id=other.counter_id)
    assert numbers(picture(office, desk.counter_id)["queue"]) == []
    shown = picture(office, other.counter_id)["queue"]
    assert (numbers(shown), shown[0]["for_me"]) == ([ticket["number"]], True)


def test_the_services_of_a_counter_are_those_that_the_office_offers_in_its_order(office: Office) -> None:
    plan = read_office(EXAMPLE.read_text())
    closed, madrasah, *others = plan.sections  # Loket 2 takes the first two
    first, *offered = madrasah.services
    turned = replace(madrasah, services=(*reversed(offered), replace(first, active=False)))
    found_office(office.hall, replace(plan, sections=(replace(closed, active=False), turned, *others)))
    shown = picture(office, office.counters[1])["counter"]["services"]
    assert shown == [dict(one.name) for one in reversed(offered)]


def test_the_seat_tells_whose_counter_it_is(office: Office) -> None:
    desk = office.officer(3)
    shown = picture(office, desk.counter_id)
    assert (shown["counter"]["state"], shown["counter"]["seat"]) == ("open", desk.actor.seat)
    desk.leaves()
    shown = picture(office, desk.counter_id)
    assert (shown["counter"]["state"], shown["counter"]["seat"]) == ("closed", None)


def test_the_picture_carries_the_seq_of_the_office(office: Office) -> None:
    before = picture(office)["seq"]
    office.issue()
    assert picture(office)["seq"] == before + 1


def test_the_end_of_the_day_is_24_and_only_of_this_day(office: Office) -> None:
    zone = office.catalogue().schedule.zone
    today = office.catalogue().schedule.local(office.clock.read().at).date()
    for days, said in (1, "24.00"), (2, "00.00"):
        midnight = datetime.combine(today + timedelta(days=days), time.min, zone)
        office.do(office.system, opening.open_hall, until_at=int(midnight.timestamp() * 1000))
        assert picture(office)["hall"]["until"] == said
