"""What is hidden cannot be told from what is shown."""

from hypothesis import given
from hypothesis import strategies as st

from ptsp.breakdowns import NOT_SAID, to_hide
from ptsp.tallies import FEWEST

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
