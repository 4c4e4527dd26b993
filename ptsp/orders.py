"""Who wants what, and what the screens are told of it afterwards."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import msgspec

_canonical = msgspec.json.Encoder(order="sorted", enc_hook=str).encode


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``kind``: person, device, token, visitor or system. ``seat``: the sign-in that may hold a counter."""

    kind: str
    id: int
    role: str
    office_id: int
    name: str = ""
    seat: str = ""

    @property
    def key(self) -> str:
        """Stable name in the book: "person:3"."""
        return f"{self.kind}:{self.id}"

    @property
    def person_id(self) -> int | None:
        """The person's id when a person acts."""
        return self.id if self.kind == "person" else None


@dataclass(frozen=True, slots=True)
class Order:
    """One command as it came: who wants what, under which request id (None only for the hall's own housekeeping)."""

    actor: Actor
    name: str
    params: dict[str, Any] = field(default_factory=dict)
    request_id: str | None = None

    @property
    def fingerprint(self) -> str:
        """Hash of the content: the same request id with other content is refused."""
        return hashlib.sha256(_canonical([self.name, self.params])).hexdigest()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something for the screens beyond "the picture changed"."""

    kind: str
    key: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """What was committed: published to the screens afterwards."""

    office_id: int
    seq: int
    notices: tuple[Notice, ...]
