"""The survey's settings as a manager's form sends them, checked field by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from ptsp import complaint_rules as rules
from ptsp.elements import IPAK, SKM, SPKP
from web.commands import STORABLE

FULL = (SKM, SPKP, IPAK)
MODES = ("full", "one_touch")
LAYOUTS = ("one", "all")
WEIGHTS = ("exact", "0.111", "0.11")
SWITCHES = ("survey_when_filed", "survey_count_flagged", "public_results", "results_on_board")
CHOICES = {"survey_mode": MODES, "survey_layout": LAYOUTS, "survey_weight": WEIGHTS}
# Whole numbers: name -> (least, most). One that a form lacks (a page from before an update) stays as it is.
NUMBERS = {
    "survey_window_days": (0, 30),
    **rules.DAYS,
    "remark_months": (1, 120),
    "complaint_months": (6, 120),
}
WORDS = {"place": 60, "signer_name": 100, "signer_title": 100}
LETTERHEAD_LINES, LINE_LENGTH = 5, 100
# NIP: eighteen digits, written with or without spaces.
_NIP = re.compile(r"\d{18}\Z")
_STORABLE = re.compile(STORABLE)

Errors = dict[str, str]


def read(form: MultiDict[str, str]) -> tuple[dict[str, Any], Errors]:
    """(settings, what is wrong by field). The settings are whole only when nothing is wrong."""
    wrong: Errors = {}
    found: dict[str, Any] = {name: name in form for name in SWITCHES}
    found["survey_instruments"] = [code for code in FULL if code in form.getlist("survey_instruments")]
    if not found["survey_instruments"]:
        wrong["survey_instruments"] = _("Please choose at least one questionnaire.")
    for name, options in CHOICES.items():
        found[name] = form.get(name, "")
        if found[name] not in options:
            wrong[name] = _("Please choose one of these.")
    for name, (least, most) in ((name, NUMBERS[name]) for name in NUMBERS if name in form):
        _take(found, wrong, name, lambda said, limits=(least, most): _number(said, *limits), form)
    for name, longest in WORDS.items():
        _take(found, wrong, name, lambda said, most=longest: _words(said, most), form)
    _take(found, wrong, "letterhead", _lines, form)
    _take(found, wrong, "signer_number", _nip, form)
    _in_order(found, wrong)
    return found, wrong


def _take(
    found: dict[str, Any], wrong: Errors, name: str, reader: Callable[[str], Any], form: Mapping[str, str]
) -> None:
    """One field: its value, or what was typed and why it is no value."""
    said = form.get(name, "")
    try:
        found[name] = reader(said)
    except ValueError as why:
        found[name], wrong[name] = said, str(why)


def _number(said: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", said.strip()) or not least <= int(said) <= most:
        raise ValueError(_("A whole number from %(least)s to %(most)s, please.", least=least, most=most))
    return int(said)


def _words(said: str, most: int) -> str:
    clean = " ".join(said.split())
    if len(clean) > most or not _STORABLE.match(clean):
        raise ValueError(_("At most %(most)s characters, please.", most=most))
    return clean


def _lines(said: str) -> list[str]:
    lines = [_words(line, LINE_LENGTH) for line in said.splitlines() if line.strip()]
    if len(lines) > LETTERHEAD_LINES:
        raise ValueError(_("At most %(most)s lines, please.", most=LETTERHEAD_LINES))
    return lines


def _nip(said: str) -> str:
    digits = "".join(said.split())
    if digits and not _NIP.match(digits):
        raise ValueError(_("An NIP has 18 digits; leave it empty if there is none."))
    return digits and f"{digits[:8]} {digits[8:14]} {digits[14]} {digits[15:]}"


def _in_order(found: dict[str, Any], wrong: Errors) -> None:
    """The first response before the answer, and every answer before one with a look on the spot."""
    for earlier, later in rules.RISING:
        right = {earlier, later} <= found.keys() - wrong.keys()
        if right and found[earlier] > found[later]:
            wrong[later] = _("This cannot be shorter than the limit before it.")


def read_question(form: MultiDict[str, str]) -> tuple[dict[str, str], list[dict[str, str]], bool]:
    """(text, four answers, whether all of it is there) of an own question, in both languages."""
    text = {language: _cut(form.get(f"text_{language}", ""), 200) for language in ("id", "en")}
    answers = [
        {language: _cut(form.get(f"answer{value}_{language}", ""), 60) for language in ("id", "en")}
        for value in (1, 2, 3, 4)
    ]
    every = [text, *answers]
    return text, answers, all(one[language] and _STORABLE.match(one[language]) for one in every for language in one)


def _cut(said: str, most: int) -> str:
    return " ".join(said.split())[:most]
