"""Suspicious patterns: seconds, sameness, bursts. The numbers are those that survey/patterns.py states."""

from survey.patterns import MINUTE_MS, MOST_A_MINUTE, Bursts, flags_of

ALL_FOUR = [4] * 9
MIXED = [4, 3, 4, 4, 3, 4, 2, 4, 3]


def test_nine_answers_in_less_than_nine_seconds_are_fast():
    assert flags_of(MIXED, 9, 8_999, crowded=False) == ["fast"]
    assert flags_of(MIXED, 9, 9_000, crowded=False) == []


def test_the_same_answer_to_everything_is_suspicious_only_when_it_was_fast():
    assert flags_of(ALL_FOUR, 9, 5_000, crowded=False) == ["fast", "same"]
    assert flags_of(ALL_FOUR, 9, 40_000, crowded=False) == [], "a content visitor who took the time"


def test_a_sheet_of_few_answers_has_no_pattern():
    assert flags_of([4, 4], 2, 100, crowded=False) == []
    assert flags_of([4], 1, 0, crowded=False) == [], "one touch is one touch"


def test_own_questions_take_time_too():
    assert flags_of(MIXED, 12, 10_000, crowded=False) == ["fast"]


def test_without_a_time_nothing_is_fast():
    assert flags_of(ALL_FOUR, 9, None, crowded=False) == []
    assert flags_of(ALL_FOUR, 9, None, crowded=True) == ["burst"]


def test_a_burst_is_more_than_so_many_from_one_device_within_a_minute():
    bursts, most, at = Bursts(), MOST_A_MINUTE["full"], 1_000_000
    for n in range(most):
        assert not bursts.crowded("device:1", at + n, most)
        bursts.given("device:1", at + n)
    assert bursts.crowded("device:1", at + most, most)
    assert not bursts.crowded("device:2", at + most, most), "another screen"
    assert bursts.crowded("device:1", at + MINUTE_MS - 1, most)
    assert not bursts.crowded("device:1", at + MINUTE_MS, most), "the first one is a minute ago"


def test_nothing_is_remembered_longer_than_a_minute():
    bursts = Bursts()
    for phone in range(100):
        bursts.given(f"phone {phone}", 1_000_000)
    bursts.crowded("anybody", 1_000_000 + MINUTE_MS, 5)
    assert bursts._given == {}


def test_a_phone_is_known_by_a_hash_that_only_this_process_can_make():
    mine, other = Bursts(), Bursts()
    name = mine.nameless("10.0.0.7", "Chrome")
    assert name == mine.nameless("10.0.0.7", "Chrome")
    assert len({name, mine.nameless("10.0.0.8", "Chrome"), mine.nameless("10.0.0.7", "Firefox")}) == 3
    assert name != other.nameless("10.0.0.7", "Chrome")
    assert "10.0.0.7" not in name
