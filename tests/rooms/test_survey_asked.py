"""What an office asks: several instruments, its own questions, one touch; versions; tickets that are too old."""

from __future__ import annotations

from typing import Any

import pytest

from ptsp import asking, surveying, tallies
from ptsp import records as r
from survey import asked, instruments, pages
from survey.patterns import Bursts
from tests.support.answers import ALL, in_the_box
from tests.support.apps import House, Visitor, page_data

SKM = {"U1": 4, "U2": 3, "U3": 2, "U4": 4, "U5": 3, "U6": 4, "U7": 4, "U8": 1, "U9": 3}
IPAK = {"K1": 4, "K2": 4, "K3": 3, "K4": 4, "K5": 3}
DAY = "2026-08-03"


@pytest.fixture(autouse=True)
def fresh_bursts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "bursts", Bursts())


@pytest.fixture
def phone(house: House) -> Visitor:
    return house.visitor()


def set_up(house: House, **settings: Any) -> None:
    house.hall.act(house.office.system, surveying.set_survey, settings=settings)


def served(house: House) -> str:
    officer = house.office.officer(1)
    token = house.office.issue(house.office.service_for(officer.counter_id))["token"]
    officer.serves_next()
    return token


def body(token: str, **more: Any) -> dict[str, Any]:
    return {"request_id": f"request-{token}", "token": token, "scores": SKM} | more


def in_the_evening(house: House) -> tallies.Counted:
    """The answers of the day, when the box has been emptied."""
    asking.empty_box(house.hall, house.office.system, before=ALL)
    with house.hall.view() as conn:
        return asking.answers_of(house.hall, conn, house.office.catalogue(), DAY, DAY)


def kept(house: House) -> list[dict[str, Any]]:
    with house.hall.view() as conn:
        return in_the_box(house.hall, conn, house.office.office_id)


def own_question(house: House, words: str = "Toilet bersih?") -> str:
    text, answers = {"id": words, "en": words}, [{"id": str(n), "en": str(n)} for n in range(1, 5)]
    made = house.hall.act(house.office.system, surveying.add_question, text=text, answers=answers)
    return asked.extra_code(made["question_id"])


# --- instruments --------------------------------------------------------------------------------------------------


def test_one_sheet_of_two_instruments_is_one_answer_to_each(house: House, phone: Visitor) -> None:
    set_up(house, survey_instruments=["skm-9", "ipak-5"])
    token = served(house)
    page = page_data(phone.get(f"/survey/{token}").text)
    assert [one["code"] for one in page["instruments"]] == ["skm-9", "ipak-5"]
    assert page["words"]["en"]["intro"] == "14 questions, about 2 minutes. Your answers are anonymous."
    sheet = body(token, scores=SKM | IPAK, versions=page["versions"], remark="Baik.", about={"sex": "P"})
    assert phone.post("/survey/answers", json=sheet).status_code == 200
    skm, ipak = kept(house)
    assert (skm["instrument"], skm["version"], skm["scores"], skm["remark"]) == ("skm-9", "2017.1", SKM, "Baik.")
    assert (ipak["instrument"], ipak["version"], ipak["scores"], ipak["remark"]) == ("ipak-5", "2021.1", IPAK, None)
    assert (skm["sex"], ipak["sex"]) == ("P", "P")


def test_an_instrument_that_nobody_answered_is_no_answer(house: House, phone: Visitor) -> None:
    set_up(house, survey_instruments=["skm-9", "ipak-5"])
    assert phone.post("/survey/answers", json=body(served(house), scores=IPAK)).status_code == 200
    assert [row["instrument"] for row in kept(house)] == ["ipak-5"]


def test_what_the_office_does_not_ask_is_refused(house: House, phone: Visitor) -> None:
    token = served(house)
    assert phone.post("/survey/answers", json=body(token, scores=IPAK)).status_code == 400
    set_up(house, survey_instruments=["ipak-5"])
    assert phone.post("/survey/answers", json=body(token, scores=SKM)).status_code == 400
    assert kept(house) == []


