"""The workbook of a period as data: what its columns are called, which groups it has, what everything means."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask_babel import gettext as _
from flask_babel import pgettext

from ptsp.asking import TRAITS
from ptsp.breakdowns import NOT_SAID
from ptsp.errors import BadRequest
from ptsp.periods import Period, containing
from ptsp.skm import Grade
from survey.report.analysis import judgement
from survey.report.contents import title
from survey.report.facts import FEWEST, Facts
from survey.report.job import Group, Moment, Workbook
from survey.report.words import (
    NOTHING,
    channel_names,
    days,
    dimension_names,
    element_name,
    key_name,
    language,
    long_date,
    longer_note,
    pick,
    trait_names,
)

# Dimension -> column of the answers.
COLUMNS = {
    "channel": "channel",
    "hour": "hour_band",
    "service": "service_id",
    **{trait: trait for trait in TRAITS},
}


def whole_months(period: Period) -> None:
    """Single answers are listed for whole months only: of single days they would lead to the visitors of that day.
    BadRequest otherwise."""
    first, last = containing("month", period.first), containing("month", period.last)
    if (period.first, period.last) != (first.first, last.last):
        raise BadRequest(reason=_("the workbook lists single answers, and is made for whole months only"))


def workbook(facts: Facts, database: str) -> Workbook:
    """Everything but the answers themselves. BadRequest for a period that is not of whole months, of so few answers
    that a row would be somebody, or of none that name it: its formulas would claim an index."""
    whole_months(facts.period)
    figures = facts.figures
    if figures.longer and not figures.n:
        raise BadRequest(reason=longer_note(figures))
    listed = figures.n if figures.flagged_counted else figures.n + figures.flagged
    if 0 < figures.n < FEWEST or 0 < listed < FEWEST:
        raise BadRequest(reason=_("the workbook lists single answers, and these are fewer than five"))
    names = dimension_names()
    return Workbook(
        language=language(),
        title=f"{title(facts)}, {pick(facts.period.label)}",
        office=f"{facts.office.name}; {days(facts.period.first, facts.period.last)}",
        made=_("Drawn up on %(today)s.", today=long_date(facts.today)),
        instrument=figures.instrument,
        elements=[(one.code, element_name(figures.instrument, one.code)) for one in figures.elements],
        extras=[(one.code, pick(facts.extras[one.code].text)) for one in figures.extras if one.code in facts.extras],
        weight=str(figures.weight),
        graded=figures.graded,
        flagged_counted=figures.flagged_counted,
        columns=[(COLUMNS[dimension], names[dimension]) for dimension in COLUMNS],
        names=_names(facts),
        blank=_("Not stated"),
        grades={grade.value: pick(grade.performance) for grade in Grade},
        services=_groups(facts, ("service",)),
        respondents=_groups(facts, (*TRAITS, "channel", "hour")),
        trend=[_moment(facts, point) for point in figures.trend],
        words=_words(),
        explained=_explained(facts),
        notes=_notes(facts),
        database=database,
        office_id=facts.office.office_id,
        first=facts.period.first,
        last=facts.period.last,
    )


def _names(facts: Facts) -> dict[str, dict[str, str]]:
    return {
        "channel": channel_names(),
        "service_id": service_names(facts),
        **{trait: trait_names().get(trait, {}) for trait in TRAITS},
    }


def service_names(facts: Facts) -> dict[str, str]:
    """Id -> name; two services of one name carry their code: formulas tell services apart by what is written."""
    names = {str(one.id): pick(one.name) for one in facts.office.services.values()}
    often = Counter(name.casefold() for name in names.values())
    return {
        key: name if often[name.casefold()] == 1 else f"{name} ({facts.office.services[int(key)].code})"
        for key, name in names.items()
    }


def _groups(facts: Facts, dimensions: tuple[str, ...]) -> list[Group]:
    names, services = dimension_names(), service_names(facts)
    scale = 1.0 if facts.figures.graded else 25.0
    found = []
    for dimension in dimensions:
        for cell in facts.figures.by(dimension).cells:
            if not (cell.n or cell.hidden):
                continue
            name = key_name(facts.office, dimension, cell.key)
            if dimension == "service" and cell.key != NOT_SAID:
                name = services[cell.key]
            untold = dimension == "service" and (cell.score is None or cell.score.index is None)
            group = Group(COLUMNS[dimension], names[dimension], name, cell.hidden, cell.visitors, cell.n, untold)
            if cell.interval:
                group.low, group.high = cell.interval.low / scale, cell.interval.high / scale
            found.append(group)
    return found


def _moment(facts: Facts, point: Any) -> Moment:
    scale = 1.0 if facts.figures.graded else 25.0
    score, interval = point.score, point.interval
    value = score.ikm if facts.figures.graded else score.index
    return Moment(
        pick(point.period.label),
        point.n,
        None if value is None else float(value),
        str(score.grade or "") if facts.figures.graded else "",
        interval.low / scale if interval else None,
        interval.high / scale if interval else None,
        None if point.change is None else float(point.change) / scale,
        judgement(point) if point.change is not None else "",
    )


def _words() -> dict[str, str]:
    return {
        "answers": pgettext("report", "Answers"),
        "working": _("Working table"),
        "services": _("By service"),
        "respondents": _("Respondents"),
        "trend": _("Trend"),
        "dictionary": _("Data dictionary"),
        "no": pgettext("report", "No"),
        "month": pgettext("report", "Month"),
        "version": pgettext("report", "Version"),
        "flagged": pgettext("report", "Marked"),
        "counted": pgettext("report", "Counted"),
        "left_empty": _("Some cells before the scores are left empty so that nobody can be recognised."),
        "yes": pgettext("report", "yes"),
        "not": pgettext("report", "no"),
        "n_forms": _("Number of respondents (n)"),
        "n": _("Number of answers"),
        "sum": _("Sum of the answers"),
        "nrr": _("NRR of the element"),
        "weighted": _("Weighted NRR of the element"),
        "element_ikm": _("IKM of the element"),
        "element_grade": _("Grade of the element"),
        "weight": _("Weight constant"),
        "index": pgettext("report", "Index"),
        "ikm": _("IKM of the service unit"),
        "grade": pgettext("report", "Grade"),
        "no_data": _("no data yet"),
        "row_sum": pgettext("report", "Sum"),
        "service": _("Service"),
        "visitors": pgettext("report", "Visitors"),
        "characteristic": _("Characteristic"),
        "indicator": _("Indicator"),
        "number": pgettext("report", "Number"),
        "share": _("Percentage"),
        "period": pgettext("report", "Period"),
        "low": _("95 percent interval, from"),
        "high": _("95 percent interval, to"),
        "change": pgettext("report", "Change"),
        "judgement": _("Judgement"),
        "column": pgettext("report", "Column"),
        "meaning": pgettext("report", "Meaning"),
        "values": pgettext("report", "Values"),
        "hidden": NOTHING,
    }


def _notes(facts: Facts) -> list[str]:
    rule = (
        _("Marked answers are counted, as this office has set it.")
        if facts.figures.flagged_counted
        else _("Marked answers are listed (from five) but not counted, as this office has set it.")
    )
    return [
        _("The answers are anonymous and stand in random order; no date is finer than the month."),
        _("Sex, age, education and occupation are each in an order of their own: they are here to be counted."),
        rule,
        _("An empty cell under a question is a question left out: it counts in no average."),
        _(
            "Month, service and the like are left empty where fewer than %(fewest)s answers would share them, "
            "so that nobody can be recognised.",
            fewest=FEWEST,
        ),
        _("The working table is worked out from the sheet of answers: change a value there and it follows."),
        _("Figures of services, ways of answering and hours were counted before cells were left empty."),
        _("Groups of fewer than %(fewest)s answers show no figures (%(dash)s).", fewest=FEWEST, dash=NOTHING),
        _("A service has no index while fewer than %(fewest)s answered one of the elements.", fewest=FEWEST),
        _("The intervals of the services are copies of the figures at the time of this file."),
        _("The trend is a copy of the figures at the time of this file: earlier answers are not in it."),
    ]


def _explained(facts: Facts) -> list[tuple[str, str, str]]:
    names, words = dimension_names(), _words()
    options = {
        dimension: "; ".join(name for key, name in table.items() if key != "no_answer")
        for dimension, table in {"channel": channel_names(), **trait_names()}.items()
    }
    told = {"hour": "08.00-12.00; 13.00-17.00", "service": _("Services of this office"), **options}
    scale = _("1 (worst) to 4 (best); empty: left out")
    return [
        (words["no"], _("Running number in this file; it means nothing else"), "1, 2, 3 ..."),
        (words["month"], _("Month of the visit"), _("Year and month")),
        (words["version"], _("Version of the questionnaire"), ", ".join(name for name, _n in facts.figures.versions)),
        *((names[dimension], _("What the respondent or the ticket told"), told[dimension]) for dimension in COLUMNS),
        (words["flagged"], _("Looks suspicious: too fast, all the same, or one of a burst"), _yes_no()),
        (words["counted"], _("Whether the answer is in the index"), _yes_no()),
        *((code, name, scale) for code, name in _element_names(facts)),
        *((code, pick(row.text), scale) for code, row in facts.extras.items()),
        ("NRR", _("Mean of the answers to an element"), "1–4"),
        (words["weighted"], _("NRR × weight constant"), ""),
        (words["index"], _("Sum of the weighted NRR"), "1–4"),
        ("IKM", _("Index × 25, rounded half up to two decimals at the end"), "25–100"),
    ]


def _element_names(facts: Facts) -> list[tuple[str, str]]:
    return [(one.code, element_name(facts.figures.instrument, one.code)) for one in facts.figures.elements]


def _yes_no() -> str:
    return "; ".join((pgettext("report", "yes"), pgettext("report", "no")))
