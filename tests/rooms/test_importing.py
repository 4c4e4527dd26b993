"""The import's pages: a table is brought, looked at, changed, stored or refused, and taken back."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from sqlalchemy import func, select

from ptsp import held_files
from ptsp import records as r
from ptsp.periods import parse
from ptsp.satisfaction import figures
from server.caretaker import Caretaker
from tests.rooms.test_follow_up import stated
from tests.rooms.test_report import written
from tests.support.apps import House, Visitor
from tests.support.tables import HEADS, as_csv, old_rows

HOME = "/office/survey/import/"


@pytest.fixture
def manager(house: House) -> Visitor:
    return house.person("manager")


def bring(manager: Visitor, content: bytes, name: str = "skm 2023-2025.csv") -> Any:
    answer = manager.post(HOME, data={"file": (io.BytesIO(content), name)})
    answer.request.environ["wsgi.input"].close()  # the test client's own temporary file
    return answer


def looks(manager: Visitor, content: bytes, **said: str) -> tuple[str, str]:
    """(address of the look, its page)."""
    answer = bring(manager, content)
    assert answer.status_code == 303, answer.text
    address = str(answer.headers["Location"])
    return address, look(manager, address, **said)


def look(manager: Visitor, address: str, **said: str) -> str:
    page: str = manager.get(f"{address}?{urlencode(said)}").text
    return page


def confirm(manager: Visitor, address: str, page: str, request_id: str = "import-000001", **more: str) -> Any:
    """Sends the form that the page holds."""
    [form] = re.findall(r'<form class="panel" method="post".*?</form>', page, re.S)
    fields = dict(re.findall(r'<input type="hidden" name="([\w]+)" value="([^"]*)"', form))
    fields = {name: unescape(value) for name, value in fields.items()}
    return manager.post(f"{address}/store", data={**fields, "request_id": request_id, **more})


def answers(house: House) -> int:
    with house.hall.view() as conn:
        return int(conn.execute(select(func.count()).select_from(r.survey_answer)).scalar_one())


def waiting(house: House) -> int:
    return len(list((house.settings.data_dir / held_files.FOLDER).glob("*")))


def chosen(page: str) -> list[str]:
    """What each column is read as."""
    selects = re.findall(r'<select name="c\d+".*?</select>', page, re.S)
    return [(re.findall(r'value="(\w*)" selected', one) or [""])[0] for one in selects]


def test_three_years_from_the_file_to_the_trend_and_back(house: House, manager: Visitor) -> None:
    address, page = looks(manager, as_csv(old_rows(90)))
    assert chosen(page)[7:16] == [f"U{n}" for n in range(1, 10)]
    assert chosen(page)[:7] == ["", "date", "service", "sex", "age", "education", "occupation"]
    assert "order" in re.findall(r'type="radio" name="(\w+)"', page)
    assert 'method="post" action="' + address + "/store" not in page, "the order of the last two is not said yet"
    said = stated(page)
    assert "Tahun 2023 30" in said
    assert answers(house) == 0
    page = look(manager, address, order="elements")
    both = [confirm(manager, address, page) for _ in range(2)]
    assert [one.headers.get("Location") for one in both] == [HOME + "?stored=90&remarks=1"] * 2
    assert (answers(house), waiting(house)) == (90, 0)
    home = stated(manager.get(HOME + "?stored=90").text)
    assert "skm 2023-2025.csv" in home
    results = stated(manager.get("/office/survey/?period=2025").text)
    with house.hall.view() as conn:
        points = figures(house.hall, conn, house.office.catalogue(), parse("2025")).trend
    assert [(point.period.code, point.n) for point in points] == [("2023", 30), ("2024", 30), ("2025", 30)]
    for point in points:
        assert point.score.ikm is not None
        assert f"{point.score.ikm}".replace(".", ",") in results, "the trend begins with the imported years"
    again = bring(manager, as_csv(old_rows(90)))
    page = look(manager, again.headers["Location"], order="elements")
    assert "/store" not in page, "the same table again"
    assert manager.post(HOME + "1/undo", data={"request_id": "import-undo-1"}).status_code == 303
    assert answers(house) == 0
    page = look(manager, again.headers["Location"], order="elements")
    assert confirm(manager, again.headers["Location"], page, "import-000002").status_code == 303
    assert answers(house) == 90


def test_both_orders_are_shown_with_their_means_and_the_chosen_one_is_stored(house: House, manager: Visitor) -> None:
    rows = [HEADS, *([str(n), "3/7/2024", "", "", "", "", "", *"333333342", ""] for n in range(10))]
    address, page = looks(manager, as_csv(rows))
    first, second = re.findall(r'<label class="choice"><input type="radio" name="order".*?</label>', page, re.S)
    assert re.search(r"u8” .*U8 .*4,00.*u9” .*U9 .*2,00", unescape(first), re.S)
    assert re.search(r"u8” .*U9 .*4,00.*u9” .*U8 .*2,00", unescape(second), re.S)
    printed = look(manager, address, order="printed")
    assert unescape(second).replace(" checked", "") in unescape(printed).replace(" checked", ""), "the means stay"
    assert confirm(manager, address, printed).status_code == 303
    with house.hall.view() as conn:
        kept = conn.execute(select(r.survey_answer.c.scores)).scalars().all()
    assert {(one["U8"], one["U9"]) for one in kept} == {(2, 4)}


def test_the_order_cannot_be_left_open(house: House, manager: Visitor) -> None:
    address, _page = looks(manager, as_csv(old_rows(10)))
    page = look(manager, address, order="elements")
    answer = confirm(manager, address, page, order="")
    assert answer.status_code == 400
    assert answers(house) == 0


def test_words_in_the_heads_answer_the_question(house: House, manager: Visitor) -> None:
    heads = [*HEADS[:14], "Sarana dan prasarana", "Penanganan pengaduan", "Saran"]
    address, page = looks(manager, as_csv([heads, *old_rows(10)[1:]]))
    assert chosen(page)[14:16] == ["U9", "U8"]
    assert 'name="order" value="elements"' not in page
    assert confirm(manager, address, page).status_code == 303
    assert answers(house) == 10


def test_bad_rows_are_listed_and_left_out_only_when_somebody_says_so(house: House, manager: Visitor) -> None:
    rows = old_rows(12, years=(2024,))
    rows[3][7], rows[5][1] = "5", "<b>kapan</b>"
    address, _page = looks(manager, as_csv(rows))
    page = look(manager, address, order="elements")
    said = stated(page)
    assert "4 u1" in said
    assert "&lt;b&gt;kapan&lt;/b&gt;" in page
    assert confirm(manager, address, page).status_code == 409
    assert confirm(manager, address, page, "import-000002", leave_out="1", bad="1").status_code == 409
    assert (answers(house), waiting(house)) == (0, 1)
    assert confirm(manager, address, page, "import-000003", leave_out="1").status_code == 303
    assert answers(house) == 10
    assert re.search(r"2 (baris|rows?): 4, 6", stated(manager.get(HOME).text))


def test_old_remarks_are_announced_and_not_taken_in(house: House, manager: Visitor) -> None:
    days = ["3/7/2023", "4/7/2023", "3/7/2026"]
    rows = [HEADS, *([str(n), day, *[""] * 5, *"333333333", "Ramah"] for n, day in enumerate(days))]
    manager.client.set_cookie("language", "en", domain="localhost")
    address, _page = looks(manager, as_csv(rows))
    page = look(manager, address, order="elements")
    said = stated(page)
    assert "2 remarks are not taken in, their scores are. This office erases remarks after 24 months." in said
    stored = confirm(manager, address, page)
    assert stored.status_code == 303
    home = stated(manager.get(stored.headers["Location"]).text)
    assert "3 answers were stored. 2 old remarks were not taken in." in home
    with house.hall.view() as conn:
        kept = conn.execute(select(r.survey_answer.c.remark)).scalars().all()
    assert sorted(kept, key=str) == [None, None, "Ramah"]
    other, _page = looks(manager, as_csv([*rows[:1], *rows[3:]]))
    assert "Old remarks" not in look(manager, other, order="elements")


def test_columns_line_and_period_can_be_changed(house: House, manager: Visitor) -> None:
    rows = [["A", "B"], ["4", "2"], ["3", "9"]]
    address, page = looks(manager, as_csv(rows))
    assert chosen(page) == ["", ""]
    [of] = re.findall(r'name="of" value="([^"]+)"', page)
    said = {"of": of, "instrument": "skm-9", "head": "1", "c0": "U1", "c1": "U1"}
    assert chosen(look(manager, address, **said)) == ["U1", ""], "no element twice"
    page = look(manager, address, **said, whole="2024-T2")
    assert "01.04.2024" not in page
    assert "30.06.2024" in page
    assert confirm(manager, address, page).status_code == 303
    with house.hall.view() as conn:
        kept = conn.execute(select(r.survey_answer.c.day, r.survey_answer.c.scores)).all()
    assert sorted((day, scores["U1"]) for day, scores in kept) == [("2024-06-30", 3), ("2024-06-30", 4)]


def test_fewer_than_five_answers_show_no_index(manager: Visitor) -> None:
    rows = [HEADS, *([str(n), "3/7/2024", *[""] * 5, *"333333333", ""] for n in range(4))]
    _address, page = looks(manager, as_csv(rows), order="elements")
    assert "75,00" not in page
    assert "3,00" not in page
    assert "&lt; 5" in page


def test_what_is_no_table_is_refused_in_words(house: House, manager: Visitor) -> None:
    for content in (b"", b"%PDF-1.7", b"PK\x03\x04", b"u1\n" + b"4\n" * 11_000):
        answer = bring(manager, content)
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text
    assert waiting(house) == 0


def test_large_files_are_read_no_further(house: House, manager: Visitor) -> None:
    assert bring(manager, b"u1\n" + b"4\n" * 3_000_000).status_code == 413
    assert bring(house.person("officer"), b"u1\n" + b"4\n" * 100_000).status_code == 403


def test_a_table_waits_for_its_bringer_and_for_an_hour(house: House, manager: Visitor) -> None:
    address, _page = looks(manager, as_csv(old_rows(6)))
    officer, other = house.person("officer"), house.person("manager")
    assert [officer.get(path).status_code for path in (HOME, address)] == [403, 403]
    assert other.get(address).status_code == 404
    assert other.post(f"{address}/store", data={"request_id": "import-000009"}).status_code == 404
    assert manager.get(HOME + "x" * 22).status_code == 404
    caretaker = Caretaker(house.hall, house.settings.data_dir)
    caretaker.round()
    assert (manager.get(address).status_code, waiting(house)) == (200, 1)
    house.office.clock.forward(minutes=61)
    assert manager.get(address).status_code == 404
    caretaker.round()
    assert waiting(house) == 0


def test_what_names_only_a_year_is_said_before_and_after(house: House, manager: Visitor) -> None:
    """On the preview, on the page of a quarter, and in its report: no index of a quarter that the table never named."""
    rows = [HEADS, *([str(n), "", "", "", "", "", "", *"333333333", ""] for n in range(30))]
    address, page = looks(manager, as_csv(rows), order="elements", whole="2024")
    said = stated(page)
    assert "Tahun 2024 (30)" in said
    assert "Triwulan IV 2024 30" not in said, "no index of a quarter is foreseen"
    assert confirm(manager, address, page).status_code == 303
    manager.client.set_cookie("language", "en", domain="localhost")
    quarter, year = (stated(manager.get(f"/office/survey/?period={code}").text) for code in ("2024-T4", "2024"))
    told = "30 answers come from a table that names only Year 2024. They count there and not in this period"
    assert told in quarter
    assert told in msgspec.json.encode(written(house, "2024-T4")).decode()
    assert "report.pdf" not in manager.get("/office/survey/?period=2024-T4").text
    workbook = manager.get("/office/survey/report.xlsx?period=2024-T4&language=en")  # its formulas would make an index
    assert (workbook.status_code, told in stated(workbook.text)) == (400, True)
    form = "/office/follow-up/new?instrument=skm-9&period="
    assert "The weakest of this period:" in stated(manager.get(f"{form}2024").text)
    assert "The weakest of this period:" not in stated(manager.get(f"{form}2024-T4").text)
    assert "75.00" not in quarter
    assert "75.00" in year
    assert "that names only" not in year
    offered = re.findall(r'<option value="([^"]*)"', manager.get("/office/survey/").text)
    assert "2024" in offered
    assert not [code for code in offered if code.startswith("2024-")]


def test_a_quarter_of_both_kinds_says_so(house: House, manager: Visitor) -> None:
    whole = [HEADS, *([str(n), "", "", "", "", "", "", *"333333333", ""] for n in range(30))]
    dated = [HEADS, *([str(n), "15/11/2024", "", "", "", "", "", *"333333333", ""] for n in range(10))]
    for number, (rows, period) in enumerate(((whole, "2024"), (dated, ""))):
        address, page = looks(manager, as_csv(rows), order="elements", whole=period)
        assert ("(30)" in stated(page)) == bool(period)
        assert confirm(manager, address, page, f"import-00000{number}").status_code == 303
    manager.client.set_cookie("language", "en", domain="localhost")
    told = "30 of 40 answers come from a table that names only Year 2024; they stand on its last day."
    assert told in stated(manager.get("/office/survey/?period=2024-T4").text)
    assert told in msgspec.json.encode(written(house, "2024-T4")).decode()
