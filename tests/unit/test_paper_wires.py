"""Other wires than the virtual printer: strange neighbours on TCP, a serial line, a device file, the print system."""

import contextlib
import os
import socket
import struct
import threading
import time
import tty

import pytest

from kiosk.paper import printers
from kiosk.paper.printers import Outcome, print_job, probe
from kiosk.paper.status import PrinterStatus
from kiosk.virtual_printer.connection import real_time_answer

BOUNDED_S = printers.TOTAL + 10  # what is shown is that it ends: a busy machine may add seconds
JOB = b"\x1b@" + b"Nomor A-012\n" * 400 + b"\x1dV\x01"


class Neighbour:
    """A TCP server on a free port that treats each connection with `treat(peer)` in its own thread."""

    def __init__(self, treat):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.setting = f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self._run, args=(treat,))
        self.thread.start()

    def _run(self, treat):
        peer, _ = self.listener.accept()
        with peer:
            try:
                treat(peer)
            except OSError:
                return

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.thread.join(10)
        self.listener.close()


def answering(peer, until):
    """Answer real-time queries well and GS r in order, until `until(bytes so far)`."""
    seen = b""
    while not until(seen) and (chunk := peer.recv(4096)):
        seen += chunk
        for n in (1, 2, 4):
            for _ in range(chunk.count(bytes([0x10, 0x04, n]))):
                peer.sendall(bytes([real_time_answer(n, "ready")]))
        if b"\x1dr\x01" in chunk:
            peer.sendall(b"\x00")
    return seen


def echo(peer):
    while chunk := peer.recv(4096):
        peer.sendall(chunk)


def web_server(peer):
    peer.recv(100)
    peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    peer.recv(100)


def drip(peer):
    peer.settimeout(0.2)
    for _ in range(15):
        peer.sendall(b"\x11")  # "go on", again and again, and nothing else
        with contextlib.suppress(TimeoutError):
            while peer.recv(4096):
                pass
            return


def stops_reading(peer):
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    answering(peer, lambda seen: b"\x1dr\x01" in seen)
    time.sleep(4)


def resets(peer):
    answering(peer, lambda seen: b"Nomor" in seen)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize(
    ("treat", "job", "detail"),
    [
        (echo, JOB, "silent"),
        (web_server, JOB, "garbage"),
        (drip, JOB, "silent"),
        (resets, JOB, "closed"),
        (stops_reading, JOB * 4000, "stalled"),
    ],
)
def test_strange_neighbours_are_not_printers(treat, job, detail):
    with Neighbour(treat) as neighbour:
        began = time.monotonic()
        assert print_job(neighbour.setting, job) == Outcome("failed", PrinterStatus.UNKNOWN, detail)
        assert time.monotonic() - began < BOUNDED_S


def test_what_a_printer_reports_unasked_is_not_taken_for_an_answer(monkeypatch):
    """Automatic status back: four bytes at any time, the second of which looks like an answer to GS r."""

    def chatty(peer):
        peer.sendall(b"\x10\x00\x00\x0f" * 3)
        answering(peer, lambda seen: b"\x1dr\x01" in seen)
        peer.sendall(b"\x10\x00\x00\x0f")
        peer.settimeout(8)
        while chunk := peer.recv(4096):  # takes the job, answers in real time, and never reaches its end
            for n in (1, 2, 4):
                for _ in range(chunk.count(bytes([0x10, 0x04, n]))):
                    peer.sendall(b"\x10\x00\x00\x0f\x12")

    monkeypatch.setattr(printers, "TOTAL", 3)
    with Neighbour(chatty) as neighbour:
        assert print_job(neighbour.setting, JOB) == Outcome("failed", PrinterStatus.UNKNOWN, "unfinished")


