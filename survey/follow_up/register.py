"""The register as a page, as a table for spreadsheets and on paper; and a new line."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import format_percent
from flask_babel import gettext as _

from ptsp import evidence, following_up
from ptsp.area_six import read_year
from ptsp.elements import ELEMENTS
from ptsp.periods import dotted
from survey.follow_up import form, words
from survey.follow_up.blueprint import pages
from survey.report.words import number
from web.auth import needs, the_hall
from web.csv_cells import csv_text
from web.language import language
from web.managers import MANAGERS, acting, carry_out, office_of, show


@pages.get("/")
@needs(*MANAGERS)
def register() -> str:
    """All lines, open ones first; ?year=2026: of the surveys of a year."""
    return show("survey/follow_up/register.html", active="follow_up", **_facts())


@pages.get("/print")
@needs(*MANAGERS)
def on_paper() -> str:
    """The same for the printer."""
    return show("survey/follow_up/paper.html", active="follow_up", **_facts())


@pages.get("/register.csv")
@needs(*MANAGERS)
def sheet() -> Response:
    """The same for a spreadsheet."""
    facts = _facts()
    heads = (
        _("Survey"), _("Element"), _("Finding"), _("Activity"), _("Target"), _("Output"), _("Start"), _("End"),
        _("Person in charge"), _("Status"), _("Done on"), _("Obstacle"), _("Evidence"),
    )  # fmt: skip
    text = csv_text(heads, (_cells(row, facts["states"]) for row in facts["rows"]))
    name = f"tindak-lanjut-{facts['year'] or 'semua'}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, mimetype="text/csv", headers=headers)


def _cells(row: dict[str, Any], states: dict[str, str]) -> list[str]:
    line = row["line"]
    survey = f"{row['instrument']}, {row['period']}"
    days = (dotted(line.starts_on), dotted(line.ends_on))
    texts = (line.finding, line.activity, line.target, line.output)
    done_on = dotted(line.done_on) if line.done_on else ""
    files = "; ".join(f"{file.kind}: {file.name}" for file in row["files"])
    about = f"{line.element} {row['element']}"
    return [survey, about, *texts, *days, line.in_charge, states[line.status], done_on, line.obstacle, files]


def _facts() -> dict[str, Any]:
    hall, actor = the_hall(), acting()
    office = office_of(actor)
    today = hall.today(office)
    year = request.args.get("year", "")
    year = year if re.fullmatch(r"20\d\d", year) else ""
    judged = year or today[:4]  # the sheet asks about a year: the chosen one, or this
    with hall.view() as conn:
        every = following_up.lines_of(conn, office.office_id)
        lines = [line for line in every if line.last_day.startswith(year)]
        files = evidence.files_of(conn, [line.id for line in lines])
        found = read_year(hall, conn, office, int(judged), today)
        unproved = evidence.unproved(conn, found.done_lines)
        due = following_up.due_of(conn, office.office_id, today)
    share = found.share
    return {
        "rows": [row_of(line, files.get(line.id, []), today) for line in lines],
        "year": year,
        "years": sorted({line.last_day[:4] for line in every}, reverse=True),
        "due_of": due,
        "share": share,
        "percent": format_percent(share.done / share.whole if share.whole else 0),
        "judged": judged,
        "unproved": words.unproved_words(unproved),
        "without": [one.period.label[language()] for one in found.due if not one.lines],
        "states": words.state_names(),
        "kinds": words.kind_names(),
        "today": dotted(today),
    }


def row_of(line: Any, files: list[Any], today: str) -> dict[str, Any]:
    """A line with all that is said beside it."""
    badge, due = words.due_words(line, today)
    return {
        "line": line,
        "element": words.element_name(line.instrument, line.element),
        "instrument": words.instrument_name(line.instrument),
        "period": words.period_name(line.first_day, line.last_day),
        "files": [file for file in files if file.removed_at is None],
        "missing": evidence.missing(files),
        "badge": badge,
        "due": due,
        "starts": dotted(line.starts_on),
        "ends": dotted(line.ends_on),
        "done_on": dotted(line.done_on) if line.done_on else "",
    }


@pages.get("/new")
@needs(*MANAGERS)
def new() -> str:
    """The empty form, or filled in by the link of the dashboard."""
    hall, office = the_hall(), office_of(acting())
    today = hall.today(office)
    with hall.view() as conn:
        values = form.at_first(conn, office, today)
    return new_form(values, {})


@pages.post("/new")
@needs(*MANAGERS)
def add() -> Any:
    """Writes the line."""
    values = form.sent()
    faults = following_up.faults(values)
    if faults:
        return new_form(values, faults), 400
    answer = carry_out("add_followup", following_up.add_followup, **values)
    return redirect(url_for("follow_up.line", followup_id=answer["followup_id"], done="added"), 303)


def new_form(values: dict[str, str], faults: dict[str, str]) -> str:
    """The page of a new line."""
    return edit_page(values, faults, _("New line"), url_for("follow_up.add"), None)


def edit_page(values: dict[str, str], faults: dict[str, str], title: str, action: str, line: Any) -> str:
    """The form, for a new line or one that is there."""
    hall, office = the_hall(), office_of(acting())
    today = hall.today(office)
    days = (values["first_day"], values["last_day"])
    with hall.view() as conn:
        choices = form.period_choices(conn, office.office_id, today, days)
        weak = []
        if values["instrument"] in ELEMENTS and all(days) and not values["element"]:
            weak = form.weakest(conn, office, values["instrument"], words.period_of(*days))[: form.WEAKEST]
    said = words.faults_in_words(faults)
    return show(
        "survey/follow_up/form.html",
        active="follow_up",
        title=title,
        action=action,
        line=line,
        values=values,
        faults=said,
        error=_("Please look at the marked fields.") if said else None,
        elements=words.element_choices(),
        periods=choices,
        period=form.period_code(*days),
        weakest=[
            (code, words.element_name(values["instrument"], code), number(nrr), n) for code, nrr, n in weak
        ],
        most=following_up.LENGTHS,
        states={name: word for name, word in words.state_names().items() if name in following_up.OPEN},
    )
