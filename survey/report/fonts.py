"""The house's letters for paper: WeasyPrint reads the web fonts as they are, matplotlib wants them unpacked."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "web" / "static" / "fonts"
FAMILY = "Atkinson Hyperlegible"


def of(weight: int, part: str = "latin") -> Path:
    """The file of a weight (400, 700) and part of the alphabet ("latin", "latin-ext")."""
    return FOLDER / f"atkinson-hyperlegible-{part}-{weight}-normal.woff2"


@cache
def for_charts() -> list[str]:
    """Families for matplotlib, best first: made known to it at the first call."""
    from fontTools.ttLib import TTFont
    from matplotlib import font_manager

    for weight in (400, 700):
        unpacked = Path(_folder().name) / f"{weight}.ttf"
        font = TTFont(of(weight))
        font.flavor = None
        font.save(unpacked)
        font_manager.fontManager.addfont(unpacked)
    return [FAMILY, "DejaVu Sans"]


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="ptsp-fonts-")  # until this process ends
