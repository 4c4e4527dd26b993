"""The questionnaires: versioned files in survey/instruments/, read and checked once, then never changed.

A question is bound to the code of its element, never to its position: the printed SKM form asks U9 before U8. An answer
keeps the version of the instrument that it was given under; changed wording means a new version.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("instruments")
LANGUAGES = ("id", "en")
SCALE = (1, 2, 3, 4)
NO_ANSWER = "no_answer"


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

    @property
    def picture(self) -> dict[str, Any]:
        """As the survey pages carry it (JSON-ready), questions in printed order."""
        return {
            "code": self.code,
            "version": self.version,
            "name": self.name.picture,
            "questions": [
                {
                    "printed": question.printed,
                    "element": question.element,
                    "text": question.text.picture,
                    "answers": [{"value": each.value, "text": each.text.picture} for each in question.answers],
                }
                for question in self.questions
            ],
            "respondent": [
                {
                    "code": trait.code,
                    "label": trait.label.picture,
                    "options": [{"code": each.code, "text": each.text.picture} for each in trait.options],
                }
                for trait in self.respondent
            ],
        }

    @property
    def element_codes(self) -> tuple[str, ...]:
        """Codes in official order: what `ptsp.skm` calls `elements`."""
        return tuple(element.code for element in self.elements)


@cache
def load(code: str = "skm-9") -> Instrument:
    """The instrument in survey/instruments/<code>.json. BadInstrument if it is missing, malformed or inconsistent."""
    path = FOLDER / f"{code}.json"
    if code not in available():
        raise BadInstrument(f"{path.name}: there is no such instrument; there are {', '.join(available())}")
    try:
        instrument = parse(json.loads(path.read_text(encoding="utf-8")))
    except (json.JSONDecodeError, BadInstrument) as problem:
        raise BadInstrument(f"{path.name}: {problem}") from problem
    if instrument.code != code:
        raise BadInstrument(f"{path.name}: calls itself {instrument.code}")
    return instrument


def available() -> tuple[str, ...]:
    """The codes of all instruments that come with the house."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


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
