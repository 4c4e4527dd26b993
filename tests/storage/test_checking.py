"""The check that compares the ticket table with the day book finds what was tampered with."""

import pytest
from sqlalchemy import text, update

from ptsp import queueing
from ptsp import records as r
from ptsp.checking import check_book


def problems(office):
    with office.hall.view() as conn:
        return check_book(conn, office.office_id)


def tamper(office, *statements):
    with office.hall.engine.connect().execution_options(writer=True) as conn, conn.begin():
        for statement in statements:
            conn.execute(statement if not isinstance(statement, str) else text(statement))


def a_day(office):
    """Some of everything: served, absent and back, parked, transferred, cancelled, waiting."""
    officer = office.officer(1)
    service = office.service_for(officer.counter_id)
    tickets = [office.issue(service) for _ in range(7)]
    officer.serves_next()
    officer.calls_next()
    officer.recalls()
    officer.marks_no_show()
    office.do(officer.actor, queueing.recycle, ticket_id=tickets[1]["id"])
    parked = officer.calls_next()["id"]
    officer.starts()
    officer.parks()
    mine = office.catalogue().counter(officer.counter_id).service_ids
    other = next(one for one in office.services if one not in mine)
    office.do(officer.actor, queueing.transfer, ticket_id=parked, service_id=other)
    back = officer.calls_next()["id"]
    office.do(officer.actor, queueing.recycle, ticket_id=back)
    office.do(officer.actor, queueing.cancel, token=next(one["token"] for one in tickets if one["id"] == back))
    officer.calls_next()
    return tickets


def test_a_day_as_it_was_is_well(office):
    a_day(office)
    assert problems(office) == []


def test_an_office_that_never_opened_is_well(office):
    assert problems(office) == []


@pytest.mark.parametrize(
    ("what", "value"), [("state", "served"), ("calls", 5), ("outcome", "filed"), ("service_id", 9)]
)
def test_a_ticket_changed_behind_the_book_is_found(office, what, value):
    last = a_day(office)[-1]
    tamper(office, update(r.ticket).where(r.ticket.c.id == last["id"]).values({what: value}))
    (said,) = problems(office)
    assert said.startswith(f"ticket {last['id']}: the book says waiting")


def test_a_visitor_moved_to_another_counter_is_found(office):
    a_day(office)
    tamper(office, update(r.ticket).where(r.ticket.c.state == "served").values(counter_id=office.counters[2]))
    assert "counter" in problems(office)[0]


def test_a_line_torn_out_is_found(office):
    a_day(office)
    tamper(office, "DROP TRIGGER daybook_no_delete", "DELETE FROM daybook WHERE seq = 4")
    assert "line 4 is missing" in problems(office)[0]


def test_a_book_cut_short_is_found(office):
    a_day(office)
    tamper(office, "DROP TRIGGER daybook_no_delete", "DELETE FROM daybook WHERE seq = (SELECT max(seq) FROM daybook)")
    assert any("the book ends with line" in said for said in problems(office))


def test_time_running_backwards_is_found(office):
    a_day(office)
    tamper(office, "DROP TRIGGER daybook_no_update", "UPDATE daybook SET tick = tick - 5 WHERE seq = 5")
    assert problems(office) == ["line 5 was written 5 ms before line 4"]
