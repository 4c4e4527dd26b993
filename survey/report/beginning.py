"""Chapters I and II of the report: why and on what ground; how the answers were collected (DOMAIN section 2)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from ptsp.elements import ELEMENTS, IPAK
from ptsp.skm import Grade
from survey import instruments
from survey.report.book import Book
from survey.report.facts import FEWEST, Facts
from survey.report.words import (
    channel_names,
    count,
    days,
    hidden_note,
    language,
    listed,
    long_date,
    longer_note,
    number,
    percent,
    pick,
    plain,
)


def introduction(book: Book, facts: Facts) -> None:
    """I Pendahuluan."""
    book.chapter(pgettext("report", "Introduction"))
    book.heading(pgettext("report", "Background"))
    name = instruments.load(facts.figures.instrument).name.picture[language()]
    book.say(_("Public services are given under Law 25 of 2009 on Public Services."), _why(facts))
    book.say(
        _(
            "This report holds the results of the %(survey)s at %(office)s for %(period)s (%(days)s).",
            survey=name,
            office=facts.office.name,
            period=pick(facts.period.label),
            days=days(facts.period.first, facts.period.last),
        )
    )
    book.heading(_("Legal basis"))
    book.items(*_basis(facts), numbered=True)
    book.heading(_("Purpose and aims"))
    if facts.figures.instrument == IPAK:
        purpose = _("The purpose of the survey is to learn how free from corruption the public finds this office.")
        measure = _("measure the perception of anti-corruption (IPAK), as a whole and by aspect;")
        show = _("show which aspects are trusted most and which least;")
    else:
        purpose = _(
            "The purpose of the survey is to learn how satisfied the public is with the services of this office."
        )
        measure = _("measure the quality of the service, as a whole and by element;")
        show = _("show which elements are strong and which have to be improved;")
    book.say(purpose)
    book.say(_("It aims to:"))
    book.items(
        measure,
        show,
        _("be the ground for the follow-up plan, and show whether earlier follow-up had an effect."),
    )


def _why(facts: Facts) -> str:
    if facts.figures.graded:
        return _(
            "To learn how good a service is in the eyes of those who use it, PermenPANRB 14 of 2017 provides for the "
            "public satisfaction survey (SKM), which is held at least once a year."
        )
    return _(
        "This survey is the office's own (survei mandiri), in preparation of the perception surveys of the Integrity "
        "Zone (PermenPANRB 90 of 2021). Its values are a projection."
    )


def _basis(facts: Facts) -> list[str]:
    skm = _("PermenPANRB 14 of 2017 on Guidelines for Public Satisfaction Surveys of Public Service Units;")
    zone = _("PermenPANRB 90 of 2021 on Integrity Zones, as amended by PermenPANRB 5 of 2024;")
    also = any(one.n for one in facts.figures.perceptions if one.index == "ipak")
    return [
        _("Law 25 of 2009 on Public Services;"),
        *([skm] if facts.figures.graded else []),
        *([zone] if also or not facts.figures.graded else []),
        _("Law 27 of 2022 on Personal Data Protection, as the ground for the anonymity of the respondents."),
    ]


def collection(book: Book, facts: Facts) -> None:
    """II Pengumpulan data."""
    book.chapter(_("Data collection"))
    book.heading(_("Who held the survey"))
    _holder(book, facts)
    book.heading(pgettext("report", "Method"))
    _method(book, facts)
    book.heading(pgettext("report", "Place"))
    address = facts.office.setting("address")
    book.say(_("Service hall of %(office)s.", office=facts.office.name), _sentence(address))
    book.heading(pgettext("report", "Time"))
    book.say(
        _("Visits from %(first)s to %(last)s (%(period)s).", **_dates(facts)),
        _("The period has not ended: this report holds the answers until %(today)s.", today=long_date(facts.today))
        if facts.figures.running
        else "",
    )
    book.heading(_("Number of respondents"))
    _respondents(book, facts)
    book.heading(_("How the answers are processed"))
    _processing(book, facts)


@dataclass(frozen=True)
class _Taken:
    """Answers taken over from earlier files: whether there are ``some``, how many (``n``, None: not to be told), and
    whether there are others beside them (``rest``), which alone came through this system."""

    some: bool
    n: int | None
    rest: bool


def _taken(facts: Facts) -> _Taken:
    figures = facts.figures
    cell = figures.by("channel").cell("import")
    if cell is None:
        return _Taken(False, 0, True)
    return _Taken(True, cell.n, cell.n != figures.n or figures.flagged > 0)


def _holder(book: Book, facts: Facts) -> None:
    taken, office = _taken(facts), facts.office.name
    if taken.n is None:
        book.say(_("Some of the answers were taken over from earlier files of %(office)s.", office=office))
    elif taken.some:
        n = count(taken.n)
        book.say(_("%(n)s answers were taken over from earlier files of %(office)s.", n=n, office=office))
    if not taken.some:
        book.say(_("The survey was held by %(office)s itself, with its queue and survey system.", office=office))
    elif taken.rest:
        book.say(_("The other answers were collected by the office itself, with its queue and survey system."))


def _dates(facts: Facts) -> dict[str, str]:
    first, last = long_date(facts.period.first), long_date(facts.period.last)
    return {"first": first, "last": last, "period": pick(facts.period.label)}


def _sentence(words: str) -> str:
    return words if not words or words.endswith(".") else words + "."


def _method(book: Book, facts: Facts) -> None:
    figures, window, taken = facts.figures, facts.office.setting("survey_window_days"), _taken(facts)
    if taken.some:
        book.say(
            _("The answers from earlier files were collected by the means that the office used before."),
            _("For the other answers the following holds.") if taken.rest else "",
        )
    own = [
        _("Respondents are visitors whose service has been completed."),
        ngettext(
            "Every queue number can answer once, at the latest %(num)s day after the visit.",
            "Every queue number can answer once, at the latest %(num)s days after the visit.",
            window,
        ),
    ]
    book.say(*(own if taken.rest else []), _("Neither name nor queue number is kept with an answer."))
    book.say(
        ngettext(
            "The questionnaire has %(num)s element, answered on a scale from 1 to 4; any question may be left out.",
            "The questionnaire has %(num)s elements, answered on a scale from 1 to 4; any question may be left out.",
            len(ELEMENTS[figures.instrument]),
        )
    )
    ways = [cell for cell in figures.by("channel").cells if cell.n or cell.hidden]
    if not ways:
        return
    names = channel_names()
    book.table(
        _("Ways of answering"),
        (
            (_("Way of answering"), "l", 60),
            (pgettext("report", "Number"), "r", 20),
            (pgettext("report", "Share"), "r", 20),
        ),
        [(names.get(cell.key, cell.key), count(cell.n), percent(cell.share)) for cell in ways],
        note=hidden_note() if figures.by("channel").any_hidden else "",
    )


def _respondents(book: Book, facts: Facts) -> None:
    figures, reach = facts.figures, facts.figures.reach
    rows = [(_("Forms counted in this report"), count(figures.n))]
    if reach.known:
        rows = [
            (_("Visitors served"), count(reach.visitors)),
            (_("Visitors offered the survey"), count(reach.asked)),
            (_("Answers of visitors offered the survey"), count(reach.answers)),
            (_("Response rate"), percent(reach.rate)),
            (_("Sample needed (Krejcie and Morgan)"), count(reach.needed)),
            *rows,
            (_("Shortfall of the sample"), count(reach.shortfall)),
        ]
    book.table(
        _("Respondents and sample"),
        ((pgettext("report", "Item"), "l", 75), (pgettext("report", "Number"), "r", 25)),
        rows,
    )
    book.say(*_sample_sentences(facts))
    if said := longer_note(figures):
        book.say(said)


def _sample_sentences(facts: Facts) -> list[str]:
    figures, reach = facts.figures, facts.figures.reach
    if not reach.known:
        return [_("The number of visitors of this period is not known, so no sample size can be worked out.")]
    counts = {"needed": count(reach.needed), "visitors": count(reach.visitors), "n": count(figures.n)}
    said = [_("Of %(visitors)s visitors served, a sample of %(needed)s respondents is needed.", **counts)]
    if reach.shortfall:
        short = _("The %(n)s respondents are %(short)s fewer than needed.", n=counts["n"], short=count(reach.shortfall))
        said.append(short)
        said.append(_("The results should therefore be read with care."))
    else:
        said.append(_("With %(n)s respondents the sample is large enough.", n=counts["n"]))
    if reach.needed_at_end is not None and reach.per_day:
        said.append(
            _(
                "If visitors keep coming as so far, %(needed)s respondents will be needed at the end of the period: "
                "%(per_day)s a day on the %(days)s service days that are left.",
                needed=count(reach.needed_at_end),
                per_day=count(reach.per_day),
                days=count(reach.days_left),
            )
        )
    return said


def _processing(book: Book, facts: Facts) -> None:
    figures = facts.figures
    weight = plain(figures.weight) if figures.graded else f"1/{len(figures.elements)}"
    book.items(
        _("NRR of an element = sum of its answers / number of forms that answered it."),
        _("Weighted NRR = NRR × %(weight)s; the index is the sum of the weighted NRR of all elements.", weight=weight),
        *([_("IKM = index × 25, rounded once, at the end, to two decimals.")] if figures.graded else []),
    )
    book.say(_("The weight constant used in this report is %(weight)s.", weight=weight))
    if figures.graded:
        book.table(_("Grades of the service"), _grade_columns(), grade_rows())
    book.say(*_rule(facts))
    book.say(*_versions(facts))
    book.say(_("Figures of fewer than %(fewest)s answers are not shown, to protect the respondents.", fewest=FEWEST))


def _grade_columns() -> tuple[tuple[str, str, int], ...]:
    return (
        (pgettext("report", "Grade"), "c", 16),
        (pgettext("report", "Performance"), "l", 34),
        (pgettext("report", "Index"), "c", 25),
        ("IKM", "c", 25),
    )


def grade_rows() -> list[tuple[str, ...]]:
    """Grade, performance, interval of the index and of the IKM, as PermenPANRB 14/2017 prints them."""
    bounds = (("3.5324", "4.00", "88.31", "100.00"), ("3.0644", "3.532", "76.61", "88.30"),
              ("2.60", "3.064", "65.00", "76.60"), ("1.00", "2.5996", "25.00", "64.99"))  # fmt: skip
    rows = []
    for grade, edges in zip(Grade, bounds, strict=True):
        low, high, ikm_low, ikm_high = (number(Decimal(edge), len(edge.partition(".")[2])) for edge in edges)
        rows.append((grade.value, pick(grade.performance), f"{low} – {high}", f"{ikm_low} – {ikm_high}"))
    return rows


def _rule(facts: Facts) -> list[str]:
    figures, taken = facts.figures, _taken(facts)
    unchecked = _("The answers from earlier files were not checked for suspicious patterns.") if taken.some else ""
    if not taken.rest:
        return [unchecked]
    said = [
        unchecked,
        _(
            "An answer looks suspicious when it was given in less than a second a question, all the more when every "
            "answer is the same, or when it is one of a burst from one device. Such answers are marked and kept."
        ),
    ]
    flagged = count(figures.flagged)
    if not figures.flagged and taken.some:
        said.append(_("Among the other answers there were none."))
    elif not figures.flagged:
        said.append(_("There were none in this period."))
    elif figures.flagged_counted:
        said.append(_("In this period there were %(n)s; as this office has set it, they are counted.", n=flagged))
    else:
        said.append(_("In this period there were %(n)s; as this office has set it, they are not counted.", n=flagged))
    return said


def _versions(facts: Facts) -> list[str]:
    found = facts.figures.versions
    if not found:
        return []
    if not facts.figures.mixed:
        return [_("Version of the questionnaire: %(version)s.", version=found[0][0])]
    each = [_("%(version)s (%(n)s forms)", version=version, n=count(n)) for version, n in found]
    return [
        _(
            "The answers of this period were given under several versions of the questionnaire: %(versions)s. Compare "
            "with care.",
            versions=listed(each),
        )
    ]
