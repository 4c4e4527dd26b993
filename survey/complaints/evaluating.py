"""The monthly evaluation for managers: on the page, on paper, as CSV; and the deadlines that an office sets itself."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import format_decimal
from flask_babel import gettext as _

from ptsp import complaint_deeds
from ptsp import complaint_rules as rules
from ptsp.catalogue import Catalogue
from ptsp.complaint_figures import Evaluation, before, bounds, evaluate
from ptsp.errors import BadRequest
from survey.complaints import names
from survey.complaints.desk import pages
from survey.report.words import percent
from web.auth import needs, the_hall
from web.csv_cells import csv_text
from web.errors import in_words, status_of
from web.language import language
from web.managers import MANAGERS, acting, carry_out, office_of, show
from web.picture import MONTHS

COLUMNS = ("month", "measure", "key", "value", "n")
DAYS = ("respond", "information", "answer", "field", "contact")


@pages.get("/evaluation")
@needs(*MANAGERS)
def evaluation() -> str:
    """A month beside the one before."""
    return _page()


@pages.get("/evaluation.csv")
@needs(*MANAGERS)
def evaluation_csv() -> Response:
    """The same figures, one a row, both months."""
    office, both = _both()
    body = csv_text(COLUMNS, (row for one in both for row in _rows(office, one)))
    response = Response(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="pengaduan-{both[0].month}.csv"'
    return response


@pages.post("/days")
@needs(*MANAGERS)
def days() -> Any:
    """Other deadlines, for those that are set from now on."""
    try:
        params = {name: int(request.form.get(name, "")) for name in DAYS}
        carry_out("complaint_days", complaint_deeds.set_days, **params)
    except (ValueError, BadRequest) as error:
        if isinstance(error, BadRequest) and error.facts.get("reason") != "days":
            return _page(in_words(error)), status_of(error)
        rule = _(
            "Please enter whole days: response, answer and look on the spot in rising order; "
            "the answer to a question no later than the last of them."
        )
        return _page(rule), 400
    return redirect(url_for(".evaluation", done="days"), 303)


def _both() -> tuple[Catalogue, list[Evaluation]]:
    """The month asked for (else this one) and the one before."""
    actor = acting()
    office = office_of(actor)
    today = the_hall().today(office)
    month = request.args.get("month", "") or today[:7]
    try:
        bounds(month)
    except ValueError:
        month = today[:7]
    with the_hall().view() as conn:
        return office, [evaluate(conn, office, one, today) for one in (month, before(month))]


def _page(error: str | None = None) -> str:
    office, (now, earlier) = _both()
    return show(
        "survey/complaints/evaluation.html",
        active="complaints",
        now=now,
        earlier=earlier,
        month_words=_month_words,
        tables=[(title, _compared(office, now, earlier, name)) for name, title in _titles().items()],
        share=_share,
        days_words=_days_words,
        days={name: office.setting(f"complaint_{name}_days") for name in DAYS},
        limits={name: rules.DAYS[f"complaint_{name}_days"] for name in DAYS},
        categories=names.categories(),
        managing=True,
        error=error,
        done=_("The deadlines were changed. Those set already stay.")
        if request.args.get("done") == "days" else None,
    )  # fmt: skip


def _titles() -> dict[str, str]:
    return {"kind": _("Kind"), "category": _("Category"), "channel": _("Channel"), "service": _("Service")}


def _compared(office: Catalogue, now: Evaluation, earlier: Evaluation, name: str) -> list[tuple[str, int, int]]:
    """(words, this month, the month before) of each key that occurs, most first."""
    mine, theirs = dict(now.by[name]), dict(earlier.by[name])
    keys = [*mine, *(key for key in theirs if key not in mine)]
    return [(_key_words(office, name, key), mine.get(key, 0), theirs.get(key, 0)) for key in keys]


def _key_words(office: Catalogue, name: str, key: Any) -> str:
    if name == "service":
        service = office.services.get(key)
        return service.name.get(language()) or service.name["id"] if service else _("No particular service")
    known = {"kind": names.kinds, "category": names.categories, "channel": names.channels}[name]()
    return known[key]


def _share(part: int, n: int) -> str:
    return percent(Fraction(part, n)) if n else "-"


def _days_words(days: float | None) -> str:
    return "-" if days is None else str(format_decimal(days, "0.#"))


def _month_words(month: str) -> str:
    year, number = month.split("-")
    return f"{MONTHS[language()][int(number) - 1]} {year}"


def _rows(office: Catalogue, one: Evaluation) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = [(one.month, "received", "", one.n, "")]
    for name in ("kind", "category", "channel", "service"):
        for key, count in one.by[name]:
            rows.append((one.month, name, _key_words(office, name, key), count, one.n))
    return [
        *rows,
        (one.month, "answered_in_time", "", one.in_time, one.due),
        (one.month, "still_running", "", one.running, ""),
        (one.month, "forwarded_to_lapor", "", one.forwarded, ""),
        (one.month, "forwarded_and_answered_here", "", one.forwarded_answered, one.forwarded),
        (one.month, "median_open_days_to_first_response", "", _figure(one.first_word.days), one.first_word.n),
        (one.month, "median_open_days_to_answer", "", _figure(one.answered.days), one.answered.n),
        (one.month, "open_at_month_end", "", one.open_at_end, ""),
    ]


def _figure(days: float | None) -> Any:
    return "" if days is None else days
