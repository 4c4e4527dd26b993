"""The dashboard's sentences: what the figures mean, in plain words, in the language of the moment."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from ptsp import skm
from ptsp.breakdowns import NOT_SAID, Cell
from ptsp.catalogue import Catalogue
from ptsp.drivers import Contrast
from ptsp.elements import SKM
from ptsp.perception import NATIONAL_FEWEST, Perception, Threshold
from ptsp.periods import Period
from ptsp.satisfaction import FEWEST, Figures, Interval, Point
from survey import instruments
from survey.report import words as say

number, count, percent, pick = say.number, say.count, say.percent, say.pick
SURE = 0.001


@dataclass(frozen=True)
class Words:
    """The words of one page: the office and its figures are known."""

    office: Catalogue
    figures: Figures
    questions: dict[str, Any]

    number = staticmethod(number)
    count = staticmethod(count)
    percent = staticmethod(percent)
    pick = staticmethod(pick)
    nothing = say.NOTHING

    def element(self, code: str) -> str:
        """ "Persyaratan"."""
        return say.element_name(self.figures.instrument, code)

    def key(self, dimension: str, key: str) -> str:
        """A group of a breakdown."""
        if dimension == "counter" and key != NOT_SAID:
            counter = self.office.counters.get(int(key))
            return pick(counter.name) if counter else key
        return say.key_name(self.office, dimension, key)

    def dimension(self, dimension: str) -> str:
        """The first column of a breakdown."""
        return _("Counter") if dimension == "counter" else say.dimension_names()[dimension]

    def question(self, code: str) -> str:
        """One of the office's own questions."""
        found = self.questions.get(code)
        return pick(found["text"]) if found else code

    def answer(self, code: str, place: int) -> str:
        """An answer to one of the office's own questions, 0..3."""
        found = self.questions.get(code)
        try:
            return pick(found["answers"][place]) if found else str(place + 1)
        except (IndexError, KeyError):
            return str(place + 1)

    def band(self, dimension: str, key: str) -> str:
        """A band as the head of a narrow column."""
        return key.replace("-", "–") if dimension in ("wait", "hour") else self.key(dimension, key)

    def survey(self, instrument: str) -> str:
        """A survey by its name."""
        return survey_name(instrument)

    def skm_element(self, code: str) -> str:
        """The element that a further question is about."""
        return say.element_label(SKM, code)

    def grade(self, grade: skm.Grade | None) -> str:
        """ "Sangat Baik"."""
        return pick(grade.performance) if grade else ""

    def weight(self) -> str:
        """The constant for 1/9."""
        return say.plain(self.figures.weight.value)

    def hidden(self) -> str:
        """What a dash among groups means."""
        return say.hidden_note()

    def share(self, part: int, whole: int) -> str:
        """A part in percent."""
        return percent(Fraction(part, whole))

    def short(self, period: Period) -> tuple[str, str]:
        """A period on two short lines."""
        return short(period)

    def signed(self, point: Point) -> str:
        """The change of a point: "+1.24"."""
        change = self.difference(point)
        return say.NOTHING if change is None else ("+" if change > 0 else "") + number(change)

    def certain(self, point: Point) -> str:
        """Whether a point's change is more than chance, as a word."""
        if point.test is None:
            return say.NOTHING
        word = _("more than chance") if point.test.beyond_chance else _("can be chance")
        return f"{word} ({p_word(point.test.p)})"

    # --- the head

    def interval(self, interval: Interval | None, scale: int = 1) -> str:
        """The confidence interval as a range; `scale`: 25 makes values 1..4 of an IKM."""
        return f"{number(interval.low / scale)}–{number(interval.high / scale)}" if interval else ""

    def interval_method(self) -> str:
        """How the interval was made."""
        if self.figures.interval is None:
            return _("No confidence interval: too few complete forms, or all of them alike.")
        return _(
            "95 percent confidence interval from the spread of %(n)s complete forms (Student's t, without correction"
            " for a finite population).",
            n=count(self.figures.interval.n),
        )

    def change(self) -> str:
        """The trend in one or two sentences."""
        point = self.figures.change
        if point is None or point.since is None or point.change is None:
            return _("There is no earlier period to compare with yet.")
        return f"{self.moved(point)} {chance_of(point)}"

    def value(self, score: skm.Score | None) -> Decimal | Fraction | None:
        """An index as this survey publishes it: the IKM, or 0..4."""
        if score is None:
            return None
        return score.ikm if self.figures.graded else score.index

    def difference(self, point: Point) -> Decimal | Fraction | None:
        """The change of a point in the unit of the survey."""
        now, before = self.value(point.score), self.value(point.before)
        return None if now is None or before is None else now - before  # type: ignore[operator]

    def moved(self, point: Point) -> str:
        """ "Up by 1.24 against Quarter 2 of 2026 (86.09)."."""
        change = self.difference(point) or 0
        facts = {
            "by": number(abs(change)),
            "since": pick(point.since.label) if point.since else "",
            "before": number(self.value(point.before)),
        }
        if change > 0:
            return _("Up by %(by)s against %(since)s (%(before)s).", **facts)
        if change < 0:
            return _("Down by %(by)s against %(since)s (%(before)s).", **facts)
        return _("The same as in %(since)s (%(before)s).", **facts)

    def rule(self) -> str:
        """What was done with suspicious answers."""
        flagged, counted = self.figures.flagged, self.figures.flagged_counted
        if not flagged:
            return _("No answer looks suspicious.")
        if counted:
            return ngettext(
                "%(num)s answer looks suspicious and is counted, by the rule that this office has set.",
                "%(num)s answers look suspicious and are counted, by the rule that this office has set.",
                flagged,
            )
        return ngettext(
            "%(num)s answer looks suspicious and is kept but not counted, by the rule that this office has set.",
            "%(num)s answers look suspicious and are kept but not counted, by the rule that this office has set.",
            flagged,
        )

    def versions(self) -> str:
        """The notice about mixed versions."""
        listed = ", ".join(f"{version} ({count(n)})" for version, n in self.figures.versions)
        return _("This period mixes versions of the questionnaire: %(listed)s answers.", listed=listed)

    def too_few(self) -> str:
        """Why there are answers and no index."""
        figures = self.figures
        if figures.n < FEWEST:
            return ngettext(
                "%(num)s answer so far. Results are shown from %(fewest)s answers on, so that nobody's answer can be"
                " guessed.",
                "%(num)s answers so far. Results are shown from %(fewest)s answers on, so that nobody's answer can be"
                " guessed.",
                figures.n,
                fewest=FEWEST,
            )
        missing = [f"{one.code} ({one.n})" for one in figures.elements if one.n < FEWEST]
        return _("There is no index: too few people answered %(elements)s.", elements=say.listed(missing))

    # --- how many answered

    def sample(self) -> str:
        """Answers had against answers needed."""
        reach, n = self.figures.reach, self.figures.n
        if not reach.known:
            return _("No visits are recorded in this period, so the sample size needed is not known.")
        facts = {"needed": count(reach.needed), "visitors": count(reach.visitors)}
        if not reach.shortfall:
            return _("Enough: %(needed)s answers are needed of %(visitors)s visitors served (Krejcie-Morgan).", **facts)
        return _(
            "%(short)s short: %(needed)s answers are needed of %(visitors)s visitors served (Krejcie-Morgan), %(n)s are"
            " here.",
            short=count(reach.shortfall),
            n=count(n),
            **facts,
        )

    def ahead(self) -> str:
        """What there is still time for; "" when the period is over."""
        reach = self.figures.reach
        if not reach.running or not reach.known or reach.needed_at_end is None:
            return ""
        if not reach.per_day:
            return _("If visitors keep coming as so far, this is enough until the end of the period too.")
        days = ngettext("%(num)s open day is left", "%(num)s open days are left", reach.days_left or 0)
        return _(
            "If visitors keep coming as so far, %(needed)s answers will be needed. %(days)s: that makes %(each)s a"
            " day.",
            needed=count(reach.needed_at_end),
            days=days,
            each=count(reach.per_day),
        )

    def rate(self) -> str:
        """The response rate, with its denominator."""
        reach = self.figures.reach
        if reach.rate is None:
            return _("Nobody was asked in this period.")
        return _(
            "%(answers)s of %(asked)s visitors asked have answered.",
            answers=count(reach.answers),
            asked=count(reach.asked),
        )

    # --- drivers

    def place(self, place: str | None) -> str:
        """A field of the importance-performance picture."""
        return place_names().get(place or "", _("Everybody answers alike"))

    def contrast(self, one: Contrast) -> str:
        """One difference, as a sentence."""
        return _(
            "%(element)s: %(mean)s where %(group)s, %(other)s elsewhere (n %(n)s and %(n_else)s; %(p)s)",
            element=f"{one.code} {self.element(one.code)}",
            mean=number(one.mean),
            group=f"{self.dimension(one.dimension).lower()}: {self.key(one.dimension, one.key)}",
            other=number(one.mean_else),
            n=count(one.n),
            n_else=count(one.n_else),
            p=p_word(one.p),
        )

    def marked(self, dimension: str, key: str, code: str) -> str:
        """ "up", "down" or "" for an element in a group: only what is beyond chance."""
        for one in self.figures.drivers.certain:
            if (one.dimension, one.key, one.code) == (dimension, key, code):
                return "down" if one.difference < 0 else "up"
        return ""

    def nrr(self, cell: Cell, code: str) -> Fraction | None:
        """An element's NRR in a group; None when hidden."""
        lines = cell.score.elements if cell.score and not cell.hidden else ()
        return next((line.nrr for line in lines if line.code == code), None)

    # --- perception

    def index_name(self, one: Perception) -> str:
        """ "IPKP"."""
        return {"ipkp": _("IPKP: perceived quality of service"), "ipak": _("IPAK: perceived freedom from corruption")}[
            one.index
        ]

    def reached(self, one: Threshold) -> str:
        """Whether a threshold is reached."""
        return {True: _("reached"), False: _("not reached"), None: _("no data yet")}[one.reached]

    def national(self, one: Perception) -> str:
        """Compared with what the national team asks."""
        if one.enough:
            return _("n = %(n)s", n=count(one.n))
        return _("n = %(n)s; the national team asks at least %(fewest)s", n=count(one.n), fewest=NATIONAL_FEWEST)


