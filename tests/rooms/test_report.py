"""The report of a period on paper: the same figures in PDF, DOCX and poster as in `Figures`; nothing hidden is told."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
import zxingcpp
from docx import Document as open_docx
from flask_babel import force_locale
from PIL import Image
from sqlalchemy import insert, update

from ptsp import records as r
from ptsp import satisfaction
from ptsp.periods import parse
from survey.report import contents, making
from survey.report.document import Chart, Document, Heading, Table
from survey.report.facts import gather
from survey.report.job import Job
from survey.report.words import number
from tests.support.answers import a_year_of_answers
from tests.support.apps import House, Visitor, example_app
from tests.support.papers import by_libreoffice, facts_of, fonts_of, pictures_of, text_of

URL = "https://ptsp.example.go.id"
REPORT = "/office/survey/report"
A3, A4 = "841.89 x 1190.55 pts (A3)", "595.276 x 841.89 pts (A4)"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Half a year of answers, a follow-up, and an office with all that a letter needs."""
    with example_app(tmp_path_factory.mktemp("report")) as found:
        a_year_of_answers(found.office, 420, last="2026-06-30")
        a_year_of_answers(found.office, 40, last="2026-06-30", instrument="ipak-5", with_visits=False, seed=3)
        found.hall.act(found.office.system, set_up)
        yield found


@pytest.fixture(scope="module")
def manager(house: House) -> Visitor:
    """Who may."""
    return house.person("manager")


