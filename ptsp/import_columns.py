"""What a column of an office's old table is about: guessed from its head, shown to the manager, never trusted.

A head that names what was asked ("sarana dan prasarana") is bound by its words. One that only counts ("u8", "pertanyaan
8") is bound by its number, and for the eighth and ninth column of an SKM that is not enough: the printed form asks U9
before U8, and offices have kept their answers in either order (DOMAIN section 2). Only they can tell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ptsp.elements import ELEMENTS, IPAK, SKM, SPKP

TIMES = ("date", "month", "period", "year")
ABOUT = ("service", "sex", "age", "education", "occupation", "remark")
# The two that the printed form swaps.
TRAP = ("U8", "U9")

# Words of an element's name or question; the first that fits wins.
WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    SKM: (
        ("U8", r"pengaduan|complaint"), ("U9", r"sarana|prasarana|fasilitas|facilit"),
        ("U1", r"persyaratan|requirement"), ("U4", r"\bbiaya|tarif|\bcost|\bfees?\b"),
        ("U2", r"prosedur|mekanisme|procedure"), ("U5", r"produk|product"), ("U6", r"kompetensi|kemampuan|competen"),
        ("U7", r"perilaku|kesopanan|keramahan|conduct|behaviou?r"),
        ("U3", r"kecepatan|waktu (pe|dalam|tunggu)(?!ngisian)|waktu$|completion time|speed"),
    ),
    SPKP: (
        ("P8", r"pengaduan|konsultasi"), ("P6", r"sarana|prasarana"), ("P2", r"persyaratan"), ("P3", r"prosedur|alur"),
        ("P7", r"respon"), ("P4", r"waktu pe|jangka waktu|waktu$"), ("P5", r"\bbiaya|tarif"), ("P1", r"informasi"),
    ),
    IPAK: (
        ("K1", r"diskriminasi"), ("K2", r"di ?luar prosedur|kecurangan"), ("K3", r"imbalan|gratifikasi"),
        ("K4", r"pungutan|pungli"), ("K5", r"calo|perantara"),
    ),
}  # fmt: skip
_NUMBER = re.compile(r"(?:u|unsur|k|aspek|p|q|x|v|variabel|pertanyaan|soal|nomor|no|item|butir)? *0*(\d{1,2})")
_OTHER = (
    ("date", r"\btanggal|\btgl|\bdate|timestamp|cap waktu|waktu pengisian"), ("month", r"\bbulan|\bmonth"),
    ("period", r"triwulan|\btw\b|periode|kuartal|quarter|semester|period"), ("year", r"\btahun|\byear"),
    ("sex", r"kelamin|gender|\bjk\b|\bl ?p\b|\bsex"), ("age", r"\busia|\bumur|\bage"),
    ("education", r"pendidikan|education"), ("occupation", r"pekerjaan|profesi|occupation"),
    ("service", r"layanan|pelayanan|\bservice"), ("remark", r"saran|masukan|kritik|komentar|remark|comment"),
)  # fmt: skip


class Guess(NamedTuple):
    """What a column seems to hold ("" = nothing that is taken in), and whether words or a number said so."""

    target: str
    by: str


def plain(text: str) -> str:
    """Small letters, single spaces, no punctuation."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.casefold()).split())


def targets(instrument: str) -> tuple[str, ...]:
    """All that a column can be."""
    return (*ELEMENTS[instrument], *TIMES, *ABOUT)


def guess(heads: Sequence[str], instrument: str) -> list[Guess]:
    """The columns of a table by their heads. No target is given twice: the first column has it."""
    given: set[str] = set()
    found = []
    # Numbers alone are heads when all of them are there, once each; else they are the answers of some respondent.
    bare = sorted(int(head) for head in heads if re.fullmatch(r"\d{1,2}", head))
    counted = set(range(1, len(ELEMENTS[instrument]) + 1)) <= set(bare) and len(bare) == len(set(bare))
    for head in heads:
        one = _guess(plain(head), instrument) if counted or not head.isdecimal() else Guess("", "")
        if one.target in given:
            one = Guess("", "")
        given.add(one.target)
        found.append(one)
    return found


def _guess(head: str, instrument: str) -> Guess:
    for target, words in WORDS.get(instrument, ()):
        if re.search(words, head):
            return Guess(target, "words")
    number = _NUMBER.fullmatch(head)
    if number and 1 <= int(number[1]) <= len(ELEMENTS[instrument]):
        return Guess(ELEMENTS[instrument][int(number[1]) - 1], "number")
    found = next((target for target, words in _OTHER if re.search(words, head)), "")
    return Guess(found, "words" if found else "")


def head_line(lines: Sequence[tuple[int, Sequence[str]]], instrument: str) -> int:
    """The number of the line that looks most like the heads of columns, among the first given; the first when none."""
    scored = [(sum(1 for one in guess(cells, instrument) if one.target), -number) for number, cells in lines]
    best, place = max(scored, default=(0, -1))
    return -place if best > 1 else (lines[0][0] if lines else 1)


def asks_for_order(instrument: str, guesses: Sequence[Guess], columns: Sequence[str]) -> bool:
    """Whether somebody has to say which of the two columns is which: both are taken, and a number alone bound one."""
    if instrument != SKM or not set(TRAP) <= set(columns):
        return False
    return any(
        column in TRAP and (one.target != column or one.by != "words")
        for column, one in zip(columns, guesses, strict=True)
    )


def in_order(columns: Sequence[str], order: str) -> list[str]:
    """The columns with the two of the trap exchanged when the table follows the printed form."""
    if order != "printed":
        return list(columns)
    swap = dict(zip(TRAP, reversed(TRAP), strict=True))
    return [swap.get(column, column) for column in columns]
