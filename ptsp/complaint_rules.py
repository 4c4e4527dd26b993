"""What a complaint may be and become: kinds, steps from state to state, deadlines; and what is never kept here."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ptsp import integrity_words
from ptsp.catalogue import Catalogue
from ptsp.periods import moved
from ptsp.schedule import Schedule

KINDS = ("complaint", "suggestion", "praise", "question")
CATEGORIES = ("service", "time", "cost", "staff", "facilities", "information", "other")
CHANNELS = ("kiosk", "phone", "desk", "paper")
# Not a category of ours: gratuity, levies and corruption go to the channels outside.
OUTSIDE = "integrity"
TEXT_LENGTH, CONTACT_LENGTH, LAPOR_LENGTH = 2000, 120, 40
SHORTEST_TEXT = 3

STATES = ("new", "assigned", "answered", "forwarded", "closed")
OPEN = ("new", "assigned")
# Deed -> state it is allowed in -> state after it. Every other pair is refused and changes nothing.
STEPS: dict[str, dict[str, str]] = {
    "assigned": {"new": "assigned", "assigned": "assigned"},
    "responded": {"new": "new", "assigned": "assigned"},
    "answered": {"new": "answered", "assigned": "answered", "answered": "answered", "forwarded": "answered"},
    "field_check": {"new": "new", "assigned": "assigned"},
    "escalated": {"new": "new", "assigned": "assigned"},
    "forwarded": {"new": "forwarded", "assigned": "forwarded", "answered": "forwarded"},
    "closed": {"new": "closed", "assigned": "closed", "answered": "closed", "forwarded": "closed"},
    "sorted": {state: state for state in STATES},
    "noted": {state: state for state in STATES},
    "moderated": {state: state for state in STATES},
    "added": {"new": "new", "assigned": "assigned", "answered": "answered", "forwarded": "forwarded"},
}
# Thanks need no answer: praise has no deadline and is not counted as late.
NO_DEADLINE = "praise"
# Who asks for information waits for less than who complains.
INFORMATION = "question"
# What an office may set, in days: setting -> (least, most). Every page that sets them keeps to this table.
DAYS = {
    "complaint_respond_days": (1, 250),
    "complaint_information_days": (1, 250),
    "complaint_answer_days": (1, 250),
    "complaint_field_days": (1, 250),
    "complaint_contact_days": (1, 730),
}
# None is shorter than the one before it: the first response, the answer, that after a look on the spot.
RISING = (
    ("complaint_respond_days", "complaint_answer_days"),
    ("complaint_answer_days", "complaint_field_days"),
    ("complaint_information_days", "complaint_field_days"),
)
# How far ahead open days are looked for, in days a day asked for; an office that opens less has no calendar to go by.
DAYS_A_DAY, MORE_DAYS = 7, 60


def points_outside(text: str) -> bool:
    """Whether a text speaks of gratuity, levies, bribes, brokers or corruption. A hint to the writer, no judgement."""
    return integrity_words.are_in(unicodedata.normalize("NFKC", text))


# A NIK has sixteen digits, a telephone nine or more; they are written in groups. Amounts, days and hours are no such
# numbers, unless more digits stand beside them than some other number has: then they were groups themselves.
_LONG_NUMBER = re.compile(r"\d(?:(?:,|[\s().:\-\u2010-\u2015\u2212_/·•]{0,3})\d){8,}")
_AMOUNT = re.compile(r"\bRp\.?\s*[1-9](?:\d{0,2}(?:[.,]\d{3})+(?:,\d\d)?|\d*)(?![.,]?\d)", re.IGNORECASE)
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_MOMENT = re.compile(
    "|".join(
        rf"(?<![\d{sep}])(?:{_DAY}{sep}{_MONTH}{sep}{_YEAR}|{_YEAR}{sep}{_MONTH}{sep}{_DAY})(?!{sep}?\d)"
        for sep in (r"\.", "/", r"\-")
    )
    + r"|(?<![\d.:])(?:[01]?\d|2[0-4])[.:][0-5]\d(?:[.:][0-5]\d)?(?![.:]?\d)"
)
_MOST_BESIDE = 2


def leads_to_a_person(text: str) -> bool:
    """Whether a text has nine or more digits in a row, spaces, dots and dashes between them aside: NIK, telephone."""
    told = _AMOUNT.sub("x", unicodedata.normalize("NFKC", text))
    rows = (_MOMENT.sub("", found[0]) for found in _LONG_NUMBER.finditer(told))
    return any(sum(sign.isdigit() for sign in row) > _MOST_BESIDE for row in rows)


def clean(text: str) -> str:
    """What is kept of a typed text: no control and no invisible formatting characters; at most one empty line."""
    told = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    kept = "".join(char for char in told if char == "\n" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co"))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" +\n", "\n", kept)).strip()


def one_line(text: str) -> str:
    """The same for a field of one line."""
    return " ".join(clean(text).split())


def number_of(year: int, running: int) -> str:
    """ "P-2026-0007"."""
    return f"P-{year}-{running:04d}"


# --- deadlines


def open_day_after(schedule: Schedule, day: str, days: int) -> str:
    """The `days`-th day on which the office is open after `day` (ISO dates); the day itself does not count.

    The rules speak of days and not of which: an office can answer on the days that it is open. An office that is
    hardly ever open (no hours set up) counts calendar days instead.
    """
    first, left = date.fromisoformat(day), days
    for offset in range(1, days * DAYS_A_DAY + MORE_DAYS):
        at = first + timedelta(days=offset)
        left -= schedule.hours(at) is not None
        if left <= 0:
            return at.isoformat()
    return moved(day, days)


def open_days_between(schedule: Schedule, first: str, last: str) -> int:
    """Days on which the office is open after `first`, up to and with `last`: 0 for an answer on the same day."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(schedule.hours(day) is not None for day in days)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """ISO days: of the first response, of the answer, of the answer after a look on the spot."""

    respond_by: str
    answer_by: str
    field_by: str


def deadlines(office: Catalogue, day: str, kind: str) -> Deadlines:
    """The deadlines of what came in on `day`, by the office's settings and its open days.

    That after a look on the spot is the same for every kind: until when a contact is kept is told before one is chosen.
    """

    def after(name: str) -> str:
        return open_day_after(office.schedule, day, office.setting(name))

    information_by, others_by = after("complaint_information_days"), after("complaint_answer_days")
    answer_by = information_by if kind == INFORMATION else others_by
    field_by = max(information_by, others_by, after("complaint_field_days"))
    return Deadlines(min(after("complaint_respond_days"), answer_by), answer_by, field_by)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a complaint stands today: the next deadline ("" when none runs), what for, whether one has passed.

    ``escalated``: by somebody, or by itself because a deadline has passed.
    """

    due: str
    what: str
    late: bool
    escalated: bool


def standing(complaint: Any, today: str) -> Standing:
    """Computed when read, so that it is never out of date. `complaint`: a row; `today`: ISO day."""
    if complaint.state not in OPEN:
        return Standing("", "", False, False)
    told = bool(complaint.escalated_at)
    if complaint.kind == NO_DEADLINE:
        return Standing("", "", False, told)
    waits_for_word = complaint.responded_at is None
    due = complaint.respond_by if waits_for_word else complaint.answer_by
    late = due < today
    return Standing(due, "respond" if waits_for_word else "answer", late, told or late)
