"""A document or a poster as PDF, by WeasyPrint. Only the drawing process loads this file.

The PDF is tagged (PDF/UA-1): headings, tables and the words of pictures are there for screen readers.
"""

from __future__ import annotations

import base64
import io
import re
from functools import cache
from pathlib import Path
from typing import Any

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from ptsp.colour import soft
from survey.report import charts, fonts
from survey.report.document import Chart, Document, Poster

# Tagged for screen readers.
UNIVERSAL = {"pdf_variant": "pdf/ua-1"}
# A poster is one sheet, and a full one: of few words the rows stand wider apart (mm above and below each), of many
# everything is drawn smaller.
FITS = (*((1.0, air) for air in (4.4, 3.6, 2.8, 2.0, 1.1)), *((size, 1.1) for size in (0.94, 0.88, 0.82, 0.76, 0.7)))
AIR = "th, td {{ padding-block: {air:.2f}mm; }} td.bar svg {{ height: {bar:.2f}mm; }}\n"
TEMPLATES = Path(__file__).with_name("templates")
FACE = """@font-face {{ font-family: "{family}"; font-weight: {weight}; src: url("{file}"); unicode-range: {range}; }}
"""
# What the two files of a weight hold (as @fontsource has it).
RANGES = {
    "latin": "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+2000-206F, U+20AC, U+2122, "
    "U+2212",
    "latin-ext": "U+0100-02BA, U+1E00-1E9F, U+1EF2-1EFF, U+20A0-20AB, U+2C60-2C7F",
}


def report(document: Document) -> bytes:
    """The report, A4."""

    def picture(chart: Chart) -> str:
        return "data:image/svg+xml;base64," + base64.b64encode(charts.draw(chart, "svg", accent)).decode()

    accent = document.letterhead.accent
    html = _pages().get_template("report.html").render(d=document, picture=picture, kind=lambda b: type(b).__name__)
    return _print(html, "report.css", accent, _page_number(document.labels["page"]))


def poster(sheet: Poster) -> bytes:
    """The poster, A3 portrait."""
    code = segno.make(sheet.qr, error="m", micro=False) if sheet.qr else None
    html = _pages().get_template("poster.html").render(p=sheet, qr=_matrix(code), colours=charts.GRADES)
    style = (TEMPLATES / "poster.css").read_text(encoding="utf-8")
    for size, air in FITS:
        looser = style + AIR.format(air=air, bar=6 + air)
        made = _laid_out(html, _scaled(looser, size), sheet.letterhead.accent)
        if len(made.pages) == 1:
            break
    return bytes(made.write_pdf(**UNIVERSAL))


def _scaled(style: str, size: float) -> str:
    """The style with every length multiplied, but for the paper's own rule."""
    lines = style.splitlines(keepends=True)
    lengths = re.compile(r"(\d+(?:\.\d+)?)(pt|mm)\b")
    small = (
        one if one.startswith("@page") else lengths.sub(lambda m: f"{float(m[1]) * size:.2f}{m[2]}", one)
        for one in lines
    )
    return "".join(small)


def _matrix(code: Any) -> Markup:
    """The code as one SVG path, with its quiet zone; "" without one."""
    if code is None:
        return Markup("")
    sink = io.BytesIO()
    code.save(sink, kind="svg", border=4, xmldecl=False, svgns=False, omitsize=True, dark="#000", light="#fff")
    return Markup(sink.getvalue().decode())


@cache
def _pages() -> Environment:
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    made.filters["png"] = lambda content: "data:image/png;base64," + base64.b64encode(content).decode()
    return made


def _page_number(words: str) -> str:
    """ "Page {page} of {pages}" as a rule for every page but the cover."""
    parts = re.split(r"(\{pages?\})", words)
    content = " ".join(f"counter({part[1:-1]})" if part[:1] == "{" else f'"{part}"' for part in parts if part)
    return f"@page {{ @bottom-right {{ content: {content}; }} }}\n"


def _print(html: str, sheet: str, accent: str, more: str = "") -> bytes:
    return bytes(_laid_out(html, (TEMPLATES / sheet).read_text(encoding="utf-8"), accent, more).write_pdf(**UNIVERSAL))


def _laid_out(html: str, sheet: str, accent: str, more: str = "") -> Any:
    letters = FontConfiguration()
    colours = f":root {{ --accent: {accent}; --accent-soft: {soft(accent)}; }}\n"
    widths = "".join(f".w{n} {{ width: {n}%; }}\n" for n in range(1, 101))
    text = _faces() + colours + widths + more + sheet
    styles = CSS(string=text, base_url=str(TEMPLATES), font_config=letters, url_fetcher=_own_files())
    page = HTML(string=html, base_url=str(TEMPLATES), url_fetcher=_own_files())
    return page.render(stylesheets=[styles], font_config=letters, **UNIVERSAL)


def _faces() -> str:
    """The house's letters; where one has no glyph (a Greek letter), the machine's own DejaVu or Noto."""
    return "".join(
        FACE.format(family=fonts.FAMILY, weight=weight, file=fonts.of(weight, part).as_uri(), range=RANGES[part])
        for weight in (400, 700)
        for part in RANGES
    )


def _own_files() -> URLFetcher:
    """Nothing from the network: what an office types must not make this machine fetch addresses."""
    return URLFetcher(allowed_protocols=("file", "data"))
