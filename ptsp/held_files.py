"""Tables that wait for a manager's word: out of the database, for an hour, for the person who brought them alone.

In a folder that only the service may read, one file a table under a random name. The time that counts is the hall's.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

FOLDER = "imports"
HOUR_MS = 3_600_000
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


def hold(data_dir: Path, owner: str, content: Any, at: int) -> str:
    """Keeps a JSON value for its owner ("person:3"); the token to ask for it by."""
    folder = data_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    token = secrets.token_urlsafe(16)
    part, path = folder / f"{token}.part", folder / f"{token}.json"
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(json.dumps({"at": at, "owner": owner}) + "\n")
        json.dump(content, file, ensure_ascii=False, separators=(",", ":"))
    part.replace(path)  # nobody ever sees half a file
    return token


def held(data_dir: Path, owner: str, token: str, at: int) -> Any:
    """What was kept under the token; None when it is somebody else's, older than an hour, or not there."""
    if not _TOKEN.fullmatch(token):
        return None
    try:
        with (data_dir / FOLDER / f"{token}.json").open(encoding="utf-8") as file:
            label = json.loads(file.readline())
            return json.load(file) if label["owner"] == owner and _young(label, at) else None
    except FileNotFoundError:
        return None


def let_go(data_dir: Path, token: str) -> None:
    """Erases it."""
    if _TOKEN.fullmatch(token):
        (data_dir / FOLDER / f"{token}.json").unlink(missing_ok=True)


def sweep(data_dir: Path, at: int) -> int:
    """Erases all that is older than an hour (or from the future: the clock was set back); how many."""
    gone = 0
    for path in (data_dir / FOLDER).glob("*.json"):
        with suppress(FileNotFoundError):  # another process sweeps, too
            with path.open(encoding="utf-8") as file:
                label = json.loads(file.readline())
            if not _young(label, at):
                path.unlink()
                gone += 1
    return gone


def _young(label: dict[str, Any], at: int) -> bool:
    return 0 <= at - label["at"] <= HOUR_MS
