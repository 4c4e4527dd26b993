"""Reading papers back with other people's programs: PDF with poppler, DOCX and XLSX with LibreOffice."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support.services import find_program

PATIENCE_S = 120


def text_of(pdf: Path) -> str:
    """The words of a PDF, lines as they stand."""
    program = find_program("pdftotext", "poppler-utils")
    return _said(program, "-layout", str(pdf), "-")


def facts_of(pdf: Path) -> dict[str, str]:
    """What pdfinfo tells: "Pages", "Page size", "Tagged", "Title" ..."""
    said = _said(find_program("pdfinfo", "poppler-utils"), str(pdf))
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in said.splitlines())}


def fonts_of(pdf: Path) -> list[list[str]]:
    """A row of pdffonts each."""
    said = _said(find_program("pdffonts", "poppler-utils"), str(pdf))
    return [line.split() for line in said.splitlines()[2:]]


def pictures_of(pdf: Path, dpi: int = 60) -> list[Path]:
    """Each page as PNG, beside the file."""
    start = pdf.with_suffix("")
    _said(find_program("pdftoppm", "poppler-utils"), "-r", str(dpi), "-png", str(pdf), str(start))
    return sorted(pdf.parent.glob(f"{start.name}-*.png"))


def pictures_in(pdf: Path) -> int:
    """How many bitmaps a PDF holds (masks not counted)."""
    said = _said(find_program("pdfimages", "poppler-utils"), "-list", str(pdf))
    return sum(line.split()[2] == "image" for line in said.splitlines()[2:])


def by_libreoffice(kind: str, folder: Path, *files: Path) -> list[Path]:
    """The files converted (and with that: calculated) into `folder`, by one start with a profile of its own."""
    program = find_program("soffice", "libreoffice-calc libreoffice-writer")
    profile = f"-env:UserInstallation={(folder / 'profile').absolute().as_uri()}"
    folder.mkdir(parents=True, exist_ok=True)
    _said(program, profile, "--headless", "--convert-to", kind, "--outdir", str(folder), *map(str, files))
    return [folder / f"{one.stem}.{kind}" for one in files]


def _said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
