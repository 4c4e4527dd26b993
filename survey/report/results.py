"""Chapter III of the report: who answered, the index as a whole, by element and by service, IPKP and IPAK."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import pgettext

from ptsp.asking import TRAITS
from ptsp.breakdowns import NOT_SAID, Breakdown, Cell
from ptsp.intervals import Interval
from survey.report import apart
from survey.report.beginning import grade_rows
from survey.report.book import Book
from survey.report.document import Bar
from survey.report.facts import FEWEST, Facts
from survey.report.words import (
    NOTHING,
    count,
    dimension_names,
    element_label,
    graded,
    hidden_note,
    key_name,
    number,
    percent,
    pick,
    trait_names,
    unit_words,
)

GUIDES = ("B", "A")
MOST_BARS = 14
NO_ANSWER = "no_answer"  # the form's option; kept as nothing said


def results(book: Book, facts: Facts) -> None:
    """III Hasil."""
    book.chapter(pgettext("report", "Results"))
    book.heading(_("Characteristics of the respondents"))
    _respondents(book, facts)
    book.heading(_("IKM of the service unit") if facts.figures.graded else _("Index of the service unit"))
    _index(book, facts)
    if facts.enough:
        book.heading(_("Results by element"))
        _elements(book, facts)
    _groups(book, facts, "section", _("Results by section"))
    _groups(book, facts, "service", _("Results by service"))
    apart.perceptions(book, facts)
    apart.one_touch(book, facts)
    apart.own_questions(book, facts)


def _respondents(book: Book, facts: Facts) -> None:
    rows: list[tuple[str, ...]] = []
    hidden = False
    names = dimension_names()
    for trait in TRAITS:
        told = facts.figures.by(trait)
        if not told.told:
            continue
        hidden = hidden or told.any_hidden
        for place, (key, n, share) in enumerate(_indicators(told)):
            name = key_name(facts.office, trait, key)
            rows.append((names[trait] if not place else "", name, count(n), percent(share)))
    if not facts.figures.n:
        book.say(result_sentence(facts))
        return
    if not rows:
        book.say(_("No respondent of this period told anything about themselves: these questions may be left out."))
        return
    columns = (
        (_("Characteristic"), "l", 30),
        (_("Indicator"), "l", 36),
        (pgettext("report", "Number"), "r", 16),
        (_("Percentage"), "r", 18),
    )
    note = hidden_note() if hidden else ""
    book.table(_("Characteristics of the respondents"), columns, rows, note=note)


def _indicators(told: Breakdown) -> list[tuple[str, int | None, Fraction | None]]:
    """Every option of a trait with its number and share, chosen or not. Where some are hidden, one that nobody chose
    looks like them: else the hidden rows would tell which kinds of people were there."""
    options = [key for key in trait_names()[told.dimension] if key != NO_ANSWER]
    others = [cell.key for cell in told.cells if cell.key not in (*options, NOT_SAID)]
    hidden = any(cell.hidden for cell in told.cells)
    absent = (None, None) if hidden else (0, Fraction(0))
    cells = {cell.key: (cell.n, cell.share) for cell in told.cells}
    return [(key, *cells.get(key, absent)) for key in (*options, *others, NOT_SAID)]


def result_sentence(facts: Facts) -> str:
    """The result in one sentence; what is missing when there is none."""
    figures, score = facts.figures, facts.figures.score
    if not figures.n:
        return _("There are no answers for this period yet, so there is no index.")
    if facts.too_few:
        return _("Fewer than %(fewest)s answers were given in this period: no index is shown.", fewest=FEWEST)
    if not facts.enough:
        return _("An element was answered by too few respondents: there is no index of the others alone.")
    said = {"n": count(figures.n), "period": pick(facts.period.label)}
    if figures.graded:
        said |= {"ikm": number(score.ikm), "grade": graded(score)}
        return _("The IKM of %(period)s is %(ikm)s: grade %(grade)s, from %(n)s respondents.", **said)
    said |= {"index": number(score.index)}
    index = _("The index of %(period)s is %(index)s out of 4, from %(n)s respondents.", **said)
    return f"{index} {standing()}"


def standing() -> str:
    """What kind of value IPKP and IPAK are when an office measures them itself (DOMAIN section 3)."""
    return _("Own survey (survei mandiri) / projection; not a value of the Integrity Zone assessment.")


def elements_listed(facts: Facts, codes: Iterable[str]) -> str:
    """ "U8 Penanganan Pengaduan, Saran dan Masukan; U9 Sarana dan Prasarana": the names have commas of their own."""
    return "; ".join(element_label(facts.figures.instrument, code) for code in codes)


def _index(book: Book, facts: Facts) -> None:
    book.say(result_sentence(facts), look="lead")
    if facts.figures.interval:
        book.say(interval_sentence(facts.figures.interval, facts))


def interval_sentence(found: Interval, facts: Facts) -> str:
    """What the interval around the index says."""
    scale = 1.0 if facts.figures.graded else 25.0
    return _(
        "The 95 %% confidence interval reaches from %(low)s to %(high)s (n = %(n)s completely filled forms): were the "
        "survey repeated among visitors like these, the interval would hold the true value in 95 of 100 cases.",
        low=number(found.low / scale),
        high=number(found.high / scale),
        n=count(found.n),
    )


def _elements(book: Book, facts: Facts) -> None:
    figures = facts.figures
    marks = figures.graded
    rows = []
    for one in figures.elements:
        row = [element_label(figures.instrument, one.code), count(one.n), number(one.nrr, 3), number(one.weighted, 3)]
        rows.append(row + ([number(one.ikm), one.grade or NOTHING] if marks else []))
    score = figures.score
    whole = [_("Service unit"), count(figures.n), "", number(score.index, 3)]
    rows.append(whole + ([number(score.ikm), score.grade or NOTHING] if marks else []))
    widths = (42, 10, 12, 14) if marks else (58, 12, 13, 17)
    heads = (pgettext("report", "Element"), "n", "NRR", _("Weighted NRR"))
    columns = list(zip(heads, "lrrr", widths, strict=True))
    more = [("IKM", "r", 12), (pgettext("report", "Grade"), "c", 10)] if marks else []
    note = _("IKM of an element = its NRR × 25. Three decimals are shown; the index is worked out from exact values.")
    book.table(_("Index by element"), [*columns, *more], rows, strong=1, note=note if marks else "")
    bars = element_bars(facts)
    book.chart(
        "bars",
        _("%(unit)s by element (n = %(n)s)", unit=unit_words(facts), n=count(figures.n)),
        _("Bars, one an element: %(all)s.", all="; ".join(f"{bar.label} {bar.text}" for bar in bars)),
        bars=bars,
        most=100.0 if marks else 4.0,
        lines=guides() if marks else [],
        axes=(_("IKM, from 0 to 100") if marks else _("NRR, from 0 to 4"), ""),
    )


def guides() -> list[tuple[float, str]]:
    """Where grades B and A begin."""
    lows = {row[0]: row[3].split(" ")[0] for row in grade_rows()}
    at = {"A": 88.31, "B": 76.61}
    return [(at[grade], f"{grade} ≥ {lows[grade]}") for grade in GUIDES]


def element_bars(facts: Facts) -> list[Bar]:
    """One bar an element, in official order."""
    found = []
    for one in facts.figures.elements:
        label = element_label(facts.figures.instrument, one.code)
        if one.nrr is None:
            found.append(Bar(label, None, NOTHING))
        elif facts.figures.graded:
            found.append(Bar(label, float(one.ikm or 0), f"{number(one.ikm)}  {one.grade}", str(one.grade)))
        else:
            found.append(Bar(label, float(one.nrr), number(one.nrr)))
    return found


def _groups(book: Book, facts: Facts, dimension: str, title: str) -> None:
    """A table and a chart of sections or services, when there is more than one to tell apart."""
    told = facts.figures.by(dimension)
    cells = [cell for cell in told.cells if cell.n or cell.hidden or cell.visitors]
    if not facts.figures.n or not [cell for cell in cells if cell.key != NOT_SAID]:
        return
    if dimension == "section" and len(cells) < 2:
        return
    book.heading(title)
    name, unit = dimension_names()[dimension], unit_words(facts)
    rows = [_group_row(facts, dimension, cell) for cell in cells]
    columns = _group_columns(name, unit, facts.figures.graded)
    notes = [hidden_note()] if told.any_hidden else []
    if any(cell.score is None and not cell.hidden for cell in cells):
        notes.append(_("Groups without an answer have no index."))
    if any(cell.score and cell.score.index is None for cell in cells):
        notes.append(_("A group has no index while fewer than %(fewest)s answered one of the elements.", fewest=FEWEST))
    if any(cell.interval for cell in cells):
        notes.append(
            _(
                "The interval is of 95 percent, by Student's t on the completely filled forms of the group: fewer than "
                "%(fewest)s of them, or forms that are all alike, have none.",
                fewest=FEWEST,
            )
        )
    book.table(title, columns, rows, note=" ".join(notes))
    bars = [_group_bar(facts, dimension, cell) for cell in cells if cell.score and cell.score.index is not None]
    if len(bars) < 2:
        return
    bars.sort(key=lambda bar: -(bar.value or 0))
    caption = _("%(group)s: %(unit)s of the groups shown, highest first", group=name, unit=unit)
    if len(bars) > MOST_BARS:
        caption = _(
            "%(group)s: %(unit)s of the %(most)s groups with the highest and the lowest values",
            group=name,
            unit=unit,
            most=MOST_BARS,
        )
        bars = bars[: MOST_BARS // 2] + bars[-MOST_BARS // 2 :]
    alt = _("Bars, one a group: %(all)s.", all="; ".join(f"{bar.label} {bar.text}" for bar in bars))
    marks = facts.figures.graded
    axes = (_("IKM, from 0 to 100") if marks else _("NRR, from 0 to 4"), "")
    lines = guides() if marks else []
    book.chart("bars", caption, alt, bars=bars, most=100.0 if marks else 4.0, lines=lines, axes=axes)


def _group_columns(name: str, unit: str, graded_too: bool) -> list[tuple[str, str, int]]:
    columns = [
        (name, "l", 26 if graded_too else 33),
        (pgettext("report", "Visitors"), "r", 15),
        (pgettext("report", "Answers"), "r", 12),
        (_("Response rate"), "r", 12),
        (unit, "r", 9 if graded_too else 11),
        (pgettext("report", "Interval"), "c", 17),
    ]
    return [*columns, (pgettext("report", "Grade"), "c", 9)] if graded_too else columns


def _group_row(facts: Facts, dimension: str, cell: Cell) -> tuple[str, ...]:
    score, marks = cell.score, facts.figures.graded
    value = NOTHING if score is None else number(score.ikm if marks else score.index)
    name = key_name(facts.office, dimension, cell.key)
    around = apart.span(cell.interval, 1.0 if marks else 25.0)
    row = (name, count(cell.visitors), count(cell.n), percent(cell.rate), value, around)
    return (*row, (score.grade if score else None) or NOTHING) if marks else row


def _group_bar(facts: Facts, dimension: str, cell: Cell) -> Bar:
    label, score = key_name(facts.office, dimension, cell.key), cell.score
    if facts.figures.graded and score:
        text = f"{number(score.ikm)}  {score.grade}  n = {count(cell.n)}"
        return Bar(label, float(score.ikm or 0), text, str(score.grade))
    index = score.index if score else None
    return Bar(label, float(index or 0), f"{number(index)}  n = {count(cell.n)}")
