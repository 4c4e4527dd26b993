"""Tables of answers as people have them: any order and case of columns, separators, code pages, and mistakes."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptsp.answer_table import BadTable, Count, read
from ptsp.skm import ELEMENTS, add_up, score

HEADING = "u1,u2,u3,u4,u5,u6,u7,u8,u9"


def counted(content: bytes | str):
    count = Count()
    bad = list(read(io.BytesIO(content if isinstance(content, bytes) else content.encode()), count))
    return count, bad


def test_columns_in_any_case_and_order_and_others_ignored():
    count, bad = counted("Nama;U9;u8;U7;u6;U5;u4;U3;u2;U1;Saran\nSiti;1;2;3;4;4;3;3;2;1;tidak ada\n")
    assert bad == []
    assert [count.sums[code].total for code in ELEMENTS] == [1, 2, 3, 3, 4, 4, 3, 2, 1]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_separators_code_pages_and_line_ends(separator, encoding, end):
    lines = [["Náma", *ELEMENTS], ["Zoë", *"434343434"], ["", *" 44444444"]]
    text = end.join(separator.join(line) for line in lines)
    count, bad = counted(text.encode(encoding))
    assert (count.rows, bad) == (2, [])
    assert count.sums["U1"] == (4, 1)
    assert count.sums["U9"] == (8, 2)


def test_excels_own_first_line_is_passed_over():
    count, bad = counted("sep=;\r\n" + HEADING.replace(",", ";") + "\r\n4;4;4;4;4;4;4;4;4\r\n4;4;4;4;4;4;4;4;9\r\n")
    assert count.rows == 1
    assert [(one.line, one.column, one.value) for one in bad] == [(4, "u9", "9")]


def test_bad_rows_are_named_with_their_line_and_are_not_counted_at_all():
    good, broken_line = "4,4,4,4,4,4,4,4,4", '"4\n",4,4,4,4,4,4,4,4'
    wrong = [f"{value},4,4,4,4,4,4,4,4" for value in ("3.0", "0", "-", "٣")]
    rows = [good, "5,4,4,4,4,4,4,4,4", "", "4,4,4,4,4,4,4,4", good + ",1", broken_line, *wrong]
    count, bad = counted("\n".join([HEADING, *rows]))
    assert [(one.line, one.why) for one in bad] == [
        (3, "value"), (5, "short"), (6, "long"), (9, "value"), (10, "value"), (11, "value"), (12, "value"),
    ]  # fmt: skip
    assert count.rows == 2
    assert all(sums == (8, 2) for sums in count.sums.values())


def test_a_row_without_answers_is_a_respondent_who_said_nothing():
    count, bad = counted("nama," + HEADING + "\nAni,,,,,,,,,\n,,,,,,,,,\n")
    assert (count.rows, count.blank, count.forms, bad) == (1, 1, 0, [])


@pytest.mark.parametrize(
    ("content", "why", "columns"),
    [
        ("", "empty", ()),
        ("\n\n", "empty", ()),
        ("u1,u2,u3,u4,u5,u6,u7,u8\n", "missing", ("u9",)),
        ("nama\nAni\n", "missing", tuple(code.lower() for code in ELEMENTS)),
        (HEADING + ",U3\n", "twice", ("u3",)),
    ],
)
def test_tables_that_cannot_be_counted(content, why, columns):
    with pytest.raises(BadTable) as told:
        counted(content)
    assert (told.value.why, told.value.columns) == (why, columns)


FORMS = st.lists(st.tuples(*[st.sampled_from([None, 1, 2, 3, 4])] * 9), max_size=30)


@given(FORMS, st.permutations(ELEMENTS), st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_of_columns_matters(forms, columns, chance):
    answers = [dict(zip(ELEMENTS, form, strict=True)) for form in forms]
    chance.shuffle(answers)
    rows = [",".join("" if form[code] is None else str(form[code]) for code in columns) for form in answers]
    count, bad = counted("\n".join([",".join(columns), *rows]))
    assert bad == []
    expected = score(add_up(dict(zip(ELEMENTS, form, strict=True)) for form in forms))
    assert score(count.sums).elements == expected.elements
    assert score(count.sums).ikm == expected.ikm
