"""Fixtures of the rooms: the whole app in this process (tests/support/apps.py)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.apps import House, example_app


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The app on the example office, Monday 09.00."""
    with example_app(tmp_path) as found:
        yield found


@pytest.fixture
def app(house: House) -> Flask:
    """The Flask app alone."""
    return house.app


@pytest.fixture
def client(house: House) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return house.app.test_client()
