"""The follow-up register: what a line may say and become, when it reminds, and what share of the results it makes."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from ptsp import evidence, following_up
from ptsp import records as r
from ptsp.backup import backup
from ptsp.errors import BadRequest, FileKind, FileKnown, FileTooLarge, LineChanged, LineClosed, NotFound
from ptsp.evidence import CheckedFile
from ptsp.following_up import Share, due_of, due_state, lines_of
from ptsp.form_errors import PictureTooLarge
from ptsp.office_file import read_office
from ptsp.setting_up import found_office
from tests.support.halls import EXAMPLE, Office, add_officer, example_hall
from tests.support.uploads import png

LINE = {
    "instrument": "skm-9", "first_day": "2026-04-01", "last_day": "2026-06-30", "element": "U3",
    "finding": "NRR 2,87 (n = 134), terendah.", "activity": "Loket kedua pada jam sibuk", "target": "NRR 3,20",
    "output": "Jadwal loket", "starts_on": "2026-07-06", "ends_on": "2026-08-10", "in_charge": "Kasubbag TU",
    "status": "planned", "obstacle": "",
}  # fmt: skip


def add(office: Office, **more: str) -> int:
    found: int = office.do(office.system, following_up.add_followup, **{**LINE, **more})["followup_id"]
    return found


def another_office(office: Office) -> Office:
    plan = replace(read_office(EXAMPLE.read_text()), code="sebelah", name="Kantor Sebelah")
    return Office(office.hall, office.clock, found_office(office.hall, plan)["office_id"])


def line(office: Office, line_id: int) -> Any:
    with office.hall.view() as conn:
        return following_up.line_of(conn, office.office_id, line_id)


def deeds(office: Office) -> list[str]:
    with office.hall.view() as conn:
        rows = conn.execute(select(r.audit.c.deed).where(r.audit.c.deed.like("followup%")).order_by(r.audit.c.id))
        return list(rows.scalars())


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        for name in names:
            opened.writestr(name, "<x/>")
    return file.getvalue()


def test_what_word_pastes_breaks_no_report(office: Office) -> None:
    """A vertical tab is a line break in Word; in the report's DOCX it is no character at all."""
    kept = line(office, add(office, finding="Kursi\vkurang\x00, lama\r\nmenunggu"))
    assert kept.finding == "Kursi\nkurang, lama\nmenunggu"


@pytest.mark.parametrize(("more", "field", "fault"), [
    ({"finding": "  "}, "finding", "empty"), ({"activity": "x" * 601}, "activity", "long"),
    ({"ends_on": "2026-02-30"}, "ends_on", "date"), ({"starts_on": "globally"}, "starts_on", "date"),
    ({"ends_on": "2026-07-05"}, "ends_on", "order"), ({"last_day": "2026-03-01"}, "last_day", "order"),
    ({"element": "U10"}, "element", "survey"), ({"instrument": "ipak-5"}, "element", "survey"),
    ({"status": "done"}, "status", "state"), ({"status": ""}, "status", "state"),
])  # fmt: skip
def test_a_line_that_says_too_little_is_refused_whole(
    office: Office, more: dict[str, str], field: str, fault: str
) -> None:
    assert following_up.faults({**LINE, **more}) == {field: fault}
    with pytest.raises(BadRequest, match=field):
        add(office, **more)
    with office.hall.view() as conn:
        assert lines_of(conn, office.office_id) == []


