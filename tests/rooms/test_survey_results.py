"""The dashboard: who may see it, that it says what the figures say, and what it keeps to itself."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from ptsp import asking
from ptsp.elements import ELEMENTS, IPAK
from ptsp.periods import parse
from ptsp.satisfaction import figures
from survey.results.pictures import DOT, LETTERS, TALL, place_labels
from tests.storage.test_satisfaction import give, set_to, visited
from tests.support.answers import a_year_of_answers
from tests.support.apps import House, Visitor


def page_of(manager: Visitor, query: str = "", language: str = "en", status: int = 200) -> str:
    """The words of the dashboard, without its tags."""
    manager.client.set_cookie("language", language, domain="localhost")
    answer = manager.get(f"/office/survey/{'?' if query else ''}{query}")
    assert answer.status_code == status, answer.text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.split("<main")[1]))


def test_who_may_see_the_results(house: House) -> None:
    for role, status in (("officer", 403), ("info", 403), ("manager", 200), ("admin", 200)):
        assert house.person(role).get("/office/survey/").status_code == status, role
    assert house.visitor().get("/office/survey/").status_code == 303
    assert house.screen("kiosk").get("/office/survey/").status_code in (303, 403)


def test_the_page_says_what_the_figures_say(house: House) -> None:
    a_year_of_answers(house.office, 250, first="2026-06-01")
    manager = house.person("manager")
    with house.hall.view() as conn:
        found = figures(house.hall, conn, house.office.catalogue(), parse("2026-T2"))
    for language in ("id", "en"):
        text = page_of(manager, "period=2026-T2", language)
        shown = str(found.score.ikm).replace(".", "," if language == "id" else ".")
        assert f"IKM {shown} {found.score.grade}" in text
        for one in found.elements:
            assert str(one.ikm).replace(".", "," if language == "id" else ".") in text
        section = next(cell for cell in found.by("section").cells if cell.interval)
        ends = f"{section.interval.low:.2f}–{section.interval.high:.2f}"
        around = f"{section.score.ikm} {section.score.grade} {ends}"
        assert around.replace(".", "," if language == "id" else ".") in text
        assert str(found.n) in text
        assert str(found.reach.needed) in text


def test_without_a_period_the_running_quarter_is_shown(house: House) -> None:
    text = page_of(house.person("manager"))
    assert "Quarter 3 of 2026 01.07.2026 - 30.09.2026 still running" in text
    assert "No data for this period yet." in text


def test_what_is_no_period_is_said(house: House) -> None:
    manager = house.person("manager")
    for query in ("period=2026-T9", "first=2026-08-02&last=2026-08-01", "first=x&last=y", "period=%00"):
        assert "This is no period." in page_of(manager, query, status=400), query
    assert "There is no such survey." in page_of(manager, "instrument=nps", status=400)


def test_any_days_can_be_chosen(house: House) -> None:
    give(house.office, [4] * 6, day="2026-07-15")
    manager = house.person("manager")
    assert "IKM 100.00 A" in page_of(manager, "first=2026-07-15&last=2026-07-15")
    assert "IKM 100.00 A" in page_of(manager, "period=2026-07-10..2026-07-20")
    assert "No data" in page_of(manager, "first=2026-07-16&last=2026-07-20")


def test_three_answers_are_not_told(house: House) -> None:
    give(house.office, [1, 2, 3])
    text = page_of(house.person("manager"))
    assert "3 answers so far. Results are shown from 5 answers on" in text
    assert "IKM 50.00" not in text
    assert "NRR" not in text


def test_a_small_group_and_its_neighbour_are_not_told(house: House) -> None:
    counters = house.office.counters
    for place, n in ((0, 3), (1, 7), (2, 40)):
        give(house.office, [4] * (n - 1) + [3], counter_id=counters[place])
    text = page_of(house.person("manager"))
    table = text[text.index("Counter Answers Share") :]
    assert re.search(r"Loket 1 – –|Counter 1 – –", table)
    assert re.search(r"(Loket|Counter) 2 – –", table)
    assert re.search(r"(Loket|Counter) 3 40 80.0 %", table)


def test_the_rule_for_suspicious_answers_and_mixed_versions_are_stated(house: House) -> None:
    give(house.office, [4] * 6)
    give(house.office, [1] * 2, flags="fast")
    give(house.office, [3] * 6, version="2")
    manager = house.person("manager")
    text = page_of(manager)
    assert "2 answers look suspicious and are kept but not counted" in text
    assert "This period mixes versions of the questionnaire: 1 (6), 2 (6) answers." in text
    set_to(house.office, survey_count_flagged=True)
    assert "2 answers look suspicious and are counted" in page_of(manager)


def test_the_shortfall_is_told_while_there_is_time(house: House) -> None:
    visited(house.office, 100, 80, "2026-07-06")
    give(house.office, [4] * 20, day="2026-07-06")
    manager = house.person("manager")
    text = page_of(manager)
    assert "will be needed" not in page_of(manager, "period=2026-07")
    assert "60 short: 80 answers are needed of 100 visitors served (Krejcie-Morgan), 20 are here." in text
    assert "169 answers will be needed. 43 open days are left: that makes 4 a day." in text
    assert "20 of 80 visitors asked have answered." in text
    assert "25.0 %" in text


def test_a_change_is_told_in_plain_words(house: House) -> None:
    give(house.office, [3] * 30 + [4] * 10, day="2026-05-12")
    give(house.office, [3] * 10 + [4] * 30, day="2026-07-15")
    manager = house.person("manager")
    assert "Up by 12.50 against Quarter 2 of 2026 (81.25). This change is more than chance" in page_of(manager)
    give(house.office, [3] * 60, day="2026-07-16")
    assert "Up by 1.25 against Quarter 2 of 2026 (81.25). A change like this can be chance" in page_of(manager)


def test_what_waits_in_the_box_is_told_as_it_is(house: House) -> None:
    """It is of all days and surveys, and fewer than five are not counted tonight."""
    form = asking.Form(IPAK, "2021.1", dict.fromkeys(ELEMENTS[IPAK], 4))

    def drop(work: Any) -> dict[str, Any]:
        asking.drop(work, asking.rows_of([form], {"channel": "kiosk", "day": work.today}))
        return {}

    def answer(n: int) -> None:
        for _ in range(n):
            house.hall.act(house.office.system, drop)

    when = "They are counted in the evening when five are together, at the latest after 7 days."
    answer(1)
    house.office.clock.forward(days=1)
    manager = house.person("manager")
    assert f"1 visitor's answers wait sealed, of all surveys. {when}" in unescape(page_of(manager))
    answer(3)
    text = unescape(page_of(manager))
    assert f"4 visitors' answers wait sealed, of all surveys. {when}" in text
    assert "Count them now" not in text
    refused = manager.post("/office/survey/count", data={"request_id": "count-000001"})
    assert refused.status_code == 409
    assert "They are counted when five are there, or after 7 days." in refused.text
    answer(1)
    assert "Count them now" in page_of(manager)
    assert manager.post("/office/survey/count", data={"request_id": "count-000002"}).status_code == 303
    assert "wait sealed" not in page_of(manager, "done=counted")
    again = manager.post("/office/survey/count", data={"request_id": "count-000003"})
    assert "What came since waits for others, at most 7 days." in again.text


def test_ipak_and_ipkp_are_projections_in_their_own_unit(house: House) -> None:
    give(house.office, [4] * 11 + [3] * 9)
    give(house.office, [4] * 3 + [3] * 2, instrument=IPAK)
    manager = house.person("manager")
    text = page_of(manager)
    assert "survei mandiri" in text
    assert "3.55 of 4 · 15.53 of 17.5 points" in text
    assert "3.60 of 4 · 15.75 of 17.5 points" in text
    assert "Grade A is not enough." in text
    own = page_of(manager, f"instrument={IPAK}")
    assert "Index, 0 to 4 3.60" in own
    assert "IKM" not in own.split("Integrity zone")[0]


def test_one_touch_and_own_questions_stand_apart(house: House) -> None:
    give(house.office, [{"S": 4}] * 6 + [{"S": 2}] * 2, instrument="one-touch")
    give(house.office, [{**dict.fromkeys(ELEMENTS["skm-9"], 3), "X1": 2}] * 6)
    text = page_of(house.person("manager"))
    touch = text.split("One touch, reported apart")[1]
    assert "75.0 % satisfied" in touch
    assert "it has no IKM and no grade" in touch
    assert "Our own questions, in no index" in text


def test_everything_that_follows_is_one_link_away(house: House) -> None:
    give(house.office, [{**dict.fromkeys(ELEMENTS["skm-9"], 4), "U3": 2}] * 6)
    html = house.person("manager").get("/office/survey/").text
    for path in ("report.pdf", "report.docx", "report.xlsx", "poster.pdf"):
        assert f'href="/office/survey/{path}?period=2026-T3&amp;instrument=skm-9"' in html
    assert 'href="/office/follow-up/new?element=U3&amp;period=2026-T3&amp;instrument=skm-9"' in html
    known = {rule.rule for rule in house.app.url_map.iter_rules()}
    for path in re.findall(r'href="(/office/[^"?]*|/results/)', html):
        assert path in known, path


@pytest.mark.parametrize("seed", range(5))
def test_labels_never_cover_a_label(seed: int) -> None:
    import random

    chance = random.Random(seed)
    dots: list[Any] = [(chance.uniform(180, 300), chance.uniform(180, 300)) for _ in range(9)]
    labels = place_labels(dots)
    for n, (x, y) in enumerate(labels):
        for a, b in labels[n + 1 :]:
            assert abs(x - a) >= 2 * LETTERS or abs(y - b) >= 2 * TALL
    assert all(abs(x - a) + abs(y - b) < 120 for (x, y), (a, b) in zip(labels, dots, strict=True))
    assert DOT < TALL < LETTERS
