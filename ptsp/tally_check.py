"""Do the kept counts say what the answers and the day book say? They are derived: who doubts them counts anew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from ptsp.catalogue import Catalogue
from ptsp.tallies import kept, rebuilt

_SHOWN = 20
# What a change of the set-up may turn: a service moves to another section, another rule says who is asked.
_SET_UP = "section"


def check_tallies(conn: Connection, office: Catalogue) -> list[str]:
    """What is wrong, one sentence each, at most some twenty; empty when all is well. Reads all answers once."""
    is_kept, should = _comparable(kept(conn, office.office_id)), _comparable(rebuilt(conn, office))
    found = []
    for place in sorted(is_kept.keys() | should.keys()):
        if is_kept.get(place) != should.get(place):
            found.append(f"{' '.join(map(str, place))}: kept {is_kept.get(place)}, counted anew {should.get(place)}")
    left = len(found) - _SHOWN
    return found if left <= 0 else [*found[:_SHOWN], f"and {left} more"]


def _comparable(rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], str]:
    return {_place(row): _content(row) for row in rows if row["dimension"] != _SET_UP and _something(row)}


def _something(row: Mapping[str, Any]) -> bool:
    return bool(json.loads(row["content"])["n"])


def _place(row: Mapping[str, Any]) -> tuple[Any, ...]:
    names = ("subject", "grain", "period", "instrument", "version", "flagged", "dimension", "key")
    return tuple(row[name] for name in names)


def _content(row: Mapping[str, Any]) -> str:
    if row["subject"] == "answers":
        return str(row["content"])
    return str(json.loads(row["content"])["n"])
