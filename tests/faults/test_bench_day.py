"""The beginning of a real day through the real doors (benchmarks/day.py), so that the benchmark stays true."""

import pytest

from benchmarks import day
from benchmarks.visit_log import find_log

VISITS = 150


def test_the_office_and_the_log_agree_on_the_first_visits_of_a_day():
    try:
        log = find_log()
    except FileNotFoundError as missing:
        pytest.skip(str(missing))
    result = day.run(log, most=VISITS)
    assert result.visits == VISITS
    assert result.wrong == []
    assert result.log["hall"]["abandoned"] > 0, "nobody gave up: the first visits of that day do not test cancelling"
    assert result.office == result.log


def test_a_difference_is_seen():
    """The comparison's twin: one wrong figure, one missing row."""
    log = {"hall": {"served": 2}, "C02": {"served": 2}}
    assert day.from_log.differences(["C02", "hall"], {"hall": {"served": 1}}, log) == [
        "C02 served: the office says None, the log 2",
        "hall served: the office says 1, the log 2",
    ]
    assert list(day.compare_rows([("a",)], [("b",)])) == ["only in the office's CSV: ('a',)", "only in the log: ('b',)"]
    assert list(day.compare_rows([("a",), ("a",)], [("a",)])) == ["the same rows in other numbers"]
