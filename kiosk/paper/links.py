"""The wires to a printer. All have the same three verbs and none waits longer than it is told.

`write(data, seconds)` raises OSError (TimeoutError when the printer takes nothing); `read(seconds)` gives what came,
b"" if nothing did, and raises LineClosed when the other side hung up; `close()` never waits.
"""

import contextlib
import errno
import os
import select
import socket
import subprocess
import time
from collections.abc import Callable
from typing import Protocol

import serial

from kiosk.paper.library import File, Network, Serial, Usb
from kiosk.paper.settings import PrinterSetting

CONNECT = 2.0  # seconds; a printer in the same building answers in milliseconds


class LineClosed(ConnectionError):
    """The printer closed the connection."""


class NotAccepted(OSError):
    """The print system has no such queue, or is not there."""


class Link(Protocol):
    """What `printers` needs of a wire."""

    def write(self, data: bytes, seconds: float) -> None: ...
    def read(self, seconds: float) -> bytes: ...
    def close(self) -> None: ...


def open_link(setting: PrinterSetting) -> Link:
    """Connect. Raises OSError or an error of python-escpos when the printer is not there."""
    kinds: dict[str, Callable[[PrinterSetting], Link]] = {
        "tcp": TcpLink,
        "usb": UsbLink,
        "serial": SerialLink,
        "file": FileLink,
        "cups": CupsLink,
    }
    return kinds[setting.kind](setting)


class _Tcp(Network):
    """python-escpos' Network leaks its socket when the connection is refused, and knows no IPv6."""

    def open(self, raise_not_found: bool = True) -> None:
        self._device = socket.create_connection((self.host, self.port), timeout=self.timeout)


class TcpLink:
    def __init__(self, setting: PrinterSetting) -> None:
        self.printer = _Tcp(setting.target, setting.port, timeout=CONNECT)
        self.printer.open()

    def write(self, data: bytes, seconds: float) -> None:
        self.printer.device.settimeout(seconds)
        self.printer._raw(data)

    def read(self, seconds: float) -> bytes:
        self.printer.device.settimeout(max(seconds, 0.001))
        try:
            got = self.printer._read()
        except TimeoutError:
            return b""
        if not got:
            raise LineClosed("the printer closed the connection")
        return got

    def close(self) -> None:
        self.printer.close()


class SerialLink:
    def __init__(self, setting: PrinterSetting) -> None:
        self.printer = Serial(setting.target, baudrate=setting.baudrate, timeout=CONNECT, xonxoff=setting.xonxoff)
        self.printer.open()

    def write(self, data: bytes, seconds: float) -> None:
        self.printer.device.write_timeout = seconds
        try:
            self.printer._raw(data)
        except serial.SerialTimeoutException as slow:
            raise TimeoutError("the printer takes nothing") from slow

    def read(self, seconds: float) -> bytes:
        self.printer.device.timeout = max(seconds, 0.001)
        return self.printer.device.read(1) + self.printer.device.read(self.printer.device.in_waiting)

    def close(self) -> None:
        # Closing waits until the line has taken everything, for ever if the printer is off: throw the rest away.
        with contextlib.suppress(OSError):
            self.printer.device.reset_output_buffer()
        self.printer.close()


class UsbLink:
    def __init__(self, setting: PrinterSetting) -> None:
        self.printer = Usb(setting.vendor, setting.product, in_ep=setting.in_ep, out_ep=setting.out_ep)
        self.printer.open()

    def write(self, data: bytes, seconds: float) -> None:
        self.printer.timeout = max(1, int(seconds * 1000))
        self.printer._raw(data)

    def read(self, seconds: float) -> bytes:
        try:
            return bytes(self.printer.device.read(self.printer.in_ep, 16, max(1, int(seconds * 1000))))
        except OSError as trouble:  # pyusb's timeout is an OSError with this number
            if trouble.errno == errno.ETIMEDOUT:
                return b""
            raise

    def close(self) -> None:
        self.printer.close()


class _Device(File):
    """python-escpos' File blocks for ever on a printer that is off, and creates a plain file if it is unplugged."""

    def open(self, raise_not_found: bool = True) -> None:
        handle = os.open(self.devfile, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_NOCTTY)
        self._device = os.fdopen(handle, "wb", buffering=0)


class FileLink:
    def __init__(self, setting: PrinterSetting) -> None:
        self.printer = _Device(setting.target)
        self.printer.open()

    def write(self, data: bytes, seconds: float) -> None:
        end = time.monotonic() + seconds
        while data:
            if not select.select([], [self.printer.device], [], max(0, end - time.monotonic()))[1]:
                raise TimeoutError("the printer takes nothing")
            data = data[self.printer.device.write(data) or 0 :]

    def read(self, seconds: float) -> bytes:
        return b""

    def close(self) -> None:
        self.printer.close()


class CupsLink:
    """Hands the job to `lp`. python-escpos' CupsPrinter needs a C library and has no time limit."""

    def __init__(self, setting: PrinterSetting) -> None:
        self.queue = setting.target

    def write(self, data: bytes, seconds: float) -> None:
        try:
            subprocess.run(
                ["lp", "-s", "-d", self.queue, "-o", "raw"],
                input=data,
                check=True,
                timeout=seconds,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired as slow:
            raise TimeoutError("the print system takes nothing") from slow
        except (subprocess.CalledProcessError, FileNotFoundError) as refused:
            raise NotAccepted(f"lp: {refused}") from refused

    def read(self, seconds: float) -> bytes:
        return b""

    def close(self) -> None:
        pass
