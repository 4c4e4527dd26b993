"""Text on its way to a printer is reduced to printable ASCII: a byte below 32 would be a command."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.paper.plain import bullets, plain, wrap, wrap_even


@given(st.text())
@example("\x1b@\x1dV\x00\x10\x04\x01")
def test_only_printable_ascii_is_left(text):
    assert all(" " <= sign <= "~" for sign in plain(text))
    assert plain(plain(text)) == plain(text)


@given(st.text(), st.integers(8, 64))
def test_no_line_is_wider_than_the_paper(text, columns):
    for lines in (wrap(text, columns), wrap_even(text, columns), bullets(text, columns)):
        assert all(0 < len(line) <= columns for line in lines)


@given(st.text(), st.integers(8, 64))
def test_wrapping_loses_no_letter(text, columns):
    letters = plain(text).replace(" ", "")
    assert "".join(wrap(text, columns)).replace(" ", "") == letters
    assert "".join(wrap_even(text, columns)).replace(" ", "") == letters


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Qur’an – “Juz ‘Amma”", "Qur'an - \"Juz 'Amma\""),
        ("Café\u00a0Malang\t№ 5", "Cafe Malang No 5"),
        ("zero\u200bwidth", "zerowidth"),
        ("e\u0301", "e"),
        ("½ jam… 3×4 Rp 0,–", "1/2 jam... 3x4 Rp 0,-"),
        ("بسم", "???"),
        ("\ud800", ""),
    ],
)
def test_typographic_signs_have_a_plain_form(typed, printed):
    assert plain(typed) == printed


def test_lines_are_evened_out_without_more_of_them():
    assert wrap_even("Kantor Kementerian Agama Kota Contoh", 32) == ["Kantor Kementerian", "Agama Kota Contoh"]


def test_several_requirements_become_a_list_and_one_stays_a_sentence():
    assert bullets("- KTP asli\n\n• Fotokopi ijazah terakhir", 16) == [
        "- KTP asli",
        "- Fotokopi",
        "  ijazah",
        "  terakhir",
    ]
    assert bullets("KTP asli dan fotokopi", 16) == ["KTP asli dan", "fotokopi"]
    assert bullets(" \n ", 16) == []
