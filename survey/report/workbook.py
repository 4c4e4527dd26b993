"""The workbook as XLSX: raw answers, the working table over them with live formulas, services, respondents, trend.

Every formula carries the value it has now, so that viewers that do not calculate show the same. Only the drawing
process loads this file. What people typed is written as text, never as a formula.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import select

from ptsp import records as r
from ptsp.asking import TRAITS
from ptsp.database import open_engine
from ptsp.tallies import FEWEST
from survey.report.blanks import blanked
from survey.report.counted import Answers, Row
from survey.report.job import Workbook
from survey.report.working import Sheets

READ_AT_ONCE = 2000
# What leads to a visitor when few share it; the most useful first. The traits do not: they are apart.
DESCRIBING = ("month", "service_id", "flagged", "version", "hour_band", "channel")
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write(job: Workbook, out: Path) -> None:
    """Writes the file."""
    answers = Answers(job, _rows(job))
    book = xlsxwriter.Workbook(out, {**OPTIONS, "tmpdir": str(out.parent)})
    book.set_properties({"title": job.title, "author": job.office, "comments": job.made})
    book.set_calc_mode("auto")
    sheets = Sheets(book, job, answers)
    sheets.working()
    sheets.services()
    sheets.respondents()
    sheets.trend()
    sheets.answers()
    sheets.dictionary()
    book.close()


def _rows(job: Workbook) -> list[Row]:
    """The answers of the period without anything that would lead to a person, in random order. What is hidden in the
    other sheets is hidden here: else a filter would tell of the three with this education, and of a service without an
    index what the few said."""
    groups = (*job.services, *job.respondents)
    shown = {(group.column, group.name) for group in groups if not (group.hidden or group.untold)}
    kept = [_row(job, one, shown) for one in _kept(job)]
    found = [row for counted in (True, False) for row in _without_cells(job, kept, counted)]
    chance = random.SystemRandom()
    chance.shuffle(found)
    return _traits_apart(job, found, chance)


def _without_cells(job: Workbook, rows: list[Row], counted: bool) -> list[Row]:
    """The rows that are counted, or those that are not, with the cells named that stay empty. Whether a row is counted
    is what the working table looks at, so that cell stays: of those not counted, fewer than five are left out."""
    mine = [row for row in rows if row.counted is counted]
    if not counted and len(mine) < FEWEST:
        return []
    places = {name: place for place, (name, _head) in enumerate(job.columns)}

    def describing(row: Row) -> tuple[str, ...]:
        facts = {"month": row.month, "version": row.version, "flagged": str(row.flagged)}
        return tuple(facts[name] if name in facts else row.said[places[name]] for name in DESCRIBING)

    told = blanked([describing(row) for row in mine])
    empty = {
        one: frozenset(name for name, word in zip(DESCRIBING, one, strict=True) if word is None) for one in set(told)
    }
    return [row._replace(empty=empty[one]) for row, one in zip(mine, told, strict=True)]


def _traits_apart(job: Workbook, rows: list[Row], chance: random.SystemRandom) -> list[Row]:
    """Each trait of the respondents in an order of its own: all of them are here to be counted, but service, half of
    the day, sex, age, education and occupation in one row would point at one visitor."""
    told = [list(row.said) for row in rows]
    for place, (name, _head) in enumerate(job.columns):
        if name not in TRAITS:
            continue
        for counted in (True, False):
            mine = [at for at, row in enumerate(rows) if row.counted is counted]
            said = [told[at][place] for at in mine]
            chance.shuffle(said)
            for at, word in zip(mine, said, strict=True):
                told[at][place] = word
    return [row._replace(said=tuple(words)) for row, words in zip(rows, told, strict=True)]


def _kept(job: Workbook) -> Iterator[Any]:
    """In the order of their ids: random ones that nobody sees, and the same whenever the workbook is made."""
    a = r.survey_answer.c
    wanted = (a.version, a.day, a.flags, a.scores, a.extras, *(a[name] for name, _head in job.columns))
    mine = (a.office_id == job.office_id, a.instrument == job.instrument, a.day >= job.first, a.day <= job.last)
    query = select(*wanted).where(*mine).order_by(a.id)
    engine = open_engine(job.database, 1)
    try:
        with engine.connect() as conn:
            yield from conn.execution_options(yield_per=READ_AT_ONCE).execute(query).mappings()
    finally:
        engine.dispose()


def _row(job: Workbook, one: Any, shown: set[tuple[str, str]]) -> Row:
    scores, extras = one["scores"], one["extras"] or {}
    flagged = bool(one["flags"])
    return Row(
        sys.intern(one["day"][:7]),
        sys.intern(one["version"]),
        tuple(_said(job, name, one[name], shown) for name, _head in job.columns),
        flagged,
        job.flagged_counted or not flagged,
        tuple(scores.get(code) for code, _name in job.elements),
        tuple(extras.get(code) for code, _name in job.extras),
    )


def _said(job: Workbook, column: str, value: Any, shown: set[tuple[str, str]]) -> str:
    said = job.blank if value is None else job.names.get(column, {}).get(str(value), str(value))
    return said if (column, said) in shown else job.words["hidden"]