def test_a_line_lives_and_everything_done_to_it_is_audited(office: Office) -> None:
    line_id = add(office)
    seen = line(office, line_id).changed_at
    change = {**LINE, "followup_id": line_id, "status": "running", "obstacle": "Petugas kurang"}
    office.do(office.system, following_up.change_followup, seen=seen, **change)
    with pytest.raises(LineChanged):  # somebody who still has the old page
        office.do(office.system, following_up.change_followup, seen=seen, **change)
    office.do(office.system, following_up.finish_followup, followup_id=line_id, done_on="2026-08-01")
    assert (line(office, line_id).status, line(office, line_id).done_on) == ("done", "2026-08-01")
    for action, more in (
        (following_up.change_followup, {**change, "seen": line(office, line_id).changed_at}),
        (following_up.finish_followup, {"followup_id": line_id, "done_on": "2026-08-01"}),
        (following_up.drop_followup, {"followup_id": line_id, "reason": "x"}),
    ):
        with pytest.raises(LineClosed):
            office.do(office.system, action, **more)
    office.do(office.system, following_up.reopen_followup, followup_id=line_id)
    assert (line(office, line_id).status, line(office, line_id).done_on) == ("running", None)
    office.do(office.system, following_up.drop_followup, followup_id=line_id, reason=" Anggaran tidak ada ")
    assert (line(office, line_id).status, line(office, line_id).obstacle) == ("dropped", "Anggaran tidak ada")
    assert deeds(office) == [
        "followup_added", "followup_changed", "followup_done", "followup_reopened", "followup_dropped",
    ]  # fmt: skip
    with office.hall.view() as conn:
        told = following_up.history_of(conn, office.office_id, line_id)
    assert "status: planned -> running" in told[1].subject
    assert "Petugas kurang" in told[1].subject


@pytest.mark.parametrize("day", ["2026-08-04", "2026-03-31", "", "besok"])
def test_nothing_is_done_in_the_future_or_before_its_survey(office: Office, day: str) -> None:
    line_id = add(office)
    with pytest.raises(BadRequest):
        office.do(office.system, following_up.finish_followup, followup_id=line_id, done_on=day)
    assert line(office, line_id).status == "planned"


def test_an_office_knows_its_own_lines_only(office: Office) -> None:
    line_id, other = add(office), another_office(office)
    with other.hall.view() as conn:
        assert lines_of(conn, other.office_id) == []
    for action, more in (
        (following_up.finish_followup, {"done_on": "2026-08-01"}),
        (following_up.drop_followup, {"reason": "x"}),
        (following_up.reopen_followup, {}),
        (evidence.attach, {"kind": "gambar", "name": "a.png", "file": CheckedFile(png())}),
    ):
        with pytest.raises(NotFound):
            other.hall.act(other.system, action, followup_id=line_id, **more)
    given = {"kind": "gambar", "name": "a", "file": CheckedFile(png())}
    made = office.hall.act(office.system, evidence.attach, followup_id=line_id, **given)
    with pytest.raises(NotFound):
        other.hall.act(other.system, evidence.remove, evidence_id=made["evidence_id"])
    with other.hall.view() as conn, pytest.raises(NotFound):
        evidence.content_of(conn, other.office_id, made["evidence_id"])


@pytest.mark.parametrize(("ends_on", "state"), [
    ("2026-08-02", "overdue"), ("2026-08-03", "soon"), ("2026-08-17", "soon"), ("2026-08-18", ""),
])  # fmt: skip
def test_when_a_line_reminds(office: Office, ends_on: str, state: str) -> None:
    """Today is Monday 3 August 2026."""
    line_id = add(office, ends_on=ends_on)
    assert due_state(line(office, line_id), "2026-08-03") == state
    with office.hall.view() as conn:
        due = due_of(conn, office.office_id, "2026-08-03")
    assert due == (state == "overdue", state == "soon")
    office.do(office.system, following_up.finish_followup, followup_id=line_id, done_on="2026-08-03")
    assert due_state(line(office, line_id), "2026-12-31") == ""
    with office.hall.view() as conn:
        assert due_of(conn, office.office_id, "2026-12-31") == (0, 0)


@pytest.mark.parametrize(("done", "whole", "mark"), [
    (0, 0, None), (0, 4, None), (1, 4, "C"), (2, 4, "C"), (3, 4, "B"), (4, 4, "A"), (1, 1, "A"),
])  # fmt: skip
def test_the_mark_of_a_share(done: int, whole: int, mark: str | None) -> None:
    assert Share(done, whole).mark == mark


