"""Paper questionnaires typed in by staff: marked, counted, never more than visitors who were served."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from ptsp import asking, surveying
from ptsp import records as r
from tests.support.apps import House, Visitor

PATH = "/office/survey/paper/"
TODAY = "2026-08-03"
SCORES = {"U1": 4, "U2": 3, "U3": 2, "U4": 4, "U5": 3, "U6": 4, "U7": 4, "U8": 1, "U9": 3}


def serve(house: House, how_many: int) -> list[str]:
    officer = house.office.officer(1)
    service, tokens = house.office.service_for(officer.counter_id), []
    for _ in range(how_many):
        tokens.append(house.office.issue(service)["token"])
        officer.serves_next()
    return tokens


def enter(visitor: Visitor, number: int, day: str = TODAY, **more: Any) -> Any:
    data = {"request_id": f"paper-request-{number}", "day": day, "version.skm-9": "2017.1"}
    return visitor.post(PATH, data=data | {f"score.{code}": str(score) for code, score in SCORES.items()} | more)


def written(house: House) -> list[Any]:
    with house.hall.view() as conn:
        return list(conn.execute(select(r.survey_answer)))


@pytest.fixture
def officer(house: House) -> Visitor:
    return house.person("officer")


def test_a_form_is_kept_as_paper_with_who_typed_it(house: House, officer: Visitor) -> None:
    serve(house, 3)
    service = house.office.services[0]
    more = {
        "hour_band": "08.00-12.00",
        "service_id": str(service),
        "about.sex": "P",
        "about.age": "",
        "remark": "Baik.",
    }
    sent = enter(officer, 1, **more)
    assert sent.status_code == 303
    assert sent.headers["Location"].endswith(f"?kept=1&day={TODAY}&hour_band=08.00-12.00&service_id={service}")
    (row,) = written(house)
    facts = {name: getattr(row, name) for name in ("channel", "day", "hour_band", "service_id", "sex", "age", "remark")}
    assert facts == {
        "channel": "paper", "day": TODAY, "hour_band": "08.00-12.00", "service_id": service, "sex": "P", "age": None,
        "remark": "Baik.",
    }  # fmt: skip
    assert officer.actor is not None
    assert (row.scores, row.entered_by, row.counter_id, row.wait_band) == (SCORES, officer.actor.id, None, None)
    with house.hall.view() as conn:
        counted = asking.answers_of(house.hall, conn, house.office.catalogue(), TODAY, TODAY)
    assert counted.of("skm-9", "channel", "paper").n == 1
    page = officer.get(sent.headers["Location"]).text
    assert 'data-next="1"' in page
    assert re.search(r"<strong>Officer\d*</strong>: 1 ", page)
    assert f'<option value="{service}" selected>' in page


def test_the_same_form_twice_is_one(house: House, officer: Visitor) -> None:
    serve(house, 3)
    assert [enter(officer, 1).status_code for _ in range(3)] == [303] * 3
    assert len(written(house)) == 1


def test_it_asks_in_the_order_of_the_printed_form(officer: Visitor) -> None:
    page = officer.get(PATH).text
    order = list(dict.fromkeys(re.findall(r'name="score\.(U\d)"', page)))
    assert order == ["U1", "U2", "U3", "U4", "U5", "U6", "U7", "U9", "U8"]
    (eighth,) = re.findall(r'<span class="printed">8</span>([^<]+)<', page)
    assert eighth == "Bagaimana pendapat Saudara tentang kualitas sarana dan prasarana?"


def test_a_day_takes_no_more_answers_than_it_had_visitors(house: House, officer: Visitor) -> None:
    one, *_others = serve(house, 3)
    sheet = {"request_id": "by-phone-request", "token": one, "scores": {"U1": 4}}
    assert house.visitor().post("/survey/answers", json=sheet).status_code == 200
    assert [enter(officer, n).status_code for n in range(2)] == [303, 303]
    full = enter(officer, 9)
    assert full.status_code == 409
    assert 'value="4" checked' in full.text, "what was typed is still there"
    assert enter(house.person("manager"), 10).status_code == 409, "nor for a manager"
    assert len(written(house)) == 2


def test_two_instruments_on_one_sheet_are_one_visitor(house: House, officer: Visitor) -> None:
    house.hall.act(house.office.system, surveying.set_survey, settings={"survey_instruments": ["skm-9", "ipak-5"]})
    serve(house, 2)
    assert [enter(officer, n, **{"score.K1": "4"}).status_code for n in range(3)] == [303, 303, 409]
    assert sorted(row.instrument for row in written(house)) == ["ipak-5"] * 2 + ["skm-9"] * 2


def test_a_day_without_visits_is_for_managers_and_noted(house: House, officer: Visitor) -> None:
    assert enter(officer, 1, day="2026-08-01").status_code == 409
    assert written(house) == []
    manager = house.person("manager")
    assert enter(manager, 2, day="2026-08-01").status_code == 303
    with house.hall.view() as conn:
        deeds = conn.execute(select(r.audit.c.deed, r.audit.c.subject)).all()
    assert ("paper_form_without_visits", "2026-08-01") in [tuple(row) for row in deeds]
    assert len(written(house)) == 1


WRONG: list[dict[str, str]] = [
    {"day": "2026-08-04"},
    {"day": "2025-08-01"},
    {"day": "kemarin"},
    {"score.U1": "5"},
    {"score.U1": "²"},
    {"score.U10": "4"},
    {"score.S": "4"},
    {"about.sex": "X"},
    {"about.religion": "x"},
    {"extra.X9": "4"},
    {"hour_band": "00.00-24.00"},
    {"service_id": "1 OR 1"},
    {"version.skm-9": "1999.1"},
    {"remark": "x" * 501},
    {f"score.{code}": "" for code in SCORES},
]


def test_what_does_not_fit_is_refused(house: House, officer: Visitor) -> None:
    serve(house, 3)
    for number, wrong in enumerate(WRONG):
        assert enter(officer, number, **wrong).status_code == 400, wrong
    assert written(house) == []


def test_another_office_s_service_is_not_ours(house: House, officer: Visitor) -> None:
    serve(house, 3)
    assert enter(officer, 1, service_id="999").status_code == 404
    assert written(house) == []
