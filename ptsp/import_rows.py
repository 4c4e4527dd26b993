"""From the rows of an old table to answers: what each cell says, and what is wrong with it, by line, column and reason.

Nothing is stored here. Scores are 1..4 or the words of the form; an age becomes a band (from 17); what a respondent
block says in other words than the form's is left empty and counted, because it enters no index.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from ptsp import asking
from ptsp.catalogue import Catalogue
from ptsp.elements import ELEMENTS
from ptsp.import_columns import TIMES, in_order, plain
from ptsp.import_days import EARLIEST, NoDay, month_first, named_in
from ptsp.import_file import Sheet
from ptsp.periods import Period, containing
from ptsp.retention import remarks_since
from ptsp.tally import Tally

# Element -> {an answer in plain words: its value}, of the form that is asked now.
AnswerWords = Mapping[str, Mapping[str, int]]
_SCORE = re.compile(r"([1-4])(?:[.,]0+)?|([1-4])\s*[.)=:-]\s*[^\d\s].*")
EMPTY = ("", "-", "--", "n/a")
BANDS = ((25, "17-25"), (35, "26-35"), (45, "36-45"), (55, "46-55"), (200, "56+"))
YOUNGEST = 17
_SEX = {"l": "L", "lk": "L", "laki laki": "L", "laki": "L", "pria": "L", "male": "L", "m": "L"} | dict.fromkeys(
    ("p", "pr", "perempuan", "wanita", "female", "f"), "P"
)
_EDUCATION = (
    ("S3", r"\bs ?3\b|doktor"), ("S2", r"\bs ?2\b|magister"), ("S1", r"\bs ?1\b|\bd ?(4|iv)\b|sarjana"),
    ("SMA", r"\b(sma|smk|slta|smu|ma|man)\b"), ("SMP", r"\b(smp|sltp|mts|mtsn)\b"), ("SD", r"\b(sd|mi|min)\b"),
)  # fmt: skip
_OCCUPATION = (
    ("PNS", r"\b(pns|asn|pppk|p3k|cpns)\b|pegawai negeri"), ("TNI", r"\btni\b"), ("POLRI", r"\bpolri\b|polisi"),
    ("WIRAUSAHA", r"wira ?usaha|wiraswasta|pengusaha|pedagang"), ("SWASTA", r"swasta|\bkaryawan\b"),
)  # fmt: skip
# A cell, in plain letters, that tells that nobody told.
_UNSAID = re.compile(
    r"(tidak|tak|tdk|belum|blm) (menjawab|dijawab|menyebut|disebut|di ?isi|mengisi|mau|bersedia|ingin|tahu|diketahui)"
    r".*|kosong|rahasia|null|nan|tanpa (jawaban|keterangan)|prefer not.*|no answer|not (answered|stated|given).*"
)
_NOT = re.compile(r"\b(bukan|tidak|tak|tdk|belum|blm|non|selain|kecuali|not)\b")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table is read, as the manager saw and confirmed it. ``columns``: a target a column ("" = not taken in);
    ``head``: the number of the line with the heads; ``order``: "elements", "printed" or "" (not asked or not said);
    ``whole``: the period of rows that do not say theirs, or ""."""

    instrument: str
    version: str
    head: int
    columns: tuple[str, ...]
    order: str = ""
    whole: str = ""

    def dumps(self) -> dict[str, Any]:
        """As kept with the import (JSON-ready)."""
        return asdict(self)


class Fault(NamedTuple):
    """What is wrong with a row. ``why``: score, empty, date, no_date, future, old."""

    line: int
    column: str
    why: str
    value: str


