"""Where phones reach the server."""

import socket
from dataclasses import replace

import pytest

from server.settings import only_here, reachable, read_settings

FOUND = read_settings({"PTSP_PORT": "8123"})


class Routes:
    """A UDP socket of a machine in some network; of one without a network when `own` is None."""

    own: str | None = "192.168.1.5"

    def __init__(self, *_kind: object) -> None:
        self.closed = False

    def connect(self, _address: object) -> None:
        if self.own is None:
            raise OSError("Network is unreachable")

    def getsockname(self) -> tuple[str | None, int]:
        return self.own, 40000

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_a_server_for_everybody_is_reached_at_the_machines_own_address(monkeypatch, host):
    monkeypatch.setattr(socket, "socket", Routes)
    assert reachable(replace(FOUND, host=host)) == "http://192.168.1.5:8123"


def test_without_a_network_it_is_this_machine(monkeypatch):
    monkeypatch.setattr(socket, "socket", Routes)
    monkeypatch.setattr(Routes, "own", None)
    assert reachable(replace(FOUND, host="0.0.0.0")) == "http://127.0.0.1:8123"


def test_the_public_address_goes_before_all():
    assert reachable(replace(FOUND, host="0.0.0.0", public_url="https://hall.test")) == "https://hall.test"


@pytest.mark.parametrize(
    ("host", "address"), [("127.0.0.1", "127.0.0.1"), ("10.0.0.7", "10.0.0.7"), ("fd00::7", "[fd00::7]")]
)
def test_a_host_of_its_own_stays(host, address):
    assert reachable(replace(FOUND, host=host)) == f"http://{address}:8123"


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost", True),
        ("http://10.0.0.7", False),
        ("https://a.test", False),
    ],
)
def test_loopback_is_known(address, here):
    assert only_here(address) is here
