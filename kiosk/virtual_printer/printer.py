"""The network side of the virtual printer: connections, moods, and the folder of tickets."""

import contextlib
import re
import select
import signal
import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path

from kiosk.virtual_printer.connection import Connection
from kiosk.virtual_printer.roll import Roll

STATES = frozenset(
    # what a printer says of itself
    {"ready", "low", "paper_out", "cover_open", "offline", "error"}
    # how a printer or its network misbehaves: accepts and never reads; reads and never answers; answers nonsense;
    # hangs up at once; breaks off in the middle of a job
    | {"hung", "silent", "garbage", "close", "reset"}
)
_TICKET = re.compile(r"ticket-(\d+)\.png")


class VirtualPrinter:
    """A receipt printer on TCP that keeps tickets in `folder` as ticket-0001.png, with the bytes as ticket-0001.bin.

    The file `state` in the folder holds its mood (one word of STATES), so that another process can change it too; it is
    looked up at every connection, query and cut. Missing or not understood means ready. Use as a context manager, or
    `start` and `stop`. With port 0 the system picks one: see `port` and `setting` after the start.

    For tests: `run_out_after` = rows of paper (dots) left, then the mood becomes paper_out by itself;
    `seconds_per_ticket` = time that printing takes; `job_answers=False` = a model that does not know `GS r`.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0, width_mm: int = 80, folder: Path | str = ".") -> None:
        self.host, self.port, self.width_mm, self.folder = host, port, width_mm, Path(folder)
        self.run_out_after: int | None = None
        self.seconds_per_ticket = 0.0
        self.job_answers = True
        self.printed: list[Roll] = []  # of this run, without the pictures' dots: text and overruns
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def setting(self) -> str:
        """The setting string that prints here."""
        return f"tcp://{self.host}:{self.port}?width={self.width_mm}"

    @property
    def state(self) -> str:
        """The mood of the printer, from the control file."""
        try:
            word = (self.folder / "state").read_text(encoding="ascii", errors="replace")
        except OSError:
            return "ready"
        word = word.strip().lower().replace("-", "_").replace(" ", "_")
        return word if word in STATES else "ready"

    @state.setter
    def state(self, word: str) -> None:
        if word not in STATES:
            raise ValueError(f"{word!r} is not one of {', '.join(sorted(STATES))}")
        _write_whole(self.folder / "state", word.encode() + b"\n")

    @property
    def tickets(self) -> list[Path]:
        """Pictures of all tickets in the folder, oldest first."""
        return sorted(path for path in self.folder.glob("ticket-*.png") if _TICKET.fullmatch(path.name))

    def start(self) -> "VirtualPrinter":
        """Listen. Raises OSError if the address is taken or the folder cannot be made."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._listener = socket.create_server((self.host, self.port))
        self.port = self._listener.getsockname()[1]
        self._spawn(self._accept)
        return self

    def stop(self) -> None:
        """Hang up and wait for the threads."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=5)
        self._listener.close()

    def __enter__(self) -> "VirtualPrinter":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def use_paper(self, rows: int) -> None:
        """Note that `rows` dots of paper are gone; the roll may end with that."""
        if self.run_out_after is not None:
            self.run_out_after -= rows
            if self.run_out_after < 0:
                self.run_out_after = None
                self.state = "paper_out"

    def keep(self, roll: Roll, raw: bytes) -> None:
        """Store a cut ticket under the next number; the picture appears whole or not at all."""
        picture = roll.cut(self.width_mm)
        with self._lock:
            last = max((int(path.stem.removeprefix("ticket-")) for path in self.tickets), default=0)
            name = f"ticket-{last + 1:04d}"
            _write_whole(self.folder / f"{name}.bin", raw)
            picture.save(self.folder / f".{name}.part", format="PNG")
            (self.folder / f".{name}.part").rename(self.folder / f"{name}.png")
            roll.strips.clear()
            self.printed = [*self.printed[-99:], roll]

    def _spawn(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True, name="virtual-printer")
        self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        thread.start()

    def _accept(self) -> None:
        self._listener.settimeout(0.05)
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                peer, _ = self._listener.accept()
                self._spawn(self._serve, peer)

    def _serve(self, peer: socket.socket) -> None:
        with peer, contextlib.suppress(OSError):  # a client that goes away is its own business
            connection = Connection(self, peer)
            while not self._stopping.is_set() and self._go_on(connection, peer):
                pass

    def _go_on(self, connection: Connection, peer: socket.socket) -> bool:
        """One small step of a connection; False when it is over."""
        state = self.state
        if state == "close":
            return False
        if state == "hung":
            return not _gone(peer)
        if state == "reset" and connection.received > 200:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        return connection.step()


def _gone(peer: socket.socket) -> bool:
    """Whether the other side has hung up, found out without reading; waits 50 ms."""
    poller = select.poll()
    poller.register(peer, select.POLLRDHUP)
    return bool(poller.poll(50))


def _write_whole(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.rename(path)


def run_virtual_printer(host: str, port: int, width_mm: int, folder: Path | str) -> None:
    """Run a virtual printer until Ctrl-C or SIGTERM, after saying where it listens and where tickets go."""
    over = threading.Event()
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: over.set())
    with VirtualPrinter(host, port, width_mm, folder) as printer:
        print(f"Virtual printer, {width_mm} mm paper: {printer.setting}")
        print(f"Tickets appear in {printer.folder.resolve()}")
        print(f"To change its mood: echo paper_out > {printer.folder.resolve()}/state   ({', '.join(sorted(STATES))})")
        with contextlib.suppress(KeyboardInterrupt):
            over.wait()