@dataclass
class Prepared:
    """What would be stored: rows as `asking.rows_of` makes them, and the period that each names (``named``); and what
    would not. ``blank``: (target, value) -> how often a word about the respondent or the service was left empty because
    nothing here is called so. ``old_remarks``: remarks that are not taken in, because the office would erase them at
    once."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    named: list[Period] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    blank: Counter[tuple[str, str]] = field(default_factory=Counter)
    old_remarks: int = 0

    @property
    def bad_lines(self) -> list[int]:
        """The lines that cannot be read, in order."""
        return sorted({fault.line for fault in self.faults})

    @property
    def days(self) -> tuple[str, str]:
        """First and last day; ("", "") of nothing."""
        found = [row["day"] for row in self.rows]
        return (min(found), max(found)) if found else ("", "")

    def by_period(self, kind: str) -> list[tuple[Period, Tally]]:
        """The answers of each period of a kind, oldest first; none that names a longer period."""
        found: dict[Period, Tally] = {}
        for row, named in zip(self.rows, self.named, strict=True):
            period = containing(kind, row["day"])
            if period.first <= named.first:
                found.setdefault(period, Tally()).take(row["scores"], ELEMENTS[row["instrument"]])
        return sorted(found.items(), key=lambda one: one[0].first)

    def by_name(self) -> dict[str, int]:
        """How many answers name a period longer than a day, by its code, oldest first."""
        longer = sorted((one for one in self.named if one.first < one.last), key=lambda one: one.first)
        return dict(Counter(one.code for one in longer))


def prepare(sheet: Sheet, reading: Reading, office: Catalogue, today: str, words: AnswerWords) -> Prepared:
    """Reads the whole table; stores nothing."""
    columns = in_order(reading.columns, reading.order)
    heads = sheet.heads(reading.head)
    lines = sheet.below(reading.head)
    dates = [cells[columns.index("date")] for _number, cells in lines] if "date" in columns else []
    made = Prepared()
    reader = _Reader(office, reading, columns, heads, today, words, month_first(dates), made)
    for number, cells in lines:
        reader.row(number, cells)
    return made


@dataclass
class _Reader:
    office: Catalogue
    reading: Reading
    columns: Sequence[str]
    heads: Sequence[str]
    today: str
    words: AnswerWords
    american: bool
    made: Prepared

    def __post_init__(self) -> None:
        self.services = {
            plain(text): service.id
            for service in self.office.services.values()
            for text in (service.code, *service.name.values())
        }
        self.remarks_since = remarks_since(self.office, self.today)

    def row(self, number: int, cells: Sequence[str]) -> None:
        """One line: an answer, or its faults."""
        told = {target: cell for target, cell in zip(self.columns, cells, strict=True) if target}
        faults: list[Fault] = []
        scores = self._scores(number, told, faults)
        named = self._named(number, told, faults)
        if faults or named is None:
            self.made.faults += faults
            return
        day = named.last
        traits = {name: self._about(name, told) for name in asking.TRAITS}
        service_id = self._service(told.get("service", ""))
        facts = {"channel": "import", "day": day, "service_id": service_id, **traits}
        form = asking.Form(self.reading.instrument, self.reading.version, scores)
        self.made.rows += asking.rows_of([form], facts, self._remark(told.get("remark", ""), day))
        self.made.named.append(named)

    def _scores(self, number: int, told: Mapping[str, str], faults: list[Fault]) -> dict[str, int]:
        scores = {}
        for element in ELEMENTS[self.reading.instrument]:
            text = told.get(element, "").strip()
            if text.casefold() in EMPTY:
                continue
            value = score_of(text, self.words.get(element, {}))
            if value is None:
                faults.append(Fault(number, self._head(element), "score", text))
            else:
                scores[element] = value
        if not scores and not faults:
            faults.append(Fault(number, "", "empty", ""))
        return scores

    def _named(self, number: int, told: Mapping[str, str], faults: list[Fault]) -> Period | None:
        times = {name: told.get(name, "") for name in TIMES}
        said = next((name for name in TIMES if times[name]), "")
        try:
            named = named_in(times, self.reading.whole, self.american)
        except NoDay as error:
            faults.append(Fault(number, self._head(said), error.why, times.get(said, "")))
            return None
        if not EARLIEST <= named.last < self.today:
            why = "old" if named.last < EARLIEST else "future"
            faults.append(Fault(number, self._head(said), why, times.get(said, "") or self.reading.whole))
        return named

    def _about(self, name: str, told: Mapping[str, str]) -> str | None:
        text = told.get(name, "").strip()
        found = trait_of(name, text)
        if found is None and not unsaid(text):
            self.made.blank[(name, text)] += 1
        return found

    def _remark(self, text: str, day: str) -> str:
        if not text.strip() or day >= self.remarks_since:
            return text
        self.made.old_remarks += 1
        return ""

    def _service(self, text: str) -> int | None:
        found = self.services.get(plain(text))
        if found is None and not unsaid(text):
            self.made.blank[("service", text)] += 1
        return found

    def _head(self, target: str) -> str:
        return self.heads[self.columns.index(target)] if target in self.columns else ""


def score_of(text: str, words: Mapping[str, int]) -> int | None:
    """1..4 of a cell: "4", "4.0", "4. Sangat sesuai", or the form's own words; None for anything else."""
    number = _SCORE.fullmatch(text)
    return int(number[1] or number[2]) if number else words.get(plain(text))


def unsaid(text: str) -> bool:
    """Whether a cell about the respondent says that nothing was said: "-", "Tidak menjawab"."""
    return text.casefold() in EMPTY or bool(_UNSAID.fullmatch(plain(text)))


def trait_of(name: str, text: str) -> str | None:
    """The option of the respondent block that a cell means; None when it means none of them."""
    said = plain(text)
    if not said or unsaid(text):
        return None
    if name == "sex":
        return _SEX.get(said)
    denied = _NOT.search(said)
    if name == "occupation":
        # What follows a "bukan" is what somebody is not; what they are is not told by that alone.
        before = said[: denied.start()].strip() if denied else said
        only_denied = not before and _option(_OCCUPATION, said)
        return None if only_denied or said.isdecimal() else _option(_OCCUPATION, before) or "LAINNYA"
    if denied:  # "Tidak tamat SD", "SD (tidak tamat)", "tidak lebih dari 25"
        return None
    return age_band(text) if name == "age" else _option(_EDUCATION, said)


def _option(options: Sequence[tuple[str, str]], said: str) -> str | None:
    return next((option for option, words in options if re.search(words, said)), None)


def age_band(text: str) -> str | None:
    """The band of "34", "34 tahun", "26-35", "> 55"; None when several bands are meant, or somebody under 17."""
    numbers = [int(one) for one in re.findall(r"\d+", text)]
    if not numbers or len(numbers) > 2:
        return None
    above = re.search(r">|≥|\+|lebih|atas|over", text.casefold())
    below = re.search(r"<|≤|kurang|bawah|under", text.casefold())
    ages = [numbers[0], numbers[-1]]
    if len(numbers) == 1 and below:
        ages[0] = YOUNGEST
        ages[1] -= "≤" not in text
    if len(numbers) == 1 and above:
        ages = [numbers[0] + (">" in text and "=" not in text), BANDS[-1][0]]
    bands = {next((band for most, band in BANDS if YOUNGEST <= age <= most), None) for age in ages}
    return bands.pop() if len(bands) == 1 else None
