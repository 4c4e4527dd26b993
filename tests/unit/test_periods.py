"""Periods: how they are written, what they hold, what is before them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptsp.periods import KINDS, BadPeriod, Period, containing, free, parse

DAYS = st.dates(date(1950, 1, 1), date(2900, 12, 31)).map(date.isoformat)


@pytest.mark.parametrize(
    ("code", "first", "last", "label"),
    [
        ("2026-08", "2026-08-01", "2026-08-31", "Agustus 2026"),
        ("2028-02", "2028-02-01", "2028-02-29", "Februari 2028"),
        ("2026-T3", "2026-07-01", "2026-09-30", "Triwulan III 2026"),
        ("2026-S2", "2026-07-01", "2026-12-31", "Semester II 2026"),
        ("2026", "2026-01-01", "2026-12-31", "Tahun 2026"),
        ("2026-07-01..2026-08-15", "2026-07-01", "2026-08-15", "01.07.2026 - 15.08.2026"),
    ],
)
def test_a_code_is_a_period(code, first, last, label):
    found = parse(code)
    assert (found.first, found.last, found.label["id"], found.code) == (first, last, label, code)


@pytest.mark.parametrize(
    "code",
    ["", "x", "2026-13", "2026-00", "2026-T5", "2026-T0", "2026-S3", "26", "2026-8", "2026-02-30..2026-03-01",
     "2026-08-02..2026-08-01", "2026-01-01..2099-01-01", "0001", "2026-08-01..", "..", "2026-T3 ", "2026-08-01",
     "9999-12-01..9999-12-31"],
)  # fmt: skip
def test_what_is_no_period_is_refused(code):
    with pytest.raises(BadPeriod):
        parse(code)


@given(st.sampled_from(KINDS), DAYS)
def test_a_day_is_in_its_period_and_periods_meet(kind, day):
    period = containing(kind, day)
    assert period.has(day)
    assert parse(period.code) == period
    before = period.previous()
    assert date.fromisoformat(before.last) + timedelta(days=1) == date.fromisoformat(period.first)
    assert before.next() == period


@given(DAYS, st.integers(0, 400))
def test_before_free_days_are_as_many_days(day, length):
    last = (date.fromisoformat(day) + timedelta(days=length)).isoformat()
    period = free(day, last)
    assert period.days == length + 1 == period.previous().days
    assert isinstance(period, Period)
