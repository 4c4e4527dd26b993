"""Complaints at their doors: who reads what, what a token shows, what a stranger may not do."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from sqlalchemy import select

from ptsp import complaint_deeds
from ptsp import complaint_rules as rules
from ptsp import records as r
from tests.rooms.test_survey_settings import GOOD as SETTINGS
from tests.support.apps import House, Visitor, page_data, second_office
from tests.support.published import publishing_doors

CONTACT = "0812-3456-7890"
_requests = itertools.count(1)


def sheet(**more: Any) -> dict[str, Any]:
    facts = {"office": "contoh", "kind": "complaint", "category": "time", "text": "Menunggu dua jam."}
    return {"request_id": f"complaint-{next(_requests):04d}", **facts} | more


def hands_in(visitor: Visitor, **more: Any) -> str:
    """The token."""
    answer = visitor.post("/complaints/", json=sheet(**more))
    assert answer.status_code == 200, answer.text
    return str(answer.json["url"]).rsplit("/", 1)[1]


def form(**fields: Any) -> dict[str, Any]:
    return {"data": {"request_id": f"complaint-form-{next(_requests):04d}", **fields}}


def rows(house: House, table: Any = r.complaint) -> list[Any]:
    with house.hall.view() as conn:
        return list(conn.execute(select(table).order_by(*table.primary_key)))


def test_a_message_comes_in_once_and_its_token_leads_back(house: House) -> None:
    phone = house.visitor()
    body = sheet(contact=CONTACT, service_id=house.office.services[0])
    first, again = (phone.post("/complaints/", json=body) for _ in range(2))
    assert first.json == again.json
    assert (first.json["number"], first.json["answer_by"]) == ("P-2026-0001", "21.08.2026")
    (kept,) = rows(house)
    assert (kept.channel, kept.contact, len(kept.token)) == ("phone", CONTACT, 22)
    page = house.visitor().get(f"/complaints/{kept.token}")
    assert "P-2026-0001" in page.text
    assert "21.08.2026" in page.text
    assert CONTACT not in page.text + first.text


def test_the_channel_is_what_the_screen_is_not_what_it_says(house: House) -> None:
    hands_in(house.visitor(), kiosk=True)
    hands_in(house.screen("kiosk"), kiosk=False)
    hands_in(house.screen("survey"))
    assert [row.channel for row in rows(house)] == ["phone", "kiosk", "kiosk"]


def test_nothing_about_gratuity_is_kept(house: House) -> None:
    phone = house.visitor()
    for more in ({"category": "integrity"}, {"category": "integrity", "meant": True}, {"text": "Ada pungli."}):
        answer = phone.post("/complaints/", json=sheet(**more))
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "point_outside")
    assert not rows(house)
    outside = page_data(phone.get("/complaints/").text)["outside"]
    assert [one["address"] for one in outside["id"]] == ["simdumas.kemenag.go.id", "gol.kpk.go.id", "www.lapor.go.id"]


def test_the_contact_is_not_in_the_hash_that_is_kept_of_a_request(house: House) -> None:
    """Words and all else of a complaint stay: ten digits more would be guessed from the hash in minutes."""
    for contact in (CONTACT, "0899-0000-0000"):
        hands_in(house.visitor(), contact=contact)
    with house.hall.view() as conn:
        kept = conn.execute(select(r.answered.c.fingerprint)).scalars().all()
    assert len(kept) == 2
    assert len(set(kept)) == 1


@pytest.mark.parametrize("more", [
    {"text": ""}, {"text": "x" * 2001}, {"kind": "spam"}, {"category": "../x"}, {"office": "nowhere"}, {"surprise": 1},
    {"service_id": 10_000}, {"request_id": "kurz"}, {"contact": "1" * 121},
])  # fmt: skip
def test_what_is_no_message_is_refused(house: House, more: dict[str, Any]) -> None:
    assert house.visitor().post("/complaints/", json=sheet(**more)).status_code in (400, 404)
    assert not rows(house)


def test_no_message_without_a_csrf_token_and_not_too_many(house: House) -> None:
    phone = house.visitor()
    assert phone.post("/complaints/", json=sheet(), csrf=False).status_code == 400
    assert [phone.post("/complaints/", json=sheet()).status_code for _ in range(7)] == [200] * 6 + [429]
    assert house.visitor().post("/complaints/", json=sheet()).status_code == 200
    assert len(rows(house)) == 7


def test_markup_is_shown_as_it_was_typed(house: House) -> None:
    token = hands_in(house.visitor(), text="<script>alert(1)</script> & <b>lama</b>")
    manager = house.person("manager")
    for page in (f"/complaints/{token}", "/office/complaints/", "/office/complaints/1"):
        text = manager.get(page).text
        assert "&lt;script&gt;alert(1)" in text
        assert "<script>alert" not in text


def test_a_guessed_token_leads_nowhere(house: House) -> None:
    token = hands_in(house.visitor())
    stranger = house.visitor()
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), "1", "P-2026-0001", token.upper()):
        answer = stranger.get(f"/complaints/{wrong}")
        assert answer.status_code == 404
        assert "Menunggu dua jam" not in answer.text
        for deed in ("lines", "forget"):
            assert stranger.post(f"/complaints/{wrong}/{deed}", **form(text="Halo.")).status_code == 404


def test_the_visitor_adds_a_line_and_takes_the_contact_back(house: House) -> None:
    phone = house.visitor()
    token = hands_in(phone, contact=CONTACT)
    pointed = phone.post(f"/complaints/{token}/lines", **form(text="Lalu ada pungli."))
    assert pointed.status_code == 409
    assert "simdumas.kemenag.go.id" in pointed.text
    assert "Lalu ada pungli." in pointed.text  # the words are not lost
    assert phone.post(f"/complaints/{token}/lines", **form(text=" ")).status_code == 400
    again = form(text="Masih menunggu.")
    for _ in range(2):
        assert phone.post(f"/complaints/{token}/lines", **again).status_code == 303
    assert phone.get(f"/complaints/{token}").text.count("Masih menunggu.") == 1
    assert phone.post(f"/complaints/{token}/forget", **form()).status_code == 303
    assert rows(house)[0].contact is None


def test_an_officer_reads_what_is_assigned_to_them_and_no_other_contact(house: House) -> None:
    for _ in range(2):
        hands_in(house.visitor(), contact=CONTACT)
    manager, officer, other = house.person("manager"), house.person("officer"), house.person("info")
    assert officer.actor is not None
    assert manager.post("/office/complaints/1/assign", **form(person_id=officer.actor.id)).status_code == 303
    assert CONTACT in manager.get("/office/complaints/1").text
    assert CONTACT in officer.get("/office/complaints/1").text
    for reader, page in ((officer, 2), (other, 1), (other, 2)):
        answer = reader.get(f"/office/complaints/{page}")
        assert answer.status_code == 403
        assert CONTACT not in answer.text
    assert [
        len(re.findall(r"P-2026-\d{4}", who.get("/office/complaints/").text)) for who in (manager, officer, other)
    ] == [2, 1, 0]
    for who in (manager, officer, other):
        assert CONTACT not in who.get("/office/complaints/?state=all").text
    assert CONTACT not in manager.get("/office/complaints/evaluation").text
    assert CONTACT not in manager.get("/office/complaints/evaluation.csv").text
    assert other.post("/office/complaints/1/answer", **form(note="Ya.")).status_code == 403
    assert officer.post("/office/complaints/1/moderate", **form(public_state="kept")).status_code == 403
    assert officer.post("/office/complaints/1/answer", **form(note="Loket ditambah.")).status_code == 303
    assert "Loket ditambah." in house.visitor().get(f"/complaints/{rows(house)[0].token}").text


def test_strangers_and_screens_see_no_list(house: House) -> None:
    hands_in(house.visitor())
    for who in (house.visitor(), house.screen("kiosk"), house.screen("board")):
        for page in ("", "new", "1", "evaluation", "evaluation.csv"):
            assert who.get(f"/office/complaints/{page}").status_code in (303, 403)
        assert who.post("/office/complaints/1/answer", **form(note="a")).status_code in (401, 403)
    assert rows(house)[0].answer is None


def test_another_office_sees_nothing_of_it(house: House) -> None:
    token = hands_in(house.visitor(), contact=CONTACT)
    neighbours = second_office(house)
    manager = house.person("manager", neighbours)
    assert manager.get("/office/complaints/1").status_code == 404
    assert manager.post("/office/complaints/1/answer", **form(note="a")).status_code == 404
    assert "P-2026" not in manager.get("/office/complaints/?state=all").text
    phone = house.visitor()
    assert 'href="/complaints/?office=sebelah"' in phone.get("/complaints/").text  # which office?
    hands_in(phone, office="sebelah")
    assert [row.office_id for row in rows(house)] == [house.office.office_id, neighbours.office_id]
    assert phone.get(f"/complaints/{token}").status_code == 200


def test_the_desk_takes_what_is_told_and_what_came_on_paper(house: House) -> None:
    info = house.person("info")
    told = {"channel": "paper", "kind": "suggestion", "category": "facilities", "text": "Kursi.", "day": "2026-07-30"}
    made = info.post("/office/complaints/new", **form(**told, service_id="", contact=""))
    assert made.status_code == 303
    assert "P-2026-0001" in house.visitor().get(made.headers["Location"]).text
    assert (rows(house)[0].day, rows(house)[0].channel) == ("2026-07-30", "paper")
    for wrong in ({"channel": "kiosk"}, {"day": "2026-08-04"}, {"text": ""}, {"service_id": "x"}):
        assert info.post("/office/complaints/new", **form(**(told | wrong))).status_code == 400
    pointed = info.post("/office/complaints/new", **form(**(told | {"text": "Petugas minta suap."})))
    assert pointed.status_code == 409
    assert "Petugas minta suap." in pointed.text
    assert len(rows(house)) == 1
    meant = form(**(told | {"text": "Poster anti suap sobek."}), meant="yes")
    assert info.post("/office/complaints/new", **meant).status_code == 303
    assert (
        info.post("/office/complaints/new", **form(**(told | {"category": "integrity"}), meant="yes")).status_code
        == 409
    )


def test_a_deadline_that_passed_is_marked_for_both_sides(house: House) -> None:
    token = hands_in(house.visitor())
    house.office.clock.forward(days=4)
    manager = house.person("manager")
    page = manager.get("/office/complaints/?late=yes").text
    assert re.search(r'class="badge wrong"><svg.*?</svg>Terlambat|class="badge wrong"><svg.*?</svg>Late', page, re.S)
    assert "06.08.2026" in page
    assert "clock-alert" in house.visitor().get(f"/complaints/{token}").text


def test_the_visitor_reads_no_internal_note_and_no_name(house: House) -> None:
    token = hands_in(house.visitor())
    manager, officer = house.person("manager"), house.person("officer")
    assert officer.actor is not None
    manager.post("/office/complaints/1/assign", **form(person_id=officer.actor.id))
    manager.post("/office/complaints/1/note", **form(note="Rahasia kantor."))
    manager.post("/office/complaints/1/escalate", **form(note="Minta arahan."))
    manager.post("/office/complaints/1/forward", **form(lapor_number="LP-77"))
    page = house.visitor().get(f"/complaints/{token}").text
    assert "LP-77" in page
    for hidden in ("Rahasia kantor.", "Minta arahan.", officer.actor.name):
        assert hidden not in page
        assert hidden in manager.get("/office/complaints/1").text


def test_the_month_as_a_table_that_no_spreadsheet_runs(house: House) -> None:
    with house.hall.work(house.office.system) as work:
        service = r.service.c
        name = {"id": "=HYPERLINK(1)", "en": "=1"}
        work.conn.execute(r.service.update().where(service.id == house.office.services[0]).values(name=name))
        work.set_up_changed()
    hands_in(house.visitor(), service_id=house.office.services[0])
    table = house.person("manager").get("/office/complaints/evaluation.csv?month=2026-08")
    assert "\r\n2026-08,service,'=HYPERLINK(1),1,1\r\n" in table.text
    assert "\r\n2026-07,received,,0,\r\n" in table.text


def test_deadlines_of_the_office_hold_from_then_on(house: House) -> None:
    manager = house.person("manager")
    hands_in(house.visitor())
    days = {"respond": 1, "information": 2, "answer": 5, "field": 20, "contact": 30}
    wrong_ones = ({"answer": 0}, {"respond": 9}, {"contact": "x"}, {"field": 400}, {"information": 21})
    for wrong in (*wrong_ones, {"information": 0}):
        assert manager.post("/office/complaints/days", **form(**(days | wrong))).status_code == 400
    assert manager.post("/office/complaints/days", **form(**days)).status_code == 303
    hands_in(house.visitor())
    hands_in(house.visitor(), kind="question")
    assert [row.answer_by for row in rows(house)] == ["2026-08-21", "2026-08-10", "2026-08-05"]
    assert house.person("officer").post("/office/complaints/days", **form(**days)).status_code == 403


def test_the_deadline_of_a_question_is_among_the_settings_of_the_survey(house: House) -> None:
    manager, path = house.person("manager"), "/office/survey/settings/"
    assert 'name="complaint_information_days"' in manager.get(path).text
    for days, status in (("7", 303), ("0", 400), ("41", 400)):  # 40 is the limit with a look on the spot
        answer = manager.post(path, **form(**SETTINGS, complaint_information_days=days))
        assert answer.status_code == status, days
    assert house.office.catalogue().setting("complaint_information_days") == 7
    assert manager.post(path, **form(**SETTINGS)).status_code == 303  # a page from before the field was there
    assert house.office.catalogue().setting("complaint_information_days") == 7


def test_what_one_page_of_deadlines_keeps_the_other_takes(house: House) -> None:
    manager = house.person("manager")
    for most in (rules.DAYS, dict.fromkeys(rules.DAYS, (1, 1))):
        days = {name: str(limits[1]) for name, limits in most.items()}
        assert manager.post("/office/survey/settings/", **form(**(SETTINGS | days))).status_code == 303
        short = {name.removeprefix("complaint_").removesuffix("_days"): n for name, n in days.items()}
        assert manager.post("/office/complaints/days", **form(**short)).status_code == 303
        page = manager.get("/office/complaints/evaluation").text
    for name, (least, most_days) in rules.DAYS.items():
        field = name.removeprefix("complaint_").removesuffix("_days")
        assert f'name="{field}" type="number" min="{least}" max="{most_days}"' in page


def test_a_telephone_is_not_published_and_the_edited_words_are_not_lost(house: House) -> None:
    hands_in(house.visitor())
    manager = house.person("manager")
    words = {"public_state": "public", "public_text": f"Hubungi {CONTACT}.", "public_answer": "Sudah kami catat."}
    refused = manager.post("/office/complaints/1/moderate", **form(**words))
    assert refused.status_code == 400
    assert "NIK" in re.sub(r"<textarea.*?</textarea>", "", refused.text, flags=re.S)
    for typed in (words["public_text"], words["public_answer"]):
        assert typed in refused.text
    assert rows(house)[0].public_state == "new"


def test_the_month_says_what_was_forwarded_and_answered_too(house: House) -> None:
    hands_in(house.visitor())
    manager = house.person("manager")
    manager.post("/office/complaints/1/forward", **form(lapor_number="LP-77"))
    manager.post("/office/complaints/1/answer", **form(note="Sudah."))
    table = manager.get("/office/complaints/evaluation.csv?month=2026-08").text
    for line in ("forwarded_to_lapor,,1,", "forwarded_and_answered_here,,1,1", "answered_in_time,,1,1"):
        assert f"\r\n2026-08,{line}\r\n" in table
    assert manager.get("/office/complaints/evaluation?month=2026-08").status_code == 200


def test_the_pages_open_in_both_languages(house: House) -> None:
    token = hands_in(house.visitor(), contact=CONTACT)
    house.hall.act(house.office.system, complaint_deeds.answer, complaint_id=1, note="Sudah.")
    manager = house.person("manager")
    for language in ("id", "en"):
        manager.client.set_cookie("language", language, domain="localhost")
        pages = ("", "?state=all", "new", "1", "evaluation", "evaluation?month=2026-07", "evaluation?month=nonsense",
                 "evaluation?month=0001-01", "evaluation?month=9999-12", f"?page={10**30}")  # fmt: skip
        for page in (*(f"/office/complaints/{one}" for one in pages), "/complaints/", f"/complaints/{token}"):
            answer = manager.get(page)
            assert answer.status_code == 200, page
            assert f'<html lang="{language}">' in answer.text
    assert manager.get(f"/office/complaints/{10**30}").status_code == 404


def test_what_was_released_stands_on_the_page_of_results_and_the_rest_does_not(house: House) -> None:
    publishing_doors(house.office)
    with house.hall.view() as conn:
        shown = conn.execute(select(r.publication).where(r.publication.c.kind == "page")).first()
    assert shown is not None
    during = {"channel": "paper", "day": shown.last_day, "service_id": "", "contact": CONTACT}
    manager = house.person("manager")
    told = {"kind": "complaint", "category": "time"}
    for text in ("Pak Budi lama sekali.", "Bu Siti lama sekali."):
        assert manager.post("/office/complaints/new", **form(**during, **told, text=text)).status_code == 303
    words = {"public_text": "Petugas lama sekali.", "public_answer": "Loket ditambah."}
    assert manager.post("/office/complaints/1/moderate", **form(public_state="public", **words)).status_code == 303
    assert manager.post("/office/complaints/2/moderate", **form(public_state="kept", **words)).status_code == 303
    page = house.visitor().get("/results/").text
    assert page.count("Petugas lama sekali.") == 1
    assert page.count("Loket ditambah.") == 1
    for hidden in ("Pak Budi", "Bu Siti", CONTACT, "P-2026"):
        assert hidden not in page
