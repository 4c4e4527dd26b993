"""Complaints: deadlines in open days, late and escalated by themselves, the table of steps, what is pointed outside."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptsp import complaint_rules as rules
from ptsp.catalogue import DEFAULTS
from ptsp.schedule import DayHours, Profile, Schedule, clock_time

OFFICE_HOURS = DayHours(clock_time("07.30"), clock_time("16.00"))
WEEK = Profile(dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), OFFICE_HOURS))


def schedule(**more: Any) -> Schedule:
    return Schedule(ZoneInfo("Asia/Jakarta"), (WEEK,), **more)


@pytest.mark.parametrize(("day", "days", "due"), [
    ("2026-08-03", 3, "2026-08-06"),  # a Monday: Tuesday, Wednesday, Thursday
    ("2026-08-06", 3, "2026-08-11"),  # a Thursday: Friday, and over the week-end Monday, Tuesday
    ("2026-08-08", 1, "2026-08-10"),  # a Saturday: the first day is Monday
    ("2026-08-03", 14, "2026-08-21"),
    ("2026-08-03", 0, "2026-08-04"),
])  # fmt: skip
def test_deadlines_count_the_days_on_which_the_office_is_open(day: str, days: int, due: str) -> None:
    assert rules.open_day_after(schedule(), day, days) == due


def test_holidays_and_closed_days_do_not_count_extraordinary_openings_do() -> None:
    def holiday(day: date) -> str | None:
        return "Hari Kemerdekaan" if (day.month, day.day) == (8, 17) else None

    rested = schedule(holiday=holiday, closed=frozenset({date(2026, 8, 18)}))
    assert rules.open_day_after(rested, "2026-08-14", 1) == "2026-08-19"
    worked = schedule(holiday=holiday, opened=frozenset({date(2026, 8, 17)}))
    assert rules.open_day_after(worked, "2026-08-14", 1) == "2026-08-17"


def test_an_office_without_hours_counts_calendar_days() -> None:
    assert rules.open_day_after(Schedule(ZoneInfo("Asia/Jakarta"), ()), "2026-08-03", 14) == "2026-08-17"


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(1, 60))
def test_the_deadline_is_an_open_day_and_so_many_of_them_lie_between(day: date, days: int) -> None:
    due = rules.open_day_after(schedule(), day.isoformat(), days)
    assert schedule().hours(date.fromisoformat(due)) is not None
    assert rules.open_days_between(schedule(), day.isoformat(), due) == days
    before = (date.fromisoformat(due) - timedelta(days=1)).isoformat()
    assert rules.open_days_between(schedule(), day.isoformat(), before) == days - 1


def complaint(**more: Any) -> Any:
    facts = {"state": "new", "kind": "complaint", "responded_at": None, "escalated_at": None}
    return SimpleNamespace(**facts | {"respond_by": "2026-08-06", "answer_by": "2026-08-21"} | more)


@pytest.mark.parametrize(("more", "today", "standing"), [
    ({}, "2026-08-06", ("2026-08-06", "respond", False, False)),
    ({}, "2026-08-07", ("2026-08-06", "respond", True, True)),  # escalated by itself
    ({"responded_at": 1}, "2026-08-21", ("2026-08-21", "answer", False, False)),
    ({"responded_at": 1}, "2026-08-22", ("2026-08-21", "answer", True, True)),
    ({"responded_at": 1, "escalated_at": 5}, "2026-08-07", ("2026-08-21", "answer", False, True)),
    ({"kind": "praise"}, "2026-12-01", ("", "", False, False)),
    ({"state": "answered"}, "2026-12-01", ("", "", False, False)),
    ({"state": "forwarded"}, "2026-12-01", ("", "", False, False)),
])  # fmt: skip
def test_how_it_stands_is_computed_when_it_is_read(more: dict[str, Any], today: str, standing: Any) -> None:
    found = rules.standing(complaint(**more), today)
    assert (found.due, found.what, found.late, found.escalated) == standing


def test_every_step_leads_from_a_state_to_a_state_and_none_out_of_the_end() -> None:
    for deed, steps in rules.STEPS.items():
        assert set(steps) | set(steps.values()) <= set(rules.STATES), deed
    moves = {(state, after) for steps in rules.STEPS.values() for state, after in steps.items() if state != after}
    assert not [move for move in moves if move[0] == "closed"]
    reached, fresh = {"new"}, {"new"}
    while fresh:
        fresh = {after for state, after in moves if state in fresh} - reached
        reached |= fresh
    assert reached == set(rules.STATES)


@pytest.mark.parametrize("text", [
    "Ada pungli di loket.", "diminta uang  pelicin", "PUNGUTAN\nLIAR", "petugas disuap", "Korupsi!", "antikorupsi",
    "lewat calo saja", "a bribe was asked", "gratifikasinya", "ｐｕｎｇｌｉ", "illegal levies",
    "Petugas meminta uang Rp50.000 tanpa kuitansi supaya cepat selesai", "Saya diminta amplop oleh petugas loket 3",
    "Saya dimintai uang rokok", "petugas minta bayaran", "minta sejumlah uang agar diproses", "Petugas minta Rp100rb",
    "diminta membayar Rp 20.000 di loket", "Petugas minta 50 ribu", "harus pakai amplop", "ada uang tambahan",
    "disuruh bayar tanpa kwitansi", "petugas meminta jatah", "setoran untuk kepala loket", "meminta imbalan",
    "diberi uang terima kasih", "ada biaya tidak resmi", "asked me for money",
    "I paid without a receipt", "Petugas meminta uang ditransfer ke bank",
    "Petugas minta uangnya dulu", "petugas minta bayarannya", "amplopnya mana, kata petugas", "minta imbalannya",
    "tanya uang rokoknya", "calonya di depan pintu", "diminta jatahnya", "setorannya untuk kepala loket",
    "Petugas minta duit 50 di loket 2, nyogok dulu", "Petugas minta duit", "nyogok", "nyuap", "menyuapi petugas",
    "Saya harus membayar 50 ribu padahal gratis", "Disuruh bayar Rp50.000", "Petugas meminta saya untuk membayar",
    "dipungut biaya 50 ribu", "Ditarik biaya 100rb", "Saya dipungut biaya.", "pungutan di loket 2", "Ditarik 20rb.",
    "Petugas menerima uang dari pemohon", "Petugas loket 2 terima 50 ribu", "bayar Rp 150.000 ke petugas",
    "transfer ke rekening pribadi petugas", "kasih duit ke petugas biar cepat", "memberi petugas 20 ribu",
    "Diminta seratus ribu.", "Harus bayar lima puluh ribu.", "Saya bayar 50000.", "membayar\n150 ribu",
    "Katanya gratis, ternyata bayar.", "Kok bayar, katanya gratis?", "petugas nyuruh bayar", "Terpaksa membayar.",
    "Apakah boleh petugas minta bayar?", "Petugas tidak ramah dan minta uang.", "Tidak diberi uang rokok, lama.",
    "Diminta bayar 2 juta oleh petugas haji", "officer demanded money", "officer wanted cash", "the clerk took cash",
    "they charged me 50,000 although it is free", "I paid 20,000 to the officer", "They asked us for 100k",
])  # fmt: skip
def test_words_that_are_pointed_outside(text: str) -> None:
    assert rules.points_outside(text)


@pytest.mark.parametrize("text", [
    "Loket lama sekali.", "calon jemaah", "menyuapi anak di ruang tunggu", "AC menguap", "koran dinding", "Mahal.",
    "Saya diminta membayar di bank.", "Diminta membayar Rp600.000 di bank untuk nikah di luar kantor.",
    "Diminta bayar lewat bank, tetapi antreannya panjang.", "Jatah nomor antrean habis.", "Minta jatah kursi ditambah.",
    "Bukti setoran awal haji hilang.", "Diminta setoran awal di bank.", "Amplop cokelat saya hilang di loket.",
    "Saya minta uang saya dikembalikan.", "Saya minta uangnya kembali.",
    "Amplopnya cokelat.", "amplopnya besar", "Diminta bayarannya di bank.", "Diminta jatahnya nomor antrean",
    "Permintaan data tidak dijawab.", "Diminta datang 3 kali.",
    "Diminta fotokopi KTP tiga lembar.", "The officer asked me for my card.",
    "berapa biaya nikah di luar KUA", "bayar di bank", "setoran awal haji", "apakah legalisir gratis",
    "bukti setor 600 ribu hilang", "Bukti bayar 600 ribu hilang.", "uang kembalian kurang 2 ribu di koperasi",
    "menyuapi anak saya di ruang tunggu", "ruang laktasi untuk menyuapi bayi", "Apakah legalisir dipungut biaya?",
    "Tidak dipungut biaya, terima kasih.", "Tidak diminta uang sepeser pun.", "Gratis, tanpa pungutan.",
    "Apakah saya harus bayar?", "Berapa yang harus dibayar?", "Membayar Rp600.000 lewat ATM, belum diproses.",
    "Bayar 25 juta setoran awal haji, buktinya hilang.", "TPG belum masuk ke rekening pribadi saya.",
    "Tunjangan ditransfer ke rekening pegawai terlambat.", "TPG 3 juta belum dibayarkan.",
    "Diminta NIK 3507011203900001", "Petugas minta maaf.", "Petugas menerima berkas.", "Petugas menerima wakaf uang.",
    "bayar zakat 2 juta", "Bayar parkir ke petugas parkir.", "Saya titip berkas ke petugas.",
    "Kasih bintang lima untuk petugas.", "Disuruh mengisi formulir 3 kali.", "Katanya wifi gratis, tetapi mati.",
    "Tarik tunai di ATM.", "Minta daftar biaya.", "I gave the form to the officer.", "They asked me for 3 copies.",
    "How much is the fee?", "I want my money back.",
])  # fmt: skip
def test_words_that_are_not(text: str) -> None:
    assert not rules.points_outside(text)


@pytest.mark.parametrize("text", [
    "NIK 3507011203900001", "3507 0112 0390 0001", "0812-3456-7890", "0812.3456.789", "(0341) 123-4567",
    "+62 812 3456 789", "0341 – 1234567", "０８１２３４５６７８９", "telepon\n081234567.",
    "lahir 03.08.1990, NIK 35.07.01.03.08.90.0001", "0812,3456,7890", "08-12-2034 5678", "350701 03-08-1990 0001",
    "0812:3456:7890", "Rp 50.000 0812-3456-7890", "Rp 0812.345.678", "08.12.34.56.78.90", "10.30 0812 345 678",
])  # fmt: skip
def test_numbers_that_lead_to_a_person(text: str) -> None:
    assert rules.leads_to_a_person(text)


@pytest.mark.parametrize("text", [
    "Senin, 03.08.2026 10.30", "03.08.2026 - 05.08.2026", "03/08/2026 07.30-16.00", "Rp1.000.000", "12345678",
    "Nomor A 002, loket 3", "tahun 2024-2026", "P-2026-0007", "2024, 2025, 2026",
    "08.00-12.00 / 13.00-17.00", "07.30-16.00 (8 jam)", "2026-08-03 10:30", "2026-08-03 10:30:15", "Rp 150.000.000",
    "03.08.2026-05.08.2026", "antara Rp1.500.000,00 dan Rp 150000000,-", "rp. 10.000.000", "101, 102, 103, 104",
])  # fmt: skip
def test_numbers_that_do_not(text: str) -> None:
    assert not rules.leads_to_a_person(text)


def test_what_an_office_may_set_has_room_for_what_is_set_at_first() -> None:
    assert all(least <= DEFAULTS[name] <= most for name, (least, most) in rules.DAYS.items())
    assert all(DEFAULTS[earlier] <= DEFAULTS[later] for earlier, later in rules.RISING)


def test_control_and_invisible_characters_are_not_kept_and_markup_is_only_text() -> None:
    assert rules.clean("  A\x00B\x1b[31m\u202eC\u200b\r\nD\t<b>E</b>\n\n\n\nF ") == "AB[31mC\nD <b>E</b>\n\nF"
    assert rules.one_line(" 0812\n 345 ") == "0812 345"


@given(st.text())
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    assert rules.clean(rules.clean(text)) == rules.clean(text)
