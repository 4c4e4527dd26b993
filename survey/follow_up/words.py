"""What the register says: states, kinds of evidence, due dates, faults, in the reader's language."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from ptsp import following_up, periods
from ptsp.elements import ELEMENTS
from survey import instruments
from survey.report.words import number
from web.language import language


def state_names() -> dict[str, str]:
    """State -> word."""
    return {"planned": _("Planned"), "running": _("In progress"), "done": _("Done"), "dropped": _("Dropped")}


def kind_names() -> dict[str, str]:
    """Kind of evidence -> word. The four are called by their Indonesian names everywhere: together they are UANG."""
    return {
        "undangan": _("Invitation (undangan)"),
        "absensi": _("Attendance list (absensi)"),
        "notulen": _("Minutes (notulen)"),
        "gambar": _("Picture (gambar)"),
        "other": _("Other"),
    }


def deed_names() -> dict[str, str]:
    """Deed of the audit trail -> word."""
    return {
        "followup_added": _("Written"),
        "followup_changed": _("Changed"),
        "followup_done": _("Done"),
        "followup_dropped": _("Dropped"),
        "followup_reopened": _("Opened again"),
        "followup_evidence": _("Evidence added"),
        "followup_evidence_removed": _("Evidence removed"),
    }


def deed_text(deed: str, subject: str) -> str:
    """What the audit trail says of a deed ("7: status: planned -> running"), without the codes that it is kept in."""
    text = subject.split(": ", 1)[-1].split(" sha256 ")[0]
    text = _DAY.sub(lambda found: periods.dotted(found[0]), text).replace("..", " - ")
    if deed.startswith("followup_evidence"):
        kind, _space, name = text.partition(" ")
        return f"{kind_names().get(kind, kind)}: {name}"
    if deed == "followup_reopened":
        return state_names().get(text, text)
    if deed != "followup_changed":
        return text
    fields, states = field_names(), state_names()
    said = []
    for part in text.split("; "):
        name, colon, change = part.partition(": ")
        if name == "status":
            change = " -> ".join(states.get(one, one) for one in change.split(" -> "))
        said.append(f"{fields[name]}: {change}" if colon and name in fields else part)
    return "; ".join(said)


_DAY = re.compile(r"\b20\d\d-\d\d-\d\d\b")


def field_names() -> dict[str, str]:
    """Column of the register -> word."""
    return {
        "instrument": _("Survey"),
        "first_day": _("Survey from"),
        "last_day": _("Survey until"),
        "element": _("Element"),
        "finding": _("Finding"),
        "activity": _("Activity"),
        "target": _("Target"),
        "output": _("Output"),
        "starts_on": _("Start"),
        "ends_on": _("End"),
        "in_charge": _("Person in charge"),
        "status": _("Status"),
        "obstacle": _("Obstacle"),
    }


def fault_words(fault: str, most: int = 0) -> str:
    """A fault of `following_up.faults` as a sentence."""
    return {
        "empty": _("Please fill this in."),
        "long": _("Too long: at most %(most)s characters.", most=most),
        "date": _("Please give a date."),
        "order": _("The end cannot be before the start."),
        "survey": _("Please choose."),
        "state": _("Please choose."),
    }[fault]


def faults_in_words(faults: dict[str, str]) -> dict[str, str]:
    """Field -> sentence."""
    return {name: fault_words(fault, following_up.LENGTHS.get(name, 0)) for name, fault in faults.items()}


def due_words(line: Any, today: str) -> tuple[str, str]:
    """(kind of badge, words) for a line that reminds; ("", "") for all others."""
    state = following_up.due_state(line, today)
    days = abs((date.fromisoformat(line.ends_on) - date.fromisoformat(today)).days)
    if state == "overdue":
        return "wrong", ngettext("%(num)s day late", "%(num)s days late", days)
    if state == "soon":
        return "now", ngettext("Due in %(num)s day", "Due in %(num)s days", days) if days else _("Due today")
    return "", ""


def unproved_words(unproved: int) -> str:
    """Lines that are done without all of UANG, beside the share that they are in; "" when there are none."""
    said = ngettext("%(num)s line done, evidence incomplete", "%(num)s lines done, evidence incomplete", unproved)
    return said if unproved else ""


def element_name(instrument: str, code: str) -> str:
    """The name of an element in the reader's language; its code when the instrument is not here any more."""
    try:
        found = next(one for one in instruments.load(instrument).elements if one.code == code)
    except (instruments.BadInstrument, StopIteration):
        return code
    return found.name.picture[language()]


def instrument_name(code: str) -> str:
    """The name of an instrument in the reader's language."""
    try:
        return instruments.load(code).name.picture[language()]
    except instruments.BadInstrument:
        return code


def element_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """[(name of the instrument, [("skm-9:U1", "U1 Persyaratan"), ...]), ...]: all that a line can be about."""
    found = []
    for instrument, codes in ELEMENTS.items():
        if instrument in instruments.available():
            choices = [(f"{instrument}:{code}", f"{code} {element_name(instrument, code)}") for code in codes]
            found.append((instrument_name(instrument), choices))
    return found


def period_name(first: str, last: str) -> str:
    """ "Triwulan III 2026" for the days of a quarter; dates for others."""
    return period_of(first, last).label[language()]


def period_of(first: str, last: str) -> periods.Period:
    """The period of these days, of the kind that has a name when one fits."""
    for kind in ("month", "quarter", "semester", "year"):
        found = periods.containing(kind, first)
        if (found.first, found.last) == (first, last):
            return found
    return periods.Period("free", first, last)


def size_words(size: int) -> str:
    """Bytes as people say them."""
    if size >= 1024**2:
        return _("%(size)s MB", size=number(size / 1024**2, 1))
    return _("%(size)s kB", size=max(1, round(size / 1024)))
