"""What the import says: columns, faults, in the reader's language."""

from __future__ import annotations

from flask_babel import gettext as _

from ptsp import periods
from ptsp.elements import ELEMENTS
from ptsp.import_columns import ABOUT, TIMES
from ptsp.import_rows import Fault
from survey.follow_up.words import element_name
from web.language import language

# As far back as an office is likely to have answers.
YEARS_BACK = 7


def target_names(instrument: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """[(group, [(target, word), ...]), ...] of all that a column can hold."""
    elements = [(code, f"{code} {element_name(instrument, code)}") for code in ELEMENTS[instrument]]
    names = about_names()
    times, about = [(name, names[name]) for name in TIMES], [(name, names[name]) for name in ABOUT]
    return [(_("Elements"), elements), (_("When"), times), (_("Respondent"), about)]


def about_names() -> dict[str, str]:
    """Target -> word, of all that is no element."""
    return {
        "date": _("Date"),
        "month": _("Month"),
        "period": _("Period (quarter, half-year)"),
        "year": _("Year"),
        "service": _("Service"),
        "sex": _("Sex"),
        "age": _("Age"),
        "education": _("Education"),
        "occupation": _("Occupation"),
        "remark": _("Remark"),
    }


def fault_words(fault: Fault) -> str:
    """A fault as a sentence."""
    return {
        "score": _("%(value)s is no answer; 1, 2, 3, 4 or nothing is.", value=_quoted(fault.value)),
        "empty": _("No element was answered."),
        "date": _("%(value)s cannot be read as a day or period.", value=_quoted(fault.value)),
        "no_date": _("No day or period is given, neither in the row nor for the whole table."),
        "future": _("%(value)s: the day or period is not over yet.", value=_quoted(fault.value)),
        "old": _("%(value)s is before the year 2000.", value=_quoted(fault.value)),
    }[fault.why]


def _quoted(value: str) -> str:
    shown = value if len(value) <= 40 else value[:39] + "…"
    return f"“{shown}”"


def period_groups(today: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """[("2025", [(code, name), ...]), ...]: years, half-years, quarters and months that are over, newest year first."""
    found = []
    for year in range(int(today[:4]), int(today[:4]) - YEARS_BACK, -1):
        names = [f"{year}", *(f"{year}-S{n}" for n in (1, 2)), *(f"{year}-T{n}" for n in range(1, 5))]
        names += [f"{year}-{n:02}" for n in range(1, 13)]
        over = [one for one in map(periods.parse, names) if one.last < today]
        if over:
            found.append((f"{year}", [(one.code, one.label[language()]) for one in over]))
    return found