def of(office: Catalogue, figures: Figures, questions: dict[str, Any]) -> Words:
    """The words of a page."""
    return Words(office, figures, questions)


def chance_of(point: Point) -> str:
    """Whether a change is more than chance, and how that was tested."""
    if point.test is None:
        return _("Too few complete forms to tell whether this is more than chance.")
    facts = {"p": p_word(point.test.p), "before": count(point.test.n_before), "after": count(point.test.n_after)}
    if point.test.beyond_chance:
        return _("This change is more than chance (Welch's t-test, %(p)s, n %(before)s and %(after)s).", **facts)
    return _("A change like this can be chance (Welch's t-test, %(p)s, n %(before)s and %(after)s).", **facts)


def p_word(p: float) -> str:
    """ "p = 0.012"."""
    return f"p < {number(SURE, 3)}" if p < SURE else f"p = {number(p, 3)}"


def place_names() -> dict[str, str]:
    """The fields of the importance-performance picture."""
    return {
        "first": _("Improve first"),
        "keep": _("Keep it up"),
        "later": _("Improve later"),
        "enough": _("Good as it is"),
    }


def kind_name(kind: str) -> str:
    """A group of periods to choose from."""
    return {"quarter": _("Quarters"), "semester": _("Half-years"), "year": _("Years"), "month": _("Months")}[kind]


def survey_name(instrument: str) -> str:
    """A survey as a choice."""
    try:
        return instruments.load(instrument).name.picture[say.language()]
    except instruments.BadInstrument:
        return instrument


def short(period: Period) -> tuple[str, str]:
    """A period on two short lines, below a picture."""
    year = period.first[:4]
    label = pick(period.label)
    if period.kind == "free":
        return f"{period.first[8:]}.{period.first[5:7]}.", f"{period.last[8:]}.{period.last[5:7]}.{period.last[2:4]}"
    if period.kind == "year":
        return year, ""
    if period.kind == "quarter":
        return _("Q%(number)s", number=(int(period.first[5:7]) + 2) // 3), year
    return label.replace(year, "").replace(" of ", " ").strip()[:12].strip(), year
