"""The pictures of a report: SVG for the PDF, PNG for the DOCX. Only the drawing process loads this file.

Every bar begins at zero and carries its figure; a grade is a colour and a letter, never a colour alone.
"""

from __future__ import annotations

import io
import textwrap
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

from ptsp.colour import soft
from survey.report import fonts
from survey.report.document import Chart

INK, QUIET, LINE = "#1b1c19", "#4b4c46", "#dcd8cd"
# Of a grade: readable on white, and told apart in grey; the letter stands beside it.
GRADES = {"A": "#0b5a3a", "B": "#6fa58d", "C": "#a8a699", "D": "#98140e"}
WIDE = 6.5  # inches between the margins of A4
PNG_DPI = 200
FEW_BARS = 6  # more standing bars get smaller letters
LABEL = 34  # characters of a label before it is broken
INCH = {"bars": 0.36, "trend": 3.0, "plane": 3.5}


def draw(chart: Chart, kind: str, accent: str) -> bytes:
    """The picture as "svg" or "png"."""
    with rc_context(_style()):
        figure = DRAW[chart.kind](chart, accent)
        sink = io.BytesIO()
        bare = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
        figure.savefig(sink, format=kind, dpi=PNG_DPI, metadata=bare)
    return sink.getvalue()


def _style() -> dict[str, Any]:
    return {
        "font.family": fonts.for_charts(),
        "font.size": 9,
        "svg.fonttype": "path",
        "svg.hashsalt": "ptsp",
        "axes.edgecolor": LINE,
        "text.color": INK,
        "axes.labelcolor": QUIET,
        "xtick.color": QUIET,
        "ytick.color": INK,
        "figure.constrained_layout.use": True,
    }


def _bare(axes: Any, *keep: str) -> None:
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(side in keep)
    axes.tick_params(length=0)


def _colour(mark: str, accent: str) -> str:
    return GRADES.get(mark, accent)


