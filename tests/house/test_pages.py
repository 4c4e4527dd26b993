"""What visitors' browsers get: nothing inline, nothing from outside, every sentence in both languages."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tempfile
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tests.house.test_stairs import PRODUCT, ROOT, tracked

# Not addresses to load from: names of XML languages.
NAMES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink", "http://www.w3.org/1999/xhtml")
CATALOGUES = ROOT / "web" / "translations"


def of_pages(*kinds: str) -> list[Path]:
    found = [path for path in tracked() if path.suffix in kinds and path.relative_to(ROOT).parts[0] in PRODUCT]
    assert found, f"no {kinds}: this check looks in the wrong place"
    return [path for path in found if "vendor" not in path.parts]


def where(path: Path, text: str, at: int) -> str:
    return f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, at) + 1}"


class Tags(HTMLParser):
    """Collects the tags that the content security policy would stop."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        here = f"line {self.getpos()[0]}: <{tag}>"
        for name in given:
            if name.startswith("on"):
                self.wrong.append(f"{here} {name}=: listen in a script (addEventListener)")
            if name == "style":
                self.wrong.append(f"{here} style=: give it a class")
        if tag == "style":
            self.wrong.append(f"{here}: put it into the room's stylesheet")
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.wrong.append(f"{here}: put it into a file in static/")
        if tag in ("iframe", "object", "embed", "base"):
            self.wrong.append(f"{here}: not in this house")


def test_pages_hold_no_script_and_no_style() -> None:
    for path in of_pages(".html"):
        text = path.read_text()
        tags = Tags()
        # Jinja's own signs may hold quotes and angle brackets that are no tags.
        tags.feed(re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", lambda said: "\n" * said[0].count("\n"), text, flags=re.S))
        assert not tags.wrong, f"{path.relative_to(ROOT)}: {tags.wrong}"


def test_scripts_make_no_script_and_no_style() -> None:
    forbidden = {
        r"\beval\(|new Function\(|document\.write\(": "say it in code",
        r"\.(inner|outer)HTML\s*=|insertAdjacentHTML": "set textContent: what officers type is no markup",
        r"setAttribute\(\s*[\"'](style|on\w+)[\"']": "give it a class, or listen",
        r"setTimeout\(\s*[\"'`]|setInterval\(\s*[\"'`]": "hand over a function",
    }
    for path in of_pages(".js"):
        text = path.read_text()
        for pattern, instead in forbidden.items():
            for found in re.finditer(pattern, text):
                raise AssertionError(f"{where(path, text, found.start())}: {found[0]} - {instead}")


def test_nothing_is_loaded_from_outside() -> None:
    loaded = re.compile(r"""(src|href|action|url|import|from|fetch|connect)\s*[=(]?\s*["'(]\s*(//|https?:|wss?:)""")
    for path in of_pages(".html", ".css", ".js", ".svg"):
        text = path.read_text()
        for name in NAMES:
            text = text.replace(name, "")
        for found in loaded.finditer(text):
            raise AssertionError(f"{where(path, text, found.start())}: {found[0]}: put the file into static/")
        if path.suffix in (".css", ".html"):
            bare = re.sub(r"/\*.*?\*/|\{#.*?#\}|<!--.*?-->", "", text, flags=re.S)
            assert not re.search(r"https?://", bare), f"{path.relative_to(ROOT)}: an address of another house"


def catalogue(language: str) -> Catalog:
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


@cache
def sentences() -> Catalog:
    """What pages and code say, collected as `make translations` does."""
    collect = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "web/babel.cfg"]
    with tempfile.NamedTemporaryFile(suffix=".pot") as file:
        subprocess.run([*collect, "-k", "lazy_gettext", "-k", "_l", "-o", file.name, "."], cwd=ROOT, check=True)
        found = read_po(file)
    assert len(found) > 100, "web/babel.cfg no longer finds the sentences"
    return found


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_sentence_is_there_in_both_languages(language: str) -> None:
    have = catalogue(language)
    for said in sentences():
        if said.id:
            mine = have.get(said.id, said.context)
            assert mine is not None, f"{said.id!r} is not in the {language} catalogue: run `make translations`"
    for mine in have:
        if mine.id:
            words = mine.string if isinstance(mine.string, (tuple, list)) else (mine.string,)
            assert all(words), f"{language}: {mine.id!r} is not translated"
            assert not mine.fuzzy, f"{language}: {mine.id!r} is fuzzy: read it, then take the mark away"
            assert places(mine) == places_said(mine), f"{language}: {mine.id!r}: other places than in {mine.string!r}"


def test_no_sentence_hides_in_an_f_string() -> None:
    """Babel does not look into them: such a sentence would be in no catalogue, and English for everybody."""
    hidden = []
    for room in (ROOT / name for name in ("display", "kiosk", "counter", "office", "survey", "server", "web")):
        for file in sorted(room.rglob("*.py")):
            for string in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                calls = (one.func for one in ast.walk(string) if isinstance(one, ast.Call))
                if isinstance(string, ast.JoinedStr) and {"_", "_l", "gettext", "ngettext", "pgettext"} & {
                    name.id for name in calls if isinstance(name, ast.Name)
                }:
                    hidden.append(f"{file.relative_to(ROOT)}:{string.lineno}")
    assert not hidden, f"take the sentence out of the f-string: {', '.join(hidden)}"


PLACE = re.compile(r"%\((\w+)\)|\{(\w+)\}")


def places(message: Message) -> set[str]:
    ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    return {name for one in ids for pair in PLACE.findall(one) for name in pair if name}


def places_said(message: Message) -> set[str]:
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return {name for one in strings for pair in PLACE.findall(one) for name in pair if name}


def test_the_words_are_spelt_as_the_dictionary_has_them() -> None:
    """KBBI: antrean, not antrian."""
    for path in of_pages(".html", ".js", ".py", ".po", ".toml", ".json"):
        found = re.search(r"antrian", path.read_text(), re.I)
        assert not found, f"{path.relative_to(ROOT)}: antrean"
