"""Many at once: threads that start together, and a hall with as many counters as a test needs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

from ptsp.checking import check_book
from ptsp.office_file import CounterPlan, read_office
from ptsp.setting_up import found_office
from tests.support.halls import EXAMPLE, Office

Result = TypeVar("Result")


def all_at_once(deeds: Sequence[Callable[[], Result]]) -> list[Result]:
    """Runs each deed in a thread of its own, all released at the same moment; their results, in order."""
    gate = threading.Barrier(len(deeds))

    def run(deed: Callable[[], Result]) -> Result:
        gate.wait(timeout=30)
        return deed()

    with ThreadPoolExecutor(len(deeds)) as crowd:
        return [future.result(timeout=120) for future in [crowd.submit(run, deed) for deed in deeds]]


def open_counters(office: Office, how_many: int) -> list[int]:
    """The office gets this many counters, each taking every service; their ids."""
    plan = read_office(EXAMPLE.read_text())
    codes = tuple(service.code for section in plan.sections if section.active for service in section.services)
    name = {"id": "Loket %d", "en": "Counter %d"}
    counters = tuple(
        CounterPlan(number, {language: words % number for language, words in name.items()}, codes, True)
        for number in range(1, how_many + 1)
    )
    found_office(office.hall, replace(plan, counters=counters))
    return office.counters[:how_many]


def expect_book_right(office: Office) -> None:
    """The book is whole and the tables say what it says."""
    with office.hall.view() as conn:
        wrong: Any = check_book(conn, office.office_id)
    assert wrong == []
