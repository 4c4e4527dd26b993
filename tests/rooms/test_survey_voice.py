"""Questions read aloud: known ones only, made once and kept, the office's own recording first."""

from __future__ import annotations

import shutil
import wave
from pathlib import Path
from typing import Any

import pytest

from survey import instruments, voice
from tests.support.apps import House, Visitor, page_data

U1 = "/survey/voice/id/skm-9/2017.1/U1"
NEEDS_PROGRAM = pytest.mark.skipif(shutil.which(voice.PROGRAM) is None, reason="espeak-ng is not installed")


@pytest.fixture
def folder(house: House) -> Path:
    return house.settings.data_dir / "voice"


def heard(visitor: Visitor, path: str, **headers: str) -> Any:
    """The answer, whole: a file that is sent stays open until its answer is closed."""
    answer = visitor.get(path, headers=headers)
    answer.get_data()
    answer.close()
    return answer


@NEEDS_PROGRAM
def test_a_question_is_read_in_both_languages_and_kept(house: House, folder: Path) -> None:
    visitor = house.visitor()
    lengths = []
    for language in ("id", "en"):
        answer = heard(visitor, U1.replace("/id/", f"/{language}/"))
        assert (answer.status_code, answer.mimetype) == (200, "audio/wav")
        [path] = (folder / "made" / language).glob("*")
        assert path.read_bytes() == answer.data
        with wave.open(str(path)) as sound:
            lengths.append(sound.getnframes() / sound.getframerate())
    assert all(4 < length < 30 for length in lengths), "a question and four answers"
    made = {path: path.stat().st_mtime_ns for path in folder.rglob("*.wav")}
    again = heard(visitor, U1, **{"If-None-Match": heard(visitor, U1).headers["ETag"]})
    assert again.status_code == 304
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*.wav")} == made, "made once"


def test_the_recording_of_the_office_comes_first(house: House, folder: Path) -> None:
    own = folder / "id" / "skm-9-2017.1-U1.ogg"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"OggS of the office")
    answer = heard(house.visitor(), U1)
    assert (answer.data, answer.mimetype) == (b"OggS of the office", "audio/ogg")
    assert not (folder / "made").exists()


def test_without_the_program_only_recordings_are_offered(
    house: House, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    visitor = house.screen("survey")
    assert page_data(visitor.get("/survey/").text)["voice"] == {"id": {}, "en": {}}
    assert visitor.get(U1).status_code == 404
    own = folder / "id" / "skm-9-2017.1-U1.wav"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"RIFF")
    assert page_data(visitor.get("/survey/").text)["voice"] == {"id": {"U1": U1}, "en": {}}


@NEEDS_PROGRAM
def test_every_question_of_the_page_has_a_voice(house: House) -> None:
    page = page_data(house.screen("survey").get("/survey/").text)
    asked = {question["element"] for one in page["instruments"] for question in one["questions"]}
    assert set(page["voice"]["id"]) == set(page["voice"]["en"]) == asked
    assert page["voice"]["id"]["U1"] == U1


@pytest.mark.parametrize(
    "path",
    ["fr/skm-9/2017.1/U1", "id/skm-9/2017.1/U10", "id/skm-9/1999.1/U1", "id/nothing/2017.1/U1", "id/own/1/X7",
     "id/own/1/Xy", "id/skm-9/2017.1/..%2F..%2Fsecret.key", "id/..%2F..%2Fx/1/U1"],
)  # fmt: skip
def test_nothing_else_is_read(house: House, folder: Path, path: str) -> None:
    assert house.visitor().get(f"/survey/voice/{path}").status_code == 404
    assert not folder.exists()


@NEEDS_PROGRAM
def test_words_are_read_from_the_question_and_never_as_a_command(tmp_path: Path) -> None:
    """A question that looks like options of the program, or like a file."""
    said = voice.Spoken("id", "own-1-X1", ("-w /etc/passwd", "--version", "Sesuai"))
    made = voice.audio(tmp_path, said)
    assert made is not None
    assert made.read_bytes().startswith(b"RIFF")
    assert said.words == "-w /etc/passwd. --version. Sesuai."


def test_a_program_that_fails_or_hangs_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / voice.PROGRAM
    program.write_text('#!/bin/sh\nif [ -e "$0.hang" ]; then exec /bin/sleep 60; fi\nexit 3\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(voice, "TIMEOUT_S", 0.3)
    question = instruments.load().questions[0]
    said = voice.Spoken("id", "skm-9-2017.1-U1", (question.text.id,))
    for hangs in (False, True):
        if hangs:
            (tmp_path / f"{voice.PROGRAM}.hang").touch()
        assert voice.audio(tmp_path / "data", said) is None
        assert [path for path in (tmp_path / "data").rglob("*") if path.is_file()] == []


def test_only_the_screen_with_a_camera_may_use_one(house: House) -> None:
    counter = house.office.counters[0]
    exit_screen, tablet = house.screen("survey"), house.screen("survey", counter_id=counter)
    assert exit_screen.get("/survey/").headers.getlist("Permissions-Policy") == [
        "camera=(self), microphone=(), geolocation=()"
    ]
    for visitor, path in ((tablet, "/survey/"), (exit_screen, "/"), (house.visitor(), "/survey/" + "x" * 22)):
        assert visitor.get(path).headers.getlist("Permissions-Policy") == ["camera=(), microphone=(), geolocation=()"]
