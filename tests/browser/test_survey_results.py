"""The dashboard of the survey in a real browser: both languages, both sizes, accessible, nothing cut off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from ptsp.elements import IPAK, ONE_TOUCH
from tests.browser.chromium import Chromium
from tests.browser.conftest import Screens, a_hall, print_when_failed, watched
from tests.browser.looks import axe_finds, cut_off, has_its_looks
from tests.support.answers import a_year_of_answers
from tests.support.servers import Site

SIZES = ((1280, 800), (1920, 1080))


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A hall with the answers of a spring."""
    with a_hall(tmp_path_factory.mktemp("hall")) as (site, _printer):
        for instrument, n in (("skm-9", 300), (IPAK, 60), (ONE_TOUCH, 30)):
            more = {"instrument": instrument, "with_visits": instrument == "skm-9"}
            a_year_of_answers(site.office, n, first="2026-05-18", last="2026-06-30", **more)
        yield site


@pytest.fixture
def screens(chromium: Chromium, hall: Site, request: pytest.FixtureRequest) -> Iterator[Screens]:
    yield from watched(Screens(chromium, hall, request.node.name), request)
    print_when_failed(request, hall)


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_dashboard(screens: Screens, language: str) -> None:
    manager = screens.manager(language=language).signs_in()
    page, wrong = manager.page, list[str]()
    full = {"id": "period=2026-T2", "en": "period=2026-T2&instrument=ipak-5"}[language]
    for query in (full, "period=2025"):
        manager.goes_to(f"/office/survey/?{query}")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            wrong += [f"{query} at {width}: {one}" for one in cut_off(page)]
        wrong += [f"{query}: {one}" for one in axe_finds(page)]
    assert not wrong, "\n".join(wrong)


def test_labels_of_the_picture_do_not_cover_each_other(screens: Screens) -> None:
    manager = screens.manager().signs_in()
    manager.goes_to("/office/survey/?period=2026-T2")
    has_its_looks(manager.page)
    boxes = manager.page.locator("svg.square text.value").evaluate_all(
        "all => all.map((one) => { const box = one.getBoundingClientRect();"
        " return [box.left, box.top, box.right, box.bottom]; })"
    )
    assert len(boxes) == 9
    for n, one in enumerate(boxes):
        for other in boxes[n + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart, (one, other)


def test_from_the_weakest_element_to_its_follow_up(screens: Screens) -> None:
    manager = screens.manager().signs_in()
    manager.goes_to("/office/survey/?period=2026-T2")
    weakest = manager.page.locator(".weak li").first
    code = weakest.locator("b").inner_text().split()[0]
    weakest.locator("a.button").click()
    expect(manager.page.locator("[name=about]")).to_have_value(f"skm-9:{code}")
