"""The office's constant for a ninth."""

from __future__ import annotations

from typing import Any

from ptsp import surveying


def use_weight(office: Any, weight: str) -> None:
    """ "exact", "0.111" or "0.11". `office`: tests.support.halls.Office."""
    office.hall.act(office.system, surveying.set_survey, settings={"survey_weight": weight})
