"""What is hidden cannot be told from what is shown."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptsp import chance, skm
from ptsp.breakdowns import NOT_SAID, Breakdown, Material, breakdown, to_hide
from ptsp.elements import SKM
from ptsp.tallies import FEWEST, Counted, Heap
from ptsp.tally import Tally

SIZES = st.dictionaries(st.text("abcdef", max_size=2), st.integers(1, 40), max_size=9)


def test_one_small_group_takes_the_next_smallest_along():
    assert to_hide({"a": 3, "b": 20, "c": 9, "d": 30}) == {"a", "c"}


def test_two_small_groups_cover_each_other_when_they_are_five_together():
    assert to_hide({"a": 3, "b": 2, "c": 9}) == {"a", "b"}
    assert to_hide({"a": 1, "b": 2, "c": 9, "d": 30}) == {"a", "b", "c"}


def test_what_does_not_say_goes_first():
    assert to_hide({"a": 3, "b": 9, NOT_SAID: 12}) == {"a", NOT_SAID}


def test_nothing_is_hidden_without_need():
    assert to_hide({"a": 5, "b": 6}) == set()
    assert to_hide({}) == set()


@given(SIZES)
def test_no_small_group_is_shown_nor_left_over(sizes):
    hidden = to_hide(sizes)
    assert all(n >= FEWEST for key, n in sizes.items() if key not in hidden)
    left = sum(sizes[key] for key in hidden)
    assert not hidden or len(hidden) == len(sizes) or (left >= FEWEST and len(hidden) > 1)


def test_what_is_hidden_already_covers_and_may_need_more():
    assert to_hide({"a": 3, "b": 9, "c": 20}, {"c"}) == {"a", "c"}
    assert to_hide({"a": 1, "b": 2, "c": 9, "d": 30}, {"a", "b"}) == {"a", "b", "c"}
    assert to_hide({"a": 0, "b": 9, "c": 20}, {"a"}) == {"a"}  # nobody there to be told of


# --- the interval of a group ------------------------------------------------------------------------------------------


def by_sex(weight: skm.Weight = skm.Weight.EXACT, **forms: list[list[int]]) -> Breakdown:
    """Groups of forms; a form is its answers, in the order of the elements, of which the last may be missing."""
    office: Any = None  # only services and sections ask it for their order
    counted = Counted()
    for key, rows in forms.items():
        tally = Tally()
        for row in rows:
            tally.take(dict(zip(skm.ELEMENTS, row, strict=False)), skm.ELEMENTS)
        for heap in (("all", ""), ("sex", key)):
            counted.add(Heap(SKM, "1", False, *heap), tally)
    return breakdown(Material(office, counted, {}, SKM, True, weight), "sex")


def spread_of(n: int) -> list[list[int]]:
    """Whole forms that differ."""
    return [[3 + (form % 2)] * 9 for form in range(n)]


@pytest.mark.parametrize("weight", skm.Weight)
def test_a_group_has_the_interval_of_its_own_whole_forms(weight):
    told = by_sex(weight, L=spread_of(9), P=[*spread_of(30), [4] * 8])
    for key, sums in (("L", [27, 36] * 4 + [27]), ("P", [27, 36] * 15)):
        cell = told.cell(key)
        half = chance.half_width(chance.Sample(len(sums), sum(sums), sum(one * one for one in sums)))
        reach = half * float(weight.fraction(9)) * 25
        middle = float(cell.score.index) * 25
        assert cell.interval.n == len(sums)
        assert (cell.interval.low, cell.interval.high) == pytest.approx((middle - reach, min(100, middle + reach)))


def test_few_whole_forms_have_no_interval_nor_are_they_told_by_those_of_the_others():
    partly = [[4] * 8, [3] * 8, [4] * 8, [3] * 8, [2, 2, 2, 2, 2, 2, 2, 2, 2]]  # one is whole
    told = by_sex(L=[*spread_of(3), *partly, *([4] * 8 for _ in range(3))], P=spread_of(9), X=spread_of(30))
    assert told.cell("L").n == 11
    assert told.cell("L").interval is None, "of four whole forms"
    assert told.cell("P").interval is None, "all less those of P and X would be those four"
    assert told.cell("X").interval


def test_hidden_groups_and_forms_that_are_all_alike_have_no_interval():
    told = by_sex(L=spread_of(3), P=spread_of(2), X=[[3] * 9] * 9)
    assert [cell.interval for cell in told.cells] == [None, None, None]
