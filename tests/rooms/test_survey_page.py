"""The survey: one sheet a ticket, only after the visit, and nothing that leads from an answer to its ticket."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from ptsp import records as r
from ptsp.hall import Actor, Order
from tests.support.answers import in_the_box
from tests.support.apps import House, Visitor, page_data

SCORES = {"U1": 4, "U2": 3, "U3": 2, "U4": 4, "U5": 3, "U6": 4, "U7": 4, "U8": 1, "U9": 3}


@pytest.fixture
def phone(house: House) -> Visitor:
    return house.visitor()


@pytest.fixture
def ticket(house: House) -> dict[str, Any]:
    """A ticket whose visit has ended."""
    officer = house.office.officer(1)
    issued = house.office.issue(house.office.service_for(officer.counter_id))
    officer.serves_next()
    return issued


def sheet(ticket: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"request_id": "survey-request-1", "token": ticket["token"], "scores": SCORES} | more


def kept(house: House) -> list[dict[str, Any]]:
    """What is in the ballot box."""
    with house.hall.view() as conn:
        return in_the_box(house.hall, conn, house.office.office_id)


def rows(house: House, table: Any) -> list[Any]:
    with house.hall.view() as conn:
        return list(conn.execute(select(table)))


def test_nine_answers_are_kept_once(house: House, ticket: dict[str, Any]) -> None:
    phone = house.screen("survey")
    body = sheet(ticket, about={"sex": "P", "age": "no_answer"}, remark="Ramah.", channel="kiosk")
    first, again = phone.post("/survey/answers", json=body), phone.post("/survey/answers", json=body)
    assert (first.status_code, again.status_code) == (200, 200)
    (answer,) = kept(house)
    assert [answer[name] for name in ("sex", "age", "remark", "channel")] == ["P", None, "Ramah.", "kiosk"]
    assert answer["scores"] == SCORES
    other = phone.post("/survey/answers", json=body | {"request_id": "survey-request-2"})
    assert (other.status_code, other.json["error"]["code"]) == (409, "survey_used")
    assert other.json["error"]["message"] == "Survei untuk tiket ini sudah diisi. Terima kasih."


@pytest.mark.parametrize(("remark", "remains"), [
    ("Ramah. https://antrean.test/t/{token}", "Ramah."),
    ("RamahHTTP://antrean.test:8000/t/{token}\nsekali", "Ramah\nsekali"),
    ("http://antrean.test/t/{token}", None),
    ("Lihat https://antrean.test/t/jadwal", "Lihat https://antrean.test/t/jadwal"),
])  # fmt: skip
def test_a_remark_holds_no_link_to_a_ticket(
    house: House, phone: Visitor, ticket: dict[str, Any], remark: str, remains: str | None
) -> None:
    """A scanner at the exit types the next visitor's into the field that the last one left."""
    token = house.office.issue()["token"]
    assert phone.post("/survey/answers", json=sheet(ticket, remark=remark.format(token=token))).status_code == 200
    assert [answer["remark"] for answer in kept(house)] == [remains]


def test_what_the_hall_remembers_of_the_request_holds_no_answers(
    house: House, phone: Visitor, ticket: dict[str, Any]
) -> None:
    phone.post("/survey/answers", json=sheet(ticket))
    (remembered,) = [row for row in rows(house, r.answered) if row.request_id == "survey-request-1"]
    visitor = Actor("visitor", ticket["id"], "visitor", house.office.office_id)
    # The fingerprint is that of the token alone: nobody can try sheet after sheet against it.
    assert remembered.fingerprint == Order(visitor, "answer_survey", {"token": ticket["token"]}).fingerprint
    assert not any(word in remembered.answer for word in ("U1", "score", "remark"))
    assert not {"ticket_id", "at", "token"} & set(r.survey_answer.c.keys())


def test_not_before_the_visit_has_ended(house: House, phone: Visitor) -> None:
    waiting = house.office.issue()
    answer = phone.post("/survey/answers", json=sheet(waiting))
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "survey_not_open")
    assert kept(house) == []


def test_an_unknown_token_opens_nothing(house: House, phone: Visitor, ticket: dict[str, Any]) -> None:
    stranger = {"token": "A" * 22}
    assert phone.post("/survey/answers", json=sheet(stranger)).status_code == 404
    assert phone.get("/survey/" + stranger["token"]).status_code == 404
    assert phone.get(f"/survey/{stranger['token']}/state", headers={"Accept": "application/json"}).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"scores": {}},
        {"scores": {"U1": 5}},
        {"scores": {"U1": 0}},
        {"scores": {"U1": True}},
        {"scores": {"U10": 3}},
        {"about": {"sex": "X"}},
        {"about": {"religion": "no_answer"}},
        {"remark": "x" * 501},
        {"channel": "post"},
        {"request_id": "x"},
        {"ticket_id": 1},
    ],
)
def test_what_the_form_does_not_ask_is_refused(
    house: House, phone: Visitor, ticket: dict[str, Any], wrong: dict[str, Any]
) -> None:
    answer = phone.post("/survey/answers", json=sheet(ticket) | wrong)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "bad_request")
    assert kept(house) == []
    assert phone.post("/survey/answers", json=sheet(ticket)).status_code == 200  # nothing was spent


def test_a_question_may_be_skipped(house: House, phone: Visitor, ticket: dict[str, Any]) -> None:
    assert phone.post("/survey/answers", json=sheet(ticket, scores={"U4": 4})).status_code == 200
    assert kept(house)[0]["scores"] == {"U4": 4}


def test_other_sites_cannot_answer(phone: Visitor, ticket: dict[str, Any]) -> None:
    assert phone.post("/survey/answers", csrf=False, json=sheet(ticket)).status_code == 400


def test_the_page_asks_in_printed_order_and_binds_by_element(phone: Visitor, ticket: dict[str, Any]) -> None:
    page = page_data(phone.get(f"/survey/{ticket['token']}").text)
    order = [question["element"] for question in page["instruments"][0]["questions"]]
    assert order == ["U1", "U2", "U3", "U4", "U5", "U6", "U7", "U9", "U8"]
    assert (page["survey"], page["channel"]) == ("open", "phone")
    assert page["words"]["id"]["thanks"] == "Jawaban Anda kami pakai untuk memperbaiki pelayanan."
    assert set(page["words"]["id"]) == set(page["words"]["en"])
    # Indonesian has one plural form; a catalogue that says two leaves the second one English.
    assert page["words"]["id"]["idle"]["other"] == "Layar kembali ke awal dalam {n} detik."


def test_the_exit_screen_is_for_paired_screens_and_staff(house: House) -> None:
    assert house.visitor().get("/survey/").status_code == 303
    page = house.screen("survey").get("/survey/")
    assert page_data(page.text)["office"] == "Kantor Kementerian Agama Kota Contoh"


def test_the_exit_screen_asks_only_whether_the_survey_is_open(phone: Visitor, ticket: dict[str, Any]) -> None:
    path = f"/survey/{ticket['token']}/state"
    assert phone.get(path).json == {"ok": True, "survey": "open"}
    phone.post("/survey/answers", json=sheet(ticket))
    assert phone.get(path).json == {"ok": True, "survey": "used"}
