"""Paper forms by keyboard alone, and how the pages of setting up the survey look."""

from __future__ import annotations

from playwright.sync_api import expect
from sqlalchemy import select

from ptsp import asking, surveying
from ptsp import records as r
from tests.browser.conftest import Screens
from tests.browser.looks import axe_finds, cut_off
from tests.browser.screens import eventually
from tests.support.servers import Site

PAPER = "/office/survey/paper/"
# Of the printed form, in its order: question 8 is U9, question 9 is U8.
TYPED = "434434421"
SCORES = {"U1": 4, "U2": 3, "U3": 4, "U4": 4, "U5": 3, "U6": 4, "U7": 4, "U9": 2, "U8": 1}


def test_a_pile_of_paper_is_typed_in_without_a_mouse(screens: Screens, site: Site) -> None:
    officer = site.office.officer(1)
    for _ in range(3):
        site.office.issue(site.office.service_for(officer.counter_id))
        officer.serves_next()
    desk = screens.desk().signs_in()
    desk.goes_to(PAPER)
    page = desk.page
    page.locator("#service").focus()
    page.keyboard.press("Tab")
    for key in TYPED:
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.name") == "about.sex", "straight on to the visitor"
    page.keyboard.press("Backspace")
    page.keyboard.press("2")  # a slip: question 9 again
    page.keyboard.press("Backspace")
    page.keyboard.press("9")  # a key that the row does not have
    assert page.evaluate("document.activeElement.name") == "score.U8"
    page.keyboard.press("1")
    for key in "2064":  # a woman; age not given; S3; private
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.id") == "remark"
    page.keyboard.type("Ramah.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notice.good")).to_be_visible()
    # The words are there before the page's script is.
    eventually(lambda: page.evaluate("document.activeElement.name") == "score.U1", why="ready for the next sheet")
    assert cut_off(page) + axe_finds(page) == []
    with site.office.hall.view() as conn:
        (row,) = conn.execute(select(r.survey_answer))
    assert (row.scores, row.channel, row.remark) == (SCORES, "paper", "Ramah.")
    assert (row.sex, row.age, row.education, row.occupation) == ("P", None, "S3", "SWASTA")


def test_setting_up_looks_right(screens: Screens, site: Site) -> None:
    text = {"id": "Apakah petunjuk arah di gedung ini jelas?", "en": "Are the signs in this building clear?"}
    site.office.hall.act(site.office.system, surveying.add_question, text=text, answers=[text] * 4)

    def remark(work: object) -> dict[str, object]:
        form = asking.Form("skm-9", "2017.1", {"U1": 4})
        asking.keep(work, asking.rows_of([form], {"channel": "phone", "day": "2026-07-31"}, "Ruang tunggu panas."))
        return {}

    site.office.hall.act(site.office.system, remark)
    wide, narrow = {"width": 1366, "height": 900}, {"width": 390, "height": 800}
    for language, sizes in (("id", (wide, narrow)), ("en", (wide,))):
        manager = screens.manager(language=language).signs_in()
        for path in ("/office/survey/settings/?change=1", "/office/survey/remarks/", PAPER):
            for size in sizes:
                manager.page.set_viewport_size(size)
                manager.goes_to(path)
                assert cut_off(manager.page) + axe_finds(manager.page) == [], f"{language} {path} {size}"
