"""Visitors' own words are forgotten on time, on both databases; figures and states stay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ptsp import asking, complaining, complaint_deeds, complaint_list, surveying
from ptsp import records as r
from ptsp.errors import ComplaintRefused
from ptsp.retention import erase_words, months_before, remarks_since
from server.caretaker import Caretaker
from tests.support.halls import Office, add_officer, example_hall

WORDS = ("text", "answer", "public_text", "public_answer", "contact")


def answered_on(office: Office, day: str, remark: str) -> None:
    form = asking.Form("skm-9", "1", {"U1": 4}, {})
    facts = {"day": day, "channel": "paper"}
    rows = asking.rows_of([form], facts, remark)

    def keep(work: Any) -> dict[str, Any]:
        asking.keep(work, rows)
        return {}

    office.hall.act(office.system, keep)


def remarks(office: Office) -> set[tuple[Any, ...]]:
    with office.hall.view() as conn:
        a = r.survey_answer.c
        return {tuple(row) for row in conn.execute(select(a.day, a.remark, a.remark_state))}


def complained(office: Office, text: str, kind: str = "complaint") -> int:
    facts = {"kind": kind, "category": "time", "channel": "phone", "text": text, "contact": "0812-3456"}
    token = office.do(office.system, complaining.receive, **facts)["complaint"]["token"]
    with office.hall.view() as conn:
        return int(complaint_list.by_token(conn, token).id)


def words(office: Office, complaint_id: int) -> list[Any]:
    with office.hall.view() as conn:
        found = complaint_list.one(conn, office.office_id, complaint_id)
        return [getattr(found, name) for name in WORDS]


def history(office: Office, complaint_id: int) -> list[tuple[str, str]]:
    with office.hall.view() as conn:
        return [(line.deed, line.note) for line in complaint_list.lines(conn, complaint_id)]


def audited(office: Office) -> list[str]:
    with office.hall.view() as conn:
        rows = select(r.audit.c.subject).where(r.audit.c.deed == "erase_words").order_by(r.audit.c.id)
        return list(conn.execute(rows).scalars())


def erased(office: Office) -> tuple[int, int]:
    found = office.hall.act(office.system, erase_words)
    return found["remarks"], found["complaints"]


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [("2026-08-31", 6, "2026-02-28"), ("2026-01-15", 1, "2025-12-15"), ("2028-02-29", 24, "2026-02-28")],
)
def test_months_are_counted_on_the_calendar(day: str, months: int, then: str) -> None:
    assert months_before(day, months) == then


def test_words_are_erased_on_time_and_only_then(new_database: Callable[[], str], tmp_path: Path) -> None:
    with example_hall(new_database()) as office:
        manager = add_officer(office, "kepala", "manager")
        today = office.catalogue().schedule.service_day(office.clock.read().at)
        edge = months_before(today, 24)
        assert remarks_since(office.catalogue(), today) == edge, "what imports go by is what the erasure goes by"
        before = f"{int(edge[:4]) - 1}{edge[4:]}"
        answered_on(office, before, "Pak Budi baik")
        answered_on(office, edge, "Masih di sini")
        done, late, waits = (complained(office, f"Menunggu {n} jam.") for n in "123")
        thanks = complained(office, "Terima kasih.", kind="praise")
        with office.hall.view() as conn:
            token = complaint_list.one(conn, office.office_id, done).token
        office.do(office.system, complaining.add, token=token, text="Saya, Budi, dari Klojen.")
        for one in (done, late):
            office.do(manager, complaint_deeds.answer, complaint_id=one, note="Loket ditambah.")
        public = {"public_state": "public", "public_text": "Menunggu.", "public_answer": "Ditambah."}
        office.do(manager, complaint_deeds.moderate, complaint_id=done, **public)

        Caretaker(office.hall, tmp_path).round()
        assert remarks(office) == {(before, None, None), (edge, "Masih di sini", "new")}
        assert audited(office) == ["remarks: 1; complaints: 0"]
        assert erased(office) == (0, 0)
        assert len(audited(office)) == 1, "nothing to erase is no line"

        office.do(manager, surveying.set_survey, settings={"complaint_months": 6, "remark_months": 120})
        office.clock.forward(days=150)
        office.do(manager, complaint_deeds.remark, complaint_id=late, note="Masih dibahas.")
        office.clock.forward(days=60)
        assert erased(office) == (0, 2)
        for one in (done, thanks):
            assert words(office, one) == ["", None, None, None, None]
            assert all(note == "" for deed, note in history(office, one) if deed in ("added", "answered"))
            with pytest.raises(ComplaintRefused):
                office.do(manager, complaint_deeds.remark, complaint_id=one, note="Lagi")
        deeds = [deed for deed, _note in history(office, done)]
        assert deeds == ["received", "added", "answered", "moderated"], "who did what when stays"
        assert ("answered", "Loket ditambah.") in history(office, late)
        assert words(office, late)[:2] == ["Menunggu 2 jam.", "Loket ditambah."], "somebody was at it since"
        assert words(office, waits)[0] == "Menunggu 3 jam.", "it still waits for its answer"
        assert audited(office)[1:] == ["remarks: 0; complaints: 2"]
        with office.hall.view() as conn:
            assert complaint_list.released(conn, office.office_id, today, today) == []
            row = complaint_list.one(conn, office.office_id, done)
            assert (row.state, row.day) == ("answered", today), "figures stay"
        assert erased(office) == (0, 0)
