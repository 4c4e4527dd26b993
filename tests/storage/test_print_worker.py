"""The print queue, with the real worker and a virtual printer on TCP: what was promised of the paper."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kiosk import print_worker
from kiosk.virtual_printer import VirtualPrinter
from ptsp import printing, queueing
from ptsp import records as r
from ptsp.equipping import set_printer
from ptsp.errors import MoveRefused, StorageFull
from ptsp.hall import Actor
from tests.support.halls import Office

pytestmark = pytest.mark.usefixtures("worker")


@pytest.fixture
def paper(tmp_path: Path) -> Iterator[VirtualPrinter]:
    with VirtualPrinter(host="127.0.0.1", port=0, width_mm=58, folder=tmp_path / "paper") as printer:
        yield printer


@pytest.fixture
def hall(office: Office, paper: VirtualPrinter) -> Office:
    office.hall.act(office.system, set_printer, name="Kiosk", setting=paper.setting)
    return office


@pytest.fixture
def worker(hall: Office, house_app: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[print_worker.PrintWorker]:
    monkeypatch.setattr(print_worker, "IDLE_S", 0.1)
    monkeypatch.setattr(print_worker, "RETRY_S", 0.1)
    working = print_worker.PrintWorker(house_app, hall.hall, lambda: "http://hall.test")
    hall.hall.publish = lambda _change: working.wake()
    working.start(lambda: [hall.office_id])
    yield working
    working.stopped.set()
    working.wake()
    working.join(10)


@pytest.fixture
def house_app() -> Any:
    from flask import Flask
    from flask_babel import Babel

    app = Flask("web")
    Babel(app, default_locale="id")
    return app


def until(true: Callable[[], bool], seconds: float = 15) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, "it never came true"
        time.sleep(0.05)


def jobs(hall: Office) -> list[tuple[int, str, bool]]:
    with hall.hall.view() as conn:
        j = r.print_job.c
        return [tuple(row) for row in conn.execute(select(j.ticket_id, j.state, j.reprint).order_by(j.id))]


def state_of_printer(hall: Office) -> str:
    with hall.hall.view() as conn:
        return str(printing.printers(conn, hall.office_id)[0].state)


def texts(paper: VirtualPrinter) -> list[bytes]:
    return [picture.with_suffix(".bin").read_bytes() for picture in paper.tickets]


def test_paper_that_was_out_comes_later_in_order_and_unmarked(hall: Office, paper: VirtualPrinter) -> None:
    paper.state = "paper_out"
    tickets = [hall.issue() for _ in range(3)]
    until(lambda: [state for _id, state, _re in jobs(hall)] == ["failed"] * 3)
    assert state_of_printer(hall) == "paper_out"
    later = hall.issue()  # the printer is known to be dead: this one must not look as if it were coming
    until(lambda: jobs(hall)[-1][1] == "failed")
    assert paper.tickets == []
    paper.state = "ready"
    until(lambda: all(state == "confirmed" for _id, state, _re in jobs(hall)))
    assert [ticket_id for ticket_id, _state, _re in jobs(hall)] == [one["id"] for one in (*tickets, later)]
    assert len(paper.tickets) == 4
    assert not any(reprint for _id, _state, reprint in jobs(hall))
    assert state_of_printer(hall) == "ready"


def test_a_reprint_is_marked_and_keeps_the_number(hall: Office, paper: VirtualPrinter) -> None:
    ticket = hall.issue()
    until(lambda: jobs(hall)[0][1] == "confirmed")
    desk = Actor("token", 9, "integration", hall.office_id, "desk", "t9")
    hall.do(desk, printing.reprint, ticket_id=ticket["id"])
    until(lambda: jobs(hall)[-1][1] == "confirmed")
    assert jobs(hall) == [(ticket["id"], "reprinted", False), (ticket["id"], "confirmed", True)]
    first, second = texts(paper)
    assert len(second) > len(first), "the second paper carries the mark"


def test_a_missed_number_can_be_printed_again_an_ended_visit_cannot(hall: Office, paper: VirtualPrinter) -> None:
    officer = hall.officer(1)
    service = hall.service_for(officer.counter_id)
    missed, gone = hall.issue(service), hall.issue(service)
    until(lambda: len(paper.tickets) == 2)
    officer.calls_next()
    officer.marks_no_show()
    hall.do(officer.actor, printing.reprint, ticket_id=missed["id"])
    until(lambda: len(paper.tickets) == 3)
    hall.do(officer.actor, queueing.remove, ticket_id=gone["id"])
    with pytest.raises(MoveRefused):
        hall.do(officer.actor, printing.reprint, ticket_id=gone["id"])


def test_one_paper_even_when_the_database_cannot_note_it(
    hall: Office, paper: VirtualPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals = [StorageFull(), StorageFull()]
    noted = printing.mark

    def full_at_first(*args: Any, **kwargs: Any) -> Any:
        if refusals:
            raise refusals.pop()
        return noted(*args, **kwargs)

    monkeypatch.setattr(printing, "mark", full_at_first)
    hall.issue()
    until(lambda: jobs(hall)[0][1] == "confirmed")
    assert refusals == []
    assert len(paper.tickets) == 1


def test_a_ticket_that_cannot_be_drawn_holds_nobody_back(
    hall: Office, paper: VirtualPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = print_worker.ticket_bytes
    bad = hall.catalogue().name

    def fails_once(ticket: Any, width: int) -> bytes:
        monkeypatch.setattr(print_worker, "ticket_bytes", drawn)
        raise ValueError(bad)

    monkeypatch.setattr(print_worker, "ticket_bytes", fails_once)
    hall.issue()
    hall.issue()
    until(lambda: [state for _id, state, _re in jobs(hall)] == ["failed", "confirmed"])
    assert len(paper.tickets) == 1
