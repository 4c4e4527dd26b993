"""The interpreter reads commands in any pieces, skips what it does not draw, and never loses its place."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.paper.layout import TicketPaper, ticket_bytes
from kiosk.virtual_printer.interpreter import Interpreter

JOB = ticket_bytes(TicketPaper("Kantor", "B-7", "Zakat", "http://x/t/1", "10.42", priority=True), 58)


def rolls_of(*pieces):
    rolls = []
    interpreter = Interpreter(58, lambda roll, raw: rolls.append(roll), lambda n: None)
    for piece in pieces:
        interpreter.waiting += piece
        while interpreter.step():
            pass
    return rolls, interpreter


@given(st.lists(st.integers(0, len(JOB)), max_size=6))
@settings(max_examples=30, deadline=None)
def test_pieces_make_no_difference(cuts):
    places = [0, *sorted(cuts), len(JOB)]
    whole, _ = rolls_of(JOB)
    pieces, _ = rolls_of(*(JOB[start:end] for start, end in pairwise(places)))
    assert pieces[0].cut(58).tobytes() == whole[0].cut(58).tobytes()


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_bytes_break_it(noise):
    rolls_of(noise)


@pytest.mark.parametrize(
    "known",
    [
        *(b"\x1bp\x00\x19\xfa", b"\x1dL\x00\x00", b"\x1d(k\x03\x001C\x03", b"\x1dk\x04123\x00", b"\x1dkI\x03{B1"),
        *(
            b"\x10\x14\x01\x00\x01",
            b"\x1bt\x00",
            b"\x1c.",
            b"\x1bc5\x01",
            b"\x1b*\x21\x02\x00abcdef",
            b"\x1d!\x11\x1d!\x00",
        ),
    ],
)
def test_commands_are_read_to_their_full_length(known):
    rolls, _ = rolls_of(known + b"tail\n\x1dVB\x00")
    assert rolls[0].text == ["tail"]


def test_too_wide_is_noticed():
    letters, _ = rolls_of(b"x" * 33 + b"\n\x1di\x1bi")
    picture, _ = rolls_of(b"\x1dv0\x00\x31\x00\x01\x00" + b"\xff" * 49 + b"\x1bi")
    assert (letters[0].overruns, picture[0].overruns) == (1, 1)
