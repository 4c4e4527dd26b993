"""The follow-up register's pages: who may open them, what their forms and files do, what they say."""

from __future__ import annotations

import csv
import io
import os
import re
from typing import Any

import pytest
from sqlalchemy import func, select

from ptsp import asking, evidence
from ptsp import records as r
from ptsp.hall import Hall
from tests.support.answers import a_year_of_answers
from tests.support.apps import House, Visitor, second_office
from tests.support.halls import Office
from tests.support.uploads import PNG, pdf

HOME = "/office/follow-up/"
LINE = {
    "about": "skm-9:U3", "period": "2026-T2", "finding": "NRR 2,87 (n = 134)", "activity": "Loket kedua",
    "target": "3,20", "output": "Jadwal", "starts_on": "2026-07-06", "ends_on": "2026-08-10",
    "in_charge": "Kasubbag TU", "status": "planned", "obstacle": "",
}  # fmt: skip
_requests = iter(range(10_000))


def send(person: Visitor, path: str, **fields: Any) -> Any:
    """One form."""
    return person.post(path, data={"request_id": f"follow-up-{next(_requests):06d}", **fields})


@pytest.fixture
def manager(house: House) -> Visitor:
    return house.person("manager")


def write(manager: Visitor, **more: str) -> str:
    """A line; the address of its page."""
    answer = send(manager, HOME + "new", **{**LINE, **more})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"].split("?")[0])


def give(manager: Visitor, line: str, content: bytes = PNG, name: str = "rapat.png", kind: str = "gambar") -> Any:
    answer = send(manager, f"{line}/evidence", kind=kind, file=(io.BytesIO(content), name))
    answer.request.environ["wsgi.input"].close()  # the test client's own temporary file
    return answer


