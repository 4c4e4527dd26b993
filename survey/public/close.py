"""What a new publication must not show because of an earlier one: a service had 20 answers in public, and has 22 now.

The whole is looked at by `publishing.too_close`, which refuses; a service is hidden, and others with it, until neither
a service nor all that is hidden together differs by one to four answers from what was public of nested days. An element
only loses its n: without it, nobody knows how many answers its NRR has more. Shown rows are those of
survey/public/content.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ptsp.periods import Period
from ptsp.publishing import Publication, too_close
from ptsp.tallies import FEWEST

Row = dict[str, Any]
UNTOLD: Row = {"n": None, "nrr": None, "ikm": None, "grade": "", "hidden": True}


def without_close(content: Row, log: Iterable[Publication], survey: str, period: Period) -> Row:
    """The content with what would tell of a few left out; ``log``: all that was ever public of this office."""
    known = [one for one in log if one.content and one.survey == survey and _nested(one, period)]
    told = [one.content for one in known if one.content]
    mine = _sizes(content["services"])
    hidden = {code for code, n in mine.items() if n is not None and _close(known, "services", code, n, survey, period)}
    while (more := _more(content["n"], mine, hidden, told)) is not None:
        hidden.add(more)
    return content | {
        "elements": [
            row | {"n": None} if row["n"] and _close(known, "elements", row["code"], row["n"], survey, period) else row
            for row in content["elements"]
        ],
        "services": [row | UNTOLD if row["code"] in hidden else row for row in content["services"]],
    }


def _nested(one: Publication, period: Period) -> bool:
    inside = period.first <= one.first_day and one.last_day <= period.last
    return inside or (one.first_day <= period.first and period.last <= one.last_day)


def _close(known: Sequence[Publication], part: str, code: str, n: int, survey: str, period: Period) -> bool:
    """`too_close` for one service or element; a publication that did not tell its n tells nothing of it."""
    sizes = [(one, _sizes((one.content or {}).get(part, ())).get(code)) for one in known]
    public = [replace(one, content={"n": size}) for one, size in sizes if size is not None]
    return too_close(public, survey, period.first, period.last, n)


def _more(n: int, mine: Mapping[str, int | None], hidden: set[str], told: Iterable[Row]) -> str | None:
    """One more service to hide, the smallest that helps; None when what is hidden tells nothing of a few."""
    shown = {code: size for code, size in mine.items() if size is not None and code not in hidden}
    smallest = sorted(shown, key=lambda code: (code != "", shown[code], code))
    for content in told:
        helping = _helping(n - content["n"], mine, shown, content)
        found = next((code for code in smallest if code in helping), None)
        if found is not None:
            return found
    alone = hidden and len(mine) - len(shown) == 1  # the whole less the others is it
    return next(iter(smallest), None) if alone else None


def _helping(grown: int, mine: Mapping[str, int | None], shown: Mapping[str, int], content: Row) -> set[str]:
    """The services one of which has to be hidden for the sake of an earlier content, from which the whole has `grown`.

    By subtraction everybody has the growth of all that was hidden then or is now; and when nothing is hidden in both,
    that of what was hidden then, and that of what is now.
    """
    before = _sizes(content.get("services", ()))
    public = {code: size for code, size in before.items() if size is not None}
    veiled = before.keys() - public.keys()
    change = {code: size - public.get(code, 0) for code, size in shown.items() if code not in veiled}
    left = grown - sum(change.values()) + sum(size for code, size in public.items() if code not in mine)
    if _few(left):
        return {code for code, more in change.items() if more}
    if veiled and not veiled.intersection(mine.keys() - shown.keys()):
        then = sum(shown.get(code, 0) for code in veiled) - (content["n"] - sum(public.values()))
        if _few(then) or _few(left - then):
            return set(veiled)
    return set()


def _few(n: int) -> bool:
    return 0 < abs(n) < FEWEST


def _sizes(rows: Iterable[Row]) -> dict[str, int | None]:
    """Code -> n, None where it was not told."""
    return {row["code"]: row["n"] for row in rows}