def _bars(chart: Chart, accent: str) -> Figure:
    names = ["\n".join(textwrap.wrap(bar.label, LABEL)) for bar in chart.bars]
    rows = sum(max(1.0, 0.75 * (1 + name.count("\n"))) for name in names)
    figure = Figure(figsize=(WIDE, 0.5 + INCH["bars"] * rows + (0.3 if chart.axes[0] else 0)))
    axes = figure.add_subplot()
    places = range(len(chart.bars))
    values = [bar.value or 0 for bar in chart.bars]
    axes.barh(places, values, height=0.62, color=[_colour(bar.mark, accent) for bar in chart.bars], zorder=2)
    for place, bar in enumerate(chart.bars):
        words = {"va": "center", "fontsize": 9, "fontweight": "bold" if bar.value is not None else "normal"}
        axes.text(chart.most * 1.02, place, bar.text, color=INK, zorder=4, **words)
    _spans(axes, chart)
    for (value, words), side in zip(chart.lines, ("right", "left"), strict=False):  # labels turn away from each other
        axes.axvline(value, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        words = f"{words} " if side == "right" else f" {words}"
        axes.text(value, -0.62, words, ha=side, va="bottom", fontsize=7.5, color=QUIET)
    axes.set_yticks(list(places), names)
    axes.set_xlim(0, chart.most * (1.02 + 0.021 * max((len(bar.text) for bar in chart.bars), default=0)))
    axes.set_ylim(len(chart.bars) - 0.5, -0.9 if chart.lines else -0.5)
    axes.set_xticks([])
    axes.set_xlabel(chart.axes[0], fontsize=8)
    _bare(axes, "left")
    return figure


def _spans(axes: Any, chart: Chart) -> None:
    """Confidence intervals as thin whiskers inside the bars."""
    for place, span in enumerate(chart.spans):
        if span is not None:
            axes.plot(span, (place, place), color="#ffffff", linewidth=2.6, solid_capstyle="butt", zorder=3)
            axes.plot(span, (place, place), color=INK, linewidth=1.1, solid_capstyle="butt", zorder=3)


def _trend(chart: Chart, accent: str) -> Figure:
    figure = Figure(figsize=(WIDE, INCH["trend"]))
    axes = figure.add_subplot()
    known = [(place, bar) for place, bar in enumerate(chart.bars) if bar.value is not None]
    places, values = [place for place, _ in known], [bar.value or 0 for _, bar in known]
    axes.bar(places, values, width=0.5, color=soft(accent), edgecolor=accent, linewidth=1, zorder=2)
    for place, span in enumerate(chart.spans):
        if span is not None:
            axes.plot((place, place), span, color=INK, linewidth=1.1, zorder=3)
    for place, bar in enumerate(chart.bars):
        words: dict[str, Any] = {
            "ha": "center",
            "va": "bottom",
            "fontsize": 9 if len(chart.bars) <= FEW_BARS else 7.5,
            "fontweight": "bold" if bar.value else "normal",
        }
        axes.text(place, chart.most * 1.02, bar.text, **words)  # above the scale: no line of a grade runs through it
    for value, label in chart.lines:
        axes.axhline(value, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        axes.text(
            len(chart.bars) - 0.32, value, label, ha="left", va="center", fontsize=7.5, color=QUIET, clip_on=False
        )
    axes.set_xticks(range(len(chart.bars)), [bar.label for bar in chart.bars], fontsize=8)
    axes.set_xlim(-0.5, len(chart.bars) - 0.35)
    axes.set_ylim(0, chart.most * 1.24)
    axes.set_yticks([0, 25, 50, 75, 100] if chart.most == 100 else [])
    axes.set_ylabel(chart.axes[1], fontsize=8)
    _bare(axes, "bottom")
    return figure


def _plane(chart: Chart, accent: str) -> Figure:
    figure = Figure(figsize=(WIDE, INCH["plane"]))
    axes = figure.add_subplot()
    for point in chart.points:
        axes.plot(point.x, point.y, "o", markersize=9, color=_colour(point.mark, accent), zorder=3)
    _name_points(axes, chart)
    (x, _), (y, _) = chart.lines
    axes.axvline(x, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    axes.axhline(y, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    spots = ((0.0, 1.015, "left"), (1.0, 1.015, "right"), (0.01, 0.015, "left"), (0.99, 0.015, "right"))
    for (left, low, side), words in zip(spots, chart.corners, strict=False):
        axes.text(left, low, words, transform=axes.transAxes, ha=side, va="bottom", fontsize=8, color=QUIET)
    axes.margins(0.18)
    axes.set_xlabel(chart.axes[0])
    axes.set_ylabel(chart.axes[1])
    axes.set_xticks([])
    axes.set_yticks([])
    _bare(axes, "left", "bottom", "top", "right")
    return figure


def _name_points(axes: Any, chart: Chart) -> None:
    """Labels beside the points, moved to where no other stands (up, down, right, left; then further up)."""
    axes.margins(0.18)
    for point in chart.points:
        axes.plot(point.x, point.y, alpha=0)
    axes.autoscale_view()
    spots = ((0, 12), (0, -12), (16, 0), (-16, 0), (14, 12), (-14, 12), (14, -12), (-14, -12), (0, 24))
    taken = [tuple(axes.transData.transform((point.x, point.y))) for point in chart.points]
    for point in chart.points:
        here = axes.transData.transform((point.x, point.y))
        dx, dy = next((spot for spot in spots if _free(here, spot, taken)), spots[0])
        taken.append((here[0] + dx, here[1] + dy))
        axes.annotate(
            point.label,
            (point.x, point.y),
            (dx, dy),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=9,
            fontweight="bold",
            # A white ground over the lines, below the dots.
            bbox={"facecolor": "#ffffff", "edgecolor": "none", "pad": 0.5},
            zorder=2,
        )


def _free(here: Any, spot: tuple[int, int], taken: list[Any]) -> bool:
    x, y = here[0] + spot[0], here[1] + spot[1]
    return all(abs(x - other[0]) > 20 or abs(y - other[1]) > 11 for other in taken)


DRAW = {"bars": _bars, "trend": _trend, "plane": _plane}
