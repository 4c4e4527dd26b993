"""Published results as open data: one long table (CSV) and the dictionary of its columns. Never a raw answer."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from ptsp.catalogue import Catalogue
from ptsp.publishing import Publication
from web.csv_cells import csv_text

DATA, DICTIONARY = "data.csv", "kamus-data.csv"
# A zip file tells when each part was written; equal data are to be equal bytes.
ALWAYS = (1980, 1, 1, 0, 0, 0)

# Column -> what it holds, in both languages: the dictionary, and the order of the columns.
COLUMNS: dict[str, tuple[str, str]] = {
    "office": ("Nama kantor", "Name of the office"),
    "publication": ("Nomor publikasi di sistem ini", "Number of the publication in this system"),
    "published_on": ("Tanggal diumumkan (YYYY-MM-DD)", "Day of publication (YYYY-MM-DD)"),
    "period": (
        "Periode: 2026-08 bulan, 2026-T3 triwulan, 2026-S2 semester, 2026 tahun, atau dua tanggal",
        "Period: 2026-08 month, 2026-T3 quarter, 2026-S2 half-year, 2026 year, or two dates",
    ),
    "first_day": ("Hari pertama periode (YYYY-MM-DD)", "First day of the period (YYYY-MM-DD)"),
    "last_day": ("Hari terakhir periode (YYYY-MM-DD)", "Last day of the period (YYYY-MM-DD)"),
    "instrument": (
        "Kuesioner: skm-9 (PermenPANRB 14/2017), spkp-8, ipak-5 (PermenPANRB 90/2021)",
        "Questionnaire: skm-9 (PermenPANRB 14/2017), spkp-8, ipak-5 (PermenPANRB 90/2021)",
    ),
    "version": (
        "Versi kuesioner; beberapa versi dipisahkan dengan +",
        "Version of the questionnaire; several are joined by +",
    ),
    "weight": ("Bobot satu unsur: exact (1/9 tepat), 0.111 atau 0.11", "Weight of one element: exact, 0.111 or 0.11"),
    "part": (
        "all: seluruh jawaban; element: satu unsur; service: satu layanan",
        "all: every answer; element: one element; service: one service",
    ),
    "code": ("Kode unsur (U1..U9, P1..P8, K1..K5) atau kode layanan", "Code of the element or of the service"),
    "name_id": ("Nama dalam bahasa Indonesia", "Name in Indonesian"),
    "name_en": ("Nama dalam bahasa Inggris", "Name in English"),
    "n": ("Banyaknya jawaban", "Number of answers"),
    "nrr": (
        "Nilai rata-rata 1..4: per unsur NRR; untuk all dan service nilai indeks",
        "Mean value 1..4: of an element its NRR; of all and service the index",
    ),
    "ikm": (
        "Indeks Kepuasan Masyarakat 25,00..100,00 (hanya skm-9); pemisah desimal titik",
        "Index of public satisfaction 25.00..100.00 (skm-9 only); decimal point",
    ),
    "grade": ("Mutu pelayanan A, B, C, D (hanya skm-9)", "Grade A, B, C, D (skm-9 only)"),
    "suppressed": (
        "1: angka disembunyikan karena jawaban kurang dari 5, atau agar yang demikian tidak dapat dihitung; 0: tidak",
        "1: figures are hidden because of fewer than 5 answers, or so that such cannot be worked out; 0: not",
    ),
}  # fmt: skip


def as_csv(office: Catalogue, published: Iterable[Publication]) -> str:
    """One row a figure: the whole, each element, each service."""
    return csv_text(tuple(COLUMNS), (row for one in published for row in _rows(office, one)))


def dictionary() -> str:
    """One row a column."""
    rows = ((column, *meanings) for column, meanings in COLUMNS.items())
    return csv_text(("kolom / column", "arti", "meaning"), rows)


def as_zip(office: Catalogue, published: Iterable[Publication]) -> bytes:
    """Both; equal data give equal bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as box:
        for name, text in ((DATA, as_csv(office, published)), (DICTIONARY, dictionary())):
            box.writestr(zipfile.ZipInfo(name, ALWAYS), text, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _rows(office: Catalogue, publication: Publication) -> Iterator[list[Any]]:
    content = publication.content or {}
    period, survey = content["period"], content["survey"]
    known = [
        content["office"],
        publication.id,
        f"{office.schedule.local(publication.at):%Y-%m-%d}",
        period["code"],
        period["first"],
        period["last"],
        survey["code"],
        "+".join(sorted(survey["versions"])),
        content["weight"],
    ]
    whole = {"code": "", "name": survey["name"], "n": content["n"], "nrr": content["index"], "hidden": False}
    whole |= {"ikm": content["ikm"], "grade": content["grade"]}
    yield [*known, "all", *_figures(whole)]
    for part, rows in (("element", content["elements"]), ("service", content["services"])):
        yield from ([*known, part, *_figures(row)] for row in rows)


def _figures(row: dict[str, Any]) -> list[Any]:
    hidden = row.get("hidden") or row["nrr"] is None
    shown = ("n", "nrr", "ikm", "grade")
    cells = ["" if row[name] is None else row[name] for name in shown]
    return [row["code"], row["name"]["id"], row["name"].get("en") or row["name"]["id"], *cells, int(hidden)]
