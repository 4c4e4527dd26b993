"""A small TCP proxy on loopback that can break a network in the ways networks break.

    with TcpProxy(server_port) as wire:
        connect(wire.port)
        wire.freeze()      # a partition: connections stay open, new ones are accepted, nothing travels
        wire.cut()         # connections are reset, new ones are refused
        wire.drop()        # connections are reset, new ones are welcome
        wire.heal()        # all as before; what was frozen on the way arrives now, as TCP would deliver it

Its methods may be called from any thread and return when the change holds.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Literal, Self

Link = tuple[asyncio.StreamWriter, ...]
Direction = Literal["both", "to_server", "to_client"]
CHUNK = 64 * 1024
RESET = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds: closing sends RST instead of FIN


class TcpProxy:
    def __init__(self, target_port: int, target_host: str = "127.0.0.1", port: int = 0):
        self.target = (target_host, target_port)
        self.accepted = 0
        self._links: set[Link] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="tcp-proxy", daemon=True)
        self._thread.start()
        self._server: asyncio.Server | None = None
        self._held = hold_port(port)
        self.port: int = self._held.getsockname()[1]
        self._gates = {"to_server": asyncio.Event(), "to_client": asyncio.Event()}
        self.heal()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def connections(self) -> int:
        return len(self._links)

    def freeze(self, direction: Direction = "both") -> None:
        self._do(self._freeze(direction))

    def cut(self) -> None:
        self._do(self._cut())

    def drop(self) -> None:
        self._do(self._drop())

    def heal(self) -> None:
        self._do(self._heal())

    def close(self) -> None:
        if self._loop.is_closed():
            return
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _do(self, change: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(change, self._loop).result(timeout=10)

    async def _freeze(self, direction: Direction) -> None:
        for name, gate in self._gates.items():
            if direction in ("both", name):
                gate.clear()

    async def _cut(self) -> None:
        if self._server:
            for listener in self._server.sockets:  # who is accepted while a server closes is left open (gh-109564)
                self._loop.remove_reader(listener.fileno())
            await asyncio.sleep(0.01)
            self._server.close()
            self._server = None
            # A bound socket that does not listen keeps the port ours and refuses callers.
            self._held = hold_port(self.port)
        await self._drop()

    async def _drop(self) -> None:
        for link in list(self._links):
            reset(*link)
        await asyncio.sleep(0)  # the loop closes aborted sockets on its next turn

    async def _heal(self) -> None:
        for gate in self._gates.values():
            gate.set()
        if not self._server:
            self._server = await asyncio.start_server(self._serve, sock=self._held, limit=CHUNK)

    async def _close(self) -> None:
        await self._cut()
        self._held.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)

    async def _serve(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        self.accepted += 1
        link: Link = (to_client,)
        self._links.add(link)
        try:
            await self._gates["to_server"].wait()
            from_server, to_server = await asyncio.open_connection(*self.target, limit=CHUNK)
            self._links.discard(link)
            link = (to_client, to_server)
            self._links.add(link)
            await asyncio.gather(
                self._pump(from_client, to_server, "to_server", link),
                self._pump(from_server, to_client, "to_client", link),
            )
        except OSError:
            reset(*link)  # nobody is at home behind us
        except asyncio.CancelledError:
            reset(*link)  # the proxy is being closed; asyncio would log a cancelled handler
        finally:
            self._links.discard(link)
            for end in link:
                end.close()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, direction: str, link: Link) -> None:
        gate = self._gates[direction]
        try:
            while data := await source.read(CHUNK):
                await gate.wait()
                sink.write(data)
                await sink.drain()
            await gate.wait()  # a farewell does not cross a frozen network either
            sink.write_eof()
        except OSError:
            await gate.wait()
            reset(*link)


def hold_port(port: int) -> socket.socket:
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", port))
    return held


def reset(*ends: asyncio.StreamWriter) -> None:
    for end in ends:
        wire = end.get_extra_info("socket")
        if wire is not None and wire.fileno() >= 0:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        end.transport.abort()
