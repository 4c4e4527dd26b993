"""The ballot box: today's answers, sealed, until the day is over and they are shuffled.

An answer and the note that its ticket has answered are written in one transaction: one whole answer or none. But
whoever reads a database with its logs can put the writes of one transaction side by side (SQLite's write-ahead log,
PostgreSQL's xmin), and so the answer beside the ticket. Therefore a ballot is sealed with a key that is not in the
database. When the day is over the box is opened, the answers are written down in random order, and the key is
destroyed: from then on neither the logs nor an old backup can say which ballot was whose.

A ballot is as long as every other; AES-GCM with a random nonce, the ballot's id authenticated with it.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# Room for a remark of 500 characters (at most 4 bytes each, escaped) and the answers of three instruments.
LENGTH = 8192
NONCE, KEY = 12, 32


class Keys:
    """The keys of an office's box, newest first, in the memory of one process (tests, the command line)."""

    def __init__(self) -> None:
        self._kept: dict[int, list[bytes]] = {}

    def known(self, office_id: int) -> list[bytes]:
        """All keys that may have sealed a ballot; none where none was made yet. For who looks outside of the mutex: a
        key made there could replace another that has just sealed something."""
        return self._kept.get(office_id, [])

    def read(self, office_id: int) -> list[bytes]:
        """The same, and the first seals: made at the first need. Call it inside the office's work (the mutex)."""
        return self.known(office_id) or self.write(office_id, [AESGCM.generate_key(KEY * 8)])

    def write(self, office_id: int, keys: list[bytes]) -> list[bytes]:
        """Replaces them."""
        self._kept[office_id] = keys
        return keys


class KeyFiles(Keys):
    """The same in files that only the service may read, for several processes on one machine."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def known(self, office_id: int) -> list[bytes]:
        """As above."""
        try:
            content = self._path(office_id).read_bytes()
        except FileNotFoundError:
            return []
        return [content[at : at + KEY] for at in range(0, len(content), KEY)]

    def write(self, office_id: int, keys: list[bytes]) -> list[bytes]:
        """Written beside and renamed: there is never half a key."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = self._folder / f".{office_id}.{secrets.token_hex(4)}"
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(b"".join(keys))
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._path(office_id))
        return keys

    def _path(self, office_id: int) -> Path:
        return self._folder / f"ballots-{office_id}.key"


def seal(key: bytes, ballot_id: int, content: Any) -> bytes:
    """A JSON value, sealed. ValueError when it is longer than a ballot."""
    plain = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
    if len(plain) > LENGTH:
        raise ValueError(f"a ballot holds {LENGTH} bytes, these are {len(plain)}")
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain.ljust(LENGTH), str(ballot_id).encode())


def unseal(keys: list[bytes], ballot_id: int, sealed: bytes) -> Any:
    """What was sealed with one of the keys; None when none of them fits (restored without its key)."""
    for key in keys:
        try:
            plain = AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], str(ballot_id).encode())
        except InvalidTag:
            continue
        return json.loads(plain)
    return None


def next_key(keys: list[bytes]) -> list[bytes]:
    """A new key first; the old ones stay until what they sealed is written down."""
    return [AESGCM.generate_key(KEY * 8), *keys]