def test_a_page_that_stayed_open_keeps_the_wording_it_was_loaded_with(
    house: House, phone: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wording changes while a visitor reads; the period then mixes versions and says so."""
    old = instruments.load("skm-9")
    newer = instruments.Instrument(
        old.code, "2027.1", old.name, old.source, old.elements, old.questions, old.respondent
    )  # fmt: skip
    real = instruments.load

    def load(code: str = "skm-9", version: str = "") -> instruments.Instrument:
        return newer if code == "skm-9" and version in ("", "2027.1") else real(code, version)

    one, other = served(house), served(house)
    versions = page_data(phone.get(f"/survey/{one}").text)["versions"]
    monkeypatch.setattr(instruments, "load", load)
    phone.post("/survey/answers", json=body(one, versions=versions))
    phone.post("/survey/answers", json=body(other, versions=page_data(phone.get(f"/survey/{other}").text)["versions"]))
    counted = in_the_evening(house)
    assert counted.versions("skm-9") == {"2017.1": 1, "2027.1": 1}
    wrong = phone.post("/survey/answers", json=body(served(house), versions={"skm-9": "1999.1"}))
    assert (wrong.status_code, wrong.json["error"]["code"]) == (400, "bad_request")


# --- own questions ------------------------------------------------------------------------------------------------


def test_own_questions_are_asked_after_and_enter_no_index(house: House, phone: Visitor) -> None:
    code, token = own_question(house), served(house)
    page = page_data(phone.get(f"/survey/{token}").text)
    (question,) = page["extras"]
    assert (question["code"], [one["value"] for one in question["answers"]]) == (code, [1, 2, 3, 4])
    assert phone.post("/survey/answers", json=body(token, extras={code: 1})).status_code == 200
    (row,) = kept(house)
    assert (row["scores"], row["extras"]) == (SKM, {code: 1})
    tally = in_the_evening(house).of("skm-9")
    assert set(tally.x) == set(SKM), "only elements make the index"
    assert tally.counts[code] == [1, 0, 0, 0]


def test_who_read_a_question_may_answer_it_though_it_is_gone_by_now(house: House, phone: Visitor) -> None:
    code, token = own_question(house), served(house)
    house.hall.act(house.office.system, surveying.switch_question, question_id=int(code[1:]), active=False)
    assert page_data(phone.get(f"/survey/{token}").text)["extras"] == []
    assert phone.post("/survey/answers", json=body(token, extras={code: 2})).status_code == 200
    unknown = phone.post("/survey/answers", json=body(served(house), extras={"X999": 2}))
    assert unknown.status_code == 400


# --- one touch ----------------------------------------------------------------------------------------------------


def test_one_touch_shows_four_faces_and_is_kept_apart(house: House, phone: Visitor) -> None:
    set_up(house, survey_mode="one_touch")
    token = served(house)
    page = page_data(phone.get(f"/survey/{token}").text)
    assert (page["mode"], page["instruments"], page["respondent"], page["extras"]) == ("one_touch", [], [], [])
    assert [face["value"] for face in page["one_touch"]["faces"]] == [1, 2, 3, 4]
    assert [one["element"] for one in page["one_touch"]["follow_ups"]] == ["U3", "U2", "U7"], "nobody knows yet"
    assert page["words"]["id"]["intro"] == "Satu sentuhan sudah cukup. Jawaban Anda anonim."
    sheet = body(token, scores={"S": 4, "U3": 2}, versions=page["versions"], took_ms=900)
    assert phone.post("/survey/answers", json=sheet).status_code == 200
    (row,) = kept(house)
    assert (row["instrument"], row["scores"], row["flags"]) == ("one-touch", {"S": 4, "U3": 2}, "")
    counted = in_the_evening(house)
    assert (counted.of("skm-9").n, counted.of("one-touch").n) == (0, 1), "its U3 is no answer to the SKM"


@pytest.mark.parametrize("scores", [{"S": 4, "U3": 2, "U2": 1}, {"S": 4, "K1": 2}, {"S": 5}, {"U3": 2, "T": 1}])
def test_one_touch_takes_one_further_answer_at_most(house: House, phone: Visitor, scores: dict[str, int]) -> None:
    set_up(house, survey_mode="one_touch")
    assert phone.post("/survey/answers", json=body(served(house), scores=scores)).status_code == 400
    assert kept(house) == []


def keep(house: House, day: str, scores: dict[str, int], times: int, flags: str = "") -> None:
    form = asking.Form("skm-9", "2017.1", scores)
    rows = [
        row for _ in range(times) for row in asking.rows_of([form], {"channel": "phone", "day": day, "flags": flags})
    ]
    house.hall.act(house.office.system, kept_as, rows=rows)


def kept_as(work: Any, rows: list[dict[str, Any]]) -> dict[str, Any]:
    asking.keep(work, rows)
    return {}


def follow_ups(house: House) -> list[str]:
    office = house.office.catalogue()
    asked._kept.clear()
    with house.hall.view() as conn:
        return [one["element"] for one in asked.one_touch_picture(conn, office, DAY)["follow_ups"]]


def test_the_further_question_is_about_the_weakest_elements_of_ninety_days(house: House) -> None:
    keep(house, "2026-07-01", SKM, 4)
    assert follow_ups(house) == ["U3", "U2", "U7"], "four answers tell of people, not of the office"
    keep(house, "2026-07-02", SKM, 1)
    assert follow_ups(house) == ["U8", "U3", "U2"], "weakest first: 1, 2, then the first of the threes"
    keep(house, "2026-05-04", dict.fromkeys(SKM, 4) | {"U7": 1}, 50)
    assert follow_ups(house) == ["U8", "U3", "U2"], "91 days ago is too long ago"
    keep(house, "2026-05-05", dict.fromkeys(SKM, 4) | {"U7": 1}, 50)
    assert follow_ups(house)[0] == "U7"


def test_suspicious_answers_choose_no_question_unless_they_are_counted(house: House) -> None:
    keep(house, "2026-07-01", SKM, 5)
    keep(house, "2026-07-01", dict.fromkeys(SKM, 4) | {"U9": 1}, 50, flags="burst")
    assert follow_ups(house) == ["U8", "U3", "U2"]
    set_up(house, survey_count_flagged=True)
    assert follow_ups(house)[0] == "U9"


# --- too late -----------------------------------------------------------------------------------------------------


def test_a_ticket_answers_within_the_days_that_the_office_sets(house: House, phone: Visitor) -> None:
    set_up(house, survey_window_days=2)
    early, late = served(house), served(house)
    house.office.clock.forward(days=2)
    assert page_data(phone.get(f"/survey/{early}").text)["survey"] == "open"
    assert phone.post("/survey/answers", json=body(early)).status_code == 200
    house.office.clock.forward(days=1)
    page = page_data(phone.get(f"/survey/{late}").text)
    assert (page["survey"], phone.get(f"/survey/{late}/state").json["survey"]) == ("over", "over")
    assert page["words"]["id"]["over"] == "Waktu untuk mengisi survei kunjungan ini sudah berakhir."
    refused = phone.post("/survey/answers", json=body(late))
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "survey_over")
    assert len(kept(house)) == 1


# --- the preview --------------------------------------------------------------------------------------------------


def test_the_preview_thanks_and_keeps_nothing(house: House) -> None:
    manager = house.person("manager")
    page = page_data(manager.get("/survey/preview").text)
    assert (page["survey"], page["preview"]) == ("open", True)
    sent = manager.post("/survey/answers", json=body(page["token"]))
    assert (sent.status_code, sent.json) == (200, {"ok": True, "preview": True})
    assert kept(house) == []
    assert house.visitor().post("/survey/answers", json=body(page["token"])).status_code == 404
    with house.hall.view() as conn:
        assert conn.execute(r.survey_answer.select()).all() == []


@pytest.mark.parametrize("sign", ["😀", "\x01", '"', "é"])
def test_the_longest_sheet_fits_into_a_ballot(house: House, phone: Visitor, sign: str) -> None:
    """All instruments, five own questions, and a remark of signs that take the most room."""
    set_up(house, survey_instruments=["skm-9", "spkp-8", "ipak-5"])
    codes = [own_question(house, f"Nomor {n}?") for n in range(5)]
    spkp = dict.fromkeys((f"P{n}" for n in range(1, 9)), 4)
    about = {"sex": "L", "age": "56+", "education": "SMA", "occupation": "WIRAUSAHA"}
    more = {"extras": dict.fromkeys(codes, 4), "about": about, "remark": sign * 500, "took_ms": 1}
    assert phone.post("/survey/answers", json=body(served(house), scores=SKM | spkp | IPAK, **more)).status_code == 200
    assert [row["instrument"] for row in kept(house)] == ["skm-9", "spkp-8", "ipak-5"]
    assert kept(house)[0]["remark"] == sign * 500
