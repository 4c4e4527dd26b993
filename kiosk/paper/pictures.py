"""The parts of a ticket that are drawn dot by dot, so that their size is exact on every printer.

Pictures are mode "1" (255 white, 0 black), at most as wide as the paper, and centred by white dots on their left:
cheap printers ignore centring for pictures. 8 dots are 1 mm (203 dpi).
"""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path

import qrcode
from PIL import Image, ImageChops, ImageDraw, ImageFont
from qrcode.exceptions import DataOverflowError

from kiosk.paper.plain import even

FONTS = Path(__file__).parent / "fonts"
FONT = "DejaVuSansCondensed-Bold.ttf"
QUIET = 4  # modules of white round a QR code, as ISO/IEC 18004 asks
# Real-time commands work even inside picture data (DLE EOT, DLE ENQ, DLE DC4): a picture must not contain them.
REAL_TIME = (b"\x10\x04", b"\x10\x05", b"\x10\x14")


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / FONT, size)


def number(text: str, dots: int) -> Image.Image:
    """The number as large as `dots` of width allow; not taller than two fifths of the width ("7" need not fill it)."""
    size = _largest(text, dots - 8, int(dots * 0.4))
    left, top, right, bottom = _font(size).getbbox(text)
    picture = Image.new("L", (int(right - left), int(bottom - top)), 255)
    ImageDraw.Draw(picture).text((-left, -top), text, font=_font(size), fill=0)
    return centred(_trimmed(_black_and_white(picture)), dots)


def _trimmed(picture: Image.Image) -> Image.Image:
    """Without the white on the left and right."""
    left, _, right, _ = ImageChops.invert(picture.convert("L")).getbbox() or (0, 0, 1, 1)
    return picture.crop((left, 0, right, picture.height))


def _largest(text: str, width: int, height: int) -> int:
    low, high = 8, 600  # dots; the ink grows with the size, so halving the interval finds it
    while high - low > 1:
        middle = (low + high) // 2
        left, top, right, bottom = _ink(text, middle)
        fits = right - left <= width and bottom - top <= height
        low, high = (middle, high) if fits else (low, middle)
    return low


def _ink(text: str, size: int) -> tuple[int, int, int, int]:
    """The box of what is black; Pillow's own text box includes the space that letters keep beside them."""
    return ImageFont.truetype(FONTS / FONT, size).getmask(text).getbbox() or (0, 0, 1, 1)


def mark(text: str, dots: int, *, filled: bool) -> Image.Image:
    """A word in a bar: white on black (`filled`), or black in a frame. Shrinks until it fits the paper."""
    size = min(_largest(text, dots - 56, 600), 34)
    left, top, right, bottom = _font(size).getbbox(text)
    box = (min(int(right - left) + 48, dots), int(bottom - top) + 28)
    picture = Image.new("L", box, 0 if filled else 255)
    pen = ImageDraw.Draw(picture)
    if not filled:
        pen.rectangle((0, 0, box[0] - 1, box[1] - 1), outline=0, width=3)
    pen.text(((box[0] - (right - left)) / 2 - left, 14 - top), text, font=_font(size), fill=255 if filled else 0)
    return centred(_black_and_white(picture), dots)


def headline(text: str, dots: int, attempts: Sequence[tuple[int, int]]) -> Image.Image:
    """Bold `text`, centred, by the first of `attempts` (letter size in dots, lines allowed) that works, or the last.

    Lines are of even length. A word longer than the paper is broken, which no attempt but the last may do.
    """
    for size, allowed in attempts:
        rows, whole = _folded(text, size, dots - 4)
        if whole and len(rows) <= allowed:
            break
    step = round(size * 1.18)
    picture = Image.new("L", (dots, step * len(rows) + round(size * 0.1)), 255)  # room for the tail of the last g
    pen = ImageDraw.Draw(picture)
    for place, row in enumerate(rows):
        pen.text((dots / 2, step * place + size), row, font=_font(size), fill=0, anchor="ms")
    return centred(_trimmed(_black_and_white(picture)), dots)


def _folded(text: str, size: int, limit: int) -> tuple[list[str], bool]:
    """The lines of `text` at this size, and whether all words stayed whole."""
    measure = partial(_width, _font(size))
    longest = math.ceil(max(map(measure, text.split()), default=0))
    return even(partial(_rows, text, measure), longest, limit), longest <= limit


def _width(font: ImageFont.FreeTypeFont, text: str) -> float:
    left, _, right, _ = font.getbbox(text)
    return right - left


def _rows(text: str, measure: Callable[[str], float], limit: int) -> list[str]:
    rows: list[str] = []
    for word in text.split():
        if rows and measure(f"{rows[-1]} {word}") <= limit:
            rows[-1] += f" {word}"
        else:
            rows.extend(_pieces(word, measure, limit))
    return rows


def _pieces(word: str, measure: Callable[[str], float], limit: int) -> list[str]:
    pieces = [""]
    for sign in word:
        if pieces[-1] and measure(pieces[-1] + sign) > limit:
            pieces.append("")
        pieces[-1] += sign
    return pieces


def qr(content: str, dots: int, module: int) -> Image.Image:
    """A QR code (level M) with its quiet zone, `module` dots a module, fewer if the paper asks for it.

    Raises ValueError if the content is too long for any QR code (2331 bytes, two dots a module on 58 mm).
    """
    code = qrcode.QRCode(border=QUIET, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(content)
    try:
        code.make(fit=True)
    except (ValueError, DataOverflowError):
        raise ValueError(f"{len(content)} characters are too many for a QR code") from None
    modules = code.modules_count + 2 * QUIET
    side = min(module, dots // modules)
    flat = [0 if black else 255 for row in code.get_matrix() for black in row]
    small = Image.new("1", (modules, modules))
    small.putdata(flat)
    return centred(small.resize((modules * side, modules * side), Image.Resampling.NEAREST), dots)


def rule(dots: int) -> Image.Image:
    """A thin line across the paper."""
    return Image.new("1", (dots, 2), 0)


def gap(height: int) -> Image.Image:
    """`height` dots of white: the same on every printer, unlike a line feed."""
    return Image.new("1", (8, height), 1)


def centred(picture: Image.Image, dots: int) -> Image.Image:
    """`picture` moved to the middle of the paper, a dot or so aside if its bytes would contain a command."""
    middle = (dots - picture.width) // 2
    for left in _nearest(middle, dots - picture.width):
        moved = Image.new("1", (left + picture.width, picture.height), 1)
        moved.paste(picture, (left, 0))
        if not any(command in raster(moved) for command in REAL_TIME):
            return moved
    return moved  # nothing better to be had: the printer at most answers a question nobody asked


def _nearest(middle: int, last: int) -> Iterator[int]:
    return iter(sorted(range(max(0, middle - 8), min(last, middle + 8) + 1), key=lambda left: abs(left - middle)))


def raster(picture: Image.Image) -> bytes:
    """The bytes a printer gets: one bit a dot, 1 = black, rows padded with white to whole bytes."""
    return picture.convert("L").point(lambda level: 255 - level).convert("1").tobytes()


def _black_and_white(picture: Image.Image) -> Image.Image:
    # A threshold, not the dithering of convert("1"): grey edges would print as crumbs.
    return picture.point(lambda level: 255 if level > 127 else 0).convert("1")
