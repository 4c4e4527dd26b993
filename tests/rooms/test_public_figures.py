"""What stands beside a published figure: how many answers, how sure, and what it may be compared with."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select, update

from ptsp import asking
from ptsp import records as r
from ptsp.elements import ELEMENTS, IPAK, SKM
from ptsp.periods import parse
from tests.rooms.test_publishing import Q2, filled, log, publish, seen
from tests.rooms.test_results_page import Q1, setting
from tests.support.apps import House

INCOMPARABLE = "Figures of different weights of an element cannot be compared point by point."


def page_of(house: House, made: int) -> str:
    return str(house.visitor().get(f"/results/{made}?language=en").text)


def section(page: str, title: str) -> str:
    """A part of the page, without its marks."""
    found = re.search(rf'<section aria-labelledby="{title}">(.*?)</section>', page, re.S)
    assert found, title
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def change_on(page: str) -> str:
    found = re.search(r'class="headline-change">([^<]+)<', page)
    return found[1] if found else ""


def change_of(house: House) -> dict[str, Any]:
    found: dict[str, Any] = seen(house.office)["change"]
    return found


def give(house: House, *rows: tuple[dict[str, int], int], instrument: str = SKM) -> None:
    """So many papers with these scores, in the second quarter."""
    about = asking.BLANK | {"instrument": instrument, "channel": "paper", "day": "2026-05-04"}
    about |= {"version": "2017.1" if instrument == SKM else "2021.1"}

    def keep(work: Any) -> dict[str, Any]:
        asking.keep(work, [about | {"scores": scores} for scores, n in rows for _ in range(n)])
        return {}

    house.office.hall.act(house.office.system, keep)


def two_quarters(house: House, before: str, then: str) -> tuple[int, int]:
    """The first quarter public with a weight, the second with another."""
    for period, seed in ((Q1, 1), (Q2, 2)):
        filled(house.office, 90, period.first, period.last, seed=seed)
    setting(house, survey_weight=before)
    [first] = publish(house.office, period=Q1)
    setting(house, survey_weight=then)
    [second] = publish(house.office)
    return first, second


def test_figures_of_another_weight_are_marked_and_not_compared(house: House) -> None:
    first, second = two_quarters(house, "exact", "0.11")
    assert change_of(house), "there is one, with one weight for both"
    page = page_of(house, second)
    assert change_on(page) == ""
    trend = section(page, "trend-title")
    assert re.search(r"Quarter 1 of 2026 \(\d+ answers, weight 1/9\)", trend), trend
    assert re.search(r"Quarter 2 of 2026 \(\d+ answers\)", trend), trend
    assert "weight 1/9" in section(page, "archive-title")
    assert page.count(INCOMPARABLE) == 1
    assert "The weight in this result is 0.11." in page
    earlier = page_of(house, first)  # nothing before it, and something of another weight in the archive
    assert "weight 0.11" in section(earlier, "archive-title")
    assert earlier.count(INCOMPARABLE) == 1
    manager = house.person("manager")
    manager.client.set_cookie("language", "en", domain="localhost")
    preview = manager.get("/office/survey/published/?period=2026-T2").text
    assert change_on(preview) == "", "what is previewed is what the page says"


def test_figures_of_one_weight_are_compared_and_not_marked(house: House) -> None:
    _first, second = two_quarters(house, "0.11", "0.11")
    give(house, (dict.fromkeys(ELEMENTS[IPAK], 3), 9), instrument=IPAK)
    [other] = publish(house.office, survey=IPAK)
    page = page_of(house, second)
    assert change_on(page).startswith(change_of(house)["difference"].lstrip("-"))
    for one in (page, page_of(house, other)):  # another survey has another index: its weight says nothing here
        assert "weight 1/9" not in one
        assert "weight 0.11" not in one
        assert INCOMPARABLE not in one


def test_the_change_is_that_of_the_public_figures(house: House) -> None:
    """Answers of the first quarter that came after its publication move it, but not what is public of it."""
    for period, seed in ((Q1, 1), (Q2, 2)):
        filled(house.office, 90, period.first, period.last, seed=seed)
    [_first] = publish(house.office, period=Q1)
    filled(house.office, 40, Q1.first, Q1.last, seed=9)
    [second] = publish(house.office)
    content = {one.first_day: one.content or {} for one in log(house.office)}
    public = float(content[Q2.first]["ikm"]) - float(content[Q1.first]["ikm"])
    assert float(content[Q2.first]["change"]["difference"]) != pytest.approx(public)
    told = change_on(page_of(house, second))
    assert told.startswith(f"{abs(public):.2f} "), told
    assert ("lower" in told) == (public < 0)
    assert "chance" not in told, "nobody tested that"


def test_a_value_from_1_to_4_has_its_interval_too(house: House) -> None:
    """Nine values of 3 and nine of 4: 3.50, and by Student's t(17) 2.110 x 0.5145 / sqrt(18) = 0.256 to either side."""
    give(house, *((dict.fromkeys(ELEMENTS[IPAK], score), 9) for score in (3, 4)), instrument=IPAK)
    assert seen(house.office, IPAK)["interval"] == ["3.24", "3.76"]
    [made] = publish(house.office, survey=IPAK)
    assert "3.24 - 3.76" in page_of(house, made)


def test_the_index_of_service_quality_has_its_interval_too(house: House) -> None:
    give(house, *((dict.fromkeys(ELEMENTS["spkp-8"], score), 9) for score in (3, 4)), instrument="spkp-8")
    assert seen(house.office, "spkp-8")["interval"] == ["3.24", "3.76"]


def test_what_was_published_without_an_interval_is_still_shown(house: House) -> None:
    give(house, *((dict.fromkeys(ELEMENTS[IPAK], score), 9) for score in (3, 4)), instrument=IPAK)
    [made] = publish(house.office, survey=IPAK)
    with house.hall.engine.begin() as conn:
        content = conn.execute(select(r.publication.c.content).where(r.publication.c.id == made)).scalar_one()
        conn.execute(update(r.publication).values(content=content | {"interval": None}))
    page = page_of(house, made)
    assert 'data-testid="index">3.50<' in page
    assert "Confidence interval" not in page


def test_how_many_answered_stands_beside_each_element(house: House) -> None:
    every = list(ELEMENTS[SKM])
    give(house, (dict.fromkeys(every, 3), 20))
    [made] = publish(house.office)
    alike = section(page_of(house, made), "elements-title")
    assert "Each part has 20 answers." in alike
    assert "(20 answers)" not in alike, "said once"
    give(house, (dict.fromkeys(every[:8], 4), 7))
    [made] = publish(house.office, period=parse("2026-S1"))
    differing = section(page_of(house, made), "elements-title")
    assert "Each part has" not in differing
    assert (differing.count("(27 answers)"), differing.count("(20 answers)")) == (8, 1)
    assert "would tell of fewer than 5" not in differing
    give(house, (dict.fromkeys(every, 4), 2), (dict.fromkeys(every[:8], 4), 5))
    [made] = publish(house.office)
    hidden = section(page_of(house, made), "elements-title")
    assert (hidden.count("(34 answers)"), hidden.count(" answers)")) == (8, 8), "22 beside 20 would tell of two"
    assert "A number of answers that is missing here would tell of fewer than 5." in hidden
