"""The follow-up register and the import of earlier years as a manager uses them, in both languages; how they look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import Chromium
from tests.browser.conftest import Screens, a_hall, print_when_failed, watched
from tests.browser.looks import axe_finds, cut_off
from tests.support.answers import a_year_of_answers
from tests.support.servers import Site
from tests.support.tables import as_csv, old_rows
from tests.support.uploads import pdf, png

SIZES = ((1366, 768), (360, 740))
IN_BOTH = pytest.mark.parametrize("language", ["id", "en"])


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A hall with the answers of a spring."""
    with a_hall(tmp_path_factory.mktemp("hall")) as (site, _printer):
        a_year_of_answers(site.office, 120, first="2026-05-18", last="2026-06-30", with_visits=False)
        yield site


@pytest.fixture
def screens(chromium: Chromium, hall: Site, request: pytest.FixtureRequest) -> Iterator[Screens]:
    yield from watched(Screens(chromium, hall, request.node.name), request)
    print_when_failed(request, hall)


class Eye:
    """Collects what looks wrong, to say all of it at once."""

    def __init__(self, page: Any) -> None:
        self.page, self.wrong = page, list[str]()

    def on(self, state: str) -> None:
        for width, height in SIZES:
            self.page.set_viewport_size({"width": width, "height": height})
            self.wrong += [f"{state} at {width}: {one}" for one in cut_off(self.page)]
        self.page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
        self.wrong += [f"{state}: {one}" for one in axe_finds(self.page)]


def file(name: str, kind: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": kind, "buffer": content}


@IN_BOTH
def test_from_the_weakest_element_to_a_line_that_is_done(screens: Screens, language: str) -> None:
    manager = screens.manager(language=language).signs_in()
    page, eye = manager.page, Eye(manager.page)
    manager.goes_to("/office/follow-up/new?element=U9&period=2026-T2")
    assert page.locator("#finding").input_value().startswith("U9 ")
    for name in ("activity", "target", "output", "in_charge"):
        page.fill(f"#{name}", f"Menambah kursi ruang tunggu ({name})")
    page.fill("#ends_on", page.input_value("#starts_on"))  # today: it reminds at once
    page.locator("form.line-form button.primary").click()
    expect(page.locator(".badge.now")).to_be_visible()
    eye.on("line")
    page.set_input_files("#file", files=[file("Rapat kursi.png", "image/png", png())])
    page.select_option("#kind", "gambar")
    page.locator("form.upload button").click()
    expect(page.locator(".thumb img")).to_be_visible()
    # Visible is its box, too, before the picture is there.
    expect(page.locator(".thumb img")).to_have_js_property("complete", True)
    expect(page.locator(".thumb img")).to_have_js_property("naturalWidth", 8)
    page.set_input_files("#file", files=[file("Notulen.pdf", "application/pdf", pdf(language))])
    page.select_option("#kind", "notulen")
    page.locator("form.upload button").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Notulen.pdf").click()
    assert download.value.suggested_filename == "Notulen.pdf"
    assert download.value.path().read_bytes() == pdf(language)
    page.locator("form[action$=finish] button").click()
    expect(page.locator(".badge.good").first).to_be_visible()
    eye.on("done")
    manager.goes_to("/office/follow-up/")
    eye.on("register")
    manager.goes_to("/office/follow-up/new")
    eye.on("new")
    manager.goes_to("/office/follow-up/print")
    eye.on("paper")
    assert not eye.wrong, "\n".join(eye.wrong)


@IN_BOTH
def test_earlier_years_are_looked_at_stored_and_taken_back(screens: Screens, language: str) -> None:
    manager = screens.manager(language=language).signs_in()
    page, eye = manager.page, Eye(manager.page)
    rows = old_rows(60, seed=len(language) + ord(language[0]))
    rows[5][7] = "5"
    manager.goes_to("/office/survey/import/")
    eye.on("empty")
    page.set_input_files("#file", files=[file("SKM 2023-2025.csv", "text/csv", as_csv(rows))])
    page.locator("form[enctype] button.primary").click()
    expect(page.locator("#order input")).to_have_count(2)
    expect(page.locator("form[action$=store]")).to_have_count(0)
    eye.on("look")
    page.check("input[name=order][value=printed]")
    page.locator("form[method=get] button").click()
    expect(page.locator("form[action$=store]")).to_be_visible()
    eye.on("ready")
    page.check("input[name=leave_out]")
    page.locator("form[action$=store] button").click()
    expect(page.locator(".notice.good")).to_contain_text("59")
    page.locator("details summary").first.click()
    eye.on("imports")
    page.locator("form[action$=undo] button").first.click()
    expect(page.locator(".notice.good")).to_contain_text("59")
    assert not eye.wrong, "\n".join(eye.wrong)
