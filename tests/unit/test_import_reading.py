"""How tables of earlier years are read: files, heads, days, answers, and what respondents said of themselves."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from ptsp import import_columns, import_file
from ptsp.errors import FileTooLarge, FileTooLong, FileUnreadable
from ptsp.import_columns import asks_for_order, guess, head_line, in_order
from ptsp.import_days import NoDay, month_first, named_in
from ptsp.import_file import Sheet, read_sheets
from ptsp.import_rows import age_band, score_of, trait_of, unsaid
from survey import instruments


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


# --- files


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_csv_is_read_whatever_separates_it(separator: str, encoding: str) -> None:
    text = separator.join(("u1", "saran")) + "\r\n" + separator.join(("4", '"Café; ""ramah"", ya"')) + "\r\n\r\n"
    [sheet] = read_sheets(text.encode(encoding))
    assert sheet.lines == ((1, ("u1", "saran")), (2, ("4", 'Café; "ramah", ya')))


def test_a_workbook_keeps_its_line_numbers_and_its_dates() -> None:
    day = datetime.fromisoformat("2024-07-03T10:22")
    rows: list[list[Any]] = [["SURVEI 2024"], [], ["Tanggal", "u1"], [day, 4.0], [None, "3 "]]
    [sheet] = read_sheets(workbook(Data=rows))
    assert sheet.lines == ((1, ("SURVEI 2024", "")), (3, ("Tanggal", "u1")), (4, ("2024-07-03", "4")), (5, ("", "3")))
    assert head_line(sheet.lines, "skm-9") == 3
    assert Sheet.loads(sheet.dumps()) == sheet


def test_each_sheet_of_a_workbook_is_a_table_of_its_own() -> None:
    sheets = read_sheets(workbook(TW1=[["u1"], [4]], TW2=[["u1"], [4]], Kosong=[]))
    assert [one.name for one in sheets] == ["TW1", "TW2"]
    assert sheets[0].sha256 != sheets[1].sha256


@pytest.mark.parametrize("content", [b"", b"u1", b"\0\1\2", b"PK\x03\x04 no zip", b"PK", b"\n\n\n"])
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(FileUnreadable):
        read_sheets(content)


def test_a_broken_workbook_is_refused_in_words() -> None:
    whole = workbook(A=[["u1"], [4]])
    for cut in (len(whole) // 2, len(whole) - 30):
        with pytest.raises(FileUnreadable):
            read_sheets(whole[:cut])


def test_more_than_can_be_read_is_refused_before_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileTooLarge):
        read_sheets(b"u1\n" + b"4\n" * (import_file.MOST_BYTES // 2))
    with pytest.raises(FileTooLong):
        read_sheets(("u1\n" + "4\n" * (import_file.MOST_ROWS + 30)).encode())
    with pytest.raises(FileTooLong):
        read_sheets(("a," * 101 + "\n" + "4," * 101 + "x\n").encode())
    table = workbook(A=[["u1"], [4]])
    # A row of millions of empty cells is a file of kilobytes, and gigabytes once it is read.
    with zipfile.ZipFile(blown_up := io.BytesIO(table), "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/more.xml", "<c/>" * (import_file.MOST_TAGS + 1))
    with pytest.raises(FileTooLong):
        read_sheets(blown_up.getvalue())
    monkeypatch.setattr(import_file, "MOST_UNPACKED", 1000)
    with pytest.raises(FileTooLong):
        read_sheets(table)


# --- heads


@pytest.mark.parametrize(("heads", "targets"), [
    (["u1", "U9", "Unsur 2", "unsur_03"], ["U1", "U9", "U2", "U3"]),
    (["No", "Tanggal", "Nama", "JK", "Usia", "Pendidikan Terakhir", "Pekerjaan", "Jenis Layanan", "Kritik dan Saran"],
     ["", "date", "", "sex", "age", "education", "occupation", "service", "remark"]),
    (["Pertanyaan 8", "pertanyaan 9", "Pertanyaan 10"], ["U8", "U9", ""]),
    (["U8 Sarana dan Prasarana", "U9 Penanganan Pengaduan, Saran dan Masukan"], ["U9", "U8"]),
    (["Bulan", "Tahun", "Triwulan"], ["month", "year", "period"]),
    (["No", *"123456789"], ["", *(f"U{n}" for n in range(1, 10))]), (list("433343434"), [""] * 9),
    (["Timestamp", "Waktu Penyelesaian", "u3"], ["date", "U3", ""]),
])  # fmt: skip
def test_heads_are_guessed(heads: list[str], targets: list[str]) -> None:
    assert [one.target for one in guess(heads, "skm-9")] == targets


@pytest.mark.parametrize("instrument", ["skm-9", "spkp-8", "ipak-5"])
def test_the_words_of_every_question_and_element_name_its_element(instrument: str) -> None:
    """No office numbers what it has pasted from the form: the words alone must do."""
    asked = instruments.load(instrument)
    for question in asked.questions:
        assert guess([question.text.id], instrument)[0].target == question.element, question.text.id
    if instrument == "skm-9":
        for element in asked.elements:
            assert guess([element.name.id], instrument)[0] == (element.code, "words"), element.name.id


def test_the_order_of_the_last_two_is_asked_for_unless_words_tell() -> None:
    by_number, by_words = guess(["u8", "u9"], "skm-9"), guess(["sarana prasarana", "pengaduan"], "skm-9")
    assert asks_for_order("skm-9", by_number, ["U8", "U9"])
    assert not asks_for_order("skm-9", by_words, ["U9", "U8"])
    assert asks_for_order("skm-9", by_words, ["U8", "U9"]), "somebody chose against the words"
    assert not asks_for_order("skm-9", by_number, ["U8", ""])
    assert not asks_for_order("ipak-5", guess(["k4", "k5"], "ipak-5"), ["K4", "K5"])
    assert in_order(["U7", "U8", "U9"], "printed") == ["U7", "U9", "U8"]
    assert in_order(["U7", "U8", "U9"], "elements") == ["U7", "U8", "U9"]
    assert set(import_columns.TRAP) == {"U8", "U9"}


# --- days


@pytest.mark.parametrize(("cells", "whole", "day"), [
    ({"date": "2024-07-03"}, "", "2024-07-03"), ({"date": "3/7/2024"}, "", "2024-07-03"),
    ({"date": "03.07.24"}, "", "2024-07-03"), ({"date": "3 Juli 2024"}, "", "2024-07-03"),
    ({"date": "03-07-2024 10:22:05"}, "", "2024-07-03"), ({"date": "29/2/2024"}, "", "2024-02-29"),
    ({"month": "Juli", "year": "2024"}, "", "2024-07-31"), ({"month": "7", "year": "2024"}, "", "2024-07-31"),
    ({"month": "Februari 2024"}, "", "2024-02-29"), ({"month": "2023-02"}, "", "2023-02-28"),
    ({"month": "agt"}, "2024", "2024-08-31"), ({"month": "2024-07-01"}, "", "2024-07-31"),
    ({"period": "Triwulan III 2024"}, "", "2024-09-30"), ({"period": "TW 2", "year": "2023"}, "", "2023-06-30"),
    ({"period": "IV"}, "2022", "2022-12-31"), ({"period": "Semester I 2024"}, "", "2024-06-30"),
    ({"period": "2024-T1"}, "", "2024-03-31"), ({"period": "Tahun 2021"}, "", "2021-12-31"),
    ({"year": "2024"}, "", "2024-12-31"), ({}, "2024-T2", "2024-06-30"), ({"date": ""}, "2024-07", "2024-07-31"),
])  # fmt: skip
def test_the_day_of_a_row(cells: dict[str, str], whole: str, day: str) -> None:
    assert named_in(cells, whole).last == day


@pytest.mark.parametrize(("cells", "whole", "code"), [
    ({"month": "Desember", "year": "2024"}, "", "2024-12"), ({"period": "TW IV 2024"}, "", "2024-T4"),
    ({"period": "Semester II 2024"}, "", "2024-S2"), ({"period": "2024"}, "", "2024"), ({"year": "2024"}, "", "2024"),
    ({}, "2024", "2024"), ({"period": "TW IV"}, "2024", "2024-T4"),
])  # fmt: skip
def test_a_row_names_no_shorter_period_than_it_says(cells: dict[str, str], whole: str, code: str) -> None:
    named = named_in(cells, whole)
    assert (named.code, named.last) == (code, "2024-12-31")


@pytest.mark.parametrize(("cells", "why"), [
    ({"date": "31/2/2024"}, "date"), ({"date": "kemarin"}, "date"), ({"month": "Juli"}, "date"),
    ({"month": "13", "year": "2024"}, "date"), ({"period": "V 2024"}, "date"), ({"year": "24"}, "date"),
    ({}, "no_date"),
])  # fmt: skip
def test_a_day_that_cannot_be_told(cells: dict[str, str], why: str) -> None:
    with pytest.raises(NoDay) as told:
        named_in(cells, "")
    assert told.value.why == why


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_date_is_read_back(day: date) -> None:
    for text in (f"{day:%d/%m/%Y}", f"{day.day}-{day.month}-{day.year}", f"{day}", f"{day} 08:00:00"):
        assert named_in({"date": text}, "").days == 1
        assert named_in({"date": text}, "").last == day.isoformat()
    assert named_in({"date": f"{day:%m/%d/%Y}"}, "", american=True).last == day.isoformat()


def test_a_column_is_american_only_when_it_cannot_be_anything_else() -> None:
    assert month_first(["7/3/2024", "7/23/2024"])
    assert not month_first(["7/3/2024", "3/7/2024"])
    assert not month_first(["23/7/2024", "7/23/2024"])  # then the second is simply wrong


# --- answers and respondents


@pytest.mark.parametrize(("text", "value"), [
    ("4", 4), ("1", 1), ("4.0", 4), ("3,0", 3), ("4. Sangat sesuai", 4), ("Sangat Sesuai", 4), ("kurang sesuai", 2),
    ("0", None), ("5", None), ("3.5", None), ("-1", None), ("44", None), ("baik", None), ("4 3", None), ("²", None),
])  # fmt: skip
def test_what_an_answer_is(text: str, value: int | None) -> None:
    words = {"tidak sesuai": 1, "kurang sesuai": 2, "sesuai": 3, "sangat sesuai": 4}
    assert score_of(text, words) == value


@pytest.mark.parametrize(("text", "band"), [
    ("17", "17-25"), ("25", "17-25"), ("26", "26-35"), ("34 tahun", "26-35"), ("45", "36-45"), ("55", "46-55"),
    ("56", "56+"), ("90", "56+"), ("16", None), ("26-35", "26-35"), ("17 - 25 th", "17-25"), ("25-34", None),
    ("> 55", "56+"), ("56+", "56+"), ("56 tahun ke atas", "56+"), ("> 50", None), ("< 25", "17-25"), ("< 30", None),
    ("di bawah 20 tahun", "17-25"), ("1990-01-02", None), ("muda", None), ("", None),
])  # fmt: skip
def test_ages_become_bands_from_17(text: str, band: str | None) -> None:
    assert age_band(text) == band


@pytest.mark.parametrize(("name", "text", "option"), [
    ("sex", "L", "L"), ("sex", "Laki-laki", "L"), ("sex", "PEREMPUAN", "P"), ("sex", "?", None),
    ("education", "SMA/SMK", "SMA"), ("education", "S-1", "S1"), ("education", "D IV", "S1"), ("education", "D3", None),
    ("education", "Madrasah (MTs)", "SMP"), ("occupation", "ASN", "PNS"), ("occupation", "Wiraswasta", "WIRAUSAHA"),
    ("occupation", "Karyawan swasta", "SWASTA"), ("occupation", "Petani", "LAINNYA"), ("occupation", "-", None),
])  # fmt: skip
def test_what_respondents_said_of_themselves(name: str, text: str, option: str | None) -> None:
    assert trait_of(name, text) == option
    if option:
        trait = next(one for one in instruments.load("skm-9").respondent if one.code == name)
        assert option in {one.code for one in trait.options}


@pytest.mark.parametrize("name", ["sex", "age", "education", "occupation"])
@pytest.mark.parametrize("text", [
    "Tidak menjawab", "tidak menyebutkan", "Tidak diisi", "TIDAK DI ISI", "tidak mau menjawab", "Kosong", "-",
    "Prefer not to say", "No answer", "tdk menjawab", "belum diisi",
])  # fmt: skip
def test_who_did_not_answer_is_in_no_group_and_no_complaint(name: str, text: str) -> None:
    assert trait_of(name, text) is None
    assert unsaid(text)


@pytest.mark.parametrize(("name", "text"), [
    ("occupation", "0"), ("occupation", "1"), ("education", "0"), ("education", "3"), ("sex", "1"), ("age", "0"),
    ("occupation", "Bukan PNS"), ("occupation", "Non ASN"), ("education", "Tidak tamat SD"),
    ("education", "Belum tamat SD"), ("education", "SMA (tidak tamat)"), ("age", "tidak lebih dari 25"),
])  # fmt: skip
def test_what_is_denied_or_only_counted_is_not_understood(name: str, text: str) -> None:
    assert trait_of(name, text) is None
    assert not unsaid(text), "listed as not understood"


@pytest.mark.parametrize(("text", "option"), [
    ("Karyawan swasta (bukan PNS)", "SWASTA"), ("Guru honorer non ASN", "LAINNYA"), ("Tidak bekerja", "LAINNYA"),
    ("Belum bekerja", "LAINNYA"),
])  # fmt: skip
def test_an_occupation_beside_what_it_is_not(text: str, option: str) -> None:
    assert trait_of("occupation", text) == option


@given(st.binary(max_size=400))
def test_no_file_breaks_the_reader(content: bytes) -> None:
    for start in (b"", b"u1;u2\n", b"PK\x03\x04"):
        try:
            read_sheets(start + content)
        except (FileUnreadable, FileTooLong):
            continue


def test_a_random_table_is_read_cell_by_cell() -> None:
    chance = random.Random(3)
    rows = [[chance.choice(["4", "", "a,b", 'x"y', "ä"]) for _ in range(5)] for _ in range(50)]
    file = io.StringIO()
    csv.writer(file).writerows([["u1", "b", "c", "d", "e"], *rows])
    [sheet] = read_sheets(file.getvalue().encode())
    assert [list(cells) for _number, cells in sheet.lines[1:]] == [row for row in rows if any(row)]
