import socket
import threading
from collections.abc import Iterator

import pytest

from tests.support.tcp_proxy import TcpProxy


class EchoServer:
    """Sends back what it gets."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            try:
                caller, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.echo, args=(caller,), daemon=True).start()

    def echo(self, caller: socket.socket) -> None:
        with caller:
            try:
                while data := caller.recv(65536):
                    caller.sendall(data)
            except ConnectionError:
                pass

    def close(self) -> None:
        if self.listener.fileno() >= 0:
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()


@pytest.fixture
def echo() -> Iterator[EchoServer]:
    server = EchoServer()
    yield server
    server.close()


@pytest.fixture
def wire(echo: EchoServer) -> Iterator[TcpProxy]:
    with TcpProxy(echo.port) as proxy:
        yield proxy


def call(wire: TcpProxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", wire.port), timeout=5)


def hears_nothing(caller: socket.socket) -> bool:
    caller.settimeout(0.2)
    try:
        caller.recv(1)
    except TimeoutError:
        return True
    else:
        return False
    finally:
        caller.settimeout(5)


def everything(caller: socket.socket) -> bytes:
    heard = b""
    while data := caller.recv(65536):
        heard += data
    return heard


def test_passes_both_ways_and_says_goodbye(wire: TcpProxy) -> None:
    said = bytes(range(256)) * 4000
    with call(wire) as caller:
        threading.Thread(target=lambda: (caller.sendall(said), caller.shutdown(socket.SHUT_WR))).start()
        assert everything(caller) == said


def test_frozen_holds_and_heals_without_loss(wire: TcpProxy) -> None:
    with call(wire) as caller:
        caller.sendall(b"before")
        assert caller.recv(100) == b"before"
        wire.freeze()
        caller.sendall(b"during")
        assert hears_nothing(caller)
        wire.heal()
        assert caller.recv(100) == b"during"


def test_frozen_accepts_new_callers_and_holds_them(wire: TcpProxy) -> None:
    wire.freeze()
    with call(wire) as caller:
        caller.sendall(b"hello")
        assert hears_nothing(caller)
        wire.heal()
        assert caller.recv(100) == b"hello"


def test_one_direction_can_be_frozen(wire: TcpProxy) -> None:
    with call(wire) as caller:
        caller.sendall(b"a")
        assert caller.recv(1) == b"a"
        wire.freeze("to_client")
        caller.sendall(b"b")
        assert hears_nothing(caller)
        wire.heal()
        assert caller.recv(1) == b"b"


def test_cut_resets_refuses_and_heals_on_the_same_port(wire: TcpProxy) -> None:
    with call(wire) as caller:
        caller.sendall(b"a")
        assert caller.recv(1) == b"a"
        wire.cut()
        with pytest.raises(ConnectionResetError):
            caller.recv(1)
    for _ in range(2):
        with pytest.raises(ConnectionRefusedError):
            call(wire)
        wire.cut()
    wire.heal()
    with call(wire) as caller:
        caller.sendall(b"again")
        assert caller.recv(100) == b"again"


def test_a_frozen_caller_can_be_cut(wire: TcpProxy) -> None:
    wire.freeze()
    with call(wire) as caller:
        caller.sendall(b"lost")
        assert hears_nothing(caller)
        wire.cut()
        with pytest.raises(ConnectionResetError):
            caller.recv(1)
    wire.heal()


def test_drop_welcomes_new_callers_at_once(wire: TcpProxy) -> None:
    with call(wire) as caller:
        caller.sendall(b"a")
        assert caller.recv(1) == b"a"
        wire.drop()
        with pytest.raises(ConnectionResetError):
            caller.recv(1)
    with call(wire) as caller:
        caller.sendall(b"b")
        assert caller.recv(1) == b"b"


def test_a_server_that_is_down_resets_the_caller(wire: TcpProxy, echo: EchoServer) -> None:
    echo.close()
    with pytest.raises(ConnectionResetError), call(wire) as caller:
        caller.recv(1)


def test_closing_leaves_no_thread_and_frees_the_port(echo: EchoServer) -> None:
    before = threading.active_count()
    with TcpProxy(echo.port) as wire:
        caller = call(wire)
        caller.sendall(b"a")
        assert caller.recv(1) == b"a"
        wire.freeze()
    caller.close()
    assert "tcp-proxy" not in {thread.name for thread in threading.enumerate()}
    assert threading.active_count() <= before + 1  # the echo of this caller may be on its way out
    socket.create_server(("127.0.0.1", wire.port)).close()
