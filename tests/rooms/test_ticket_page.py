"""The ticket on its visitor's phone: what it says in every state, and that asking again is cheap."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ptsp import queueing
from tests.support.apps import House, Visitor, page_data
from tests.support.halls import Officer


@pytest.fixture
def phone(house: House) -> Visitor:
    return house.visitor()


@pytest.fixture
def officer(house: House) -> Officer:
    return house.office.officer(1)


@pytest.fixture
def ticket(house: House, officer: Officer) -> dict[str, Any]:
    return house.office.issue(house.office.service_for(officer.counter_id))


def state(phone: Visitor, ticket: dict[str, Any], language: str = "id") -> Any:
    phone.client.set_cookie("language", language)
    return phone.get(f"/t/{ticket['token']}/state").json


def said(phone: Visitor, ticket: dict[str, Any], language: str = "id") -> tuple[str, str]:
    words = state(phone, ticket, language)["words"]
    return words["headline"], words["text"]


def test_waiting_tells_place_and_time(house: House, phone: Visitor, officer: Officer, ticket: dict[str, Any]) -> None:
    for _ in range(2):
        ticket = house.office.issue(ticket["service_id"])
    headline, text = said(phone, ticket)
    assert headline == "Anda urutan ke-3."
    assert re.fullmatch(r"Perkiraan dipanggil \d\d\.\d[05]–\d\d\.\d[05]\.", text)
    headline, text = said(phone, ticket, "en")
    assert headline == "You are 3rd."
    assert text.startswith("You will be called at about ")
    facts = state(phone, ticket)
    assert (facts["position"], facts["ahead"], facts["cancellable"], facts["survey"]) == (3, 2, True, "no")
    assert facts["counter"] is None


def test_from_a_hundred_on_it_says_more_than_99(house: House, phone: Visitor) -> None:
    """As the paper and the kiosk do."""
    for _ in range(99):
        house.office.issue(house.office.services[0])
    for ahead, words in ((99, "Anda urutan ke-100."), (100, "Di depan Anda lebih dari 99 orang.")):
        ticket = house.office.issue(house.office.services[0])
        assert (ticket["ahead"], said(phone, ticket)[0]) == (ahead, words)
        house.office.clock.forward(seconds=1)


def test_no_time_is_promised_while_no_counter_is_open(house: House, phone: Visitor) -> None:
    facts = state(phone, house.office.issue())
    assert facts["estimate"] is None
    assert facts["words"]["text"] == "Perkiraan waktu tampil setelah loket untuk layanan ini dibuka."


def test_the_whole_visit_in_words(phone: Visitor, officer: Officer, ticket: dict[str, Any]) -> None:
    officer.calls_next()
    assert said(phone, ticket) == ("Giliran Anda.", "Silakan menuju Loket 1.")
    assert said(phone, ticket, "en") == ("It is your turn.", "Please go to Counter 1.")
    assert state(phone, ticket)["words"]["tone"] == "now"
    officer.starts()
    assert said(phone, ticket) == ("Anda sedang dilayani.", "Loket 1")
    officer.parks()
    assert said(phone, ticket)[0] == "Pelayanan Anda dijeda."
    officer.resumes(ticket["id"])
    officer.finishes()
    assert said(phone, ticket)[0] == "Pelayanan selesai."
    assert state(phone, ticket)["survey"] == "open"


def test_missed_filed_and_removed(house: House, phone: Visitor, officer: Officer, ticket: dict[str, Any]) -> None:
    officer.calls_next()
    officer.marks_no_show()
    assert said(phone, ticket) == ("Nomor Anda sudah dipanggil.", "Silakan temui petugas informasi.")
    filed = house.office.issue(ticket["service_id"])
    officer.calls_next()
    officer.starts()
    officer.finishes("filed")
    assert said(phone, filed)[0] == "Berkas Anda sudah kami terima."
    removed = house.office.issue(ticket["service_id"])
    house.office.do(officer.actor, queueing.remove, ticket_id=removed["id"])
    assert said(phone, removed)[0] == "Nomor ini sudah dikeluarkan dari antrean."


def test_yesterdays_open_number_has_expired(house: House, phone: Visitor, ticket: dict[str, Any]) -> None:
    house.office.clock.forward(days=1)
    facts = state(phone, ticket)
    assert (facts["state"], facts["cancellable"]) == ("expired", False)
    assert facts["words"]["headline"] == "Nomor ini hanya berlaku pada 3 Agustus 2026."


def test_unchanged_is_not_sent_again(house: House, phone: Visitor, officer: Officer, ticket: dict[str, Any]) -> None:
    path = f"/t/{ticket['token']}/state"
    first = phone.get(path)
    assert first.headers["Cache-Control"] == "no-store"
    again = phone.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    officer.calls_next()
    assert phone.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_the_page_itself_says_it_all_without_scripts(phone: Visitor, officer: Officer, ticket: dict[str, Any]) -> None:
    officer.calls_next()
    page = phone.get(f"/t/{ticket['token']}")
    assert "Silakan menuju Loket 1." in page.text
    assert ticket["number"] in page.text
    assert "antrian" not in page.text.lower()
    assert page.headers["Referrer-Policy"] in ("same-origin", "no-referrer")


def test_the_page_speaks_the_tickets_language_until_another_is_chosen(house: House, phone: Visitor) -> None:
    ticket = house.office.issue(language="en")
    assert page_data(phone.get(f"/t/{ticket['token']}").text)["language"] == "en"
    phone.client.set_cookie("language", "id")
    assert page_data(phone.get(f"/t/{ticket['token']}").text)["language"] == "id"


def test_cancelling_needs_the_page_and_happens_once(house: House, phone: Visitor, ticket: dict[str, Any]) -> None:
    path = f"/t/{ticket['token']}/cancel"
    body = {"request_id": "cancel-0001"}
    assert phone.post(path, csrf=False, json=body).status_code == 400
    phone.get(f"/t/{ticket['token']}")
    first, again = phone.post(path, json=body), phone.post(path, json=body)
    assert (first.status_code, again.json) == (200, first.json)
    assert said(phone, ticket)[0] == "Nomor ini sudah Anda batalkan."
    assert phone.post(path, json={"request_id": "cancel-0002"}).status_code == 409


@pytest.mark.parametrize("body", [{}, {"request_id": "x"}, {"request_id": "cancel-0001", "token": "more"}, []])
def test_a_malformed_cancellation_is_refused_in_words(phone: Visitor, ticket: dict[str, Any], body: Any) -> None:
    answer = phone.post(f"/t/{ticket['token']}/cancel", json=body)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "bad_request")


@pytest.mark.parametrize("token", ["A" * 22, "short", "x" * 40, "%00" * 20])
@pytest.mark.parametrize("rest", ["", "/state", "/qr.svg"])
def test_an_unknown_token_is_answered_kindly(phone: Visitor, token: str, rest: str) -> None:
    answer = phone.get(f"/t/{token}{rest}")
    assert answer.status_code == 404
    assert "Tiket tidak ditemukan" in answer.text
    script = phone.get(f"/t/{token}{rest}", headers={"Accept": "application/json"})
    assert script.json["error"]["code"] == "not_found"


def test_the_qr_code_is_a_picture_of_the_address(phone: Visitor, ticket: dict[str, Any]) -> None:
    answer = phone.get(f"/t/{ticket['token']}/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    assert 'fill="#fff"' in answer.text
