"""The public page of results: for everybody, without a cookie, and never more than was published."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

from sqlalchemy import insert, update

from ptsp import following_up, publishing
from ptsp import records as r
from ptsp.elements import IPAK, SKM
from ptsp.periods import parse
from survey.public.open_data import COLUMNS, DATA, DICTIONARY
from tests.rooms.test_publishing import Q2, filled, log, publish, seen
from tests.support.apps import House, second_office
from web.csv_cells import BOM

Q1 = parse("2026-T1")


def published(house: House, **more: Any) -> int:
    filled(house.office, **more)
    return publish(house.office)[0]


def setting(house: House, **values: Any) -> None:
    """As the settings page does it."""

    def change(work: Any) -> dict[str, Any]:
        known = {**work.office.settings, **values}
        work.conn.execute(update(r.office).where(r.office.c.id == work.office_id).values(settings=known))
        work.set_up_changed()
        return {}

    house.hall.act(house.office.system, change)


def test_everybody_sees_the_latest_result_without_a_cookie(house: House) -> None:
    made = published(house)
    content = seen(house.office)
    for path in ("/results/", f"/results/{made}", "/results/of/contoh"):
        answer = house.visitor().get(path)
        assert answer.status_code == 200, path
        assert f'data-testid="index">{content["headline"]["value"]["id"]}<' in answer.text
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert answer.headers["Vary"] == "Cookie"


def test_who_has_the_page_is_told_in_a_few_bytes_until_something_is_new(house: House) -> None:
    published(house)
    answer = house.visitor().get("/results/")
    known = {"If-None-Match": answer.headers["ETag"]}
    again = house.visitor().get("/results/", headers=known)
    assert (again.status_code, again.data) == (304, b"")
    filled(house.office, 30, seed=4)
    publish(house.office)
    assert house.visitor().get("/results/", headers=known).status_code == 200


def test_the_language_is_in_the_address(house: House) -> None:
    published(house)
    value = seen(house.office)["headline"]["value"]
    english = house.visitor().get("/results/?language=en").text
    assert '<html lang="en">' in english
    assert value["en"] in english
    assert "/data.csv" in english
    assert "?language=en" in english  # links to other periods carry it on
    assert '<html lang="id">' in house.visitor().get("/results/?language=xx").text


def test_answers_that_come_later_change_nothing_public(house: House) -> None:
    made = published(house)
    before = house.visitor().get(f"/results/{made}").text
    filled(house.office, 50, seed=5)
    assert house.visitor().get(f"/results/{made}").text == before


def test_a_replaced_result_leads_to_the_new_one_and_a_withdrawn_one_says_so(house: House) -> None:
    first = published(house)
    filled(house.office, 50, seed=5)
    [second] = publish(house.office)
    moved = house.visitor().get(f"/results/{first}?language=en")
    assert (moved.status_code, moved.headers["Location"]) == (302, f"/results/{second}?language=en")
    assert house.visitor().get(f"/results/{first}/data.csv").status_code == 404
    house.hall.act(house.office.system, publishing.withdraw, publication_id=second)
    for gone in (first, second):
        assert house.visitor().get(f"/results/{gone}").status_code == 410
    assert "data-testid" not in house.visitor().get("/results/").text


def test_nothing_published_has_words(house: House) -> None:
    filled(house.office)
    answer = house.visitor().get("/results/?language=en")
    assert answer.status_code == 200
    assert "No results have been published yet." in answer.text


def test_switched_off_is_not_found_and_says_so(house: House) -> None:
    made = published(house)
    setting(house, public_results=False)
    for path in ("/results/", f"/results/{made}", f"/results/{made}/data.csv", "/results/of/contoh", "/results/9999"):
        answer = house.visitor().get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 404, path
        assert seen(house.office)["headline"]["value"]["id"] not in answer.text
        assert "<h1>" in answer.text


def test_several_offices_are_chosen_from(house: House) -> None:
    made = published(house)
    second_office(house)
    chooser = house.visitor().get("/results/").text
    assert "/results/of/contoh" in chooser
    assert "/results/of/sebelah" in chooser
    assert "data-testid" not in house.visitor().get("/results/of/sebelah").text
    assert house.visitor().get("/results/of/nowhere").status_code == 404
    assert "/results/" in house.visitor().get(f"/results/{made}").text
    theirs = house.visitor().get("/results/open-data.zip?office=sebelah")
    assert len(rows_of(theirs.data)) == 0


def test_what_only_the_boards_show_is_not_on_the_page(house: House) -> None:
    filled(house.office)
    [made] = publish(house.office, "board")
    assert house.visitor().get(f"/results/{made}").status_code == 404
    assert "data-testid" not in house.visitor().get("/results/").text


def test_the_archive_and_the_trend(house: House) -> None:
    filled(house.office, 80, "2026-01-01", "2026-03-31", seed=2)
    [old] = publish(house.office, period=Q1)
    new = published(house)
    page = house.visitor().get("/results/").text
    assert seen(house.office)["headline"]["value"]["id"] in page  # the latest period, though both are there
    assert seen(house.office, period=Q1)["headline"]["value"]["id"] in page
    assert f'href="/results/{old}"' in page
    assert f'href="/results/{new}"' in page
    assert 'id="trend-title"' in page
    assert 'id="trend-title"' not in house.visitor().get(f"/results/{old}").text  # its own past only


def test_the_skm_comes_first_whatever_was_published_last(house: House) -> None:
    published(house)
    filled(house.office, 40, instrument=IPAK, version="2021.1")
    [other] = publish(house.office, survey=IPAK)
    assert (
        f'data-testid="index">{seen(house.office)["headline"]["value"]["id"]}<' in house.visitor().get("/results/").text
    )
    value = seen(house.office, IPAK)["headline"]["value"]["id"]
    assert f'data-testid="index">{value}<' in house.visitor().get(f"/results/{other}").text


def test_only_moderated_words_are_public(house: House) -> None:
    published(house)
    say(house, "Petugas ramah sekali", "public")
    say(house, "Bu Ani lambat", "new")
    say(house, "Jangan diumumkan", "kept")
    say(house, "Tahun lalu", "public", day="2025-05-04")
    complain(house, "Kursi rusak di Loket 3 milik Budi", "public", "Kursi di ruang tunggu rusak")
    complain(house, "Rahasia besar", "kept", None)
    text = house.visitor().get("/results/").text
    assert "Petugas ramah sekali" in text
    assert "Kursi di ruang tunggu rusak" in text
    for hidden in ("Bu Ani", "Jangan diumumkan", "Tahun lalu", "Budi", "Rahasia"):
        assert hidden not in text


def say(house: House, words: str, state: str, day: str = "2026-05-04") -> None:
    row = {"id": abs(hash(words)) >> 2, "office_id": house.office.office_id, "instrument": SKM, "version": "2017.1"}
    row |= {"channel": "phone", "day": day, "scores": {"U1": 4}, "remark": words, "remark_state": state}
    with house.hall.engine.begin() as conn:
        conn.execute(insert(r.survey_answer).values(**row))


def complain(house: House, text: str, state: str, public: str | None) -> None:
    row = {"office_id": house.office.office_id, "year": 2026, "running": abs(hash(text)) % 10**6, "token": text[:30]}
    row |= {"kind": "complaint", "category": "other", "channel": "phone", "text": text, "day": "2026-05-05", "at": 1}
    row |= {"state": "new", "field_check": False, "respond_by": "2026-05-08", "answer_by": "2026-05-20"}
    with house.hall.engine.begin() as conn:
        conn.execute(insert(r.complaint).values(**row, public_state=state, public_text=public))


def test_what_is_done_about_it_is_told_without_names(house: House) -> None:
    published(house)
    line = {
        "instrument": SKM, "first_day": Q2.first, "last_day": Q2.last, "element": "U9", "finding": "Kursi kurang",
        "activity": "Menambah 20 kursi", "target": "U9 naik", "output": "Kursi", "starts_on": "2026-07-01",
        "ends_on": "2026-08-31", "in_charge": "Siti Aminah", "obstacle": "", "status": "running",
    }  # fmt: skip
    house.hall.act(house.office.system, following_up.add_followup, **line)
    text = house.visitor().get("/results/").text
    assert "Menambah 20 kursi" in text
    assert "31.08.2026" in text
    assert "Siti Aminah" not in text


def test_the_boards_show_the_latest_period_that_was_published_for_them(house: House) -> None:
    def slide() -> Any:
        return house.live.picture("board", house.office.office_id)["result"]

    filled(house.office, 80, "2026-01-01", "2026-06-30", seed=2)
    publish(house.office)
    assert slide() is None
    publish(house.office, "board")
    [old] = publish(house.office, "board", period=Q1)  # an older period, though published later
    content = seen(house.office)
    told = {**content["headline"], "period": content["period"]["label"], "n": content["n"]}
    assert slide() == {**told, "weight": None}, "exact: nothing to say"
    setting(house, results_on_board=False)
    assert slide() is None
    setting(house, results_on_board=True)
    newest = max(one.id for one in log(house.office) if one.kind == "board" and one.id != old)
    house.hall.act(house.office.system, publishing.withdraw, publication_id=newest)
    assert slide()["period"] == Q1.label


# --- open data


def rows_of(zipped: bytes) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(zipped)) as box:
        assert box.namelist() == [DATA, DICTIONARY]
        return list(csv.DictReader(io.StringIO(box.read(DATA).decode().removeprefix(BOM))))


def test_open_data_are_the_published_figures_and_no_more(house: House) -> None:
    made = published(house, n=90)
    content = seen(house.office)
    filled(house.office, 30, seed=6)  # not published: not in it
    sheet = house.visitor().get(f"/results/{made}/data.csv")
    assert sheet.mimetype == "text/csv"
    assert 'filename="hasil-survei-contoh-skm-9-2026-T2.csv"' in sheet.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(sheet.text.removeprefix(BOM))))
    assert rows == rows_of(house.visitor().get("/results/open-data.zip").data)
    [whole] = [row for row in rows if row["part"] == "all"]
    assert (whole["n"], whole["ikm"], whole["nrr"]) == (str(content["n"]), content["ikm"], content["index"])
    assert [row["code"] for row in rows if row["part"] == "element"] == [f"U{n}" for n in range(1, 10)]
    services = [row for row in rows if row["part"] == "service"]
    assert {row["suppressed"] for row in services} == {"0", "1"}
    for row in services:
        hidden = row["suppressed"] == "1"
        assert ((row["n"], row["nrr"], row["ikm"], row["grade"]) == ("", "", "", "")) == hidden
        assert hidden or int(row["n"]) >= 5


def test_every_column_is_in_the_dictionary(house: House) -> None:
    published(house)
    answer = house.visitor().get("/results/kamus-data.csv")
    words = list(csv.DictReader(io.StringIO(answer.text.removeprefix(BOM))))
    assert [row["kolom / column"] for row in words] == list(COLUMNS)
    assert all(row["arti"] and row["meaning"] for row in words)


def test_a_service_that_is_called_like_a_formula_does_no_harm(house: House) -> None:
    with house.hall.engine.begin() as conn:
        conn.execute(update(r.service).values(name={"id": "=HYPERLINK(1)", "en": "@x"}))
        conn.execute(update(r.office).values(revision=99))
    made = published(house)
    text = house.visitor().get(f"/results/{made}/data.csv").text
    assert "'=HYPERLINK(1),'@x" in text
    assert ",=HYPERLINK" not in text


def test_equal_data_are_equal_bytes(house: House) -> None:
    published(house)
    first, second = (house.visitor().get("/results/open-data.zip") for _ in range(2))
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]
