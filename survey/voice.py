"""Questions read aloud: the office's own recording, or espeak-ng, made once and kept.

    <data folder>/voice/<language>/<instrument>-<version>-<element>.wav or .ogg    a recording of the office
    <data folder>/voice/made/<language>/<same name>-<words and voice, hashed>.wav  what espeak-ng made of it

Only known questions can be asked for: no name and no word of a request reaches a path or the program.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import structlog

PROGRAM = "espeak-ng"
VOICES = {"id": "id", "en": "en-gb"}
WORDS_A_MINUTE = 140
TIMEOUT_S = 15
RECORDINGS = (".wav", ".ogg")

log = structlog.get_logger()
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Spoken:
    """What can be read aloud in one language. `name`: "skm-9-2017.1-U1", as a recording of it is called."""

    language: str
    name: str
    sentences: tuple[str, ...]

    @property
    def words(self) -> str:
        """Question and answers, with a stop after each."""
        return " ".join(one if one.endswith((".", "?", "!")) else f"{one}." for one in self.sentences)


def speakable(folder: Path, wanted: Iterable[Spoken]) -> list[Spoken]:
    """Those that can be read aloud here: there is a recording, or a program that can make it."""
    if shutil.which(PROGRAM):
        return list(wanted)
    return [one for one in wanted if recording(folder, one)]


def audio(folder: Path, one: Spoken) -> Path | None:
    """The file to play, made now if need be; None when nothing can be heard here."""
    return recording(folder, one) or _made(folder, one)


def recording(folder: Path, one: Spoken) -> Path | None:
    """The office's own recording, if it put one there."""
    paths = (folder / "voice" / one.language / f"{one.name}{kind}" for kind in RECORDINGS)
    return next((path for path in paths if path.is_file()), None)


def _made(folder: Path, one: Spoken) -> Path | None:
    mark = hashlib.sha256(f"{VOICES[one.language]} {WORDS_A_MINUTE} {one.words}".encode()).hexdigest()[:16]
    path = folder / "voice" / "made" / one.language / f"{one.name}-{mark}.wav"
    if path.is_file():
        return path
    with _one_at_a_time:  # two cores: twenty visitors who listen at once must not stop the counters
        return path if path.is_file() or _make(path, one) else None


def _make(path: Path, one: Spoken) -> bool:
    """espeak-ng writes beside the file, which then takes its name: nobody hears half a question."""
    program = shutil.which(PROGRAM)
    if program is None:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, suffix=".part")
    os.close(handle)
    command = [program, "-v", VOICES[one.language], "-s", str(WORDS_A_MINUTE), "-w", beside, "--stdin"]
    try:
        subprocess.run(command, input=one.words.encode(), timeout=TIMEOUT_S, check=True, capture_output=True)
        os.replace(beside, path)
        return True
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("voice_failed", what=one.name, error=repr(error))
        Path(beside).unlink(missing_ok=True)
        return False
