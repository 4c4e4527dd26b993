"""Of chapter III what stands apart from the index: IPKP and IPAK as a projection, one touch, the office's questions."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import pgettext

from ptsp.elements import SKM
from ptsp.intervals import Interval
from ptsp.perception import Perception
from ptsp.satisfaction import Choice
from survey.report.book import Book
from survey.report.facts import Facts
from survey.report.words import NOTHING, count, element_label, number, percent, pick


def perceptions(book: Book, facts: Facts) -> None:
    """IPKP and IPAK against the thresholds of the Integrity Zone; nothing when neither has answers."""
    found = [one for one in facts.figures.perceptions if one.value is not None]
    if not found:
        return
    book.heading(_("IPKP and IPAK: own survey, projection"))
    book.say(
        _(
            "These values come from the office's own survey (survei mandiri) and are a projection. The national team "
            "runs its own survey; nothing here is a value of the Integrity Zone assessment."
        )
    )
    columns = (
        (pgettext("report", "Index"), "l", 9),
        ("n", "r", 7),
        (_("Value (0–4)"), "r", 15),
        (pgettext("report", "Interval"), "c", 13),
        (_("Points (of 17.5)"), "r", 12),
        (_("WBK threshold"), "c", 22),
        (_("WBBM threshold"), "c", 22),
    )
    note = ""
    if any(one.interval for one in found):
        note = _("The interval is of 95 percent, by Student's t on the completely filled forms.")
    book.table(_("IPKP and IPAK against the thresholds"), columns, [_perception_row(one) for one in found], note=note)
    for one in found:
        if one.fallen_short_of_by_grade_a:
            warning = _(
                "Grade A of the SKM is not enough: it begins at 3.5324, the WBBM threshold of the IPKP is 3.60."
            )
            book.say(warning)
        if not one.enough:
            book.say(
                _("%(index)s: fewer than the 30 respondents that the national team asks.", index=one.index.upper()),
                look="note",
            )


def span(found: Interval | None, scale: float = 1.0) -> str:
    """A confidence interval: "83,20–88,14"; `scale`: 25 makes values 1..4 of an IKM."""
    return f"{number(found.low / scale)}–{number(found.high / scale)}" if found else NOTHING


def _perception_row(one: Perception) -> tuple[str, ...]:
    said = [
        (_("%(value)s: reached") if at.reached else _("%(value)s: not reached")) % {"value": number(at.value)}
        for at in one.thresholds
    ]
    return one.index.upper(), count(one.n), number(one.value, 3), span(one.interval), number(one.points), *said


def one_touch(book: Book, facts: Facts) -> None:
    """The four faces, apart from the index."""
    whole = facts.figures.one_touch.whole
    if whole.counts is None:
        return
    book.heading(_("One-touch impressions"))
    book.say(_("Visitors who answered by one touch are reported apart: this is no IKM and is not part of it."))
    rows = [_choice_row(_("Overall impression"), whole)]
    further = [one for one in facts.figures.one_touch.further if one.counts]
    rows += [_choice_row(element_label(SKM, one.code), one) for one in further]
    book.table(_("One-touch impressions"), _choice_columns(pgettext("report", "Question")), rows)


def own_questions(book: Book, facts: Facts) -> None:
    """What the office asked for itself."""
    asked = [one for one in facts.figures.extras if one.counts and one.code in facts.extras]
    if not asked:
        return
    book.heading(_("The office's own questions"))
    book.say(_("These questions belong to no official index."))
    rows = [_choice_row(pick(facts.extras[one.code].text), one) for one in asked]
    book.table(_("The office's own questions"), _choice_columns(pgettext("report", "Question")), rows)


def _choice_columns(name: str) -> tuple[tuple[str, str, int], ...]:
    return ((name, "l", 40), ("n", "r", 10), *((str(value), "r", 8) for value in range(1, 5)), (_("3 or 4"), "r", 18))


def _choice_row(name: str, one: Choice) -> tuple[str, ...]:
    return name, count(one.n), *(count(n) for n in one.counts or ()), percent(one.satisfied)
