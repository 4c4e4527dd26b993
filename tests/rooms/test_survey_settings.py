"""The manager's settings of the survey, the office's own questions, and remarks, read before they are public."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from ptsp import asking
from ptsp import records as r
from survey import asked
from tests.support.answers import ALL
from tests.support.apps import House, Visitor

PATH = "/office/survey/settings/"
GOOD = {
    "survey_instruments": ["skm-9", "ipak-5"],
    "survey_mode": "one_touch",
    "survey_layout": "all",
    "survey_weight": "0.11",
    "survey_window_days": "5",
    "survey_count_flagged": "1",
    "results_on_board": "1",
    "letterhead": "KEMENTERIAN AGAMA REPUBLIK INDONESIA\n\n KANTOR  WILAYAH ",
    "place": "Malang",
    "signer_name": "Dr. Siti Aminah, M.Pd.",
    "signer_title": "Kepala Kantor",
    "signer_number": "197001012000031002",
    "complaint_respond_days": "2",
    "complaint_answer_days": "10",
    "complaint_field_days": "40",
    "complaint_contact_days": "60",
    "remark_months": "12",
    "complaint_months": "36",
}
QUESTION = {"text_id": "Toilet bersih?", "text_en": "Clean toilets?"} | {
    f"answer{n}_{code}": f"{code} {n}" for n in range(1, 5) for code in ("id", "en")
}


@pytest.fixture
def manager(house: House) -> Visitor:
    return house.person("manager")


def post(visitor: Visitor, path: str, number: int, **data: Any) -> Any:
    return visitor.post(path, data={"request_id": f"settings-request-{number}", **data})


def audited(house: House) -> list[tuple[str, str]]:
    with house.hall.view() as conn:
        rows = conn.execute(select(r.audit.c.deed, r.audit.c.subject).order_by(r.audit.c.id)).all()
    return [tuple(row) for row in rows if row.deed not in ("set_up", "add_person", "sign_in")]


def test_all_settings_are_kept_and_audited(house: House, manager: Visitor) -> None:
    assert post(manager, PATH, 1, **GOOD).status_code == 303
    office = house.office.catalogue()
    told = {name: office.setting(name) for name in [*GOOD, "public_results", "survey_when_filed"]}
    assert told == {
        **GOOD,
        "survey_window_days": 5,
        "survey_count_flagged": True,
        "results_on_board": True,
        "public_results": False,
        "survey_when_filed": False,
        "letterhead": ["KEMENTERIAN AGAMA REPUBLIK INDONESIA", "KANTOR WILAYAH"],
        "signer_number": "19700101 200003 1 002",
        "complaint_respond_days": 2,
        "complaint_answer_days": 10,
        "complaint_field_days": 40,
        "complaint_contact_days": 60,
        "remark_months": 12,
        "complaint_months": 36,
    }
    deed, subject = audited(house)[-1]
    assert deed == "set_survey"
    assert "survey_weight: exact -> 0.11" in subject
    assert "results_on_board" not in subject, "what stayed as it was is no change"
    page = manager.get(PATH).text
    assert 'value="Dr. Siti Aminah, M.Pd."' in page
    assert 'value="0.11" checked' in page


def test_the_same_settings_again_are_no_change(house: House, manager: Visitor) -> None:
    post(manager, PATH, 1, **GOOD)
    before = audited(house), house.office.catalogue().revision
    assert post(manager, PATH, 2, **GOOD).status_code == 303
    assert (audited(house), house.office.catalogue().revision) == before


WRONG = [
    ("survey_instruments", []),
    ("survey_instruments", ["one-touch"]),
    ("survey_mode", "guess"),
    ("survey_weight", "0.1111"),
    ("survey_window_days", "31"),
    ("survey_window_days", "-1"),
    ("survey_window_days", "³"),
    ("survey_window_days", ""),
    ("complaint_answer_days", "1"),  # before the first response
    ("complaint_field_days", "9"),  # before the answer
    ("remark_months", "0"),
    ("complaint_months", "5"),
    ("complaint_months", "121"),
    ("signer_number", "12345"),
    ("signer_name", "x" * 101),
    ("place", "a\x00b"),
    ("letterhead", "\n".join("abcdef")),
    ("letterhead", "x" * 101),
]


def test_a_wrong_field_is_named_and_nothing_is_kept(house: House, manager: Visitor) -> None:
    before = house.office.catalogue().settings
    for number, (name, wrong) in enumerate(WRONG):
        answer = post(manager, PATH, number, **(GOOD | {name: wrong}))
        assert answer.status_code == 400, (name, wrong)
        assert f'id="{name}-wrong"' in answer.text, (name, wrong)
        assert answer.text.count('class="field-error"') == 1, (name, wrong)
        assert house.office.catalogue().settings == before, (name, wrong)
        assert 'value="Dr. Siti' in answer.text or name == "signer_name", "what was typed is still there"


# --- own questions ------------------------------------------------------------------------------------------------


def own(house: House) -> list[tuple[str, bool]]:
    """(Indonesian words, asked) in order."""
    with house.hall.view() as conn:
        rows = asked.extras(conn, house.office.office_id, active=False)
        active = [row.id for row in asked.extras(conn, house.office.office_id)]
    return [(row.text["id"], row.id in active) for row in rows]


def test_own_questions_are_added_worded_anew_ordered_and_switched_off(house: House, manager: Visitor) -> None:
    for n, words in enumerate(("Satu?", "Dua?")):
        assert post(manager, PATH + "questions", n, **(QUESTION | {"text_id": words})).status_code == 303
    assert own(house) == [("Satu?", True), ("Dua?", True)]
    post(manager, PATH + "questions/2/up", 3)
    assert own(house) == [("Dua?", True), ("Satu?", True)]
    assert 'value="id 4"' in manager.get(PATH + "?change=2").text
    post(manager, PATH + "questions", 4, **(QUESTION | {"text_id": "Dua, kata lain?", "replaces": "2"}))
    assert sorted(own(house)) == [("Dua, kata lain?", True), ("Dua?", False), ("Satu?", True)]
    assert own(house)[0][0].startswith("Dua"), "in the place of the old one"
    post(manager, PATH + "questions/1/off", 5)
    assert ("Satu?", False) in own(house)
    post(manager, PATH + "questions/1/on", 6)
    assert ("Satu?", True) in own(house)
    deeds = [deed for deed, _subject in audited(house)]
    assert deeds == ["add_question"] * 2 + ["raise_question", "add_question", "drop_question", "ask_question"]


def test_at_most_five_are_asked(house: House, manager: Visitor) -> None:
    for n in range(5):
        post(manager, PATH + "questions", n, **QUESTION)
    sixth = post(manager, PATH + "questions", 9, **(QUESTION | {"text_id": "Keenam?"}))
    assert sixth.status_code == 409
    assert "Keenam?" in sixth.text, "what was typed is still there"
    assert len(own(house)) == 5


def test_a_question_is_whole_in_both_languages(house: House, manager: Visitor) -> None:
    for number, missing in enumerate(("text_en", "answer3_id", "answer4_en")):
        assert post(manager, PATH + "questions", number, **(QUESTION | {missing: "  "})).status_code == 400, missing
    assert own(house) == []


def test_another_office_s_question_is_not_ours(house: House, manager: Visitor) -> None:
    assert post(manager, PATH + "questions/77/off", 1).status_code == 404
    assert post(manager, PATH + "questions", 2, **(QUESTION | {"replaces": "77"})).status_code == 404
    assert own(house) == []


# --- remarks ------------------------------------------------------------------------------------------------------


def remark(house: House, words: str) -> int:
    form = asking.Form("skm-9", "2017.1", {"U1": 4})

    def keep(work: Any) -> dict[str, Any]:
        asking.keep(work, asking.rows_of([form], {"channel": "phone", "day": "2026-07-31"}, words))
        return {}

    house.hall.act(house.office.system, keep)
    with house.hall.view() as conn:
        where = r.survey_answer.c.remark == words
        return int(conn.execute(select(r.survey_answer.c.id).where(where)).scalar_one())


def states(house: House) -> dict[str, str]:
    with house.hall.view() as conn:
        rows = conn.execute(select(r.survey_answer.c.remark, r.survey_answer.c.remark_state))
        return {row.remark: row.remark_state for row in rows}


def test_a_remark_is_public_only_when_a_manager_says_so(house: House, manager: Visitor) -> None:
    good, bad = remark(house, "Ramah <b>sekali</b>."), remark(house, "Pak Budi lambat.")
    page = manager.get("/office/survey/remarks/").text
    assert "Ramah &lt;b&gt;sekali&lt;/b&gt;." in page
    assert "Juli 2026" in page
    assert "31.07" not in page, "whose remark it is can be told from the day"
    assert states(house) == {"Ramah <b>sekali</b>.": "new", "Pak Budi lambat.": "new"}
    assert post(manager, f"/office/survey/remarks/{good}", 1, state="public").status_code == 303
    assert post(manager, f"/office/survey/remarks/{bad}", 2, state="kept").status_code == 303
    assert states(house) == {"Ramah <b>sekali</b>.": "public", "Pak Budi lambat.": "kept"}
    assert "Pak Budi" not in manager.get("/office/survey/remarks/?state=public").text
    assert "Pak Budi" in manager.get("/office/survey/remarks/?state=kept").text
    post(manager, f"/office/survey/remarks/{good}", 3, state="new")
    assert states(house)["Ramah <b>sekali</b>."] == "new"
    assert [deed for deed, _ in audited(house)] == ["moderate_remark"] * 3
    assert post(manager, f"/office/survey/remarks/{good}", 4, state="famous").status_code == 400
    assert post(manager, "/office/survey/remarks/1", 5, state="public").status_code == 404


def test_a_remark_of_today_stays_in_the_box(house: House, manager: Visitor) -> None:
    officer = house.office.officer(1)
    token = house.office.issue(house.office.service_for(officer.counter_id))["token"]
    officer.serves_next()
    sheet = {"request_id": "remark-request-1", "token": token, "scores": {"U1": 4}, "remark": "Baru saja."}
    assert house.visitor().post("/survey/answers", json=sheet).status_code == 200
    assert "Baru saja." not in manager.get("/office/survey/remarks/").text
    house.office.clock.forward(days=1)
    asking.empty_box(house.hall, house.office.system, before=ALL)
    assert "Baru saja." in house.person("manager").get("/office/survey/remarks/").text