def test_a_line_with_its_evidence_on_both_databases(new_database: Callable[[], str]) -> None:
    with example_hall(new_database()) as office:
        person = add_officer(office, "rina", "manager")
        line_id = office.do(person, following_up.add_followup, **LINE)["followup_id"]
        given = {"followup_id": line_id, "kind": "gambar", "name": "a.png", "file": CheckedFile(png())}
        made = office.hall.act(person, evidence.attach, **given)
        office.do(person, following_up.finish_followup, followup_id=line_id, done_on="2026-08-01")
        with office.hall.view() as conn:
            told = following_up.history_of(conn, office.office_id, line_id)
            assert [(one.deed, one.name) for one in told] == [
                ("followup_added", "Rina"), ("followup_evidence", "Rina"), ("followup_done", "Rina"),
            ]  # fmt: skip
            assert following_up.history_of(conn, office.office_id, line_id + 10) == []
            assert evidence.content_of(conn, office.office_id, made["evidence_id"])[1] == png()
            kept = following_up.line_of(conn, office.office_id, line_id)
            assert evidence.unproved(conn, [kept]) == 1, "a picture alone is not all of UANG"
        office.hall.act(person, evidence.remove, evidence_id=made["evidence_id"])
        with office.hall.view() as conn:
            assert conn.execute(select(r.evidence_file)).all() == []


# --- evidence


def test_a_file_is_kept_whole_and_travels_in_the_backup(office: Office, tmp_path: Path) -> None:
    person, line_id, content = add_officer(office, "rina", "manager"), add(office), png()
    given = {"followup_id": line_id, "kind": "gambar", "name": "C:\\foto\\Rapat 3.PNG"}
    made = office.hall.act(person, evidence.attach, **given, file=CheckedFile(content))
    with office.hall.view() as conn:
        found, kept = evidence.content_of(conn, office.office_id, made["evidence_id"])
        [listed] = evidence.files_of(conn, [line_id])[line_id]
    assert (kept, found.name, found.media_type, listed.who) == (content, "Rapat 3.png", "image/png", "Rina")
    copy = backup(office.hall.engine, tmp_path / "backups", office.clock.at)
    with closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("SELECT content FROM evidence_file").fetchall() == [(content,)]


def test_the_same_file_again_is_refused_until_it_is_removed(office: Office) -> None:
    line_id, other = add(office), add(office, element="U8")

    def attach(followup_id: int = line_id) -> Any:
        given = {"kind": "gambar", "name": "rapat.png", "file": CheckedFile(png())}
        return office.hall.act(office.system, evidence.attach, followup_id=followup_id, **given)

    made = attach()
    with pytest.raises(FileKnown):
        attach()
    attach(other)  # one meeting may be about two results
    for _ in range(2):
        office.hall.act(office.system, evidence.remove, evidence_id=made["evidence_id"])
    with office.hall.view() as conn:
        [removed] = evidence.files_of(conn, [line_id])[line_id]
        assert removed.removed_at
        assert evidence.missing([removed]) == ["undangan", "absensi", "notulen", "gambar"]
        with pytest.raises(NotFound):
            evidence.content_of(conn, office.office_id, removed.id)
    assert deeds(office).count("followup_evidence_removed") == 1
    attach()


def docx(*more: str) -> bytes:
    return zipped("[Content_Types].xml", "word/document.xml", *more)