def stated(text: str) -> str:
    """A page's text without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_the_register_is_for_managers(house: House, manager: Visitor) -> None:
    line = write(manager)
    give(manager, line)
    pages = (HOME, HOME + "new", HOME + "print", HOME + "register.csv", line, f"{line}/edit", HOME + "evidence/1")
    for person, status in ((manager, 200), (house.person("officer"), 403), (house.person("info"), 403)):
        assert {person.get(path).status_code for path in pages} == {status}


def test_the_dashboards_link_fills_in_a_factual_finding(house: House, manager: Visitor) -> None:
    a_year_of_answers(house.office, 300, last="2026-06-30")
    page = manager.get(HOME + "new?element=U9&period=2026-T2").text
    with house.hall.view() as conn:
        counted = asking.answers_of(house.hall, conn, house.office.catalogue(), "2026-04-01", "2026-06-30")
    total, n = counted.of("skm-9", flagged=False).sum_of("U9")
    assert n > 50
    nrr = f"{total / n:.2f}".replace(".", ",")
    [finding] = re.findall(r'<textarea id="finding"[^>]*>(.*?)</textarea>', page)
    assert {"U9", "Sarana", nrr, str(n)} <= set(re.findall(r"[\w,]+", finding))
    assert "Triwulan II 2026" in finding
    assert '<option value="skm-9:U9" selected>' in page
    assert '<option value="2026-T2" selected>' in page
    assert "textarea" in manager.get(HOME + "new?element=U99&period=nonsense&instrument=x").text


def test_four_answers_make_no_finding(house: House, manager: Visitor) -> None:
    a_year_of_answers(house.office, 4, first="2026-04-01", last="2026-06-30")
    page = manager.get(HOME + "new?element=U9&period=2026-T2").text
    assert re.search(r'<textarea id="finding"[^>]*></textarea>', page)
    assert "n = 4" not in page


def test_a_line_is_written_once_changed_finished_and_opened_again(house: House, manager: Visitor) -> None:
    fields = {**LINE, "request_id": "follow-up-once"}
    both = [manager.post(HOME + "new", data=fields) for _ in range(2)]
    assert [answer.headers["Location"] for answer in both] == [HOME + "1?done=added"] * 2
    line = HOME + "1"
    form = manager.get(f"{line}/edit").text
    [seen] = re.findall(r'name="seen" value="(\d+)"', form)
    changed = {**LINE, "ends_on": "2026-08-20", "obstacle": "Petugas kurang"}
    assert send(manager, f"{line}/edit", seen=seen, **changed).status_code == 303
    stale = send(manager, f"{line}/edit", seen=seen, **{**changed, "activity": "Lain"})
    assert stale.status_code == 409
    assert "Lain" not in stated(stale.text).split("Kasubbag")[0]
    assert send(manager, f"{line}/finish", done_on="2026-08-04").status_code == 400  # tomorrow
    assert send(manager, f"{line}/finish", done_on="2026-08-03").status_code == 303
    assert send(manager, f"{line}/drop", reason="x").status_code == 409
    assert send(manager, f"{line}/reopen").status_code == 303
    assert send(manager, f"{line}/drop", reason=" ").status_code == 400
    assert send(manager, f"{line}/drop", reason="Tidak ada anggaran").status_code == 303
    page = stated(manager.get(line).text)
    assert "Tidak ada anggaran" in page
    assert re.search(r"(End|Selesai): 10\.08\.2026 -&gt; 20\.08\.2026", page)
    assert not re.search("ends_on|2026-08-20|sha256", page.split("csrf")[0]), "words, no codes"
    with house.hall.view() as conn:
        assert conn.execute(select(func.count()).select_from(r.followup)).scalar() == 1


def test_a_form_with_faults_comes_back_with_what_was_typed(manager: Visitor) -> None:
    answer = send(manager, HOME + "new", **{**LINE, "activity": "", "ends_on": "2026-07-01", "about": ""})
    assert answer.status_code == 400
    assert set(re.findall(r'id="(\w+)-error"', answer.text)) == {"activity", "ends_on", "element"}
    assert "Kasubbag TU" in answer.text
    assert "NRR 2,87 (n = 134)" in answer.text


def test_the_register_says_what_is_late_and_the_frame_counts_it(house: House, manager: Visitor) -> None:
    write(manager, ends_on="2026-08-01")
    write(manager, about="skm-9:U8", ends_on="2026-08-03")
    write(manager, about="skm-9:U9", ends_on="2026-12-31")
    manager.client.set_cookie("language", "en", domain="localhost")
    page = stated(manager.get(HOME).text)
    for words in ("1 line is late", "1 line is due within 14 days", "2 days late", "Due today"):
        assert words in page, words
    assert "(2)" in stated(manager.get("/office/hours").text)
    send(manager, HOME + "1/finish", done_on="2026-08-03")
    page = stated(manager.get(HOME).text)
    assert "late" not in page
    assert "missing: undangan, absensi, notulen, gambar" in page


def test_the_register_counts_the_surveys_of_a_year_and_tells_what_lacks_evidence(
    house: House, manager: Visitor
) -> None:
    a_year_of_answers(house.office, 90, "2026-01-01", "2026-03-31")
    a_year_of_answers(house.office, 90, "2026-04-01", "2026-06-30", seed=2)
    write(manager)
    manager.client.set_cookie("language", "en", domain="localhost")
    page = stated(manager.get(HOME).text)
    assert "0 of 2 results of 2026 followed up" in page
    assert "Surveyed, but without a line here: Quarter 1 of 2026." in page
    assert "evidence incomplete" not in page
    send(manager, HOME + "1/finish", done_on="2026-08-03")
    for address in (HOME, HOME + "print"):
        page = stated(manager.get(address).text)
        assert "1 of 2 results of 2026 followed up" in page, address
        assert "1 line done, evidence incomplete." in page, address
    assert "0 of 0 results of 2025" in stated(manager.get(HOME + "print?year=2025").text)


def test_the_table_and_the_paper_have_every_line_and_no_formula(manager: Visitor) -> None:
    write(manager, activity='=HYPERLINK("http://x")', in_charge="@budi")
    write(manager, about="skm-9:U8", period="2025")
    give(manager, HOME + "1")
    answer = manager.get(HOME + "register.csv?year=2026")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "@", "+", "-"))]
    assert "gambar: rapat.png" in rows[1]
    assert answer.headers["Content-Disposition"].endswith('"tindak-lanjut-2026.csv"')
    paper = stated(manager.get(HOME + "print").text)
    assert "U3" in paper
    assert "U8" in paper
    assert "KEMENTERIAN AGAMA" in paper


# --- evidence


def test_a_file_goes_in_and_comes_out_the_same_and_closed(house: House, manager: Visitor) -> None:
    line = write(manager)
    assert give(manager, line, name="../x/foto\u202e.html").status_code == 303
    assert give(manager, line, pdf(), "Notulen rapat.pdf", "notulen").status_code == 303
    got = manager.get(HOME + "evidence/1")
    assert (got.data, got.mimetype) == (PNG, "image/png")
    assert got.headers["Content-Disposition"] == "attachment; filename=foto.png"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert got.headers["Cache-Control"] == "no-store"
    shown = manager.get(HOME + "evidence/1/picture")
    assert (shown.data, shown.headers["Content-Disposition"]) == (PNG, "inline; filename=foto.png")
    assert manager.get(HOME + "evidence/2/picture").status_code == 404, "a PDF is not shown in place"
    page = stated(manager.get(line).text)
    for words in ("undangan, absensi", "Notulen rapat.pdf", "1 kB", "03.08.2026 09.00"):
        assert words in page, words
    assert send(manager, HOME + "evidence/1/remove").status_code == 303
    assert manager.get(HOME + "evidence/1").status_code == 404
    assert "foto.png" in manager.get(line).text
    other = second_office(house)
    stranger = house.person("manager", other)
    for path in (line, f"{line}/edit", HOME + "evidence/2", HOME + "evidence/1/picture"):
        assert stranger.get(path).status_code == 404
    assert send(stranger, HOME + "evidence/2/remove").status_code == 404
    assert give(stranger, line).status_code == 404


def test_a_file_of_another_kind_is_refused(manager: Visitor) -> None:
    line = write(manager)
    html, broken = (b"<html><script>alert(1)</script>", "rapat.png"), (PNG[:40], "patah.png")
    for content, name in (html, broken, (b"", "kosong.pdf"), (b"GIF89a", "x.gif")):
        answer = give(manager, line, content, name)
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text
    assert manager.get(HOME + "evidence/1").status_code == 404


def test_a_file_is_looked_into_while_nobody_waits_for_it(
    house: House, manager: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, deeds = write(manager), []
    work, read = Hall.work, evidence._read
    monkeypatch.setattr(Hall, "work", lambda *given, **more: deeds.append("work") or work(*given, **more))
    monkeypatch.setattr(evidence, "_read", lambda *given: deeds.append("read") or read(*given))
    assert give(manager, line, PNG[:40]).status_code == 400
    assert deeds == ["read"], "what is refused takes no turn at all"
    assert give(manager, line).status_code == 303
    assert deeds[1:3] == ["read", "work"]


def test_large_files_are_taken_from_managers_and_nobody_else(house: House, manager: Visitor) -> None:
    line = write(manager)
    large = PNG + os.urandom(9 * 1024 * 1024)
    assert give(house.person("officer"), line, large).status_code == 403
    assert give(house.visitor(), line, large).status_code == 403
    assert give(manager, line, large + bytes(2 * 1024 * 1024)).status_code == 413
    assert send(manager, f"{line}/drop", reason="x" * 100_000).status_code in (403, 413), "other forms stay small"
    assert give(manager, line, large).status_code == 303
    again = give(manager, line, large)
    assert again.status_code == 409
    assert "rapat.png" in again.text
    assert manager.get(HOME + "evidence/1").data == large


# --- before and after


def answered(office: Office, first: str, last: str, scores: dict[int, int], seed: int = 1) -> None:
    """Whole answers in a period; U3 is `scores`: value -> how often; everything else is a 3."""
    values = [value for value, often in scores.items() for _ in range(often)]
    forms = [asking.Form("skm-9", "1", {**{f"U{n}": 3 for n in range(1, 10)}, "U3": value}) for value in values]
    rows = [
        asking.rows_of([form], {"channel": "kiosk", "day": (first, last)[n % 2]})[0] for n, form in enumerate(forms)
    ]

    def keep(work: Any) -> dict[str, Any]:
        asking.keep(work, rows)
        return {}

    office.hall.act(office.system, keep)


@pytest.mark.parametrize(("before", "after", "words"), [
    ({2: 30, 3: 30}, {3: 20, 4: 40}, "Better by 1.17: more than chance."),
    ({3: 20, 4: 40}, {2: 30, 3: 30}, "Worse by 1.17: more than chance."),
    ({2: 5, 3: 5}, {2: 4, 3: 6}, "within what chance alone"),
    ({2: 30, 3: 30}, {3: 1, 4: 3}, "Too few answers to compare"),
])  # fmt: skip
def test_an_element_before_and_after(
    house: House, manager: Visitor, before: dict[int, int], after: dict[int, int], words: str
) -> None:
    answered(house.office, "2026-04-01", "2026-06-30", before)
    answered(house.office, "2026-07-11", "2026-08-02", after)
    answered(house.office, "2026-07-01", "2026-07-10", {1: 50})  # between the two: of neither
    line = write(manager)
    manager.client.set_cookie("language", "en", domain="localhost")
    assert "The comparison begins on the day after the activity" in manager.get(line).text
    send(manager, f"{line}/finish", done_on="2026-07-10")
    page = stated(manager.get(line).text)
    assert words in page
    told = sum(after.values())
    assert str(told) in page
    if told < 5:
        assert "3.75" not in page
