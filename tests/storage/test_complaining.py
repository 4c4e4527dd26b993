"""Complaints in the records: numbers without gaps, contacts erased on time, who may do what, the month's figures."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

from ptsp import complaining, complaint_deeds, complaint_list, people
from ptsp import records as r
from ptsp.complaint_figures import before, evaluate
from ptsp.errors import BadRequest, ComplaintFull, ComplaintRefused, Forbidden, NotFound, PointOutside, PtspError
from ptsp.hall import Actor
from server.caretaker import Caretaker
from tests.support.halls import Office

CONTACT = "0812-3456-7890"


def visitor(office: Office) -> Actor:
    return Actor("visitor", 0, "visitor", office.office_id)


def hands_in(office: Office, **more: Any) -> dict[str, Any]:
    """{"number", "token", "answer_by", "id"}"""
    facts = {"kind": "complaint", "category": "time", "channel": "phone", "text": "Menunggu dua jam."} | more
    made = office.do(visitor(office), complaining.receive, **facts)["complaint"]
    with office.hall.view() as conn:
        found = conn.execute(select(r.complaint.c.id).where(r.complaint.c.token == made["token"])).scalar_one()
    return {**made, "id": found}


def row(office: Office, made: dict[str, Any]) -> Any:
    with office.hall.view() as conn:
        return complaint_list.one(conn, office.office_id, made["id"])


def deeds(office: Office, made: dict[str, Any]) -> list[str]:
    with office.hall.view() as conn:
        return [line.deed for line in complaint_list.lines(conn, made["id"])]


def add_officer(office: Office, login: str, role: str = "officer") -> Actor:
    """A person who never signs in here: no slow hash."""
    facts = {"login": login, "name": login.title(), "role": role, "password_hash": "-"}
    made = office.hall.act(office.system, people.add_person, **facts)
    return Actor("person", made["person_id"], role, office.office_id, login.title())


@pytest.fixture
def manager(office: Office) -> Actor:
    return add_officer(office, "kepala", "manager")


def test_numbers_have_no_gaps_and_begin_again_each_year(office: Office) -> None:
    assert [hands_in(office)["number"] for _ in range(2)] == ["P-2026-0001", "P-2026-0002"]
    with pytest.raises(BadRequest):
        hands_in(office, text=" \n")
    assert hands_in(office)["number"] == "P-2026-0003"
    assert hands_in(office, channel="paper", day="2025-12-30")["number"] == "P-2025-0001"
    office.clock.forward(days=200)
    assert hands_in(office)["number"] == "P-2027-0001"


def test_no_link_to_a_ticket_is_kept(office: Office) -> None:
    """A scanner types it into whatever field is open on a shared screen; it is a key to the visit of somebody else."""
    link = f"http://hall.test/t/{office.issue()['token']}"
    made = hands_in(office, text=f"Menunggu dua jam. {link}")
    assert row(office, made).text == "Menunggu dua jam."
    office.do(visitor(office), complaining.add, token=made["token"], text=f"{link} Lama sekali.")
    with office.hall.view() as conn:
        assert complaint_list.lines(conn, made["id"])[-1].note == "Lama sekali."
    with pytest.raises(BadRequest):
        hands_in(office, text=link)


def test_the_same_request_makes_one_and_tells_its_token_again(office: Office) -> None:
    facts = {"kind": "praise", "category": "staff", "channel": "kiosk", "text": "Ramah."}
    first, again = (office.do(visitor(office), complaining.receive, "same-request", **facts) for _ in range(2))
    assert first["complaint"] == again["complaint"]
    with office.hall.view() as conn:
        assert len(conn.execute(select(r.complaint)).all()) == 1


@pytest.mark.parametrize("more", [
    {"kind": "rumour"}, {"category": "nothing"}, {"channel": "telex"}, {"text": "x" * 2001}, {"contact": "1" * 121},
    {"day": "2026-08-04"}, {"day": "2024-08-03"}, {"day": "kemarin"}, {"text": "\u200b\u200b\u200b\x00"},
])  # fmt: skip
def test_what_is_refused_leaves_nothing(office: Office, more: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        hands_in(office, **more)
    with office.hall.view() as conn:
        assert not conn.execute(select(r.complaint)).all()


def test_gratuity_is_never_stored_and_its_words_are_pointed_out_once(office: Office) -> None:
    for more in ({"category": "integrity"}, {"category": "integrity", "meant": True}, {"text": "Ada pungli."}):
        with pytest.raises(PointOutside):
            hands_in(office, **more)
    with office.hall.view() as conn:
        assert not conn.execute(select(r.complaint)).all()
        assert not conn.execute(select(r.answered)).all()
    made = hands_in(office, text="Poster anti-korupsi di pintu sobek.", meant=True)
    with pytest.raises(PointOutside):
        office.do(visitor(office), complaining.add, token=made["token"], text="Saya diminta uang pelicin.")


def test_from_the_first_word_to_the_end(office: Office, manager: Actor) -> None:
    made = hands_in(office, contact=CONTACT)
    officer = add_officer(office, "budi")
    complaint_id = made["id"]
    assert (row(office, made).respond_by, row(office, made).answer_by) == ("2026-08-06", "2026-08-21")
    office.do(manager, complaint_deeds.assign, complaint_id=complaint_id, person_id=officer.id)
    office.clock.forward(days=1)
    office.do(officer, complaint_deeds.respond, complaint_id=complaint_id, note="Kami periksa.")
    office.do(officer, complaint_deeds.check_on_the_spot, complaint_id=complaint_id)
    assert row(office, made).answer_by == "2026-10-26"
    with pytest.raises(ComplaintRefused):
        office.do(officer, complaint_deeds.check_on_the_spot, complaint_id=complaint_id)
    office.do(officer, complaint_deeds.answer, complaint_id=complaint_id, note="Loket ditambah.")
    office.do(visitor(office), complaining.add, token=made["token"], text="Terima kasih.")
    office.do(officer, complaint_deeds.close, complaint_id=complaint_id)
    with pytest.raises(ComplaintRefused):
        office.do(visitor(office), complaining.add, token=made["token"], text="Satu lagi.")
    for deed in (complaint_deeds.answer, complaint_deeds.respond, complaint_deeds.close, complaint_deeds.escalate):
        with pytest.raises(ComplaintRefused):
            office.do(manager, deed, complaint_id=complaint_id, note="Lagi.")
    found = row(office, made)
    assert (found.state, found.answer, found.assigned_to) == ("closed", "Loket ditambah.", officer.id)
    done = ["received", "assigned", "responded", "field_check", "answered", "added", "closed"]
    assert deeds(office, made) == done


def test_who_may_do_what(office: Office, manager: Actor) -> None:
    made = hands_in(office)
    mine, other = add_officer(office, "budi"), add_officer(office, "siti", "info")
    office.do(manager, complaint_deeds.assign, complaint_id=made["id"], person_id=mine.id)
    everything = {
        complaint_deeds.respond: {"note": "a"}, complaint_deeds.answer: {"note": "a"},
        complaint_deeds.remark: {"note": "a"},
        complaint_deeds.check_on_the_spot: {}, complaint_deeds.escalate: {}, complaint_deeds.close: {"note": "a"},
        complaint_deeds.assign: {"person_id": other.id}, complaint_deeds.forward: {"lapor_number": "1"},
        complaint_deeds.sort: {"kind": "question", "category": "cost"},
        complaint_deeds.moderate: {"public_state": "kept"},
    }  # fmt: skip
    managing = (complaint_deeds.assign, complaint_deeds.forward, complaint_deeds.sort, complaint_deeds.moderate)
    for deed, params in everything.items():
        for actor in (other, visitor(office), *([mine] if deed in managing else [])):
            with pytest.raises(Forbidden):
                office.do(actor, deed, complaint_id=made["id"], **params)
    elsewhere = Actor("person", manager.id, "manager", office.office_id + 1)
    with pytest.raises(PtspError):
        office.do(elsewhere, complaint_deeds.answer, complaint_id=made["id"], note="a")
    with pytest.raises(NotFound):
        office.do(manager, complaint_deeds.answer, complaint_id=made["id"] + 1, note="a")
    assert deeds(office, made) == ["received", "assigned"]


def test_a_contact_is_erased_on_time_and_audited(office: Office, manager: Actor, tmp_path: Any) -> None:
    answered, forgotten, promised, withdrawn = (hands_in(office, contact=CONTACT) for _ in range(4))
    office.do(visitor(office), complaining.forget_contact, token=withdrawn["token"])
    office.do(manager, complaint_deeds.answer, complaint_id=answered["id"], note="Sudah.")
    until = row(office, promised).contact_until
    caretaker = Caretaker(office.hall, tmp_path)
    office.clock.forward(days=89, hours=23)
    caretaker.round()
    assert [row(office, one).contact for one in (answered, forgotten, withdrawn)] == [CONTACT, CONTACT, None]
    office.clock.forward(hours=2)
    caretaker.round()
    assert [row(office, one).contact for one in (answered, forgotten)] == [None, CONTACT]
    # Answered long after its deadline: what was promised when it came in holds.
    office.clock.at = until - 1000
    office.do(manager, complaint_deeds.answer, complaint_id=promised["id"], note="Maaf.")
    assert row(office, promised).contact_until == until
    office.clock.forward(hours=2)
    caretaker.round()
    assert {row(office, one).contact for one in (answered, forgotten, promised)} == {None}
    with office.hall.view() as conn:
        audit = conn.execute(select(r.audit.c.subject).where(r.audit.c.deed == "erase_contact")).scalars().all()
        everything = "".join(str(conn.execute(select(table)).all()) for table in r.metadata.tables.values())
    assert sorted(audit) == ["P-2026-0001", "P-2026-0002", "P-2026-0003", "P-2026-0004"]
    assert CONTACT not in everything


def test_the_promise_covers_a_look_on_the_spot(office: Office) -> None:
    made = hands_in(office, contact=CONTACT)
    # 60 open days after 3 August 2026 is 26 October; then 90 days.
    last = datetime.fromtimestamp(row(office, made).contact_until / 1000, ZoneInfo("Asia/Jakarta"))
    assert f"{last:%Y-%m-%d %H:%M}" == "2027-01-25 00:00"


def test_lists_know_no_contact_and_late_ones_come_first(office: Office, manager: Actor) -> None:
    old = hands_in(office, contact=CONTACT)
    office.clock.forward(days=4)
    new, praise = hands_in(office, contact=CONTACT), hands_in(office, kind="praise")
    done = hands_in(office)
    office.do(manager, complaint_deeds.answer, complaint_id=done["id"], note="Sudah.")
    today = "2026-08-07"
    with office.hall.view() as conn:

        def numbers(**wanted: Any) -> list[int]:
            rows = complaint_list.listed(conn, office.office_id, today, complaint_list.Wanted(**wanted))
            assert CONTACT not in str(rows)
            return [one.id for one in rows]

        assert numbers() == [old["id"], praise["id"], new["id"]]
        assert numbers(late=True) == [old["id"]]
        assert numbers(kind="praise") == [praise["id"]]
        assert numbers(state="answered") == [done["id"]]
        assert numbers(state="all", category="cost") == []


def test_a_visitor_adds_so_much_and_no_more(office: Office) -> None:
    made = hands_in(office)
    for n in range(complaining.MOST_ADDED):
        office.do(visitor(office), complaining.add, token=made["token"], text=f"Tambahan {n}.")
    with pytest.raises(ComplaintFull):
        office.do(visitor(office), complaining.add, token=made["token"], text="Tambahan lagi.")


def test_only_what_was_released_is_published_in_the_words_released(office: Office, manager: Actor) -> None:
    one, two = hands_in(office, text="Pak Budi lama sekali."), hands_in(office)
    office.do(manager, complaint_deeds.answer, complaint_id=one["id"], note="Pak Budi kami ingatkan.")
    with pytest.raises(BadRequest):
        office.do(manager, complaint_deeds.moderate, complaint_id=one["id"], public_state="public", public_text=" ")
    told = {"public_text": "Petugas lama sekali.", "public_answer": "Petugas kami ingatkan."}
    office.do(manager, complaint_deeds.moderate, complaint_id=one["id"], public_state="public", **told)
    office.do(manager, complaint_deeds.moderate, complaint_id=two["id"], public_state="kept")
    with office.hall.view() as conn:
        (shown,) = complaint_list.released(conn, office.office_id, "2026-08-01", "2026-08-31")
        assert complaint_list.released(conn, office.office_id, "2026-07-01", "2026-07-31") == []
    assert dict(shown._mapping) == {"kind": "complaint", **told}


def test_the_evaluation_of_a_month(office: Office, manager: Actor) -> None:
    july = hands_in(office, channel="paper", day="2026-07-20", category="cost")
    services = office.services
    quick, slow, never, gone, open_one = (hands_in(office, service_id=services[0]) for _ in range(5))
    hands_in(office, kind="praise", category="staff", channel="kiosk")
    office.clock.forward(days=1)
    office.do(manager, complaint_deeds.answer, complaint_id=quick["id"], note="Sudah.")
    office.do(manager, complaint_deeds.respond, complaint_id=slow["id"], note="Dibaca.")
    office.do(manager, complaint_deeds.forward, complaint_id=gone["id"], lapor_number="LP-1")
    office.clock.forward(days=30)  # 3 September
    office.do(manager, complaint_deeds.answer, complaint_id=slow["id"], note="Maaf, terlambat.")
    office.do(manager, complaint_deeds.close, complaint_id=never["id"], note="Sama dengan yang lain.")
    with office.hall.view() as conn:
        found = evaluate(conn, office.catalogue(), "2026-08", "2026-09-03")
        earlier = evaluate(conn, office.catalogue(), before("2026-08"), "2026-09-03")
    assert (found.n, found.by["kind"]) == (6, [("complaint", 5), ("praise", 1)])
    assert found.by["service"] == [(services[0], 5), (None, 1)]
    assert found.by["channel"] == [("phone", 5), ("kiosk", 1)]
    assert found.top == [("time", 5), ("staff", 1)]
    # In time: quick. Not: slow, never (closed without an answer), open_one (past its deadline). Forwarded: in neither.
    assert (found.in_time, found.due, found.running, found.forwarded) == (1, 4, 0, 1)
    assert (found.first_word.days, found.first_word.n) == (1, 3)
    assert (found.answered.days, found.answered.n) == ((1 + 23) / 2, 2)
    assert found.open_at_end == 4  # july, slow, never and open_one, at the end of August
    assert (earlier.n, earlier.in_time, earlier.due, earlier.open_at_end) == (1, 0, 1, 1)
    assert july["number"] == "P-2026-0001"
    assert open_one


def test_forwarded_stays_forwarded_whatever_comes_of_it_here(office: Office, manager: Actor) -> None:
    answered, closed, answered_too, before_it, waits = (hands_in(office) for _ in range(5))
    office.do(manager, complaint_deeds.answer, complaint_id=answered["id"], note="Sudah.")
    office.do(manager, complaint_deeds.answer, complaint_id=before_it["id"], note="Sudah.")
    for n, one in enumerate((closed, answered_too, before_it, waits)):
        office.do(manager, complaint_deeds.forward, complaint_id=one["id"], lapor_number=f"LP-{n}")
    office.do(manager, complaint_deeds.close, complaint_id=closed["id"])
    office.clock.forward(days=30)  # long after the deadline
    office.do(manager, complaint_deeds.answer, complaint_id=answered_too["id"], note="Kabar dari LAPOR!.")
    office.do(manager, complaint_deeds.close, complaint_id=answered_too["id"])
    with office.hall.view() as conn:
        found = evaluate(conn, office.catalogue(), "2026-08", "2026-09-30")
    assert (found.forwarded, found.forwarded_answered) == (4, 2)
    assert (found.in_time, found.due, found.running) == (2, 3, 0)  # closed and waits are never late
    assert found.due + found.running + found.forwarded - found.forwarded_answered == found.n
    assert found.open_at_end == 0


def test_a_question_waits_for_less_and_what_is_sorted_anew_counts_from_its_first_day(
    office: Office, manager: Actor
) -> None:
    asked, told, looked_at = hands_in(office, kind="question"), hands_in(office), hands_in(office)
    assert [one["answer_by"] for one in (asked, told)] == ["2026-08-10", "2026-08-21"]
    office.do(manager, complaint_deeds.check_on_the_spot, complaint_id=looked_at["id"])
    office.clock.forward(days=2)

    def sorted_as(made: dict[str, Any], kind: str) -> tuple[str, str]:
        office.do(manager, complaint_deeds.sort, complaint_id=made["id"], kind=kind, category="information")
        return row(office, made).respond_by, row(office, made).answer_by

    assert sorted_as(told, "question") == ("2026-08-06", "2026-08-10")
    assert sorted_as(told, "suggestion") == ("2026-08-06", "2026-08-21")
    assert sorted_as(asked, "praise") == ("2026-08-06", "2026-08-21")
    assert sorted_as(looked_at, "question") == ("2026-08-06", "2026-10-26")
    office.do(manager, complaint_deeds.check_on_the_spot, complaint_id=asked["id"])
    assert row(office, asked).answer_by == "2026-10-26"


def test_the_first_response_is_never_due_after_the_answer(office: Office, manager: Actor) -> None:
    days = {"respond": 8, "information": 2, "answer": 14, "field": 60, "contact": 90}
    office.do(manager, complaint_deeds.set_days, **days)
    told = hands_in(office)
    assert row(office, told).respond_by == "2026-08-13"
    office.do(manager, complaint_deeds.sort, complaint_id=told["id"], kind="question", category="time")
    assert (row(office, told).respond_by, row(office, told).answer_by) == ("2026-08-05", "2026-08-05")
    office.do(manager, complaint_deeds.sort, complaint_id=told["id"], kind="complaint", category="time")
    assert (row(office, told).respond_by, row(office, told).answer_by) == ("2026-08-13", "2026-08-21")


def test_what_was_done_late_stays_late_however_it_is_sorted(office: Office, manager: Actor) -> None:
    answered, closed, read, back = (hands_in(office, kind="question") for _ in range(4))
    office.do(manager, complaint_deeds.respond, complaint_id=read["id"], note="Dibaca.")
    office.clock.forward(days=14)  # the tenth open day; a question waits for five
    office.do(manager, complaint_deeds.answer, complaint_id=answered["id"], note="Sudah.")
    office.do(manager, complaint_deeds.close, complaint_id=closed["id"], note="Ganda.")
    days = {"respond": 4, "information": 6, "answer": 12, "field": 60, "contact": 90}
    office.do(manager, complaint_deeds.set_days, **days)

    def dated() -> list[tuple[str, str]]:
        rows = [row(office, made) for made in (answered, closed, read, back)]
        return [(found.respond_by, found.answer_by) for found in rows]

    held = ("2026-08-06", "2026-08-10")
    for kind, running in (("suggestion", "2026-08-19"), ("question", "2026-08-11")):
        for made in (answered, closed, read, back):
            office.do(manager, complaint_deeds.sort, complaint_id=made["id"], kind=kind, category="time")
        assert dated() == [held, held, ("2026-08-06", running), ("2026-08-07", running)]
        with office.hall.view() as conn:
            found = evaluate(conn, office.catalogue(), "2026-08", "2026-08-17")
        assert found.in_time == 0


@pytest.mark.parametrize("more", [
    {"public_text": "Telepon saya 0812-3456-7890."}, {"public_text": "Lama.", "public_answer": "NIK 3507011203900001."},
])  # fmt: skip
def test_no_number_that_leads_to_a_person_is_published(office: Office, manager: Actor, more: dict[str, str]) -> None:
    made = hands_in(office)
    with pytest.raises(BadRequest) as refused:
        office.do(manager, complaint_deeds.moderate, complaint_id=made["id"], public_state="public", **more)
    assert refused.value.facts == {"reason": "personal_number"}
    assert row(office, made).public_state == "new"
    office.do(manager, complaint_deeds.moderate, complaint_id=made["id"], public_state="kept", **more)
    with office.hall.view() as conn:
        assert not complaint_list.released(conn, office.office_id, "2026-08-01", "2026-08-31")


def test_an_empty_month_says_nothing_instead_of_nought_per_cent(office: Office) -> None:
    with office.hall.view() as conn:
        found = evaluate(conn, office.catalogue(), "2025-02", "2026-08-03")
    assert (found.n, found.due, found.answered.days, found.top) == (0, 0, None, [])


def test_what_happened_is_never_taken_back(office: Office) -> None:
    hands_in(office)
    for deed in ("UPDATE complaint_line SET note = 'x'", "DELETE FROM complaint_line"):
        with pytest.raises(Exception, match="append-only"), office.hall.engine.connect() as conn:
            conn.execution_options(writer=True).execute(text(deed))
