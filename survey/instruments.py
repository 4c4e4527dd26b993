"""The questionnaires: versioned files survey/instruments/<code>@<version>.json, read and checked once, never changed.

A question is bound to the code of its element, never to its position: the printed SKM form asks U9 before U8. An answer
keeps the version of the instrument that it was given under; changed wording means a new file beside the old one, which
stays for the answers that were given to it.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("instruments")
LANGUAGES = ("id", "en")
SCALE = (1, 2, 3, 4)
NO_ANSWER = "no_answer"
_FILE = re.compile(r"([a-z0-9-]+)@([0-9]+(?:\.[0-9]+)*)\Z")


class BadInstrument(ValueError):
    """The file cannot be used; the message says which file and why."""


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in both languages; neither is empty."""

    id: str
    en: str

    @property
    def picture(self) -> dict[str, str]:
        """As pages and messages carry it."""
        return {"id": self.id, "en": self.en}


@dataclass(frozen=True, slots=True)
class Element:
    """One unsur of the index, in official order."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the four answers; 4 is the best."""

    value: int
    text: Text


@dataclass(frozen=True, slots=True)
class Question:
    """`printed`: its number on the form, from 1. `element`: the code under which its answers are counted."""

    printed: int
    element: str
    text: Text
    answers: tuple[Answer, ...]

    @property
    def picture(self) -> dict[str, Any]:
        """As pages carry it."""
        answers = [{"value": each.value, "text": each.text.picture} for each in self.answers]
        return {"printed": self.printed, "element": self.element, "text": self.text.picture, "answers": answers}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of the respondent block; `no_answer` is always among them."""

    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Trait:
    """One optional question about the respondent (sex, age band, ...)."""

    code: str
    label: Text
    options: tuple[Option, ...]

    @property
    def picture(self) -> dict[str, Any]:
        """As pages carry it."""
        options = [{"code": each.code, "text": each.text.picture} for each in self.options]
        return {"code": self.code, "label": self.label.picture, "options": options}


@dataclass(frozen=True, slots=True)
class FollowUps:
    """Where the further question of a one-touch survey comes from; `when_unknown`: elements to ask about while nobody
    knows which are the weakest."""

    instrument: str
    version: str
    when_unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Instrument:
    """A whole questionnaire: `elements` in official order, `questions` in printed order."""

    code: str
    version: str
    name: Text
    source: str
    elements: tuple[Element, ...]
    questions: tuple[Question, ...]
    respondent: tuple[Trait, ...]
    follow_ups: FollowUps | None = None

    @property
    def picture(self) -> dict[str, Any]:
        """As the survey pages carry it (JSON-ready), questions in printed order."""
        return {
            "code": self.code,
            "version": self.version,
            "name": self.name.picture,
            "questions": [question.picture for question in self.questions],
            "respondent": [trait.picture for trait in self.respondent],
        }

    @property
    def element_codes(self) -> tuple[str, ...]:
        """Codes in official order: what `ptsp.skm` calls `elements`."""
        return tuple(element.code for element in self.elements)


@cache
def load(code: str = "skm-9", version: str = "") -> Instrument:
    """The newest version of an instrument, or a certain one. BadInstrument if it is missing, malformed or inconsistent.

    Files are looked for among those that are there: neither word ever becomes a path of its own.
    """
    there = versions(code)
    if not there or (version and version not in there):
        name = f"{code}@{version}" if version else code
        raise BadInstrument(f"{name}: there is no such instrument; there are {', '.join(available())}")
    path = FOLDER / f"{code}@{version or there[-1]}.json"
    try:
        instrument = parse(json.loads(path.read_text(encoding="utf-8")))
    except (json.JSONDecodeError, BadInstrument) as problem:
        raise BadInstrument(f"{path.name}: {problem}") from problem
    if f"{instrument.code}@{instrument.version}.json" != path.name:
        raise BadInstrument(f"{path.name}: calls itself {instrument.code}@{instrument.version}")
    return instrument


@cache
def _files() -> dict[str, tuple[str, ...]]:
    """Code -> versions, oldest first."""
    found: dict[str, list[str]] = {}
    for path in FOLDER.glob("*.json"):
        name = _FILE.match(path.stem)
        if name is None:
            raise BadInstrument(f"{path.name}: should be called <code>@<version>.json")
        found.setdefault(name[1], []).append(name[2])
    in_order = {code: sorted(there, key=_by_number) for code, there in sorted(found.items())}
    return {code: tuple(there) for code, there in in_order.items()}


def _by_number(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def available() -> tuple[str, ...]:
    """The codes of all instruments that come with the house."""
    return tuple(_files())


def versions(code: str) -> tuple[str, ...]:
    """The versions of an instrument, oldest first; empty when there is no such instrument."""
    return _files().get(code, ())


def parse(raw: Any) -> Instrument:
    """An instrument from its JSON value, checked. BadInstrument says what is wrong."""
    try:
        instrument = Instrument(
            code=_word(raw["code"]),
            version=_word(raw["version"]),
            name=_text(raw["name"]),
            source=_word(raw["source"]),
            elements=tuple(Element(_word(each["code"]), _text(each["name"])) for each in raw["elements"]),
            questions=tuple(_question(each) for each in raw["questions"]),
            respondent=tuple(_trait(each) for each in raw["respondent"]),
            follow_ups=_follow_ups(raw.get("follow_ups")),
        )
    except KeyError as missing:
        raise BadInstrument(f"{missing} is missing") from missing
    except TypeError as wrong:
        raise BadInstrument(f"a list, an object or a sentence is in the wrong place ({wrong})") from wrong
    _check(instrument)
    return instrument


def _question(raw: Any) -> Question:
    answers = tuple(Answer(each["value"], _text(each["text"])) for each in raw["answers"])
    return Question(raw["printed"], _word(raw["element"]), _text(raw["text"]), answers)


def _trait(raw: Any) -> Trait:
    options = tuple(Option(_word(each["code"]), _text(each["text"])) for each in raw["options"])
    return Trait(_word(raw["code"]), _text(raw["label"]), options)


def _follow_ups(raw: Any) -> FollowUps | None:
    if raw is None:
        return None
    elements = tuple(_word(each) for each in raw["when_unknown"])
    return FollowUps(_word(raw["instrument"]), _word(raw["version"]), elements)


def _word(raw: Any) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise BadInstrument(f"{raw!r} should be a word")
    return raw


def _text(raw: Any) -> Text:
    if set(raw) != set(LANGUAGES):
        raise BadInstrument(f"{raw!r} should have exactly the languages {', '.join(LANGUAGES)}")
    return Text(*(_word(raw[language]) for language in LANGUAGES))


def _check(instrument: Instrument) -> None:
    codes = instrument.element_codes
    _once(codes, "element")
    _once((question.element for question in instrument.questions), "question for element")
    asked = {question.element for question in instrument.questions}
    if asked != set(codes):
        raise BadInstrument(f"asked but no element, or not asked: {', '.join(sorted(asked ^ set(codes)))}")
    if [question.printed for question in instrument.questions] != list(range(1, len(codes) + 1)):
        raise BadInstrument("questions should be in printed order, numbered from 1")
    for question in instrument.questions:
        if tuple(answer.value for answer in question.answers) != SCALE:
            raise BadInstrument(f"{question.element}: answers should be valued 1, 2, 3, 4, in this order")
    _once((trait.code for trait in instrument.respondent), "respondent question")
    for trait in instrument.respondent:
        _once((option.code for option in trait.options), f"option of {trait.code}")
        if NO_ANSWER not in {option.code for option in trait.options}:
            raise BadInstrument(f"{trait.code}: {NO_ANSWER} should be among the options")


def _once(codes: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise BadInstrument(f"{what} {code} appears twice")
        seen.add(code)
