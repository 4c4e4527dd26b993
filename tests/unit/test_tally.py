"""Sums that add up, whatever the order and wherever the days are cut."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ptsp.elements import ELEMENTS, SKM
from ptsp.period_parts import Part, parts
from ptsp.tally import Tally

CODES = ELEMENTS[SKM]
FORMS = st.lists(st.dictionaries(st.sampled_from(CODES), st.integers(1, 4)), max_size=30)
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def tally_of(forms: list[dict[str, int]]) -> Tally:
    tally = Tally()
    for form in forms:
        tally.take(form, CODES)
    return tally


@given(FORMS, st.integers(0, 30), st.randoms())
def test_the_whole_is_the_sum_of_its_parts_in_any_order(forms, cut, chance):
    whole = tally_of(forms)
    shuffled = chance.sample(forms, len(forms))
    parts = tally_of(shuffled[cut:]).add(tally_of(shuffled[:cut]))
    assert parts.dumps() == whole.dumps()
    assert Tally.loads(whole.dumps()).dumps() == whole.dumps()


@given(FORMS)
def test_it_says_what_the_forms_say(forms):
    tally = tally_of(forms)
    assert tally.n == len(forms)
    for code in CODES:
        answers = [form[code] for form in forms if code in form]
        assert tally.sum_of(code) == (sum(answers), len(answers))
    whole = [form for form in forms if len(form) == len(CODES)]
    assert (tally.whole, tally.s) == (len(whole), sum(sum(form.values()) for form in whole))
    assert tally.ss == sum(sum(form.values()) ** 2 for form in whole)


def days_between(first: str, last: str) -> list[str]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [(start + timedelta(days=n)).isoformat() for n in range((end - start).days + 1)]


@given(FORMS, st.integers(0, 30))
def test_what_was_added_can_be_taken_away(forms, cut):
    left = tally_of(forms).take_away(tally_of(forms[cut:]))
    assert left.dumps() == tally_of(forms[:cut]).dumps()


def days_of(part: Part) -> list[str]:
    if part.grain == "day":
        return days_between(part.first, part.last)
    following = (date.fromisoformat(f"{part.last}-01") + timedelta(days=32)).replace(day=1)
    return days_between(f"{part.first}-01", (following - timedelta(days=1)).isoformat())


@given(DAYS, st.integers(-2, 800))
def test_the_parts_are_the_period_each_day_once(start, length):
    first, last = start.isoformat(), (start + timedelta(days=length)).isoformat()
    found = parts(first, last)
    covered: list[str] = []
    for part in found:
        assert part.first <= part.last
        for day in days_of(part):
            covered.remove(day) if part.away else covered.append(day)
    assert sorted(covered) == days_between(first, last)
    assert sum(len(days_of(part)) for part in found if part.grain == "day") <= 2 * 15
