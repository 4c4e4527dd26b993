"""Replay rebuilds every ticket from the book, and names the first line that cannot be true."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptsp.replay import ReplayBroken, TicketState, differences, replay
from ptsp.states import LIVE, Move, State, target
from tests.support.day_lines import Book


@pytest.fixture
def book():
    return Book()


def test_a_visit_from_issue_to_end(book):
    book.counter("take", 3).issue(1, service=7).served(1, 3, 60, 5, 300)
    assert replay(book.lines) == {1: TicketState(State.SERVED, 7, 3, 1, "delivered")}


def test_recall_recycle_and_call_again_all_count_as_calls(book):
    book.issue(1).move(Move.CALL, 1, 3).move(Move.RECALL, 1, 3).move(Move.NO_SHOW, 1, 3)
    book.move(Move.RECYCLE, 1, 3).move(Move.CALL, 1, 4)
    assert replay(book.lines) == {1: TicketState(State.CALLED, 1, 4, 3)}


def test_transfer_changes_the_service_and_leaves_the_counter(book):
    book.issue(1, service=7).move(Move.CALL, 1, 3).move(Move.START, 1, 3)
    book.move(Move.TRANSFER, 1, 5, service_id=8, note="berkas kurang")
    assert replay(book.lines) == {1: TicketState(State.WAITING, 8, None, 1)}


def test_annotations_change_nothing(book):
    book.issue(1)._write("annotate", ticket_id=1, from_state="waiting", to_state="waiting", note="kursi roda")
    assert replay(book.lines) == {1: TicketState(State.WAITING, 1)}


def test_a_part_of_the_book_may_have_gaps(book):
    book.issue(1).counter("take", 3).move(Move.CANCEL, 1)
    tickets_only = [line for line in book.lines if line.ticket_id]
    assert replay(tickets_only, gapless=False)[1].state is State.CANCELLED
    with pytest.raises(ReplayBroken, match="line 2 is missing"):
        replay(tickets_only)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        ({"seq": 1}, "comes after line 2"),
        ({"seq": 9}, "line 3 is missing"),
        ({"from_state": "waiting"}, "starts from waiting, but the ticket is called"),
        ({"to_state": "served"}, "the table says serving"),
        ({"move": "resume"}, "refuses resume from called"),
        ({"move": "teleport"}, "unknown move changes the state"),
        ({"ticket_id": 2}, "but the ticket is None"),
    ],
)
def test_a_book_that_contradicts_itself_is_refused_at_the_line(book, spoil, reason):
    book.issue(1).move(Move.CALL, 1, 3).move(Move.START, 1, 3)
    lines = [*book.lines[:2], book.lines[2]._replace(**spoil)]
    with pytest.raises(ReplayBroken, match=reason) as caught:
        replay(lines)
    assert caught.value.seq == lines[2].seq


def test_a_number_is_issued_once(book):
    book.issue(1)
    again = book.lines[0]._replace(seq=2)
    with pytest.raises(ReplayBroken, match="starts from None, but the ticket is waiting"):
        replay([*book.lines, again])


def test_differences_name_what_book_and_table_say():
    here, there = TicketState(State.WAITING, 1), TicketState(State.CALLED, 1, 3, 1)
    assert differences({1: here, 2: here}, {1: here, 2: here}) == {}
    assert differences({1: here, 2: here}, {2: there, 3: there}) == {
        1: (here, None),
        2: (here, there),
        3: (None, there),
    }


@given(st.lists(st.tuples(st.sampled_from(Move), st.integers(1, 4)), max_size=60))
def test_replay_ends_where_the_moves_ended(moves):
    book = Book()
    for move, ticket in moves:
        if target(book.states.get(ticket), move) is not None:
            book.after(1).move(move, ticket, 3)
    assert {ticket: state.state for ticket, state in replay(book.lines).items()} == book.states


def test_live_tickets_expire_at_day_end(book):
    for ticket, moves in enumerate(
        ([], [Move.CALL], [Move.CALL, Move.START], [Move.CALL, Move.START, Move.PARK]), start=1
    ):
        book.issue(ticket)
        for move in moves:
            book.move(move, ticket, ticket)
    assert set(book.states.values()) == LIVE
    for ticket in list(book.states):
        book.move(Move.EXPIRE, ticket)
    assert {state.state for state in replay(book.lines).values()} == {State.EXPIRED}
