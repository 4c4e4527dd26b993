"""Chapters IV and V of the report: strong and weak, what drives it, what is done, how it moved; the end."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import pgettext

from ptsp import drivers
from ptsp.drivers import Contrast
from ptsp.elements import IPAK
from ptsp.periods import dotted
from ptsp.satisfaction import ElementFigures
from ptsp.trend import Point as TrendPoint
from survey.report.apart import span
from survey.report.book import Book
from survey.report.document import Bar, Point
from survey.report.facts import Facts
from survey.report.results import elements_listed, guides, result_sentence
from survey.report.words import (
    NOTHING,
    count,
    element_label,
    element_name,
    key_name,
    long_date,
    number,
    pick,
    unit_words,
)
from survey.results.words import place_names

SHOWN = 3
MOST_CONTRASTS = 6


def analysis(book: Book, facts: Facts) -> None:
    """IV Analisis."""
    book.chapter(pgettext("report", "Analysis"))
    book.heading(_("Strengths and weaknesses"))
    _strong_and_weak(book, facts)
    if facts.figures.drivers.elements:
        anti_corruption = facts.figures.instrument == IPAK
        book.heading(_("What drives the perception") if anti_corruption else _("What drives satisfaction"))
        _drivers(book, facts)
    book.heading(_("Follow-up plan"))
    _plans(book, facts)
    book.heading(_("Trend"))
    _trend(book, facts)


# --- strong and weak --------------------------------------------------------------------------------------------------


def _strong_and_weak(book: Book, facts: Facts) -> None:
    if not facts.enough:
        book.say(_("Without results nothing can be said about strengths and weaknesses."))
        return
    weak = list(facts.figures.weakest)
    known = [one for one in facts.figures.elements if one.nrr is not None and one not in weak]
    strong = sorted(known, key=lambda one: one.rank or 0)[:SHOWN]
    if len({one.nrr for one in facts.figures.elements}) == 1:
        book.say(_("All elements were valued alike: none stands out."))
        return
    book.say(_("The strongest elements are:"))
    book.items(*(_valued(facts, one) for one in strong), numbered=True)
    book.say(_("The weakest elements, which come first in the follow-up, are:"))
    book.items(*(_valued(facts, one) for one in weak), numbered=True)
    low = [one for one in facts.figures.elements if one.grade in ("C", "D")]
    if facts.figures.graded and low:
        book.say(_("Below grade B are: %(elements)s.", elements=elements_listed(facts, (one.code for one in low))))
    elif facts.figures.graded:
        book.say(_("No element is below grade B."))


def _valued(facts: Facts, one: ElementFigures) -> str:
    name = element_label(facts.figures.instrument, one.code)
    if facts.figures.graded:
        said = {"nrr": number(one.nrr, 3), "ikm": number(one.ikm), "grade": one.grade, "n": count(one.n)}
        return _("%(name)s: NRR %(nrr)s, IKM %(ikm)s, grade %(grade)s (n = %(n)s)", name=name, **said)
    return _("%(name)s: NRR %(nrr)s (n = %(n)s)", name=name, nrr=number(one.nrr, 3), n=count(one.n))


# --- what drives it ---------------------------------------------------------------------------------------------------


def _drivers(book: Book, facts: Facts) -> None:
    found = facts.figures.drivers
    points = [
        Point(one.code, float(one.performance), one.importance, "D" if one.place == drivers.FIRST else "")
        for one in found.elements
        if one.importance is not None
    ]
    if found.middle is None:
        book.say(_("The forms do not differ enough to tell which elements matter most."))
        return
    book.say(
        _(
            "How much an element matters was not asked but derived: it is the correlation of the element with the rest "
            "of the form, over %(forms)s completely filled forms. The picture is divided at the means of both.",
            forms=count(found.forms),
        )
    )
    first, keep = (
        elements_listed(facts, (one.code for one in found.elements if one.place == place))
        for place in (drivers.FIRST, drivers.KEEP)
    )
    if first and facts.figures.instrument == IPAK:
        book.say(_("Matters much and has a lower value than the others: %(all)s.", all=first))
    elif first:
        book.say(_("Matters much and is weaker than the others, so to be improved first: %(all)s.", all=first))
    if keep:
        book.say(_("Matters much and is strong, so to be kept up: %(all)s.", all=keep))
    performance, importance = found.middle
    fields = place_names()  # the same picture as on the page of results
    book.chart(
        "plane",
        _("Importance and performance of the elements (n = %(n)s forms)", n=count(found.forms)),
        _(
            "Plane of importance and performance. %(field)s: %(all)s.",
            field=fields[drivers.FIRST],
            all=first or NOTHING,
        ),
        points=points,
        lines=[(performance, ""), (importance, "")],
        axes=(_("performance (NRR)") + " →", _("importance (correlation)") + " →"),
        corners=[fields[place] for place in (drivers.FIRST, drivers.KEEP, drivers.LATER, drivers.ENOUGH)],
    )
    _contrasts(book, facts)


def _contrasts(book: Book, facts: Facts) -> None:
    certain = facts.figures.drivers.certain
    if not certain:
        book.say(
            _(
                "Between waiting times, hours and services no element differs by more than chance, once it is taken "
                "into account how many comparisons were made."
            )
        )
        return
    book.say(_("These groups differ from all other respondents by more than chance (corrected after Holm):"))
    columns = (
        (pgettext("report", "Group"), "l", 36),
        (pgettext("report", "Element"), "l", 34),
        (pgettext("report", "Mean"), "r", 10),
        (pgettext("report", "Others"), "r", 10),
        ("n", "r", 10),
    )
    rows = [_contrast_row(facts, one) for one in certain[:MOST_CONTRASTS]]
    more = len(certain) - len(rows)
    note = _("%(more)s further differences are not listed.", more=count(more)) if more else ""
    book.table(_("Differences between groups"), columns, rows, note=note)


def _contrast_row(facts: Facts, one: Contrast) -> tuple[str, ...]:
    kind = {"wait": _("Waiting time"), "hour": _("Hour of the visit"), "service": _("Service")}[one.dimension]
    group = f"{kind}: {key_name(facts.office, one.dimension, one.key)}"
    element = element_label(facts.figures.instrument, one.code)
    return group, element, number(one.mean), number(one.mean_else), count(one.n)


# --- the plan ---------------------------------------------------------------------------------------------------------


def _plans(book: Book, facts: Facts) -> None:
    if not facts.plans:
        book.say(_("No follow-up has been written into the register for this period yet."))
        if facts.enough:
            book.say(
                _lowest_values(facts)
                or _("By the results the elements to begin with are: %(all)s.", all=_weakest(facts))
            )
        return
    if not facts.plans_of_period:
        book.say(_("The register holds no follow-up of this very period; shown is that of surveys that overlap it."))
    columns = (
        (pgettext("report", "No"), "c", 7),
        (_("Priority element"), "l", 24),
        (_("Programme/activity"), "l", 33),
        (pgettext("report", "Time"), "l", 17),
        (pgettext("report", "In charge"), "l", 19),
    )
    rows = [_plan_row(place, line) for place, line in enumerate(facts.plans, 1)]
    book.table(_("Follow-up plan"), columns, rows)


def _weakest(facts: Facts) -> str:
    return elements_listed(facts, (one.code for one in facts.figures.weakest))


def _lowest_values(facts: Facts) -> str:
    """Of the IPAK, whose aspects are stated as "no brokers": nobody improves or begins with that. Else ""."""
    return _("Lowest values: %(elements)s.", elements=_weakest(facts)) if facts.figures.instrument == IPAK else ""


def _plan_row(place: int, line: Any) -> tuple[str, ...]:
    element = f"{line.element} {element_name(line.instrument, line.element)}"
    time = f"{dotted(line.starts_on)} – {dotted(line.ends_on)}"
    return str(place), element, line.activity, time, line.in_charge


# --- the trend --------------------------------------------------------------------------------------------------------


def _trend(book: Book, facts: Facts) -> None:
    shown = [one for one in facts.figures.trend if one.score.index is not None]
    if len(shown) < 2:
        book.say(_("There are no results of an earlier period to compare with yet."))
        return
    book.say(change_sentence(facts))
    unit = unit_words(facts)
    columns = (
        (pgettext("report", "Period"), "l", 22),
        ("n", "r", 9),
        (unit, "r", 11),
        (pgettext("report", "Interval"), "c", 16),
        (pgettext("report", "Change"), "r", 14),
        (_("Judgement"), "l", 28),
    )
    note = _("The interval is of 95 percent, by Student's t on the completely filled forms.")
    book.table(_("Trend"), columns, [_trend_row(facts, one) for one in facts.figures.trend], note=note)
    scale = 1.0 if facts.figures.graded else 25.0
    bars = [_trend_bar(facts, one) for one in facts.figures.trend]
    book.chart(
        "trend",
        _("%(unit)s by period, with its 95 %% confidence interval", unit=unit),
        _(
            "Columns, one a period: %(all)s.",
            all="; ".join(f"{bar.label} {bar.text}" for bar in bars).replace("\n", " "),
        ),
        bars=bars,
        most=100.0 / scale,
        lines=guides() if facts.figures.graded else [],
        spans=[
            (one.interval.low / scale, one.interval.high / scale) if one.interval else None
            for one in facts.figures.trend
        ],
        axes=("", unit),
    )


def _trend_row(facts: Facts, one: TrendPoint) -> tuple[str, ...]:
    value = number(one.score.ikm if facts.figures.graded else one.score.index)
    change = NOTHING if one.change is None else _signed(facts, one)
    around = span(one.interval, 1.0 if facts.figures.graded else 25.0)
    return pick(one.period.label), count(one.n), value, around, change, judgement(one)


def _signed(facts: Facts, one: TrendPoint) -> str:
    change = one.change if one.change is not None else 0
    shown = number(abs(change) if facts.figures.graded else abs(change) / 25)
    return shown if not change else ("+" if change > 0 else "−") + shown


def judgement(one: TrendPoint) -> str:
    """Whether a change is more than chance, in words."""
    if one.since is None or one.change is None:
        return NOTHING
    if one.test is None:
        return _("Too few complete forms to judge")
    return _("More than chance") if one.test.beyond_chance else _("Not more than chance")


def _trend_bar(facts: Facts, one: TrendPoint) -> Bar:
    label = pick(one.period.label).replace(" ", "\n", 1) if len(facts.figures.trend) > 5 else pick(one.period.label)
    if one.score.index is None:
        return Bar(label, None, pgettext("report", "no data"))
    value = one.score.ikm if facts.figures.graded else one.score.index
    return Bar(label, float(value or 0), f"{number(value)}\nn = {count(one.n)}")


def change_sentence(facts: Facts) -> str:
    """This period against the last one before it that has results; "" when there is none."""
    one = facts.figures.change
    if one is None or one.since is None or one.change is None:
        return ""
    names = {"unit": unit_words(facts), "before": pick(one.since.label), "change": number(abs(one.change))}
    if not facts.figures.graded:
        names["change"] = number(abs(one.change) / 25)
    if one.change == 0:
        return _("Compared with %(before)s the %(unit)s has not changed.", **names)
    if one.change > 0:
        moved = _("Compared with %(before)s the %(unit)s has risen by %(change)s.", **names)
    else:
        moved = _("Compared with %(before)s the %(unit)s has fallen by %(change)s.", **names)
    if one.test is None:
        said = _("There are too few complete forms to say whether this is more than chance.")
    elif one.test.beyond_chance:
        said = _("By the Welch test (significance level 0.05) this is more than chance.")
    else:
        said = _("By the Welch test (significance level 0.05) this may be chance, and must not be called a change.")
    return f"{moved} {said}"


# --- the end ----------------------------------------------------------------------------------------------------------


def closing(book: Book, facts: Facts) -> None:
    """V Penutup."""
    book.chapter(pgettext("report", "Closing"))
    book.say(result_sentence(facts), change_sentence(facts))
    if facts.enough:
        book.say(_lowest_values(facts) or _("The elements to be improved first are: %(all)s.", all=_weakest(facts)))
    if facts.plans:
        book.say(_("The follow-up plan in chapter IV says by whom and by when."))
    book.say(_("This report is the ground for improving the service and for reporting to the public."))
    setting = facts.office.setting
    place = setting("place") or "." * 24
    number_of_signer = setting("signer_number").strip()
    dots = "." * 36
    book.sign(
        f"{place}, {long_date(facts.today)}",
        setting("signer_title") or dots,
        setting("signer_name") or dots,
        f"NIP {number_of_signer or dots}" if not number_of_signer.upper().startswith("NIP") else number_of_signer,
    )