def test_nobody_there():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert print_job(f"tcp://127.0.0.1:{port}", JOB) == Outcome("failed", PrinterStatus.OFFLINE, "unreachable")
    assert probe(f"tcp://127.0.0.1:{port}") is PrinterStatus.OFFLINE
    for absent in ("serial:///dev/ttyNOT", "file:///dev/usb/lpNOT", "usb://ffff:ffff"):
        outcome = print_job(absent, JOB)
        assert (outcome.state, outcome.status) == ("failed", PrinterStatus.OFFLINE)


def test_no_printer_and_a_setting_that_means_nothing():
    assert print_job("none:", JOB) == Outcome("failed", PrinterStatus.NONE, "no_printer")
    assert probe("none:") is PrinterStatus.NONE
    assert print_job("lpt1", JOB) == Outcome("failed", PrinterStatus.UNKNOWN, "bad_setting")


@pytest.fixture
def line():
    """A pseudo serial line: (our end, device path)."""
    ours, theirs = os.openpty()
    tty.setraw(ours)
    yield ours, os.ttyname(theirs)
    os.close(theirs)
    os.close(ours)


def test_a_serial_printer_is_asked_too(line):
    ours, device = line
    seen = bytearray()

    def printer():
        while seen.count(b"\x1dr\x01") < 2 or seen.count(b"\x10\x04\x04") < 2:
            chunk = os.read(ours, 4096)
            seen.extend(chunk)
            os.write(ours, b"\x12" * chunk.count(b"\x10\x04") + b"\x00" * chunk.count(b"\x1dr"))

    thread = threading.Thread(target=printer)
    thread.start()
    assert print_job(f"serial://{device}?baudrate=115200", JOB) == Outcome("confirmed", PrinterStatus.READY)
    thread.join(5)
    assert JOB in seen


def test_a_dead_serial_line_is_silent(line):
    began = time.monotonic()
    assert print_job(f"serial://{line[1]}", JOB) == Outcome("failed", PrinterStatus.UNKNOWN, "silent")
    assert time.monotonic() - began < BOUNDED_S


def test_a_device_file_is_one_way_and_never_confirmed(tmp_path):
    device = tmp_path / "lp0"
    assert print_job(f"file://{device}", JOB).status is PrinterStatus.OFFLINE
    assert not device.exists()  # an unplugged printer must not leave a plain file in its place
    device.touch()
    assert print_job(f"file://{device}", JOB) == Outcome("sent", PrinterStatus.UNKNOWN, "one_way")
    assert device.read_bytes() == JOB
    assert probe(f"file://{device}") is PrinterStatus.UNKNOWN


def test_a_device_that_takes_nothing_does_not_hold_us_up(tmp_path, monkeypatch):
    monkeypatch.setattr(printers, "TOTAL", 2)
    pipe = tmp_path / "lp0"
    os.mkfifo(pipe)
    assert print_job(f"file://{pipe}", JOB).detail == "unreachable"
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    began = time.monotonic()
    assert print_job(f"file://{pipe}", JOB * 50) == Outcome("failed", PrinterStatus.UNKNOWN, "stalled")
    assert time.monotonic() - began < BOUNDED_S
    os.close(reader)


@pytest.mark.parametrize(
    ("program", "outcome"),
    [
        ("cat > {folder}/job; echo $* > {folder}/words", Outcome("sent", PrinterStatus.UNKNOWN, "one_way")),
        ("exit 1", Outcome("failed", PrinterStatus.OFFLINE, "unreachable")),
    ],
)
def test_the_print_system_is_one_way(tmp_path, monkeypatch, program, outcome):
    (tmp_path / "lp").write_text("#!/bin/sh\n" + program.format(folder=tmp_path) + "\n")
    (tmp_path / "lp").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert print_job("cups://Tiket", JOB) == outcome
    if outcome.state == "sent":
        assert (tmp_path / "job").read_bytes() == JOB
        assert (tmp_path / "words").read_text().split() == ["-s", "-d", "Tiket", "-o", "raw"]


def test_without_a_print_system_there_is_no_printer(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert print_job("cups://Tiket", JOB) == Outcome("failed", PrinterStatus.OFFLINE, "unreachable")
