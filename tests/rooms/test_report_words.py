"""What a report says of answers that are not its own, of few, and of the IPAK; its pictures and lists can be read."""

from __future__ import annotations

import io
from collections.abc import Iterator

import msgspec
import pytest
from docx import Document as open_docx
from flask_babel import force_locale

from ptsp import asking
from ptsp.elements import ELEMENTS
from ptsp.intervals import Interval
from ptsp.periods import parse
from survey.report import charts, contents, word
from survey.report.document import Poster
from survey.report.facts import gather
from survey.report.words import element_label
from tests.rooms.test_report import charts_of, figures_of, table, written
from tests.support.answers import a_year_of_answers
from tests.support.apps import House, example_app
from tests.support.weights import use_weight


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Half a year of answers; in earlier years some from files, and four in one of them."""
    with example_app(tmp_path_factory.mktemp("words")) as found:
        a_year_of_answers(found.office, 420, last="2026-06-30")
        a_year_of_answers(found.office, 40, last="2026-06-30", instrument="ipak-5", with_visits=False, seed=3)
        for day, channel, n in (("2022-03-01", "kiosk", 4), ("2023-03-01", "import", 12), ("2023-09-01", "import", 12)):
            keep(found, day, channel, n)
        keep(found, "2023-09-01", "kiosk", 7)
        yield found


def keep(house: House, day: str, channel: str, n: int) -> None:
    """Some answers of a day, all by the same way: of men who say nothing else of themselves."""
    form = asking.Form("skm-9", "1", dict.fromkeys(ELEMENTS["skm-9"], 3))
    nothing = ("hour_band", "wait_band", "service_id", "counter_id", "age", "education", "occupation")
    facts = {"channel": channel, "day": day, "flags": "", "sex": "L", **dict.fromkeys(nothing)}
    rows = [row for _ in range(n) for row in asking.rows_of([form], facts)]
    house.hall.act(house.office.system, lambda work: asking.keep(work, rows) or {})


def test_answers_taken_over_are_not_called_our_own(house: House) -> None:
    ours = ("with its queue and survey system", "Every queue number can answer once", "An answer looks suspicious")
    none = ("There were none in this period.", "Among the other answers there were none.")
    alone, mixed, own = (text_written(house, period) for period in ("2023-S1", "2023-S2", "2026-T2"))
    for text in (alone, mixed):
        assert "12 answers were taken over from earlier files" in text
        assert "collected by the means that the office used before" in text
        assert "not checked for suspicious patterns" in text
    assert not any(words in alone for words in (*ours, *none))
    assert all(words in mixed for words in (*ours, none[1]))
    assert none[0] not in mixed
    assert all(words in own for words in ours)
    assert "earlier files" not in own


def text_written(house: House, period: str, instrument: str = "skm-9") -> str:
    return msgspec.json.encode(written(house, period, instrument=instrument)).decode()


def test_every_option_is_printed_so_that_a_hidden_row_tells_nothing(house: House) -> None:
    def rows(period: str) -> list[list[str]]:
        return table(written(house, period), "Characteristic").rows

    assert [row[1:] for row in rows("2023-S1")] == [
        ["Male", "12", "100.0 %"], ["Female", "0", "0.0 %"], ["Not stated", "0", "0.0 %"],
    ]  # fmt: skip
    found, figures = rows("2026-T2"), figures_of(house, "2026-T2")
    assert len(found) == 2 + 5 + 6 + 6 + 4
    hidden = [cell for cell in figures.by("occupation").cells if cell.hidden]
    assert hidden, "the example has no small group: this test proves nothing"
    assert sum(row[2:] == ["–", "–"] for row in found) >= len(hidden)
    assert not any(row[2] == "0" for row in found[-7:]), "nobody looks like a few"


def test_the_ipak_is_called_a_projection_and_no_satisfaction(house: House) -> None:
    text = text_written(house, "2026", "ipak-5")
    assert "free from corruption" in text
    assert "satisfied" not in text
    assert "What drives satisfaction" not in text
    assert "improved first" not in text
    with house.hall.view() as conn:
        facts = gather(house.hall, conn, house.office.catalogue(), parse("2026"), "ipak-5")
        ours = gather(house.hall, conn, house.office.catalogue(), parse("2026-T2"), "skm-9")
    with house.app.app_context(), force_locale("en"):
        sheet, skm = contents.poster(facts), contents.poster(ours)
    assert "survei mandiri" in sheet.standing
    assert "projection" in sheet.standing
    assert sheet.standing in text
    assert sheet.no_plans.startswith("Lowest values: ")
    assert skm.standing == ""


def test_the_plane_is_that_of_the_page(house: House) -> None:
    plane = next(chart for chart in charts_of(written(house, "2026-T2")) if chart.kind == "plane")
    found = {one.code: one for one in figures_of(house, "2026-T2").drivers.elements}
    assert plane.axes == ("performance (NRR) →", "importance (correlation) →")
    assert plane.corners == ["Improve first", "Keep it up", "Improve later", "Good as it is"]
    for point in plane.points:
        assert (point.x, point.y) == (float(found[point.label].performance), found[point.label].importance)


def test_the_labels_of_the_trend_stand_above_its_lines(house: House) -> None:
    trend = next(chart for chart in charts_of(written(house, "2026-T2")) if chart.kind == "trend")
    texts = {text.get_text(): text for text in charts.DRAW["trend"](trend, "#0b5a3a").axes[0].texts}
    assert trend.lines
    assert all(texts[bar.text].get_position()[1] > trend.most for bar in trend.bars)


def test_lists_of_elements_and_captions_can_be_read(house: House) -> None:
    document = written(house, "2026-T2", "id")
    with house.app.app_context(), force_locale("id"):
        weak = [element_label("skm-9", one.code) for one in figures_of(house, "2026-T2").weakest]
    assert any("," in name for name in weak), "no name with a comma: this test proves nothing"
    assert f": {'; '.join(weak)}." in msgspec.json.encode(document).decode()
    assert all(chart.caption.count(":") < 2 for chart in charts_of(document))


def test_the_docx_asks_for_its_page_numbers_when_it_is_opened(house: House) -> None:
    file = open_docx(io.BytesIO(word.report(written(house, "2022"))))
    assert file.settings.element.xpath("w:updateFields/@w:val") == ["true"]
    assert not any("F9" in line.text for line in file.paragraphs)


def test_a_report_of_few_answers_is_refused_in_words(house: House) -> None:
    manager = house.person("manager")
    for file in ("report.pdf", "report.docx", "report.xlsx", "poster.pdf"):
        answer = manager.get(f"/office/survey/{file}?period=2022&instrument=skm-9")
        assert answer.status_code == 409, file
        assert "kurang dari 5" in answer.text or "fewer than 5" in answer.text


# --- the poster -------------------------------------------------------------------------------------------------------


def poster(house: House, period: str, language: str = "en", instrument: str = "skm-9") -> Poster:
    with house.hall.view() as conn:
        facts = gather(house.hall, conn, house.office.catalogue(), parse(period), instrument)
    with house.app.app_context(), force_locale(language):
        return contents.poster(facts)


@pytest.mark.parametrize(("weight", "told"), [("exact", "1/9"), ("0.111", "0.111"), ("0.11", "0.11")])
def test_the_poster_says_the_weight(house: House, weight: str, told: str) -> None:
    """Without it an IKM of 85.75 stands above nine elements whose mean is 86.62."""
    use_weight(house.office, weight)
    assert f"Weight of each element: {told}." in poster(house, "2026-T2").foot
    assert "Weight of each element: 1/5." in poster(house, "2026", instrument="ipak-5").foot
    use_weight(house.office, "exact")
    assert "Weight" not in poster(house, "2025").foot, "there is no index"


def test_the_poster_of_a_period_that_still_runs_says_so(house: House) -> None:
    """The office's today is 3 August 2026."""
    assert poster(house, "2026").period == "Year 2026, provisional, up to 3 August 2026"
    running = poster(house, "2026-04-01..2026-12-31").period
    assert running == "01.04.2026 – 31.12.2026, provisional, up to 3 August 2026"
    assert poster(house, "2026-T2").period == "Quarter 2 of 2026 (01.04.2026 – 30.06.2026)"
    assert "provisional" not in poster(house, "2027").period, "it has not begun"


