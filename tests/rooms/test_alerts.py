"""What somebody should look at now."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert

from ptsp import opening, printing
from ptsp import records as r
from ptsp.alerts import alerts
from ptsp.hall import Actor
from tests.support.halls import Office


def found(office: Office, kind: str) -> list[dict[str, Any]]:
    with office.hall.view() as conn:
        everything = alerts(office.hall, conn, office.catalogue(), office.clock.read())
    return [one for one in everything if one["kind"] == kind]


def test_a_quiet_hall_has_no_alerts(office: Office) -> None:
    office.officer(1)
    office.issue(office.service_for(office.counters[0]))
    for kind in ("printer", "long_wait", "idle_counter", "assist"):
        assert found(office, kind) == []


def test_a_long_wait_is_told_from_the_offices_own_limit_on(office: Office) -> None:
    ticket = office.issue()
    office.clock.forward(minutes=29)
    assert found(office, "long_wait") == []
    office.clock.forward(minutes=1)
    office.issue()
    alert = found(office, "long_wait")[0]
    assert alert["severity"] == "now"
    assert alert["text"]["id"] == f"{ticket['number']} menunggu sejak 09.00."
    assert alert["since"] == office.clock.at


def test_a_counter_idle_while_people_wait(office: Office) -> None:
    desk = office.officer(1)
    office.clock.forward(minutes=10)
    office.issue(office.service_for(desk.counter_id))
    assert found(office, "idle_counter") == [], "the visitor has only just come"
    office.clock.forward(minutes=3, seconds=1)
    assert "Loket 1" in found(office, "idle_counter")[0]["text"]["id"]
    desk.calls_next()
    assert found(office, "idle_counter") == []


def test_a_counter_that_just_finished_is_not_idle(office: Office) -> None:
    desk = office.officer(1)
    for _ in range(2):
        office.issue(office.service_for(desk.counter_id))
    desk.calls_next()
    desk.starts()
    office.clock.forward(minutes=12)
    desk.finishes()
    office.clock.forward(minutes=2)
    assert found(office, "idle_counter") == []
    office.clock.forward(minutes=2)
    assert len(found(office, "idle_counter")) == 1


def test_nobody_is_idle_when_only_others_are_waited_for(office: Office) -> None:
    desk = office.officer(1)
    taken = office.catalogue().counter(desk.counter_id).service_ids
    office.issue(next(one for one in office.services if one not in taken))
    office.clock.forward(minutes=20)
    assert found(office, "idle_counter") == []


PRINTER_TROUBLE = [
    ("paper_out", "kertas habis"),
    ("cover_open", "penutup terbuka"),
    ("offline", "tidak tersambung"),
    ("unknown", "tidak menjawab"),
]


@pytest.mark.parametrize(("state", "words"), PRINTER_TROUBLE)
def test_a_printer_that_prints_nothing(office: Office, state: str, words: str) -> None:
    with office.hall.work(office.system) as work:
        values = {"office_id": office.office_id, "name": "Kios", "setting": "file:x", "state": "ready", "active": True}
        printer_id = work.conn.execute(insert(r.printer).values(**values).returning(r.printer.c.id)).scalar_one()
        work.set_up_changed()
    assert found(office, "printer") == []
    office.hall.act(office.system, printing.printer_says, printer_id=printer_id, state=state)
    alert = found(office, "printer")[0]
    assert (alert["severity"], alert["text"]["id"]) == ("wrong", f"Printer Kios: {words}. Tiket tetap tercatat.")
    office.hall.act(office.system, printing.printer_says, printer_id=printer_id, state="low")
    assert found(office, "printer") == []


@pytest.mark.parametrize(
    ("name", "said"), [("Printer virtual", "Printer virtual"), ("printer 2", "printer 2"), ("Lobi", "Printer Lobi")]
)
def test_a_printer_is_not_called_printer_twice(office: Office, name: str, said: str) -> None:
    with office.hall.work(office.system) as work:
        values = {"office_id": office.office_id, "name": name, "setting": "file:x", "state": "paper_out"}
        work.conn.execute(insert(r.printer).values(active=True, **values))
        work.set_up_changed()
    assert found(office, "printer")[0]["text"] == {
        "id": f"{said}: kertas habis. Tiket tetap tercatat.",
        "en": f"{said}: out of paper. Tickets are kept.",
    }


def test_a_call_for_help_is_shown_for_five_minutes(office: Office) -> None:
    kiosk = Actor("device", 1, "kiosk", office.office_id, "Kios pintu")
    office.do(kiosk, opening.assist)
    assert "Kios pintu" in found(office, "assist")[0]["text"]["id"]
    office.clock.forward(minutes=5)
    assert found(office, "assist") == []
