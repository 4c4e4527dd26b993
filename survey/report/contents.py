"""The whole report and the poster of a period as documents, in the language of the moment."""

from __future__ import annotations

import textwrap
from typing import Any

from flask_babel import gettext as _
from flask_babel import pgettext

from ptsp.elements import IPAK
from ptsp.periods import dotted
from survey import instruments
from survey.report.analysis import analysis, closing
from survey.report.beginning import collection, introduction
from survey.report.book import Book
from survey.report.document import Document, Letterhead, Poster
from survey.report.facts import ACCENT, Facts
from survey.report.results import element_bars, result_sentence, results, standing
from survey.report.words import count, element_name, language, long_date, number, pick, plain

PLANS_ON_POSTER = 3
MOST_LETTERS = 100  # of an activity: the poster is read from afar, and is one sheet


def report(facts: Facts) -> Document:
    """The report in its five chapters."""
    book = Book()
    for write in (introduction, collection, results, analysis, closing):
        write(book, facts)
    return Document(
        language(),
        letterhead(facts),
        title(facts),
        _("One-stop service (PTSP) of %(office)s", office=facts.office.name),
        pick(facts.period.label),
        _("Drawn up on %(today)s.", today=long_date(facts.today)),
        {
            "contents": pgettext("report", "Contents"),
            "chapter": pgettext("report", "Chapter"),
            "table": pgettext("report", "Table"),
            "chart": pgettext("report", "Chart"),
            "page": _("Page {page} of {pages}"),
        },
        book.chapters,
    )


def title(facts: Facts) -> str:
    """ "Laporan Survei Kepuasan Masyarakat"."""
    return _("Report: %(survey)s", survey=survey_name(facts))


def survey_name(facts: Facts) -> str:
    """What the questionnaire is called."""
    return instruments.load(facts.figures.instrument).name.picture[language()]


def letterhead(facts: Facts) -> Letterhead:
    """As the office has set it."""
    setting = facts.office.setting
    lines = [line for line in setting("letterhead") if line.strip()]
    return Letterhead(lines, facts.office.name, setting("address"), setting("accent") or ACCENT, facts.logo)


def poster(facts: Facts) -> Poster:
    """What hangs on the wall."""
    figures, score = facts.figures, facts.figures.score
    url = facts.office.setting("public_url").rstrip("/")
    unit = _("Public satisfaction index (IKM)") if figures.graded else _("Index (scale 1–4)")
    value = number(score.ikm if figures.graded else score.index)
    grade = score.grade if figures.graded else None
    return Poster(
        language(),
        letterhead(facts),
        survey_name(facts),
        _poster_period(facts),
        value if facts.enough else _("No result yet"),
        unit,
        "" if figures.graded else standing(),
        grade or "",
        pick(grade.performance) if grade else "",
        _("from %(n)s respondents", n=count(figures.n)) if facts.enough else result_sentence(facts),
        _("Value of each element"),
        _percentages(facts),
        _scale(facts),
        _("What we improve") if facts.plans or figures.instrument != IPAK else "",
        plans(facts),
        _no_plans(facts),
        f"{url}/results/" if url else "",
        _("Scan for all results"),
        _("Thank you for your answers"),
        _poster_foot(facts),
    )


def _poster_period(facts: Facts) -> str:
    """ "Triwulan III 2026 (01.07.2026 – 30.09.2026)"; of one that still runs how far it has come: from afar, or in a
    photograph, such a poster would look final."""
    free = facts.period.kind == "free"
    dates = f"{dotted(facts.period.first)} – {dotted(facts.period.last)}"
    if facts.period.first <= facts.today <= facts.period.last:
        name = dates if free else pick(facts.period.label)
        return _("%(period)s, provisional, up to %(today)s", period=name, today=long_date(facts.today))
    return dates if free else f"{pick(facts.period.label)} ({dates})"


def _percentages(facts: Facts) -> list[Any]:
    """Bars from 0 to 100; of instruments with values 1..4, four is 100."""
    if not facts.enough:
        return []
    bars = element_bars(facts)
    for bar in bars:
        if facts.figures.graded:
            bar.text = bar.text.split(" ")[0]
        elif bar.value is not None:
            bar.value *= 25
    return bars


def _scale(facts: Facts) -> str:
    scale = _("Full bar = 4.")
    if facts.figures.graded:
        scale = _("Full bar = 100. Grade A from 88.31, B from 76.61, C from 65.00, D below.")
    return f"{scale} {_answers(facts)}" if facts.enough else scale


def _answers(facts: Facts) -> str:
    """How many answered the elements: one number, or the smallest and the largest."""
    counts = sorted({one.n for one in facts.figures.elements})
    if len(counts) == 1:
        return _("n = %(n)s for each element.", n=count(counts[0]))
    return _("n = %(low)s to %(high)s, by element.", low=count(counts[0]), high=count(counts[-1]))


def plans(facts: Facts) -> list[str]:
    """At most three things that are being done, each with its element."""
    return [
        _(
            "%(activity)s (%(element)s)",
            activity=textwrap.shorten(line.activity, MOST_LETTERS, placeholder=" …"),
            element=element_name(line.instrument, line.element),
        )
        for line in facts.plans[:PLANS_ON_POSTER]
    ]


def _no_plans(facts: Facts) -> str:
    if not facts.enough:
        return ""
    names = "; ".join(element_name(facts.figures.instrument, one.code) for one in facts.figures.weakest)
    if facts.figures.instrument == IPAK:  # its aspects are stated as "no brokers": nobody improves that
        return _("Lowest values: %(elements)s.", elements=names)
    return _("Most room for improvement: %(elements)s.", elements=names)


def _poster_foot(facts: Facts) -> str:
    said = [_("Worked out as PermenPANRB 14 of 2017 prescribes.")] if facts.figures.graded else []
    if facts.enough:
        figures = facts.figures
        weight = plain(figures.weight) if figures.graded else f"1/{len(figures.elements)}"
        said.append(_("Weight of each element: %(weight)s.", weight=weight))
    return " ".join([*said, _("As of %(today)s.", today=long_date(facts.today))])
