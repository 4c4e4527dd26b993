"""Numbers, dates and names as a report writes them, in the language of the moment (flask_babel.force_locale)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_babel import format_date, format_decimal, get_locale, ngettext, pgettext
from flask_babel import gettext as _

from ptsp import skm
from ptsp.breakdowns import NOT_SAID
from ptsp.catalogue import Catalogue
from ptsp.satisfaction import Figures
from ptsp.tallies import FEWEST
from survey import instruments
from survey.report.facts import Facts

# Stands for a figure that is hidden or not there.
NOTHING = "–"


def language() -> str:
    """ "id" or "en"."""
    return "en" if str(get_locale()).startswith("en") else "id"


def pick(text: Any) -> str:
    """A text of the office in the language of the report."""
    return str(text.get(language()) or text["id"])


def number(value: Fraction | Decimal | float | None, places: int = 2) -> str:
    """Rounded half-up: "88,31" in Indonesian, "88.31" in English."""
    if value is None:
        return NOTHING
    exact = value if isinstance(value, Decimal) else Decimal(str(value)) if isinstance(value, float) else value
    if exact < 0:
        return "−" + number(-exact, places)
    rounded = skm.half_up(Fraction(exact), places)
    return str(format_decimal(rounded, format="#,##0." + "0" * places if places else "#,##0"))


def count(n: int | None) -> str:
    """ "12.345"."""
    return NOTHING if n is None else str(format_decimal(n))


def percent(share: Fraction | None) -> str:
    """ "12,5 %"."""
    return NOTHING if share is None else f"{number(share * 100, 1)} %"


def long_date(day: str) -> str:
    """ "22 November 2026"."""
    return str(format_date(date.fromisoformat(day), "d MMMM yyyy"))


def days(first: str, last: str) -> str:
    """ "1 Juli 2026 - 30 September 2026"."""
    return long_date(first) if first == last else f"{long_date(first)} – {long_date(last)}"


def plain(number_of_code: str) -> str:
    """ "exact" as words; the rounded constants as numbers."""
    return "1/9" if number_of_code == "exact" else number(Decimal(number_of_code), len(number_of_code) - 2)


def graded(score: skm.Score) -> str:
    """ "A (Sangat Baik)"."""
    return f"{score.grade} ({pick(score.grade.performance)})" if score.grade else NOTHING


def listed(names: list[str]) -> str:
    """ "a, b dan c"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(most)s and %(last)s", most=", ".join(names[:-1]), last=names[-1])


def element_name(instrument: str, code: str) -> str:
    """ "Persyaratan"; the code alone when the instrument has no such element."""
    try:
        found = next(one for one in instruments.load(instrument).elements if one.code == code)
    except (instruments.BadInstrument, StopIteration):
        return code
    return found.name.picture[language()]


def element_label(instrument: str, code: str) -> str:
    """ "U1 Persyaratan"."""
    name = element_name(instrument, code)
    return code if name == code else f"{code} {name}"


def dimension_names() -> dict[str, str]:
    """Dimension -> what it is called in a table's first column."""
    traits = {trait.code: trait.label.picture[language()] for trait in instruments.load().respondent}
    return {
        "service": _("Service"),
        "section": pgettext("report", "Section"),
        "channel": _("Way of answering"),
        "hour": _("Hour of the visit"),
        "wait": _("Waiting time"),
        **traits,
    }


def channel_names() -> dict[str, str]:
    """Channel -> words."""
    return {
        "kiosk": _("Survey kiosk in the hall"),
        "phone": _("Visitor's own phone"),
        "tablet": _("Tablet at the counter"),
        "paper": _("Paper form, entered by staff"),
        "import": _("Answers taken over from an earlier file"),
    }


def key_name(office: Catalogue, dimension: str, key: str) -> str:
    """A group of a breakdown as words."""
    if key == NOT_SAID:
        return _("Not stated")
    if dimension == "service":
        return pick(office.service(int(key)).name)
    if dimension == "section":
        return next((pick(one.name) for one in office.sections if str(one.id) == key), key)
    if dimension == "channel":
        return channel_names().get(key, key)
    if dimension == "wait":
        return wait_name(key)
    return trait_names().get(dimension, {}).get(key, key)


def trait_names() -> dict[str, dict[str, str]]:
    """Trait -> option -> words."""
    return {
        trait.code: {one.code: one.text.picture[language()] for one in trait.options}
        for trait in instruments.load().respondent
    }


def wait_name(band: str) -> str:
    """A band of the waiting time as words."""
    if band.endswith("+"):
        return _("%(minutes)s minutes or more", minutes=band[:-1])
    low, high = band.split("-")
    return _("%(low)s to under %(high)s minutes", low=low, high=high)


def hidden_note() -> str:
    """What the dash in a table of groups means."""
    return _(
        "%(dash)s: not shown because fewer than %(fewest)s people answered, or because such a small number could "
        "otherwise be worked out from the total.",
        dash=NOTHING,
        fewest=FEWEST,
    )


def unit_words(facts: Facts) -> str:
    """What the index is called: IKM for the SKM, index for the others."""
    return "IKM" if facts.figures.graded else pgettext("report", "Index")


def longer_note(figures: Figures) -> str:
    """What is told of imported answers that stand in this period and name a longer one; "" without any."""
    if not figures.longer:
        return ""
    facts = {"num": figures.named_longer, "named": listed([pick(period.label) for period, _n in figures.longer])}
    if not figures.n:
        return ngettext(
            "%(num)s answer comes from a table that names only %(named)s. It counts there and not in this period: no"
            " index of this period is made of it.",
            "%(num)s answers come from a table that names only %(named)s. They count there and not in this period: no"
            " index of this period is made of them.",
            **facts,
        )
    return ngettext(
        "%(num)s of %(all)s answers comes from a table that names only %(named)s; it stands on its last day. Compare"
        " with care.",
        "%(num)s of %(all)s answers come from a table that names only %(named)s; they stand on its last day. Compare"
        " with care.",
        all=count(figures.n),
        **facts,
    )
