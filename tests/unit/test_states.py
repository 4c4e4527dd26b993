"""The table of moves, against the page that states it, and every other pair refused."""

import itertools
from pathlib import Path

import pytest

from ptsp.states import ENDS, LIVE, TABLE, Move, State, target

PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"
EVERY_STATE: list[State | None] = [None, *State]


def printed_table() -> dict[str, tuple[set[str], str]]:
    """The table of docs/architecture.md, read as text: move -> (from-states, to-state)."""
    rows = PAGE.read_text(encoding="utf-8").split("| move | from | to |", 1)[1].split("Every other pair", 1)[0]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows.strip().splitlines()[1:]]
    return {move: (set(origins.split(", ")), end) for move, origins, end in cells}


def test_table_is_the_one_printed_in_the_architecture():
    ours = {
        str(move): ({"(none)" if origin is None else str(origin) for origin in origins}, str(end))
        for move, (origins, end) in TABLE.items()
    }
    assert ours == printed_table()


def test_every_move_is_in_the_table():
    assert set(TABLE) == set(Move)


@pytest.mark.parametrize(("state", "move"), list(itertools.product(EVERY_STATE, Move)))
def test_allowed_pairs_lead_somewhere_and_all_others_are_refused(state, move):
    origins, end = printed_table()[move]
    name = "(none)" if state is None else str(state)
    assert target(state, move) == (end if name in origins else None)


def test_states_are_booked_live_or_ended_and_nothing_twice():
    assert set(State) == {State.BOOKED} | LIVE | ENDS
    assert not LIVE & ENDS


def test_only_a_no_show_comes_back_from_an_end():
    back = {(state, move) for state in ENDS for move in Move if target(state, move) is not None}
    assert back == {(State.NO_SHOW, Move.RECYCLE)}


def test_every_live_state_can_expire_at_day_end():
    assert all(target(state, Move.EXPIRE) is State.EXPIRED for state in LIVE | {State.BOOKED})
