"""What a new publication must not show because of an earlier one: a service had 20 answers in public, and has 22 now.

The whole is looked at by `publishing.too_close`, which refuses; a service is hidden, and others with it, until neither
a service nor all that is hidden together differs by one to four answers from what was public of nested days. What was
public is each publication alone, and several that do not overlap: added up, and taken from one that holds them (a
quarter less two of its months is the third). An element only loses its n: without it, nobody knows how many answers its
NRR has more. Shown rows are those of survey/public/content.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from ptsp.periods import Period
from ptsp.publishing import Publication, too_close
from ptsp.tallies import FEWEST
from survey.public.worked_out import few_told

Row = dict[str, Any]
UNTOLD: Row = {"n": None, "nrr": None, "ikm": None, "grade": "", "hidden": True}
NEW = 0  # in place of the number that a publication will have


def without_close(content: Row, log: Iterable[Publication], survey: str, period: Period) -> Row:
    """The content with what would tell of a few left out; ``log``: all that was ever public of this office."""
    known = [one for one in log if one.content and one.survey == survey]
    told = list(_told(known, period))
    mine = _sizes(content["services"])
    hidden = {code for code, n in mine.items() if n is not None and _close(known, "services", code, n, survey, period)}
    while (more := _more(content["n"], mine, hidden, told)) is not None:
        hidden.add(more)
    hidden |= _beside(known, survey, period, content["n"], mine, hidden)
    return content | {
        "elements": [
            row | {"n": None} if row["n"] and _close(known, "elements", row["code"], row["n"], survey, period) else row
            for row in content["elements"]
        ],
        "services": [
            *(row | UNTOLD if row["code"] in hidden else row for row in content["services"]),
            *(row | UNTOLD for code, row in _named(known).items() if code in hidden - mine.keys()),
        ],
    }


def _beside(
    known: Sequence[Publication], survey: str, period: Period, n: int, mine: Mapping[str, int | None], hidden: set[str]
) -> set[str]:
    """More services to hide, so that no hidden one, here or in an earlier publication, is worked out from all of them.

    When it helps nothing, none: what an earlier publication tells is told.
    """
    around = [one for one in known if one.first_day <= period.first and period.last <= one.last_day]
    first = min([one.first_day for one in around], default=period.first)
    last = max([one.last_day for one in around], default=period.last)
    near = {repr((one.first_day, one.last_day, _sum((one,)))): one for one in known}  # boards say what the page says
    alone = [one for one in near.values() if first <= one.first_day and one.last_day <= last]
    if not alone:
        return set()
    before = few_told(alone, _within(alone))
    every_size: dict[str, int | None] = {**dict.fromkeys(_named(alone), 0), **mine}  # nobody: told, or hidden, too

    def told(more: set[str]) -> int:
        rows = [{"code": code, "n": None if code in hidden | more else size} for code, size in every_size.items()]
        new = Publication(NEW, "", survey, period.first, period.last, "", 0, None, None, {"n": n, "services": rows})
        every = [new, *alone]
        return len(few_told(every, _within(every)) - before)

    more: set[str] = set()
    left = told(more)
    shown = sorted((size, code) for code, size in every_size.items() if size is not None and code not in hidden)
    while left and shown:
        by_help = [(told(more | {code}), code == "", size, code) for size, code in shown]
        left, _unnamed, size, code = min(by_help)
        more.add(code)
        shown.remove((size, code))
    return set() if left else more


def _within(every: Sequence[Publication]) -> list[tuple[Publication, ...]]:
    """Each publication with families of others within its days."""
    found = []
    for whole in every:
        inside = [one for one in every if whole.first_day <= one.first_day and one.last_day <= whole.last_day]
        found += [(whole, *parts) for parts in _families([one for one in inside if one.id != whole.id])]
    return found


def _named(known: Iterable[Publication]) -> dict[str, Row]:
    """Code -> a row of each service that was ever named."""
    return {row["code"]: row for one in known for row in (one.content or {}).get("services", ())}


def _told(known: Sequence[Publication], period: Period) -> Iterator[Row]:
    """What was said of these days, as {"n", "services"}: by every publication of days that they hold or that hold them,
    by parts of them together, and by what longer days leave when other parts are taken away."""
    inside = [one for one in known if period.first <= one.first_day and one.last_day <= period.last]
    around = [one for one in known if one.first_day <= period.first and period.last <= one.last_day]
    yield from (_sum((one,)) for one in (*inside, *around))
    yield from (_sum(parts) for parts in _families(inside))
    for whole in around:
        within = [one for one in known if whole.first_day <= one.first_day and one.last_day <= whole.last_day]
        others = [one for one in within if one.last_day < period.first or period.last < one.first_day]
        yield from (_sum((whole,), less=parts) for parts in _families(others))


def _families(known: Sequence[Publication]) -> list[tuple[Publication, ...]]:
    """Publications that do not overlap: each alone, those of one length together, and of all lengths, the short ones
    first and the long ones first. Not every family: the months and quarters of a year alone would make thousands.
    `_close` looks at every sum of one service; these are for what is hidden together."""
    orders = [[one for one in known if _months(one) == length] for length in sorted({_months(one) for one in known})]
    orders += [sorted(known, key=_months), sorted(known, key=_months, reverse=True)]
    families = [(one,) for one in known] + [_apart(order) for order in orders if order]
    return list({tuple(one.id for one in family): family for family in families}.values())


def _apart(order: Iterable[Publication]) -> tuple[Publication, ...]:
    """The first, and each next one that overlaps none before it."""
    taken: list[Publication] = []
    for one in order:
        if all(one.last_day < other.first_day or other.last_day < one.first_day for other in taken):
            taken.append(one)
    return tuple(taken)


def _months(one: Publication) -> int:
    days = date.fromisoformat(one.last_day) - date.fromisoformat(one.first_day)
    return round(days.days / 30.4)


def _sum(parts: Iterable[Publication], less: Iterable[Publication] = ()) -> Row:
    """{"n", "services": [{"code", "n"}]} of publications added up, less others; hidden in one is hidden in the sum."""
    n, services = 0, dict[str, int | None]()
    for sign, content in [(1, one.content) for one in parts] + [(-1, one.content) for one in less]:
        n += sign * (content or {})["n"]
        for code, size in _sizes((content or {}).get("services", ())).items():
            before = services.get(code, 0)
            services[code] = None if size is None or before is None else before + sign * size
    return {"n": n, "services": [{"code": code, "n": size} for code, size in services.items()]}


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
    that of what was hidden then, and that of what is now. When the whole did not grow, no service did: then everybody
    has the size of what is hidden in both.
    """
    before = _sizes(content.get("services", ()))
    public = {code: size for code, size in before.items() if size is not None}
    veiled = before.keys() - public.keys()
    change = {code: size - public.get(code, 0) for code, size in shown.items() if code not in veiled}
    left = grown - sum(change.values()) + sum(size for code, size in public.items() if code not in mine)
    if _few(left):
        return {code for code, more in change.items() if more}
    if veiled and (not grown or not veiled.intersection(mine.keys() - shown.keys())):
        then = sum(shown.get(code, 0) for code in veiled) - (content["n"] - sum(public.values()))
        if _few(then) or _few(left - then):
            return set(veiled)
    return set()


def _few(n: int) -> bool:
    return 0 < abs(n) < FEWEST


def _sizes(rows: Iterable[Row]) -> dict[str, int | None]:
    """Code -> n, None where it was not told."""
    return {row["code"]: row["n"] for row in rows}
