"""Published content in the reader's language: names, figures, marks."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from ptsp import skm
from ptsp.catalogue import Text
from ptsp.elements import IPAK, SKM, SPKP
from ptsp.periods import dotted, moved
from survey.public.content import in_figures
from survey.report.words import count
from web.language import language

Content = dict[str, Any]
HUNDRED, HIGHEST = 100, 4


def pick(text: Text) -> str:
    """A text in the language of the page."""
    return text.get(language()) or text.get("id", "")


def figure(value: str | None) -> str:
    """A decimal string as the language writes it; a dash for none."""
    return "-" if value is None else pick(in_figures(value))


def after(iso: str) -> str:
    """The day after, dotted."""
    return dotted(moved(iso, 1))


def mark(grade: str) -> str:
    """ "A" as "Sangat Baik"."""
    return pick(skm.PERFORMANCE[skm.Grade(grade)]) if grade else ""


def survey_word(code: str) -> str:
    """What the index of a survey is called."""
    words = {
        SKM: _("Index of public satisfaction (IKM)"),
        SPKP: _("Index of perceived service quality (own survey)"),
        IPAK: _("Index of perceived freedom from corruption (own survey)"),
    }
    return words.get(code, code)


def in_words(content: Content) -> Content:
    """What a page shows of published content."""
    graded = content["survey"]["code"] == SKM
    weakest = set(content["weakest"])
    services = [_row(row, graded) for row in content["services"]]
    sizes = {row["n"] for row in content["elements"]}
    return {
        "name": survey_word(content["survey"]["code"]),
        "period": pick(content["period"]["label"]),
        "dates": f"{dotted(content['period']['first'])} - {dotted(content['period']['last'])}",
        "value": pick(content["headline"]["value"]),
        "word": pick(content["headline"]["word"]),
        "grade": content["headline"]["grade"],
        "graded": graded,
        "n": content["n"],
        "answers": _answers(content["n"]),
        "facts": _facts(content),
        "change": _change(content),
        "each_n": count(content["elements"][0]["n"]) if len(sizes) == 1 and None not in sizes else None,
        "elements": [{**_row(row, graded), "weak": row["code"] in weakest} for row in content["elements"]],
        "services": [row for row in services if row["value"] is not None],
        "veiled": [row["name"] for row in services if row["value"] is None],
        "mixed": len(content["survey"]["versions"]) > 1,
        "weight": figure(content["weight"]),  # "exact" has no point
        "weighs": "1/9" if content["weight"] == "exact" else figure(content["weight"]),
        "flagged": content["flagged"],
    }


def _row(row: dict[str, Any], graded: bool) -> dict[str, Any]:
    value = row["ikm"] if graded else row["nrr"]
    share = 0.0 if value is None else float(value) / (HUNDRED if graded else HIGHEST) * HUNDRED
    return {
        "code": row["code"],
        "name": pick(row["name"]),
        "n": None if row["n"] is None else count(row["n"]),
        "answers": None if row["n"] is None else _answers(row["n"]),
        "value": None if value is None else figure(value),
        "nrr": figure(row["nrr"]),
        "share": f"{share:.1f}",
        "grade": row["grade"],
        "word": mark(row["grade"]),
    }


def _answers(n: int) -> str:
    return ngettext("%(n)s answer", "%(n)s answers", n, n=count(n))


def _facts(content: Content) -> list[tuple[str, str]]:
    """(word, figure) beside the index."""
    found = [(_("Answers"), count(content["n"]))]
    if content["visitors"]:
        found.append((_("Visitors served"), count(content["visitors"])))
        found.append((_("Answers needed for a sample"), count(content["needed"])))
    if content["interval"]:
        low, high = (figure(end) for end in content["interval"])
        found.append((_("Confidence interval (95 percent)"), f"{low} - {high}"))
    return found


def _change(content: Content) -> str:
    """The one sentence of the trend; "" without an earlier period."""
    change = content["change"]
    if not change:
        return ""
    places = {"points": figure(change["difference"].lstrip("-")), "since": pick(change["since"])}
    if change["difference"].startswith("-"):
        said = _("%(points)s lower than in %(since)s.", **places)
    elif float(change["difference"]) == 0:
        said = _("As in %(since)s.", **places)
    else:
        said = _("%(points)s higher than in %(since)s.", **places)
    if change["beyond_chance"] is None:
        return said
    more = _("The change is more than chance.") if change["beyond_chance"] else _("The change can be chance.")
    return f"{said} {more}"


def kind_words() -> dict[str, str]:
    """What each kind of publication is called."""
    return {
        "page": _("Public page and open data"),
        "board": _("Boards in the hall"),
        "poster": _("Poster on the wall"),
        "report": _("Report handed in"),
        "open_data": _("Open data portal"),
        "elsewhere": _("Website, social media, newspaper or other"),
    }


def remark_words() -> dict[str, str]:
    """What kind of words of a visitor these are; nothing for a remark in the survey."""
    return {
        "complaint": _("Complaint"),
        "suggestion": _("Suggestion"),
        "praise": _("Praise"),
        "question": _("Question"),
    }


def context() -> dict[str, Any]:
    """What the templates of these pages call."""
    calls = {"in_words": in_words, "dotted": dotted, "after_day": after, "said": pick, "counted": count}
    return {**calls, "remark_words": remark_words()}
