"""What a ticket looks like on 58 mm and 80 mm paper, as the bytes of one print job.

From top to bottom in the order in which people need it: office, number, service, priority, how long, the QR that opens
the ticket's page, what to bring, and the small print. What is read from a distance is drawn dot by dot, to be exact and
alike on every printer; the rest is the printer's own letters. The QR is drawn too, because printers without native QR
ignore that command silently.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PIL import Image

from kiosk.paper import pictures
from kiosk.paper.library import Dummy
from kiosk.paper.plain import bullets, plain, wrap, wrap_even

DOTS = {58: 384, 80: 576}  # printable width at 203 dpi
CELL = 12  # dots of one letter of font A, so 32 or 48 columns
# By paper width: letter size in dots (8 = 1 mm) and how many lines it may take; what fits first is printed.
Attempts = Mapping[int, Sequence[tuple[int, int]]]
OFFICE: Attempts = {384: ((30, 2), (27, 9)), 576: ((38, 2), (34, 2), (30, 9))}
SERVICE: Attempts = {
    384: ((50, 1), (44, 1), (50, 2), (44, 2), (38, 2), (34, 3), (30, 9)),
    576: ((64, 1), (56, 1), (64, 2), (56, 2), (48, 2), (42, 3), (36, 9)),
}
AHEAD: Attempts = {384: ((38, 1), (34, 1), (31, 1), (34, 9)), 576: ((46, 1), (40, 1), (40, 9))}
MODULE = {384: 6, 576: 7}  # about 0.8 mm a QR module: twice what a phone needs, so that creased paper still scans
BRING_LINES = 30  # at most 12 cm of requirements; the ticket's page has them in full


@dataclass(frozen=True)
class TicketPaper:
    """One ticket as it is to be read: every sentence already in the visitor's language, empty = left out.

    `requirements` may have several lines: each becomes a point of a list. `reprinted` is the mark of a second copy
    ("CETAK ULANG") and is printed only if `reprint` is true; `priority_mark` only if `priority` is.
    """

    office: str
    number: str
    service: str
    url: str
    issued: str  # "Senin, 28 Juli 2025, 10.42"
    number_label: str = ""  # "Nomor antrean Anda"
    priority: bool = False
    priority_mark: str = "PRIORITAS"
    ahead: str = ""  # "Di depan Anda 4 orang"
    estimate: str = ""  # "Perkiraan 15-25 menit"
    scan: str = ""  # "Pindai untuk memantau giliran Anda"
    bring: str = ""  # "Yang perlu dibawa"
    requirements: str = ""
    more: str = ""  # "Selengkapnya: pindai kode QR", said when the list had to be shortened
    small_print: str = ""
    reprint: bool = False
    reprinted: str = "CETAK ULANG"


def ticket_bytes(paper: TicketPaper, width_mm: int) -> bytes:
    """The ESC/POS bytes that print `paper` and cut. `width_mm` is 58 or 80; else ValueError.

    Pictures go as `GS v 0`; text is plain ASCII. Ends with a feed and a partial cut, so that the ticket hangs in the
    slot and does not drop; a printer without a cutter only feeds, far enough to tear.
    """
    if width_mm not in DOTS:
        raise ValueError(f"paper is 58 or 80 mm wide, not {width_mm}")
    sheet = _Sheet(DOTS[width_mm])
    _head(sheet, paper)
    _body(sheet, paper)
    _bring(sheet, paper)
    _foot(sheet, paper)
    return sheet.finish()


class _Sheet:
    """Writes plain text and pictures to a printer that only remembers the bytes."""

    def __init__(self, dots: int) -> None:
        self.dots = dots
        self.columns = dots // CELL
        # Code pages are never switched: everything is ASCII by the time it gets here.
        self.printer = Dummy(magic_encode_args={"disabled": True, "encoding": "CP437"})
        # Saying the width makes python-escpos refuse a picture that is wider (and stops it printing a note on stdout).
        media = {"dpi": 203, "width": {"mm": dots // 8, "pixels": dots}}
        self.printer.profile.profile_data = {**self.printer.profile.profile_data, "media": media}
        self.printer.hw("INIT")

    def lines(self, lines: Iterable[str], *, align: str = "center", bold: bool = False) -> None:
        self.printer.set(align=align, bold=bold)
        for line in lines:
            self.printer.textln(plain_keeping_indent(line))

    def headline(self, text: str, attempts: Attempts) -> None:
        """A sentence in drawn letters."""
        if plain(text):
            self.picture(pictures.headline(plain(text), self.dots, attempts[self.dots]))

    def picture(self, picture: Image.Image) -> None:
        # Always from the left edge: the picture carries its own margin (see pictures.py).
        self.printer.set(align="left", bold=False)
        self.printer.image(picture, fragment_height=256)

    def rule(self, space: int) -> None:
        """A line across the paper with `space` dots of white above and below."""
        for part in (pictures.gap(space), pictures.rule(self.dots), pictures.gap(space)):
            self.picture(part)

    def finish(self) -> bytes:
        self.printer.set(align="left", bold=False)
        self.printer.cut(mode="PART")
        return self.printer.output


def plain_keeping_indent(line: str) -> str:
    """Last guard before the wire: nothing but ASCII leaves, whatever the caller forgot. Keeps leading spaces."""
    return " " * (len(line) - len(line.lstrip(" "))) + plain(line)


def _head(sheet: _Sheet, paper: TicketPaper) -> None:
    sheet.headline(paper.office, OFFICE)
    sheet.rule(10)
    if paper.reprint and plain(paper.reprinted):
        sheet.picture(pictures.mark(plain(paper.reprinted), sheet.dots, filled=False))
        sheet.picture(pictures.gap(14))
    sheet.lines(wrap_even(paper.number_label, sheet.columns))
    sheet.picture(pictures.gap(10))
    sheet.picture(pictures.number(plain(paper.number) or "-", sheet.dots))
    sheet.picture(pictures.gap(24))


def _body(sheet: _Sheet, paper: TicketPaper) -> None:
    sheet.headline(paper.service, SERVICE)
    if paper.priority and plain(paper.priority_mark):
        sheet.picture(pictures.gap(14))
        sheet.picture(pictures.mark(plain(paper.priority_mark), sheet.dots, filled=True))
    sheet.rule(14)
    sheet.headline(paper.ahead, AHEAD)
    sheet.picture(pictures.gap(8))
    sheet.lines(wrap_even(paper.estimate, sheet.columns))
    sheet.picture(pictures.qr(paper.url, sheet.dots, MODULE[sheet.dots]))
    sheet.lines(wrap_even(paper.scan, sheet.columns))


def _bring(sheet: _Sheet, paper: TicketPaper) -> None:
    lines = bullets(paper.requirements, sheet.columns)
    if not lines:
        return
    sheet.rule(12)
    sheet.lines(wrap(paper.bring, sheet.columns), align="left", bold=True)
    sheet.lines(lines[:BRING_LINES], align="left")
    if len(lines) > BRING_LINES:
        sheet.lines(["...", *wrap(paper.more, sheet.columns)], align="left")


def _foot(sheet: _Sheet, paper: TicketPaper) -> None:
    sheet.rule(12)
    sheet.lines(wrap_even(paper.issued, sheet.columns))
    sheet.lines(wrap_even(paper.small_print, sheet.columns))
