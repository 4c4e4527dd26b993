"""The paper of the virtual printer: letters and pictures become dots, a cut gives a picture."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont

FONTS = Path(__file__).parents[1] / "paper" / "fonts"
DOTS = {58: 384, 80: 576}
MARGIN = {58: 40, 80: 32}  # unprinted paper left and right, in dots of 1/8 mm
CELL = (12, 24)
LINE_GAP = 6  # with a letter of 24 dots this is the usual line of 30 dots (1/6 inch and a bit)


@dataclass
class Style:
    """How the next letters look. A fresh one is what ESC @ gives."""

    align: int = 0
    bold: bool = False
    invert: bool = False
    wide: int = 1
    tall: int = 1
    spacing: int = CELL[1] + LINE_GAP


@dataclass
class Roll:
    """One ticket in the making. `overruns` counts what did not fit the width: wrapped letters and clipped pictures."""

    dots: int
    style: Style = field(default_factory=Style)
    strips: list[Image.Image] = field(default_factory=list)
    line: list[Image.Image] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    words: str = ""
    overruns: int = 0

    @property
    def rows(self) -> int:
        """Dots of paper used so far."""
        return sum(strip.height for strip in self.strips)

    def letter(self, code: int) -> None:
        """Put one letter on the current line; a full line wraps, as printers do."""
        sign = bytes([code]).decode("cp437")
        cell = _cell(sign, self.style.bold, self.style.invert, self.style.wide, self.style.tall)
        if sum(each.width for each in self.line) + cell.width > self.dots:
            self.overruns += 1
            self.feed_line()
        self.line.append(cell)
        self.words += sign

    def feed_line(self) -> None:
        """Print the current line and move on by one line."""
        height = max([self.style.spacing, *(cell.height + LINE_GAP for cell in self.line)])
        strip = Image.new("L", (self.dots, height), 255)
        left = (0, 1, 2)[self.style.align] * (self.dots - sum(cell.width for cell in self.line)) // 2
        for cell in self.line:
            strip.paste(cell, (left, height - LINE_GAP - cell.height))
            left += cell.width
        self._print(strip)
        self.text.append(self.words)
        self.line, self.words = [], ""

    def feed_dots(self, dots: int) -> None:
        """Print what is on the line and feed `dots`."""
        if self.line:
            self.feed_line()
        if dots:
            self._print(Image.new("L", (self.dots, dots), 255))

    def picture(self, width_bytes: int, height: int, data: bytes) -> None:
        """A raster picture (1 = black), placed by the alignment, cut off at the edge of the paper."""
        if self.line:
            self.feed_line()
        drawn = ImageChops.invert(Image.frombytes("1", (width_bytes * 8, height), data).convert("L"))
        left = self.style.align * max(0, self.dots - drawn.width) // 2
        strip = Image.new("L", (self.dots, height), 255)
        strip.paste(drawn, (left, 0))
        self.overruns += self._clipped(drawn)
        self._print(strip)

    def _clipped(self, drawn: Image.Image) -> int:
        if drawn.width <= self.dots:
            return 0
        beyond = drawn.crop((self.dots, 0, drawn.width, drawn.height))
        return int(beyond.getextrema()[0] == 0)

    def _print(self, strip: Image.Image) -> None:
        self.strips.append(strip)

    def cut(self, width_mm: int) -> Image.Image:
        """Everything printed so far, on paper of `width_mm` with its margins."""
        margin = MARGIN[width_mm]
        sheet = Image.new("L", (self.dots + 2 * margin, self.rows + 48), 255)
        top = 32
        for strip in self.strips:
            sheet.paste(strip, (margin, top))
            top += strip.height
        return sheet


@lru_cache(maxsize=2048)
def _cell(sign: str, bold: bool, invert: bool, wide: int, tall: int) -> Image.Image:
    cell = Image.new("L", CELL, 0 if invert else 255)
    font = _font("DejaVuSansMono-Bold.ttf" if bold else "DejaVuSansMono.ttf")
    ImageDraw.Draw(cell).text((0, 19), sign, font=font, fill=255 if invert else 0, anchor="ls")
    return cell.resize((CELL[0] * wide, CELL[1] * tall), Image.Resampling.LANCZOS)


@lru_cache(maxsize=2)
def _font(name: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / name, 20)
