"""The command line's language: Indonesian where the machine speaks it (LANG=id_ID.UTF-8), else English."""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ptsp.errors import PtspError

CATALOGUES = Path(__file__).parents[1] / "web" / "translations"


def language(environ: Mapping[str, str] | None = None) -> str:
    """ "id" or "en", as the machine's settings have it."""
    environ = os.environ if environ is None else environ
    chosen = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return "id" if chosen.lower().startswith("id") else "en"


@cache
def _catalogue(one: str) -> gettext.NullTranslations:
    return gettext.translation("messages", CATALOGUES, [one], fallback=True)


def _(sentence: str, **facts: Any) -> str:
    """A sentence in the machine's language, its places filled."""
    said = _catalogue(language()).gettext(sentence) if sentence else ""
    return said % facts if facts else said


def refusal(error: PtspError) -> str:
    """A refusal of the rules as a sentence."""
    facts = {name: pick(value) for name, value in error.facts.items()}
    return _(error.message, **facts)


def pick(value: Any) -> Any:
    """A text in the machine's language; everything else as it is."""
    return value.get(language()) or value.get("id", "") if isinstance(value, dict) else value