def test_the_poster_says_how_many_answered_each_element(house: House) -> None:
    counts = sorted(one.n for one in figures_of(house, "2026-T2").elements)
    assert counts[0] < counts[-1], "this test proves nothing"
    assert f"n = {counts[0]} to {counts[-1]}, by element." in poster(house, "2026-T2").scale
    assert "n = 12 for each element." in poster(house, "2023-S1").scale
    assert "n =" not in poster(house, "2025").scale


# --- intervals --------------------------------------------------------------------------------------------------------


def ends(interval: Interval | None, scale: float = 1.0) -> str:
    return f"{interval.low / scale:.2f}–{interval.high / scale:.2f}" if interval else "–"


def test_the_projected_indices_have_their_intervals(house: House) -> None:
    document, figures = written(house, "2026-T2"), figures_of(house, "2026-T2")
    rows = {row[0]: row for row in table(document, "WBK threshold", "Interval").rows}
    for one in figures.perceptions:
        assert one.interval, "this test proves nothing"
        assert rows[one.index.upper()][3] == ends(one.interval)


def test_the_trend_has_its_intervals(house: House) -> None:
    for instrument, scale in (("skm-9", 1), ("ipak-5", 25)):
        document, figures = written(house, "2026-T2", instrument=instrument), figures_of(house, "2026-T2", instrument)
        rows = table(document, "Judgement", "Interval").rows
        assert [row[3] for row in rows] == [ends(one.interval, scale) for one in figures.trend]
        assert any(one.interval for one in figures.trend)


@pytest.mark.parametrize(("dimension", "head"), [("section", "Section"), ("service", "Service")])
def test_groups_have_their_intervals(house: House, dimension: str, head: str) -> None:
    told = table(written(house, "2026-T2"), head, "Interval")
    cells = [
        cell for cell in figures_of(house, "2026-T2").by(dimension).cells if cell.n or cell.hidden or cell.visitors
    ]
    assert any(cell.interval for cell in cells)
    assert [row[5] for row in told.rows] == [ends(cell.interval) for cell in cells]
    assert "Student" in told.note
