"""An office's accent must be readable, and says by how much it is not."""

import pytest

from ptsp.colour import accent, contrast_with_white, soft


def test_contrast_is_that_of_wcag() -> None:
    assert contrast_with_white("#000000") == pytest.approx(21)
    assert contrast_with_white("#ffffff") == pytest.approx(1)
    assert contrast_with_white("#777777") == pytest.approx(4.48, abs=0.01)


def test_a_dark_colour_is_taken() -> None:
    assert accent("#0B5A3A") == "#0b5a3a"
    assert soft("#000000") == "#e6e6e6"


@pytest.mark.parametrize("wrong", ["green", "#0b5a3", "0b5a3a", "#0b5a3a;}", None, 7])
def test_what_is_no_colour_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="a colour such as"):
        accent(wrong)


def test_a_pale_colour_is_refused_with_its_contrast() -> None:
    with pytest.raises(ValueError, match=r"2\.1:1, at least 7:1"):
        accent("#7ab7ff")
