"""A running site to be ill-treated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.servers import Site, serve


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """One process on SQLite, as in most offices."""
    with serve(f"sqlite:///{tmp_path / 'hall.sqlite3'}") as found:
        yield found
