"""Tables of earlier years as offices have them, and how they are brought."""

from __future__ import annotations

import random
from typing import Any

HEADS = [
    "No",
    "Tanggal",
    "Jenis Layanan",
    "JK",
    "Umur",
    "Pendidikan",
    "Pekerjaan",
    *(f"u{n}" for n in range(1, 10)),
    "Saran",
]


def old_rows(n: int, years: tuple[int, ...] = (2023, 2024, 2025), seed: int = 1) -> list[list[str]]:
    """n respondents over some years, heads first; the ninth column is the weakest, and everything improves slowly."""
    chance = random.Random(seed)
    rows = [HEADS]
    for number in range(1, n + 1):
        year = years[number % len(years)]
        day = f"{chance.randint(1, 28):02}/{chance.randint(1, 12):02}/{year}"
        better = 0.1 * (year - years[0])
        scores = [min(4, max(1, round(chance.gauss(3.3 + better - (0.6 if u == 9 else 0), 0.5)))) for u in range(1, 10)]
        about = [
            "Legalisir ijazah",
            chance.choice("LP"),
            str(chance.randint(17, 70)),
            "SMA",
            chance.choice(("PNS", "Tani")),
        ]
        rows.append([str(number), day, *about, *map(str, scores), "Ramah" if number % 40 == 0 else ""])
    return rows


def as_csv(rows: list[list[str]]) -> bytes:
    """With semicolons, as spreadsheets in Indonesia write it."""
    return "\r\n".join(";".join(row) for row in rows).encode()


def plain_sheet(rows: list[list[str]]) -> Any:
    """The table as read."""
    from ptsp.import_file import read_sheets

    return read_sheets(as_csv(rows))[0]
