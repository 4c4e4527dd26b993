"""An office is set up from a file: the example is complete, slips are named by line and field."""

from importlib.resources import files

import pytest

from ptsp.office_file import OfficeFileError, read_office

EXAMPLE = files("server").joinpath("example_office.toml").read_text(encoding="utf-8")


def test_the_example_office_is_the_catalogue_of_the_domain():
    plan = read_office(EXAMPLE)
    shown = [section for section in plan.sections if section.active]
    assert plan.name == "Kantor Kementerian Agama Kota Contoh"
    assert [len(section.services) for section in shown] == [6, 5, 3, 3, 7, 2, 5]
    assert [section.code for section in plan.sections if not section.active] == ["haji"]
    assert len(plan.counters) == 6
    promised = {s.code: s.promised_minutes for section in shown for s in section.services if s.promised_minutes}
    assert promised == {
        "legalisir-kepegawaian": 15,
        "izin-penelitian": 15,
        "legalisir-ijazah": 30,
        "pengganti-ijazah": 30,
        "mutasi-siswa": 15,
        "bp4": 15,
        "kegiatan-keagamaan": 60,
    }


def test_every_service_of_the_example_is_taken_by_two_counters():
    plan = read_office(EXAMPLE)
    for section in plan.sections:
        for service in section.services:
            takers = [counter.number for counter in plan.counters if service.code in counter.services]
            assert len(takers) == (2 if section.active else 0), service.code


def test_every_section_of_the_example_has_its_own_letter():
    letters = [{service.prefix for service in section.services} for section in read_office(EXAMPLE).sections]
    assert all(len(letter) == 1 for letter in letters)
    assert len(set.union(*letters)) == len(letters)


def test_hours_are_the_37_and_a_half_of_the_rule():
    days = read_office(EXAMPLE).settings["hours"][0]["days"]
    assert set(days) == {"mon", "tue", "wed", "thu", "fri"}
    assert days["thu"] == {"open": "07.30", "close": "16.00", "break": ["12.00", "13.00"]}
    assert days["fri"] == {"open": "07.30", "close": "16.30", "break": ["11.30", "13.00"]}


SLIPS = [
    ('prefix = "M"', 'prefix = "m"', "section madrasah: prefix must be 1 to 3 capital letters"),
    ('prefix = "M"\n', "\n", "service legalisir-ijazah: prefix is missing"),
    ("promised_minutes = 60", "promised_minuts = 60", "service kegiatan-keagamaan: promised_minuts is not known"),
    ("promised_minutes = 60", "promised_minutes = 0", "promised_minutes must be a whole number from 1"),
    ("promised_minutes = 60", "promised_minutes = true", "promised_minutes must be a whole number"),
    ('fri = { open = "07.30"', 'fri = { open = "17.30"', "fri must be times in order"),
    ('fri = { open = "07.30"', 'fri = { open = "25.30"', 'fri must be a time such as "07.30"'),
    ("fri = {", "friday = {", "friday is not known here"),
    ('timezone = "Asia/Jakarta"', 'timezone = "Asia/Bandung"', "timezone must be a time zone"),
    ('"zakat-wakaf", "bimas-agama"]', '"zakat", "bimas-agama"]', "counter 6: services there is no section or service"),
    ('code = "bp4"', 'code = "tpg"', "service code 'tpg' comes twice"),
    ('code = "bp4"', 'code = "tu"', "'tu' is both a section and a service"),
    ('code = "bp4"', 'code = "BP 4"', "code must be 1 to 48 small letters"),
    ("number = 4", "number = 3", "counter number 3 comes twice"),
    ('"bimas-islam", ', "", "no active counter takes the service 'konsultasi-perkawinan'"),
    ('"Bimas Hindu", en', '"", en', "name must be { id ="),
    ("recycle_minutes", "recicle_minutes", "settings: recicle_minutes is not known here"),
    ("active = false", "active = true", "1 to 7 active sections fit"),
]


@pytest.mark.parametrize(("good", "slip", "said"), SLIPS)
def test_a_slip_is_named(good, slip, said):
    assert good in EXAMPLE
    with pytest.raises(OfficeFileError) as caught:
        read_office(EXAMPLE.replace(good, slip))
    assert said in str(caught.value)


# What is missing has no line: its table is named.
@pytest.mark.parametrize(
    ("good", "slip", "wanted"),
    [('prefix = "M"', 'prefix = "m"', 'prefix = "m"'), ("number = 6", "nummer = 6", "[[counter]]")],
)
def test_the_line_is_named(good, slip, wanted):
    text = EXAMPLE.replace(good, slip)
    with pytest.raises(OfficeFileError) as caught:
        read_office(text)
    line = int(str(caught.value).split(":")[0].removeprefix("line "))
    assert wanted in text.splitlines()[line - 1]


def test_what_is_not_toml_is_refused_with_its_place():
    with pytest.raises(OfficeFileError, match="line 1, column 8"):
        read_office("code = contoh")


def test_dates_may_be_written_with_or_without_quotes():
    text = EXAMPLE.replace("public_holidays = true", 'closed_days = [2026-03-20, "2026-03-19"]')
    assert read_office(text).settings["closed_days"] == ["2026-03-19", "2026-03-20"]
