"""What the drawing process is told, as one JSON value on its standard input; what it answers."""

from __future__ import annotations

from msgspec import Struct

from survey.report.document import Document, Poster

FORMATS = ("pdf", "docx", "xlsx", "poster")
# Exit codes of the drawing process beside 0 and Python's own 1.
NO_PANGO = 3


class Group(Struct):
    """Answers of one kind: of a service, a sex, a way of answering. ``column``: the one of `Workbook.columns` to look
    into; ``name`` what stands there. Hidden groups have no figures; an ``untold`` one has n and no index. ``low`` and
    ``high``: the interval around its index, None without."""

    column: str
    kind: str
    name: str
    hidden: bool
    visitors: int | None = None
    n: int | None = None
    untold: bool = False
    low: float | None = None
    high: float | None = None


class Moment(Struct):
    """A line of the trend; what is not known is None."""

    period: str
    n: int
    value: float | None
    grade: str
    low: float | None
    high: float | None
    change: float | None
    judgement: str


class Workbook(Struct):
    """The XLSX: names and words are here; the answers are read by the drawing process.

    ``columns``: (column of the table, its head) of what is told beside the answers; ``names``: what stands for a key in
    such a column, {} where keys stand for themselves; ``blank`` for none. ``weight``: "exact", "0.111" or "0.11".
    """

    language: str
    title: str
    office: str
    made: str
    instrument: str
    elements: list[tuple[str, str]]
    extras: list[tuple[str, str]]
    weight: str
    graded: bool
    flagged_counted: bool
    columns: list[tuple[str, str]]
    names: dict[str, dict[str, str]]
    blank: str
    grades: dict[str, str]
    services: list[Group]
    respondents: list[Group]
    trend: list[Moment]
    words: dict[str, str]
    explained: list[tuple[str, str, str]]
    notes: list[str]
    database: str
    office_id: int
    first: str
    last: str


class Job(Struct):
    """One file to be made at ``out``; of the three, the one that the format needs."""

    format: str
    out: str
    document: Document | None = None
    poster: Poster | None = None
    workbook: Workbook | None = None
