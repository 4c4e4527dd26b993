"""Reads a stream of ESC/POS bytes, one command at a time, and moves the roll.

Only what receipts use has an effect; other known commands are read to their full length and skipped, unknown ones are
counted. Real-time queries (DLE EOT) are answered by the connection before the bytes get here, as in a real printer.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.virtual_printer.roll import DOTS, LINE_GAP, Roll, Style

ESC, GS, DLE, FS = 0x1B, 0x1D, 0x10, 0x1C
# Commands with arguments of a fixed length that change nothing here: second byte -> number of argument bytes.
_ESC_SKIP = {**dict.fromkeys(b"-GtRM{V =rSUT%?", 1), ord("c"): 2, ord("p"): 3, ord("$"): 2, ord("\\"): 2}
_ESC_NONE = b"LSF<uv"
_GS_SKIP = {**dict.fromkeys(b"hwHfbaIE", 1), ord("L"): 2, ord("W"): 2, ord("P"): 2, ord("$"): 2}


class More(Exception):
    """The command is not complete yet: wait for more bytes."""


@dataclass
class Interpreter:
    """Feed it bytes; it calls `on_cut` with the finished roll and raw bytes, and `on_job_query` for `GS r n`."""

    width_mm: int
    on_cut: Callable[[Roll, bytes], None]
    on_job_query: Callable[[int], None]
    unknown: int = 0
    waiting: bytearray = field(default_factory=bytearray)
    raw: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self.roll = Roll(DOTS[self.width_mm])

    def step(self) -> bool:
        """Carry out one command from `waiting`; False when there is no complete one."""
        if not self.waiting:
            return False
        try:
            length, act = self._command()
        except More:
            return False
        self.raw += self.waiting[:length]
        del self.waiting[:length]
        act()
        return True

    def _at(self, place: int) -> int:
        if place >= len(self.waiting):
            raise More
        return self.waiting[place]

    def _two(self, place: int) -> int:
        return self._at(place) + 256 * self._at(place + 1)

    def _command(self) -> tuple[int, Callable[[], None]]:
        first = self._at(0)
        if first in (ESC, GS, DLE, FS):
            return {ESC: self._esc, GS: self._gs, DLE: self._dle, FS: self._fs}[first](self._at(1))
        if first == 0x0A:
            return 1, self.roll.feed_line
        if first < 0x20:
            return 1, _nothing
        return 1, lambda: self.roll.letter(first)

    def _esc(self, code: int) -> tuple[int, Callable[[], None]]:
        style, sign = self.roll.style, chr(code)
        if sign == "@":
            return 2, self._reset
        if sign == "2":
            return 2, lambda: setattr(style, "spacing", 24 + LINE_GAP)
        if sign in "im":
            return 2, self._cut
        if sign == "*":
            depth = 3 if self._at(2) >= 32 else 1
            return self._whole(5 + self._two(3) * depth), self._not_known
        if sign in "aE!d3J":
            return 3, self._esc_one(sign, self._at(2))
        return self._skip(code, _ESC_SKIP, _ESC_NONE)

    def _esc_one(self, sign: str, n: int) -> Callable[[], None]:
        style = self.roll.style
        return {
            "a": lambda: setattr(style, "align", n % 48 % 3),
            "E": lambda: setattr(style, "bold", bool(n & 1)),
            "!": lambda: self._mode(n),
            "d": lambda: self._feed(n),
            "3": lambda: setattr(style, "spacing", n),
            "J": lambda: self.roll.feed_dots(n),
        }[sign]

    def _gs(self, code: int) -> tuple[int, Callable[[], None]]:
        sign = chr(code)
        if sign == "v":
            size = self._two(4) * self._two(6)
            return self._whole(8 + size), self._raster(self._two(4), self._two(6), size)
        if sign == "V":
            return (self._whole(4) if self._at(2) in (65, 66) else 3), self._cut
        if sign == "(":
            return self._whole(5 + self._two(3)), self._not_known
        if sign == "k":
            return self._barcode()
        n = self._at(2) if sign in "r!B" else 0
        if sign == "r":
            return 3, lambda: self.on_job_query(n)
        if sign == "!":
            return 3, lambda: self._size((n >> 4 & 7) + 1, (n & 7) + 1)
        if sign == "B":
            return 3, lambda: setattr(self.roll.style, "invert", bool(n & 1))
        return self._skip(code, _GS_SKIP, b"")

    def _barcode(self) -> tuple[int, Callable[[], None]]:
        if self._at(2) > 6:
            return self._whole(4 + self._at(3)), self._not_known
        end = self.waiting.find(0, 3)
        if end < 0:
            raise More
        return end + 1, self._not_known

    def _dle(self, code: int) -> tuple[int, Callable[[], None]]:
        return ({0x04: 3, 0x05: 3, 0x14: 5}.get(code, 2)), _nothing

    def _fs(self, code: int) -> tuple[int, Callable[[], None]]:
        return (2 if code in b".&" else 3), _nothing

    def _skip(self, code: int, lengths: dict[int, int], bare: bytes) -> tuple[int, Callable[[], None]]:
        if code in lengths:
            return self._whole(2 + lengths[code]), _nothing
        return 2, _nothing if code in bare else self._not_known

    def _whole(self, length: int) -> int:
        self._at(length - 1)
        return length

    def _raster(self, width: int, height: int, size: int) -> Callable[[], None]:
        data = bytes(self.waiting[8 : 8 + size])
        return lambda: self.roll.picture(width, height, data) if size else None

    def _mode(self, n: int) -> None:
        self.roll.style.bold = bool(n & 8)
        self._size(2 if n & 32 else 1, 2 if n & 16 else 1)

    def _size(self, wide: int, tall: int) -> None:
        self.roll.style.wide, self.roll.style.tall = wide, tall

    def _feed(self, lines: int) -> None:
        for _ in range(lines):
            self.roll.feed_line()

    def _reset(self) -> None:
        self.roll.line, self.roll.words, self.roll.style = [], "", Style()

    def _not_known(self) -> None:
        self.unknown += 1

    def _cut(self) -> None:
        if self.roll.line:
            self.roll.feed_line()
        done, raw = self.roll, bytes(self.raw)
        self.roll = Roll(done.dots, style=done.style)
        self.raw.clear()
        self.on_cut(done, raw)


def _nothing() -> None:
    return None