@pytest.mark.parametrize(("content", "kind"), [
    (b"%PDF-1.7 ...", "application/pdf"), (b"\xff\xd8\xff\xe0rest", "image/jpeg"), (png(), "image/png"),
    (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"), (docx(), f"{evidence._OFFICE}wordprocessingml.document"),
    (zipped("[Content_Types].xml", "xl/workbook.xml"), f"{evidence._OFFICE}spreadsheetml.sheet"),
    (b"", None), (b"<html><script>", None), (b"<svg xmlns=", None), (b"GIF89a", None), (b"MZ\x90", None),
    (b"RIFF\x10\0\0\0WAVEfmt ", None), (zipped("a.txt"), None), (b"PK\x03\x04 broken", None),
    (docx("word/vbaProject.bin"), None), (b" \n%PDF-1.7", None),
])  # fmt: skip
def test_what_a_file_is_its_content_says(content: bytes, kind: str | None) -> None:
    assert evidence.media_type(content) == kind


def picture(form: str) -> bytes:
    file = io.BytesIO()
    Image.effect_noise((60, 40), 50).convert("RGB").save(file, form)
    return file.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_that_cannot_be_shown_is_not_kept(form: str) -> None:
    whole = picture(form)
    for broken in (whole[: len(whole) // 2], whole[:16], whole[:16] + bytes(500)):
        assert evidence.media_type(broken) == f"image/{form.lower()}"
        with pytest.raises(FileKind):
            CheckedFile(broken)
    assert CheckedFile(whole).media_type == f"image/{form.lower()}"


def blank(form: str, points: int, **more: Any) -> bytes:
    """A picture of so many points, and few bytes."""
    file = io.BytesIO()
    Image.new("L", (1000, -(-points // 1000)), 200).save(file, form, **more)
    return file.getvalue()


@pytest.mark.parametrize(("form", "more", "most"), [
    ("PNG", {}, 25_000_000), ("WEBP", {}, 6_000_000), ("JPEG", {"progressive": True}, 16_000_000),
])  # fmt: skip
def test_a_picture_larger_than_the_memory_is_not_kept(
    form: str, more: dict[str, Any], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = 1000  # lines: a WEBP has no more than 16383
    name = "progressive" if more else form
    assert evidence.MOST_POINTS[name] == most
    monkeypatch.setattr(evidence, "MOST_POINTS", evidence.MOST_POINTS | {name: 1000 * size})
    assert CheckedFile(blank(form, 1000 * size, **more))
    with pytest.raises(PictureTooLarge):
        CheckedFile(blank(form, 1000 * size + 1, **more))


def test_the_picture_of_a_good_telephone_is_kept() -> None:
    file = io.BytesIO()
    Image.new("L", (8000, 6000), 200).save(file, "JPEG")
    assert CheckedFile(file.getvalue()).media_type == "image/jpeg"


def test_a_done_line_with_all_of_uang_is_proved(office: Office) -> None:
    proved, bare = add(office), add(office, element="U8")
    for colour, kind in zip(("red", "green", "blue", "black"), evidence.WANTED, strict=True):
        given = {"followup_id": proved, "kind": kind, "name": "a.png", "file": CheckedFile(png(colour))}
        office.hall.act(office.system, evidence.attach, **given)
    with office.hall.view() as conn:
        lines = [following_up.line_of(conn, office.office_id, one) for one in (proved, bare)]
        assert [evidence.unproved(conn, some) for some in ([], lines[:1], lines)] == [0, 0, 1]


def test_what_is_not_kept(office: Office) -> None:
    line_id = add(office)
    for content, error in ((b"<html>", FileKind), (b"%PDF-" + bytes(evidence.MOST_BYTES), FileTooLarge)):
        with pytest.raises(error):
            CheckedFile(content)
    given = {"kind": "x", "name": "a.png", "file": CheckedFile(png())}
    with pytest.raises(BadRequest):
        office.hall.act(office.system, evidence.attach, followup_id=line_id, **given)
    with office.hall.view() as conn:
        assert evidence.files_of(conn, [line_id]) == {}


@pytest.mark.parametrize(("name", "safe"), [
    ("../../etc/passwd", "passwd.pdf"), ("C:\\x\\notulen.PDF", "notulen.pdf"), ("", "file.pdf"), ("...", "file.pdf"),
    ("a\u202efdp.exe", "afdp.pdf"), ('a"b\r\nX: y.pdf', "abX y.pdf"), ("x" * 300, "x" * 116 + ".pdf"),
    ("Notulen rapat 3.7.2026.pdf", "Notulen rapat 3.7.2026.pdf"),
])  # fmt: skip
def test_a_file_name_is_made_safe(name: str, safe: str) -> None:
    assert evidence.safe_name(name, "application/pdf") == safe
