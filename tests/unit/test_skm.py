"""The SKM index against every check value of DOMAIN section 2, and properties that no order of things may change."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptsp.skm import ELEMENTS, BadAnswer, Grade, Sum, Weight, add_up, grade, half_up, ikm, sample_size, score


def same(total: int, n: int) -> dict[str, tuple[int, int]]:
    """The same sum and n for all nine elements."""
    return dict.fromkeys(ELEMENTS, (total, n))


ALL_FOUR, ALL_THREE, ALL_ONE, ALL_355 = same(4, 1), same(3, 1), same(1, 1), same(71, 20)


@pytest.mark.parametrize(
    ("sums", "weight", "expected", "mark"),
    [
        (ALL_FOUR, "exact", "100.00", "A"),
        (ALL_THREE, "exact", "75.00", "C"),
        (ALL_ONE, "exact", "25.00", "D"),
        (ALL_355, "exact", "88.75", "A"),
        (ALL_355, "0.111", "88.66", "A"),
        (ALL_355, "0.11", "87.86", "B"),
        (ALL_FOUR, "0.111", "99.90", "A"),
        (ALL_FOUR, "0.11", "99.00", "A"),
        (ALL_ONE, "0.111", "24.98", "D"),
        (ALL_ONE, "0.11", "24.75", "D"),
        (same(17661, 5000), "exact", "88.31", "A"),  # exactly 88.305
        (same(88304, 25000), "exact", "88.30", "B"),  # exactly 88.304
        (same(15321, 5000), "exact", "76.61", "B"),  # exactly 76.605
        (same(12999, 5000), "exact", "65.00", "C"),  # exactly 64.995
    ],
)
def test_check_values(sums, weight, expected, mark):
    result = score(sums, Weight(weight))
    assert (str(result.ikm), result.grade) == (expected, mark)
    assert result.weight == weight


@pytest.mark.parametrize(
    ("exact", "expected", "mark"),
    [
        ("88.305", "88.31", "A"),
        ("88.304", "88.30", "B"),
        ("76.605", "76.61", "B"),
        ("76.6049", "76.60", "C"),
        ("64.995", "65.00", "C"),
        ("64.9949", "64.99", "D"),
        ("25", "25.00", "D"),
    ],
)
def test_rounds_half_up_first_and_grades_afterwards(exact, expected, mark):
    rounded = ikm(Fraction(exact) / 25)
    assert str(rounded) == expected
    assert grade(rounded) == mark


def test_bands_have_no_holes():
    hundredths = [grade(Decimal(value).scaleb(-2)) for value in range(2500, 10001)]
    assert [hundredths.count(mark) for mark in Grade] == [10000 - 8831 + 1, 8831 - 7661, 7661 - 6500, 6500 - 2500]
    assert hundredths == sorted(hundredths, reverse=True)


def test_one_element_without_answers_makes_no_index():
    result = score({**ALL_FOUR, "U8": (0, 0)})
    assert (result.index, result.ikm, result.grade) == (None, None, None)
    assert result.elements[0].nrr == 4
    assert result.elements[7].nrr is None


def test_nobody_answered():
    result = score({})
    assert (result.n, result.index, result.ikm, result.grade) == (0, None, None, None)


def test_each_element_is_divided_by_those_who_answered_it():
    forms = [dict.fromkeys(ELEMENTS, 4), {**dict.fromkeys(ELEMENTS, 3), "U4": None}]
    result = score(add_up(forms), forms=len(forms))
    assert result.n == 2
    assert [line.n for line in result.elements] == [2, 2, 2, 1, 2, 2, 2, 2, 2]
    assert result.index == (8 * Fraction(7, 2) + 4) / 9


def test_working_table_adds_up():
    result = score(same(71, 20))
    assert sum(line.weighted for line in result.elements) == result.index == Fraction(71, 20)


def test_other_instruments_weigh_their_own_elements_alike():
    eight = [f"V{number}" for number in range(1, 9)]
    assert score(dict.fromkeys(eight, (18, 5)), elements=eight).index == Fraction(18, 5)
    with pytest.raises(ValueError, match="rounding of 1/9"):
        score(dict.fromkeys(eight, (18, 5)), Weight.TWO_DECIMALS, elements=eight)


@pytest.mark.parametrize("bad", [0, 5, -1, 2.0, "3", True, 3.5])
def test_answers_outside_the_scale_are_named(bad):
    with pytest.raises(BadAnswer, match="row 2, U3") as caught:
        add_up([{"U3": 4}, {"U1": 4, "U3": bad}])
    assert (caught.value.row, caught.value.element, caught.value.value) == (2, "U3", bad)


def test_an_answer_to_an_unknown_element_is_refused():
    with pytest.raises(BadAnswer, match="U10"):
        add_up([{"U10": 4}])
    with pytest.raises(ValueError, match="U10"):
        score({"U10": (4, 1)})


@pytest.mark.parametrize("impossible", [(5, 1), (0, 1), (1, 0), (4, -1), (7, 8)])
def test_sums_that_no_answers_give_are_refused(impossible):
    with pytest.raises(ValueError, match="cannot add up"):
        score({**ALL_FOUR, "U2": impossible})


def test_performance_words():
    assert [mark.performance["id"] for mark in Grade] == ["Sangat Baik", "Baik", "Kurang Baik", "Tidak Baik"]


SAMPLES = {10: 10, 50: 44, 100: 80, 150: 108, 200: 132, 300: 169, 500: 217, 1000: 278, 2000: 322, 5000: 357,
           10000: 370, 75000: 382, 1000000: 384}  # fmt: skip


@pytest.mark.parametrize(("population", "sample"), SAMPLES.items())
def test_krejcie_morgan(population, sample):
    assert sample_size(population) == sample


def test_krejcie_morgan_at_the_edges():
    assert [sample_size(population) for population in (0, 1, 2)] == [0, 1, 2]
    with pytest.raises(ValueError, match="negative"):
        sample_size(-1)


@given(st.integers(0, 3000))
def test_a_sample_is_never_larger_than_the_population(population):
    assert sample_size(population) <= population


forms_of_answers = st.lists(
    st.fixed_dictionaries({element: st.sampled_from([None, 1, 2, 3, 4]) for element in ELEMENTS}), max_size=30
)


@given(forms_of_answers, st.randoms(use_true_random=False))
def test_neither_order_of_forms_nor_order_of_questions_matters(forms, chance):
    shuffled = [dict(chance.sample(list(form.items()), len(form))) for form in forms]
    chance.shuffle(shuffled)
    assert score(add_up(shuffled)) == score(add_up(forms))


@given(forms_of_answers)
def test_an_unanswered_question_is_the_same_as_a_missing_one(forms):
    bare = [{element: answer for element, answer in form.items() if answer is not None} for form in forms]
    assert score(add_up(bare)) == score(add_up(forms))


@given(forms_of_answers.filter(len), st.sampled_from(Weight))
def test_index_is_the_definition_read_aloud(forms, weight):
    answers = {element: [form[element] for form in forms if form[element]] for element in ELEMENTS}
    result = score(add_up(forms), weight)
    if not all(answers.values()):
        assert result.index is None
        return
    constant = {"exact": Fraction(1, 9), "0.111": Fraction(111, 1000), "0.11": Fraction(11, 100)}[weight]
    assert result.index == sum(Fraction(sum(given), len(given)) * constant for given in answers.values())
    assert abs(Fraction(result.ikm) - result.index * 25) <= Fraction(1, 200)


@given(forms_of_answers, forms_of_answers)
def test_sums_of_two_periods_add_up_to_the_sums_of_both(first, second):
    one, two, both = add_up(first), add_up(second), add_up(first + second)
    assert both == {code: Sum(one[code].total + two[code].total, one[code].n + two[code].n) for code in ELEMENTS}


@given(forms_of_answers.filter(len), st.sampled_from(ELEMENTS))
def test_a_better_answer_never_lowers_the_index(forms, element):
    before, better = score(add_up(forms)), [dict(form) for form in forms]
    better[0][element] = 4 if better[0][element] else None
    after = score(add_up(better))
    if before.index is not None:
        assert after.index >= before.index


@given(st.fractions(0, 100))
def test_half_up_is_never_more_than_half_a_unit_off(value):
    rounded = Fraction(half_up(value))
    assert Fraction(-1, 200) < rounded - value <= Fraction(1, 200)
