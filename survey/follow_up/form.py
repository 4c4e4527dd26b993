"""The form of a line: what is in it at first, and what was sent."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _
from sqlalchemy import Connection

from ptsp import following_up, periods, skm
from ptsp.catalogue import Catalogue
from ptsp.elements import ELEMENTS, SKM
from ptsp.periods import BadPeriod, Period
from ptsp.satisfaction import answers_that_tell
from ptsp.tallies import FEWEST
from survey.follow_up.words import element_name, period_name, period_of
from survey.report.words import number

FIELDS = (*following_up.LENGTHS, "starts_on", "ends_on", "status")
KINDS = ("quarter", "semester", "year", "month")
WEAKEST = 3


def sent() -> dict[str, str]:
    """The fields of the form as values of a line; what cannot be read is left empty, and so refused with words."""
    form = request.form
    instrument, _colon, element = form.get("about", "").partition(":")
    period = _period(form.get("period", ""))
    values = {name: form.get(name, "").strip() for name in FIELDS}
    days = {"first_day": period.first if period else "", "last_day": period.last if period else ""}
    return {**values, **days, "instrument": instrument, "element": element}


def at_first(conn: Connection, office: Catalogue, today: str) -> dict[str, str]:
    """A new line, with what its link says filled in: ?element=U3&period=2026-T3&instrument=skm-9."""
    asked = request.args
    instrument = asked.get("instrument", SKM) if asked.get("instrument", SKM) in ELEMENTS else SKM
    element = asked.get("element", "") if asked.get("element") in ELEMENTS[instrument] else ""
    period = _period(asked.get("period", "")) or periods.containing("quarter", today)
    values = dict.fromkeys(FIELDS, "") | {"status": "planned", "starts_on": today}
    survey = {"first_day": period.first, "last_day": period.last, "instrument": instrument, "element": element}
    if element:
        values["finding"] = finding(conn, office, instrument, element, period)
    return {**values, **survey}


def of_line(line: Any) -> dict[str, str]:
    """A line that is there, to be changed."""
    return {name: getattr(line, name) or "" for name in (*FIELDS, *following_up.SURVEY)}


def finding(conn: Connection, office: Catalogue, instrument: str, element: str, period: Period) -> str:
    """What the figures say of an element in a period, as a sentence; "" with fewer than `FEWEST` answers."""
    ranked = weakest(conn, office, instrument, period)
    place = next((n for n, (code, _nrr, _n) in enumerate(ranked, 1) if code == element), 0)
    if not place:
        return ""
    _code, nrr, n = ranked[place - 1]
    facts = {"element": f"{element} {element_name(instrument, element)}", "nrr": number(nrr), "n": n}
    facts |= {"period": period_name(period.first, period.last), "whole": len(ELEMENTS[instrument]), "place": place}
    if place == 1:
        return _(
            "%(element)s scored %(nrr)s of 4 (n = %(n)s) in %(period)s: the lowest of %(whole)s elements.", **facts
        )
    return _(
        "%(element)s scored %(nrr)s of 4 (n = %(n)s) in %(period)s: number %(place)s from the bottom of %(whole)s"
        " elements.",
        **facts,
    )


def weakest(conn: Connection, office: Catalogue, instrument: str, period: Period) -> list[tuple[str, Any, int]]:
    """(element, NRR rounded to 2 decimals, n) of a period, the weakest first; elements with too few answers left out.

    Counted by the office's rule for suspicious answers, as every figure is.
    """
    flagged = office.setting("survey_count_flagged")
    counted, _longer = answers_that_tell(conn, office, period, flagged)
    tally = counted.of(instrument, flagged=flagged)
    sums = {code: tally.sum_of(code) for code in ELEMENTS[instrument]}
    scored = skm.score(sums, elements=ELEMENTS[instrument]).elements
    found = [(line.code, line.nrr, line.n) for line in scored if line.nrr is not None and line.n >= FEWEST]
    return [(code, skm.half_up(nrr), n) for code, nrr, n in sorted(found, key=lambda one: one[1])]


def period_choices(conn: Connection, office_id: int, today: str, chosen: tuple[str, str]) -> list[tuple[str, str]]:
    """[(code, name), ...] to choose from: quarters first, newest first; the chosen one is always among them."""
    found = [one for kind in KINDS for one in periods.with_data(conn, office_id, kind, today)]
    choices = [(one.code, period_name(one.first, one.last)) for one in found]
    code = period_code(*chosen)
    if code and code not in dict(choices):
        choices.insert(0, (code, period_name(*chosen)))
    return choices


def period_code(first: str, last: str) -> str:
    """The code of the period of these days; "" when they are none."""
    return period_of(first, last).code if first and last else ""


def _period(code: str) -> Period | None:
    try:
        return periods.parse(code)
    except BadPeriod:
        return None