@pytest.fixture(scope="module")
def pdf(manager: Visitor, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the second quarter, in Indonesian."""
    return fetched(manager, f"{REPORT}.pdf?period=2026-T2", tmp_path_factory.mktemp("pdf"))


def set_up(work: Any) -> dict[str, Any]:
    told = {"public_url": URL, "place": "Contoh", "signer_name": "Siti Aminah", "signer_number": "197001012000032001"}
    work.conn.execute(update(r.office).values(settings={**work.office.settings, **told}))
    line = {
        "office_id": work.office_id, "instrument": "skm-9", "first_day": "2026-04-01", "last_day": "2026-06-30",
        "element": "U9", "finding": "-", "activity": "Menambah kursi tunggu", "target": "-", "output": "-",
        "starts_on": "2026-07-01", "ends_on": "2026-09-30", "in_charge": "Kasubbag TU", "status": "planned",
        "created_at": 1, "changed_at": 1,
    }  # fmt: skip
    work.conn.execute(insert(r.followup).values(line))
    work.set_up_changed()
    return {}


def figures_of(house: House, period: str, instrument: str = "skm-9") -> satisfaction.Figures:
    with house.hall.view() as conn:
        return satisfaction.figures(house.hall, conn, house.office.catalogue(), parse(period), instrument)


def written(house: House, period: str, language: str = "en", instrument: str = "skm-9") -> Document:
    """The document, before anything draws it."""
    with house.hall.view() as conn:
        facts = gather(house.hall, conn, house.office.catalogue(), parse(period), instrument)
    with house.app.app_context(), force_locale(language):
        return contents.report(facts)


def said(house: House, value: Any, places: int = 2) -> str:
    """A figure as the Indonesian report writes it."""
    with house.app.app_context(), force_locale("id"):
        return number(value, places)


def fetched(visitor: Visitor, path: str, folder: Path) -> Path:
    answer = visitor.get(path)
    assert answer.status_code == 200, answer.text
    name = answer.headers["Content-Disposition"].split("filename=")[1]
    (folder / name).write_bytes(answer.data)
    answer.close()
    return folder / name


def table(document: Document, *head: str) -> Table:
    blocks = [block for chapter in document.chapters for block in chapter.blocks if isinstance(block, Table)]
    return next(block for block in blocks if set(head) <= set(block.head))


# --- on paper ---------------------------------------------------------------------------------------------------------


def test_the_pdf_says_what_the_figures_say(house: House, pdf: Path) -> None:
    assert pdf.name == "laporan-skm-9-2026-T2-contoh.pdf"
    figures, text, facts = figures_of(house, "2026-T2"), text_of(pdf), facts_of(pdf)
    assert said(house, figures.score.ikm) in text
    for one in figures.elements:
        line = next(line for line in text.splitlines() if line.strip().startswith(f"{one.code} ") and one.grade in line)
        assert {said(house, one.nrr, 3), said(house, one.weighted, 3), said(house, one.ikm)} <= set(line.split()), line
    for cell in figures.by("service").cells:
        if cell.score and cell.score.ikm is not None:
            assert said(house, cell.score.ikm) in text
    assert f"{figures.n:,}".replace(",", ".") in text
    assert "Menambah kursi tunggu" in text
    assert "Siti Aminah" in text
    assert "197001012000032001" in text
    assert "1/9" in text
    assert facts["Tagged"] == "yes"
    assert facts["Page size"] == A4
    assert int(facts["Pages"]) > 8
    assert all(row[-5] == "yes" for row in fonts_of(pdf)), "a font is not embedded"
    assert any("Atkinson" in row[0] for row in fonts_of(pdf))


def test_no_page_is_empty_and_nothing_stands_outside_the_margins(pdf: Path) -> None:
    for path in pictures_of(pdf, dpi=30):
        page = Image.open(path).convert("L").point(lambda light: 255 if light < 128 else 0)
        box = page.getbbox()
        assert box, f"{path.name} is empty"
        left, top, right, bottom = box
        assert left > page.width * 0.08, path.name
        assert right < page.width * 0.93, path.name
        assert top > page.height * 0.03, path.name
        assert bottom < page.height * 0.97, path.name


def test_the_docx_can_be_edited_and_opens_elsewhere(house: House, manager: Visitor, tmp_path: Path) -> None:
    docx = fetched(manager, f"{REPORT}.docx?period=2026-T2", tmp_path)
    file, document = open_docx(io.BytesIO(docx.read_bytes())), written(house, "2026-T2", "id")
    heads = [line.text for line in file.paragraphs if line.style.name == "Heading 1"]
    assert [head.split(" ")[1] for head in heads] == ["I", "II", "III", "IV", "V"]
    blocks = [block for chapter in document.chapters for block in chapter.blocks]
    assert len([line for line in file.paragraphs if line.style.name == "Heading 2"]) == sum(
        isinstance(block, Heading) for block in blocks
    )
    tables = [block for block in blocks if isinstance(block, Table)]
    assert [[[cell.text for cell in row.cells] for row in one.rows] for one in file.tables] == [
        [one.head, *one.rows] for one in tables
    ]
    charts = [block for block in blocks if isinstance(block, Chart)]
    assert len([line for line in file.paragraphs if line.style.name == "Caption"]) == len(tables) + len(charts)
    assert len(file.inline_shapes) == len(charts)
    fields = file.element.xpath("//w:instrText")
    assert any("TOC" in field.text for field in fields)
    (pdf,) = by_libreoffice("pdf", tmp_path / "office", docx)
    text = text_of(pdf)
    assert said(house, figures_of(house, "2026-T2").score.ikm) in text
    assert "Siti Aminah" in text


def test_the_poster_is_one_sheet_with_a_code_that_leads_to_the_results(
    house: House, manager: Visitor, tmp_path: Path
) -> None:
    pdf = fetched(manager, "/office/survey/poster.pdf?period=2026-T2", tmp_path)
    facts, text, figures = facts_of(pdf), text_of(pdf), figures_of(house, "2026-T2")
    assert (facts["Pages"], facts["Page size"], facts["Tagged"]) == ("1", A3, "yes")
    assert said(house, figures.score.ikm) in text
    assert str(figures.score.grade) in text.split()
    assert all(said(house, one.ikm) in text for one in figures.elements)
    assert "Menambah kursi tunggu" in text
    codes = zxingcpp.read_barcodes(Image.open(pictures_of(pdf, dpi=72)[0]))
    assert [code.text for code in codes] == [f"{URL}/results/"]


def test_a_poster_of_many_words_is_one_sheet_too(house: House, tmp_path: Path) -> None:
    with house.hall.view() as conn:
        facts = gather(house.hall, conn, house.office.catalogue(), parse("2026-T2"), "skm-9")
    with house.app.app_context(), force_locale("id"):
        sheet = contents.poster(facts)
    sheet.letterhead.lines = ["KEMENTERIAN AGAMA REPUBLIK INDONESIA", "KANTOR WILAYAH PROVINSI SULAWESI UTARA", "PTSP"]
    sheet.letterhead.office = "Kantor Kementerian Agama Kabupaten Kepulauan Siau Tagulandang Biaro, Sulawesi Utara"
    sheet.plans = [f"{'Menata ulang alur pelayanan ' * 4}(Penanganan Pengaduan, Saran dan Masukan)"] * 3
    made = tmp_path / "poster.pdf"
    making._draw(Job("poster", str(made), poster=sheet), tmp_path / "cache")
    assert facts_of(made)["Pages"] == "1"


def test_without_data_every_file_says_so(manager: Visitor, tmp_path: Path) -> None:
    words = "There are no answers for this period yet"
    assert words in " ".join(text_of(fetched(manager, f"{REPORT}.pdf?period=2025&language=en", tmp_path)).split())
    file = open_docx(io.BytesIO(fetched(manager, f"{REPORT}.docx?period=2025&language=en", tmp_path).read_bytes()))
    assert any(words in line.text for line in file.paragraphs)
    poster = fetched(manager, "/office/survey/poster.pdf?period=2025&language=en", tmp_path)
    assert "No result yet" in text_of(poster)
    assert facts_of(poster)["Pages"] == "1"


# --- what is written --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(("period", "instrument"), [("2026-T2", "skm-9"), ("2025", "skm-9"), ("2026", "ipak-5")])
def test_every_sentence_is_finished(house: House, period: str, instrument: str, language: str) -> None:
    document = written(house, period, language, instrument)
    text = msgspec.json.encode(document).decode()
    assert "%(" not in text
    assert "%%" not in text
    assert "None" not in text
    assert [chapter.number for chapter in document.chapters] == ["I", "II", "III", "IV", "V"]
    for chapter in document.chapters:
        for block in chapter.blocks:
            if isinstance(block, Table):
                assert sum(block.widths) == 100, block.caption
                assert {len(row) for row in block.rows} <= {len(block.head)} == {len(block.align)}
            if isinstance(block, Chart):
                assert block.alt
                assert all(bar.text for bar in block.bars)


def test_few_answers_are_told_nowhere(house: House) -> None:
    document, figures = written(house, "2026-T2"), figures_of(house, "2026-T2")
    hidden = [cell for cell in figures.by("service").cells if cell.hidden]
    assert hidden, "the example has no small group: this test proves nothing"
    rows = {row[0]: row for row in table(document, "Service", "Response rate").rows}
    for cell in hidden:
        name = house.office.catalogue().service(int(cell.key)).name["en"]
        assert rows[name][2:] == ["–"] * 5
        assert not any(name == bar.label for chart in charts_of(document) for bar in chart.bars)


def charts_of(document: Document) -> list[Chart]:
    return [block for chapter in document.chapters for block in chapter.blocks if isinstance(block, Chart)]


def test_the_sample_the_rule_and_the_trend_are_stated(house: House) -> None:
    document, figures = written(house, "2026-T2"), figures_of(house, "2026-T2")
    items = dict(table(document, "Item").rows)
    assert items["Sample needed (Krejcie and Morgan)"] == str(figures.reach.needed)
    assert items["Visitors served"] == str(figures.reach.visitors)
    text = msgspec.json.encode(document).decode()
    assert f"In this period there were {figures.flagged}; as this office has set it, they are not counted." in text
    change = figures.change
    assert change is not None
    assert change.test is not None
    assert ("this is more than chance" in text) is change.test.beyond_chance
    assert ("this may be chance" in text) is not change.test.beyond_chance
    assert "survei mandiri" in text, "IPKP and IPAK are a projection, and have to be called so"


def test_charts_begin_at_zero_and_say_their_figures(house: House) -> None:
    from survey.report import charts

    for chart in charts_of(written(house, "2026-T2")):
        figure = charts.DRAW[chart.kind](chart, "#0b5a3a")
        low = {"bars": figure.axes[0].get_xlim(), "trend": figure.axes[0].get_ylim(), "plane": (0, 0)}[chart.kind][0]
        assert low == 0
        words = {text.get_text() for text in figure.axes[0].texts}
        assert {bar.text for bar in chart.bars} | {point.label for point in chart.points} <= words


# --- doors ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["report.pdf", "report.docx", "report.xlsx", "poster.pdf"])
@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("", "2026-T3"),
        ("period=2026-T9", "2026-T9"),
        ("period=2026-T2&instrument=one-touch", "ipak-5, skm-9, spkp-8"),
        ("period=2026-T2&language=fr", "id, en"),
    ],
)
def test_what_cannot_be_reported_is_refused_in_words(manager: Visitor, file: str, asked: str, words: str) -> None:
    answer = manager.get(f"/office/survey/{file}?{asked}")
    assert answer.status_code == 400
    assert words in answer.text


def test_the_report_is_for_managers(house: House) -> None:
    for file in ("report.pdf", "report.docx", "report.xlsx", "poster.pdf"):
        assert house.person("officer").get(f"/office/survey/{file}?period=2025").status_code == 403
        assert house.visitor().get(f"/office/survey/{file}?period=2025").status_code == 303


def test_a_missing_library_is_named(manager: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_command: Any, **_more: Any) -> Any:
        return SimpleNamespace(returncode=making.NO_PANGO, stderr=b"cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(making.subprocess, "run", run)
    answer = manager.get(f"{REPORT}.pdf?period=2025")
    assert answer.status_code == 503
    assert "libpango-1.0-0" in answer.text


def test_a_drawing_that_hangs_is_ended(manager: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "PATIENCE_S", 0.05)
    assert manager.get(f"{REPORT}.pdf?period=2025").status_code == 503
    monkeypatch.setattr(making, "QUEUE_S", 0.05)
    with making._one_at_a_time:
        answer = manager.get(f"{REPORT}.pdf?period=2025")
    assert answer.status_code == 503, "one at a time: who waits too long is told"


def test_a_few_wait_and_more_are_refused_at_once(manager: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    gathered: list[Any] = []
    monkeypatch.setattr(making, "_job", lambda *asked: gathered.append(asked))
    monkeypatch.setattr(making, "_draw", lambda _job, _cache: None)
    nothing = (None, 1, parse("2026-T2"), "skm-9", "pdf", Path("x"), Path("y"))

    def wait() -> None:
        with english.app_context():
            making.make(*nothing)  # type: ignore[arg-type]

    english = manager.client.application
    free = making._places._value
    waiting = [threading.Thread(target=wait, daemon=True) for _ in range(making.MOST_WAITING)]
    with making._places, making._one_at_a_time:  # one is being drawn
        for one in waiting:
            one.start()
        while making._places._value and all(one.is_alive() for one in waiting):  # until all of them have come
            time.sleep(0.005)
        began = time.monotonic()
        answer = manager.get(f"{REPORT}.pdf?period=2025")
        assert time.monotonic() - began < making.QUEUE_S / 4, "nobody waits to be refused"
        assert answer.status_code == 503
        assert "Laporan lain sedang dibuat" in answer.text or "Another report is being made" in answer.text
        assert gathered == [], "figures are gathered by whose turn it is"
    for one in waiting:
        one.join(10)
    assert len(gathered) == making.MOST_WAITING
    assert making._places._value == free, "all places are free again"


def test_the_serving_process_stays_slim() -> None:
    """What draws weighs a hundred megabytes: no door may load it."""
    heavy = ["matplotlib", "weasyprint", "docx", "xlsxwriter", "openpyxl", "fontTools"]
    code = f"import server.app, sys; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
