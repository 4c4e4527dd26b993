"""The page on which a manager sees how a table is read, and what comes of it, before anything is stored."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flask_babel import gettext as _

from ptsp import importing, satisfaction, skm
from ptsp.catalogue import Catalogue
from ptsp.elements import ELEMENTS, SKM
from ptsp.errors import BadRequest, PtspError
from ptsp.import_columns import TRAP, in_order
from ptsp.import_file import HEAD_LINES
from ptsp.periods import Period, dotted, parse
from ptsp.tally import Tally
from survey.follow_up.words import element_name, instrument_name
from survey.importing import reading as readings
from survey.importing import words
from survey.importing.reading import Looked
from survey.report.words import number
from web.auth import the_hall
from web.errors import in_words
from web.language import language
from web.managers import acting, office_of, show

SAMPLES, FAULTS_SHOWN, BLANKS_SHOWN = 3, 50, 30


def look_page(looked: Looked, error: PtspError | None = None) -> str:
    """The page, with what was refused."""
    hall, office = the_hall(), office_of(acting())
    reading, prepared = looked.reading, looked.prepared
    first, last = prepared.days
    with hall.view() as conn:
        known = importing.known_as(conn, office.office_id, looked.sheet.sha256)
        there = (0, 0)
        if first:
            there = importing.already_there(conn, office.office_id, reading.instrument, first, last)
    asks = readings.needs_order(looked.sheet, reading)
    bad = prepared.bad_lines
    return show(
        "survey/importing/look.html",
        active="survey",
        error=_refused(error),
        looked=looked,
        reading=reading,
        instruments=[(code, instrument_name(code)) for code in readings.INSTRUMENTS],
        head_lines=[(number, _short(cells)) for number, cells in looked.sheet.lines[:HEAD_LINES]],
        of=readings.of(looked.sheet, reading.head, reading.instrument),
        columns=_columns(looked),
        targets=words.target_names(reading.instrument),
        whole=words.period_groups(looked.today),
        asks=asks,
        orders=_orders(looked) if asks else [],
        missing=[code for code in ELEMENTS[reading.instrument] if code not in reading.columns],
        names={code: element_name(reading.instrument, code) for code in ELEMENTS[reading.instrument]},
        rows=len(prepared.rows),
        days=(dotted(first), dotted(last)) if first else None,
        bad=bad,
        faults=[(one, words.fault_words(one)) for one in prepared.faults[:FAULTS_SHOWN]],
        more_faults=max(0, len(prepared.faults) - FAULTS_SHOWN),
        blanks=_blanks(looked),
        longer=_longer(looked),
        old_remarks=prepared.old_remarks,
        remark_months=office.setting("remark_months"),
        years=[_line(office, reading.instrument, *one) for one in prepared.by_period("year")],
        quarters=[_line(office, reading.instrument, *one) for one in prepared.by_period("quarter")],
        elements=_elements(looked),
        known=known,
        there=there,
        ready=bool(prepared.rows) and known is None and not (asks and not reading.order),
        fewest=satisfaction.FEWEST,
    )


def _columns(looked: Looked) -> list[dict[str, Any]]:
    """A line a column: letter, head, the first values, what it is taken for."""
    heads, below = looked.sheet.heads(looked.reading.head), looked.sheet.below(looked.reading.head)
    found = []
    for place, (head, target) in enumerate(zip(heads, looked.reading.columns, strict=True)):
        values = [cells[place] for _number, cells in below if cells[place]][:SAMPLES]
        found.append({"letter": readings.letter(place), "head": head, "values": values, "target": target})
    return found


def _orders(looked: Looked) -> list[dict[str, str]]:
    """Both ways to read the eighth and ninth column, with the mean of each, so that an office sees which is its own."""
    reading = looked.reading
    heads = looked.sheet.heads(reading.head)
    means = {code: _mean(looked, code) for code in TRAP}
    found = []
    for order in readings.ORDERS:
        parts = {}
        for code in TRAP:  # the column that was chosen as this element, and what it is in this order
            place = reading.columns.index(code)
            element = in_order((code,), order)[0]
            held = in_order((code,), reading.order)[0]  # under which element its values are counted now
            head = heads[place] or readings.letter(place)
            parts[code] = _(
                "column “%(head)s” is %(element)s %(name)s (mean %(mean)s)",
                head=head, element=element, name=element_name(reading.instrument, element), mean=means[held],
            )  # fmt: skip
        found.append({"order": order, "text": "; ".join(parts[code] for code in TRAP)})
    return found


def _mean(looked: Looked, element: str) -> str:
    scores = [row["scores"][element] for row in looked.prepared.rows if element in row["scores"]]
    if len(scores) < satisfaction.FEWEST:
        return "-"
    return number(Fraction(sum(scores), len(scores)))


def _elements(looked: Looked) -> list[tuple[str, str, str]]:
    """(element, name, mean) of the whole table, in official order."""
    instrument = looked.reading.instrument
    return [(code, element_name(instrument, code), _mean(looked, code)) for code in ELEMENTS[instrument]]


def _line(office: Catalogue, instrument: str, period: Period, tally: Tally) -> dict[str, Any]:
    """The index that a period would have of these answers alone."""
    facts: dict[str, Any] = {"name": period.label[language()], "n": tally.n, "index": None, "ikm": None, "grade": ""}
    if tally.n < satisfaction.FEWEST:
        return facts
    elements = ELEMENTS[instrument]
    scored = skm.score(tally.sums(elements), satisfaction.weight_of(office, instrument), elements, tally.n)
    if scored.index is None or scored.ikm is None:
        return facts
    graded = scored.grade if instrument == SKM else ""
    return facts | {"index": number(scored.index, 3), "ikm": number(scored.ikm), "grade": graded}


def _longer(looked: Looked) -> list[str]:
    """ "Tahun 2024 (60)": what rows name that name no day and no month."""
    named = [(parse(code), n) for code, n in looked.prepared.by_name().items()]
    return [f"{period.label[language()]} ({n})" for period, n in named if period.kind != "month"]


def _blanks(looked: Looked) -> list[tuple[str, str, int]]:
    """(what the column is, the word that is not known, how often), the most frequent first."""
    names = words.about_names()
    most = looked.prepared.blank.most_common(BLANKS_SHOWN)
    return [(names[target], value, times) for (target, value), times in most]


def _short(cells: tuple[str, ...]) -> str:
    text = " | ".join(cell for cell in cells if cell)
    return text if len(text) <= 70 else text[:69] + "…"


def _refused(error: PtspError | None) -> str | None:
    if error is None:
        return None
    if type(error) is BadRequest:
        return {
            "order": _("Please say in which order the eighth and ninth column stand."),
            "rows": _("No row of this table can be stored."),
        }.get(str(error.facts.get("reason")), in_words(error))
    return in_words(error)
