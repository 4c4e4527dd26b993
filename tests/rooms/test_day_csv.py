"""The day as a sheet: one row a visit, readable by spreadsheets, harmless in them."""

from __future__ import annotations

import csv
import io

import pytest

from office.day_csv import COLUMNS, day_csv
from tests.support.apps import House
from tests.support.halls import Office
from web.csv_cells import BOM, harmless


def test_one_row_a_visit_in_local_time(office: Office) -> None:
    desk = office.officer(1)
    ticket = office.issue(office.service_for(desk.counter_id), priority=True)
    office.clock.forward(seconds=90)
    desk.calls_next()
    desk.starts()
    office.clock.forward(seconds=300)
    desk.finishes("filed")
    waiting = office.issue(office.service_for(desk.counter_id))
    with office.hall.view() as conn:
        text = day_csv(conn, office.catalogue(), "2026-08-03")
    assert text.startswith(BOM)
    served, still = csv.DictReader(io.StringIO(text.removeprefix(BOM)))
    assert tuple(served) == COLUMNS
    assert (served["number"], served["priority"], served["issued"]) == (ticket["number"], "1", "2026-08-03 09:00:00")
    assert (served["waiting_seconds"], served["service_seconds"], served["counter"]) == ("90", "300", "1")
    assert (served["state"], served["outcome"], served["calls"]) == ("served", "filed", "1")
    assert (still["number"], still["waiting_seconds"], still["state"]) == (waiting["number"], "", "waiting")
    assert ticket["token"] not in text


@pytest.mark.parametrize("cell", ["=1+1", "+62", "-2", "@sum", "\t=1", "\r=1"])
def test_a_formula_is_kept_a_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_numbers_and_words_stay_as_they_are() -> None:
    assert [harmless("A-001"), harmless(-5), harmless("")] == ["A-001", -5, ""]


def test_managers_get_it_and_officers_do_not(house: House) -> None:
    answer = house.person("manager").get("/office/day.csv?day=2026-08-03")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert 'filename="2026-08-03.csv"' in answer.headers["Content-Disposition"]
    assert house.person("officer").get("/office/day.csv").status_code == 403


def test_a_day_that_is_no_date_is_refused(house: House) -> None:
    assert house.person("manager").get("/office/day.csv?day=../x").status_code == 400
