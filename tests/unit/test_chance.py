"""Statistics against published tables and worked examples."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptsp.chance import Sample, correlation, half_width, holm, of_counts, t_cdf, t_quantile, two_sided, welch
from ptsp.tally import Tally
from ptsp.trend import compare


def sample(*values: float) -> Sample:
    return Sample(len(values), sum(values), sum(value * value for value in values))


@pytest.mark.parametrize(("freedom", "t"), [(1, 12.7062), (4, 2.7764), (10, 2.2281), (30, 2.0423), (120, 1.9799)])
def test_students_table_at_97_5_percent(freedom, t):
    assert t_quantile(0.975, freedom) == pytest.approx(t, abs=5e-5)
    assert t_cdf(t, freedom) == pytest.approx(0.975, abs=1e-5)


@given(st.floats(0.5, 0.9999), st.floats(1, 1e6))
def test_a_quantile_is_the_inverse_of_the_distribution(p, freedom):
    assert t_cdf(t_quantile(p, freedom), freedom) == pytest.approx(p, abs=1e-8)


def test_student_with_many_degrees_is_normal_and_tails_stay_exact():
    assert t_quantile(0.975, 1e7) == pytest.approx(1.959964, abs=1e-5)
    assert two_sided(10, 1e7) == pytest.approx(math.erfc(10 / math.sqrt(2)), rel=1e-3)
    assert two_sided(0, 7) == 1
    assert t_cdf(-2.0, 9) == pytest.approx(1 - t_cdf(2.0, 9))


def test_an_interval_by_hand():
    # 2, 4, 6, 8: mean 5, s = sqrt(20/3), t(3) = 3.1824 -> 3.1824 x 1.2910 = 4.1085
    assert half_width(sample(2, 4, 6, 8)) == pytest.approx(4.1085, abs=1e-3)
    assert half_width(sample(3)) is None
    assert half_width(sample(3, 3, 3)) is None


def of(n: int, mean: float, variance: float) -> Sample:
    return Sample(n, n * mean, variance * (n - 1) + n * mean * mean)


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        # The three examples of en.wikipedia.org/wiki/Welch's_t-test, from their (rounded) means and variances.
        (of(15, 20.8, 7.9), of(15, 23.0, 3.8), 0.021),
        (of(10, 20.6, 9.0), of(20, 22.1, 0.9), 0.149),
        (of(10, 19.4, 1.4), of(20, 21.6, 17.1), 0.036),
    ],
)
def test_welch_as_published(first, second, p):
    found = welch(first, second)
    assert found is not None
    assert found.difference == pytest.approx(second.mean - first.mean)
    assert found.p == pytest.approx(p, abs=0.006)
    assert found.beyond_chance == (p < 0.05)


def test_nothing_is_compared_below_the_fewest():
    four, five = of_counts([0, 0, 2, 2]), of_counts([0, 0, 2, 3])
    assert welch(four, five, 5) is None
    assert welch(five, five, 5) is not None


def test_five_equal_answers_prove_nothing_against_a_nearly_constant_rest():
    found = welch(of_counts([0, 2, 7, 56]), of_counts([0, 0, 0, 5]), 5)
    assert found is not None
    assert not found.beyond_chance


def test_no_variation_at_all():
    same = welch(of_counts([0, 0, 9, 0]), of_counts([0, 0, 7, 0]))
    apart = welch(of_counts([0, 0, 9, 0]), of_counts([0, 0, 0, 9]))
    assert same is not None
    assert apart is not None
    assert same.p == 1
    assert apart.p < 0.001


@pytest.mark.parametrize("n", range(5, 40))
def test_forms_that_are_all_alike_do_not_vary_by_what_is_rounded_off(n):
    before, after = (Tally(n=n, whole=n, s=one * n, ss=one * one * n) for one in (28, 29))
    found = compare(before, after, 9)
    assert found.difference == pytest.approx(1 / 9)
    # Divided by nine first, which has no end in binary, n = 13 gave p = 1e-134 and n = 29 gave 0.
    assert 1e-14 < found.p < 0.02


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=2, max_size=40))
def test_a_correlation_is_one_and_does_not_mind_the_sides(pairs):
    n, xs, ys = len(pairs), [x for x, _ in pairs], [y for _, y in pairs]
    sums = (sum(xs), sum(x * x for x in xs), sum(ys), sum(y * y for y in ys), sum(x * y for x, y in pairs))
    found = correlation(n, *sums)
    swapped = correlation(n, sums[2], sums[3], sums[0], sums[1], sums[4])
    assert (found is None) == (len(set(xs)) == 1 or len(set(ys)) == 1)
    if found is not None:
        assert -1 <= found <= 1
        assert found == pytest.approx(swapped)
