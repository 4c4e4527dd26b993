"""The survey at the command line: the index of any table of answers."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, BinaryIO

import click

from ptsp import skm
from ptsp.answer_table import BadRow, BadTable, Count, read
from server.words import _, language, pick

PLACES = 4


@click.group()
def survey() -> None:
    """The survey: reports of a period, and the index (SKM) of answers that are not in this program."""


@survey.command("index")
@click.argument("answers", type=click.File("rb"))
@click.option(
    "--weight",
    type=click.Choice([one.value for one in skm.Weight]),
    default=skm.Weight.EXACT.value,
    show_default=True,
    help="The constant for 1/9. Older reports used 0.111 or 0.11: a perfect score then reads 99.90 or 99.00.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def index(answers: BinaryIO, weight: str, as_json: bool) -> None:
    """Print the SKM index of the table ANSWERS (CSV; - reads standard input).

    One row a respondent; columns u1 to u9 in any case and order, other columns are ignored; comma, semicolon or tab
    between them; UTF-8 or Windows-1252. A value is 1, 2, 3, 4 or empty. Remember that the printed form asks U9 before
    U8.

    A row with any other value, or with fewer or more fields than the heading, is named on standard error with its line
    and is not counted at all. The figures of the other rows are printed all the same; the exit code is then 1.

    There is no index while nobody has answered one of the nine; those are named.
    """
    count, bad = Count(), list[BadRow]()
    try:
        for row in read(answers, count):
            bad.append(row)
            if not as_json:
                click.echo(_("line %(line)d: %(why)s", line=row.line, why=reason(row)), err=True)
    except BadTable as problem:
        raise click.ClickException(refused(problem)) from problem
    score = skm.score(count.sums, skm.Weight(weight), forms=count.forms)
    if as_json:
        click.echo(json.dumps(picture(score, count, bad), indent=2, ensure_ascii=False))
    else:
        tell(score, count, len(bad))
    if bad:
        raise SystemExit(1)


def reason(row: BadRow) -> str:
    """Why a row is not counted."""
    match row.why:
        case "value":
            return _("%(column)s is %(value)s; 1, 2, 3, 4 or nothing is", column=row.column, value=f'"{row.value}"')
        case "short":
            return _("fewer fields than the heading (%(fields)s)", fields=row.value)
        case "long":
            return _("more fields than the heading (%(fields)s)", fields=row.value)
    return _("not readable as CSV (%(why)s)", why=row.value)


def refused(problem: BadTable) -> str:
    """Why nothing can be counted."""
    columns = ", ".join(problem.columns)
    match problem.why:
        case "missing":
            return _("The table has no column %(columns)s. The columns u1 to u9 are needed.", columns=columns)
        case "twice":
            return _("The table has more than one column %(columns)s.", columns=columns)
    return _("The table is empty.")


def tell(score: skm.Score, count: Count, bad: int) -> None:
    """The working table, to read."""
    element, weighted = _("element"), _("weighted")
    click.echo(f"{element:<8}{'n':>9}{'NRR':>9}{weighted:>12}")
    for line in score.elements:
        click.echo(f"{line.code:<8}{line.n:>9}{number(line.nrr):>9}{number(line.weighted):>12}")
    click.echo("")
    facts = [
        (_("index"), number(score.index)),
        ("IKM", decimal(score.ikm)),
        (_("grade"), f"{score.grade} ({pick(score.grade.performance)})" if score.grade else _("no data yet")),
        ("n", str(score.n)),
        (_("weight"), "1/9" if score.weight is skm.Weight.EXACT else decimal(Decimal(score.weight.value))),
    ]
    if count.blank:
        facts.append((_("blank"), _("%(n)d rows without any answer", n=count.blank)))
    if bad:
        facts.append((_("bad rows"), _("%(n)d, not counted", n=bad)))
    for name, value in facts:
        click.echo(f"{name:<14}{value}")
    unanswered = [line.code.lower() for line in score.elements if not line.n]
    if unanswered:
        click.echo(_("no index: nobody answered %(columns)s", columns=", ".join(unanswered)))


def number(value: Any) -> str:
    """An exact figure to four decimals."""
    return "-" if value is None else decimal(skm.half_up(value, PLACES))


def decimal(value: Decimal | None) -> str:
    """With the comma of the machine's language."""
    text = "-" if value is None else str(value)
    return text.replace(".", ",") if language() == "id" else text


def picture(score: skm.Score, count: Count, bad: list[BadRow]) -> dict[str, Any]:
    """Everything as JSON: rounded numbers, and the exact fractions as text."""
    return {
        "n": score.n,
        "weight": score.weight.value,
        "elements": [
            {"code": one.code, "n": one.n, "nrr": rounded(one.nrr), "weighted": rounded(one.weighted),
             "exact": None if one.nrr is None else str(one.nrr)}
            for one in score.elements
        ],
        "index": rounded(score.index),
        "index_exact": None if score.index is None else str(score.index),
        "ikm": None if score.ikm is None else float(score.ikm),
        "grade": score.grade,
        "performance": score.grade.performance if score.grade else None,
        "blank": count.blank,
        "bad_rows": [{"line": one.line, "reason": reason(one)} for one in bad],
    }  # fmt: skip


def rounded(value: Any) -> float | None:
    """To four decimals, half-up."""
    return None if value is None else float(skm.half_up(value, PLACES))
