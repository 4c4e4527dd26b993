"""What an office asks: its instruments, its own questions, and in one-touch mode which elements to look into."""

from __future__ import annotations

import threading
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, select

from ptsp import records as r
from ptsp import tallies
from ptsp.catalogue import Catalogue
from ptsp.elements import ELEMENTS, ONE_TOUCH, SKM
from ptsp.periods import moved
from ptsp.skm import LOWEST
from ptsp.surveying import MOST_QUESTIONS
from ptsp.tallies import FEWEST
from survey import instruments
from survey.instruments import BadInstrument, Instrument, Question

# The weakest elements are those of so many days, and so many of them are offered for the further question.
LOOK_BACK_DAYS = 90
WEAKEST = 3

_x = r.extra_question.c


def asked(conn: Connection, office: Catalogue, today: str) -> dict[str, Any]:
    """What a survey page has to ask, JSON-ready: mode, layout, instruments, respondent, extras, one_touch, versions.

    ``versions`` go back with the answers: a page that stayed open keeps the wording it was loaded with.
    """
    one_touch = office.setting("survey_mode") == "one_touch"
    whole = [] if one_touch else full_instruments(office)
    pictures = [one.picture for one in whole]
    shown = [instruments.load(ONE_TOUCH)] if one_touch else whole
    return {
        "mode": "one_touch" if one_touch else "full",
        "layout": office.setting("survey_layout"),
        "instruments": pictures,
        "respondent": pictures[0]["respondent"] if pictures else [],
        "extras": [] if one_touch else [extra_picture(row) for row in extras(conn, office.office_id)],
        "one_touch": one_touch_picture(conn, office, today) if one_touch else None,
        "versions": {one.code: one.version for one in shown},
    }


def full_instruments(office: Catalogue) -> list[Instrument]:
    """The instruments that the office has chosen, the main one first."""
    return [instruments.load(code) for code in office.setting("survey_instruments")]


# --- the office's own questions ---------------------------------------------------------------------------------------


def extras(conn: Connection, office_id: int, active: bool = True) -> list[Any]:
    """The office's own questions in order: rows of `records.extra_question`; all that ever were with ``active=False``.
    The codes of their answers are `extra_code`."""
    which = [_x.office_id == office_id, *([_x.active] if active else [])]
    found = conn.execute(select(r.extra_question).where(*which).order_by(_x.position, _x.id)).all()
    return list(found[:MOST_QUESTIONS] if active else found)


def extra_code(question_id: int) -> str:
    """Under which the answers to an own question are kept: never the code of an element."""
    return f"X{question_id}"


def extra_picture(row: Any) -> dict[str, Any]:
    """{"code", "text", "answers": [{"value", "text"}]} of a row."""
    answers = [{"value": value, "text": text} for value, text in enumerate(row.answers, LOWEST)]
    return {"code": extra_code(row.id), "text": row.text, "answers": answers}


# --- one touch --------------------------------------------------------------------------------------------------------


def one_touch_picture(conn: Connection, office: Catalogue, today: str) -> dict[str, Any]:
    """{"question", "faces": four, "follow_ups": questions of which at most one is asked}."""
    question = instruments.load(ONE_TOUCH).questions[0].picture
    follow_ups = [one.picture for one in follow_up_questions(weak_elements(conn, office, today))]
    return {"question": question["text"], "faces": question["answers"], "follow_ups": follow_ups}


def follow_up_questions(elements: tuple[str, ...]) -> list[Question]:
    """The questions of some elements, in that order, in the wording that the one-touch instrument names."""
    by_element = {one.element: one for one in _source().questions}
    return [by_element[code] for code in elements]


def follow_up_codes() -> set[str]:
    """The elements that a further question may be about."""
    return set(_source().element_codes)


def _source() -> Instrument:
    source = instruments.load(ONE_TOUCH).follow_ups
    if source is None:
        raise BadInstrument(f"{ONE_TOUCH}: follow_ups is missing")
    return instruments.load(source.instrument, source.version)


_kept: dict[int, tuple[Any, tuple[str, ...]]] = {}
_guard = threading.Lock()


def weak_elements(conn: Connection, office: Catalogue, today: str) -> tuple[str, ...]:
    """The weakest SKM elements of the last LOOK_BACK_DAYS, weakest first; those of the instrument's file while fewer
    than FEWEST answers are known.

    From what is written down alone: nobody has to look into the box for it. Worked out once a day.
    """
    place = (conn.engine, today, office.revision)
    with _guard:
        kept = _kept.get(office.office_id)
    if kept is None or kept[0] != place:
        kept = (place, _weak_elements(conn, office, today))
        with _guard:
            _kept[office.office_id] = kept
    return kept[1]


def _weak_elements(conn: Connection, office: Catalogue, today: str) -> tuple[str, ...]:
    first = moved(today, -LOOK_BACK_DAYS)
    counted = tallies.answers_of(conn, office.office_id, first, today)
    tally = counted.of(SKM, flagged=office.setting("survey_count_flagged"))
    means = {code: Fraction(*sums) for code, sums in tally.sums(ELEMENTS[SKM]).items() if sums[1] >= FEWEST}
    if means:
        return tuple(sorted(means, key=lambda code: means[code])[:WEAKEST])
    source = instruments.load(ONE_TOUCH).follow_ups
    return source.when_unknown if source else ()
