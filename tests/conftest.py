"""Fixtures of all tiers. What a tier alone needs lives in its own conftest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.halls import Office, example_hall


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh SQLite file."""
    return f"sqlite:///{tmp_path / 'hall.sqlite3'}"


@pytest.fixture
def office(sqlite_url: str) -> Iterator[Office]:
    """The example office on SQLite, Monday 09.00, with a clock that the test drives."""
    with example_hall(sqlite_url) as found:
        yield found
