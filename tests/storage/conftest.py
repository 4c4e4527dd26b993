"""Databases of their own for the tests of storage: each test or module gets a fresh one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.support.services import Postgres, Redis, private_postgres, private_redis


@pytest.fixture(scope="session")
def durable_postgres() -> Iterator[Postgres]:
    """PostgreSQL as in an office: fsync on."""
    with private_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def redis_bus() -> Iterator[Redis]:
    with private_redis() as server:
        yield server


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Makes addresses of fresh databases, on SQLite and on PostgreSQL."""
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("durable_postgres")
        return postgres.new_database
    folder, numbers = tmp_path_factory.mktemp("databases"), iter(range(1, 10_000))
    return lambda: f"sqlite:///{folder / f'hall{next(numbers)}.sqlite3'}"
