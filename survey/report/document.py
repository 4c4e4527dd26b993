"""What a report says, as plain data: sentences and figures in the reader's language, ready to be drawn by any printer.

It travels as JSON from the process that knows the figures to the one that draws (making.py, child.py). Nothing here is
computed or translated any more, so that PDF and DOCX cannot differ.
"""

from __future__ import annotations

from msgspec import Struct, field


class Heading(Struct, tag=True):
    """A part of a chapter, with its number: "3.1"."""

    number: str
    text: str


class Para(Struct, tag=True):
    """A paragraph. ``look``: "" (body), "lead" (the main statement) or "note" (small print)."""

    text: str
    look: str = ""


class Items(Struct, tag=True):
    """A list; ``numbered`` as 1., 2., ..."""

    items: list[str]
    numbered: bool = False


class Table(Struct, tag=True):
    """``align``: one of l, r, c a column. ``widths``: per cent of the width. ``strong``: rows at the end in bold.
    ``whole``: short enough to be kept on one page."""

    number: int
    caption: str
    head: list[str]
    rows: list[list[str]]
    align: str
    widths: list[int]
    strong: int = 0
    note: str = ""
    whole: bool = True


class Bar(Struct):
    """One bar: its label, value, and what is written at its end. ``mark``: the colour of a grade A..D, or ""."""

    label: str
    value: float | None
    text: str
    mark: str = ""


class Point(Struct):
    """A point of a plane (the two values) with its label."""

    label: str
    x: float
    y: float
    mark: str = ""


class Chart(Struct, tag=True):
    """A picture. ``kind``: "bars" (lying, from zero to ``most``), "trend" (standing, from zero) or "plane".

    ``lines``: (value, label) of reference lines; in a plane the two means, x first. ``axes``: what is on x and y.
    ``spans``: confidence intervals, one a bar, or None. ``corners``: the fields of a plane, the upper two first.
    """

    number: int
    caption: str
    alt: str
    kind: str
    bars: list[Bar] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    most: float = 100
    lines: list[tuple[float, str]] = field(default_factory=list)
    spans: list[tuple[float, float] | None] = field(default_factory=list)
    axes: tuple[str, str] = ("", "")
    corners: list[str] = field(default_factory=list)


class Signature(Struct, tag=True):
    """Where it is signed: place and date, office of the signer, name, number (NIP); empty ones are dotted lines."""

    place_and_date: str
    title: str
    name: str
    number: str


Block = Heading | Para | Items | Table | Chart | Signature


class Chapter(Struct):
    """``number`` in Roman figures."""

    number: str
    title: str
    blocks: list[Block]


class Letterhead(Struct):
    """The head of the office's letters. ``accent``: "#rrggbb"; ``logo``: a PNG, or b""."""

    lines: list[str]
    office: str
    address: str
    accent: str
    logo: bytes = b""


class Document(Struct):
    """A report. ``labels``: the words around it (contents, page, table, chart) in its language."""

    language: str
    letterhead: Letterhead
    title: str
    subtitle: str
    period: str
    foot: str
    labels: dict[str, str]
    chapters: list[Chapter]


class Poster(Struct):
    """An A3 sheet for a wall. ``qr``: an address, or "". ``grade``: "A".."D", or "" without data. ``standing``: what
    kind of value it is (of IPKP and IPAK: own survey, projection), or ""."""

    language: str
    letterhead: Letterhead
    title: str
    period: str
    ikm: str
    ikm_label: str
    standing: str
    grade: str
    performance: str
    n: str
    elements_title: str
    bars: list[Bar]
    scale: str
    plans_title: str
    plans: list[str]
    no_plans: str
    qr: str
    qr_words: str
    thanks: str
    foot: str
