"""Published SKM results, recomputed from their published element values to the second decimal, under their weight.

Sources, as found in public places:
- GASPUL, triwulan III, 29 respondents: the working table of github.com/rennn9/GASPUL_BACKEND (file
  rumus_perhitungan_ikm_lengkap.md, commit 157a1a61). It publishes both 91.48 ("rata-rata langsung", exact ninths) and
  90.56 ("tertimbang": its column is NRR x 0.11, though headed 0.1111). It calls the facilities U8 and the complaints
  U9, the swap that DOMAIN section 2 warns of; the index does not change by it.
- Disdukcapil Tulang Bawang Barat, 2023 semester 1 (online), 1 respondent: e-smile.tubaba.go.id/main/skm/laporan/online.
  Published 100 although the page states the weight 0.111, under which it would be 99.90.
"""

from decimal import Decimal

import pytest

from ptsp.skm import ELEMENTS, Grade, Sum, Weight, half_up, score

GASPUL = dict(zip(ELEMENTS, (105, 101, 100, 116, 102, 105, 106, 105, 115), strict=True))
GASPUL_NRR = ("3.6207", "3.4828", "3.4483", "4.0000", "3.5172", "3.6207", "3.6552", "3.6207", "3.9655")
GASPUL_WEIGHTED = ("0.3983", "0.3831", "0.3793", "0.4400", "0.3869", "0.3983", "0.4021", "0.3983", "0.4362")


def gaspul() -> dict[str, Sum]:
    return {code: Sum(total, 29) for code, total in GASPUL.items()}


@pytest.mark.parametrize(
    ("sums", "weight", "published", "grade"),
    [
        (gaspul(), Weight.EXACT, "91.48", Grade.A),
        (gaspul(), Weight.TWO_DECIMALS, "90.56", Grade.A),
        (dict.fromkeys(ELEMENTS, Sum(4, 1)), Weight.EXACT, "100.00", Grade.A),
    ],
)
def test_a_published_index(sums, weight, published, grade):
    found = score(sums, weight)
    assert (found.ikm, found.grade) == (Decimal(published), grade)


def test_every_line_of_a_published_working_table():
    found = score(gaspul(), Weight.TWO_DECIMALS)
    assert tuple(str(half_up(one.nrr, 4)) for one in found.elements) == GASPUL_NRR
    assert tuple(str(half_up(one.weighted, 4)) for one in found.elements) == GASPUL_WEIGHTED
    assert str(half_up(found.index, 4)) == "3.6224"


def test_the_stated_weight_would_have_given_another_figure():
    assert score(dict.fromkeys(ELEMENTS, Sum(4, 1)), Weight.THREE_DECIMALS).ikm == Decimal("99.90")
