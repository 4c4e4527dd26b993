"""One setting string says which printer, how it is connected and how wide its paper is."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

_OPTIONS = {
    "tcp": {"width"},
    "usb": {"width", "in_ep", "out_ep"},
    "serial": {"width", "baudrate", "xonxoff"},
    "file": {"width"},
    "cups": {"width"},
    "none": {"width"},
}


class BadPrinterSetting(ValueError):
    """The printer setting cannot be understood; the message says what is expected."""


@dataclass(frozen=True)
class PrinterSetting:
    """A parsed setting. `target` is a host, a device path, a CUPS queue or "vendor:product"; sizes in mm and baud."""

    kind: str
    target: str = ""
    width_mm: int = 80
    port: int = 9100
    baudrate: int = 19200
    xonxoff: bool = False
    vendor: int = 0
    product: int = 0
    in_ep: int = 0x82
    out_ep: int = 0x01

    @property
    def two_way(self) -> bool:
        """Whether this printer can be asked. On a one-way line `unknown` is all that can ever be known."""
        return self.kind in ("tcp", "usb", "serial")


def parse_setting(text: str) -> PrinterSetting:
    """Read one of

    tcp://192.168.1.50            (port 9100 unless :port is given; a name works, but then waits for the name server)
    usb://04b8:0e15               (vendor:product; ?in_ep=0x82&out_ep=0x01 where the printer differs)
    serial:///dev/ttyUSB0         (?baudrate=19200&xonxoff=0)
    file:///dev/usb/lp0           (one way: cannot be asked whether it printed)
    cups://QueueName              (one way)
    none:

    each with ?width=58 or ?width=80 (default). Raises BadPrinterSetting.
    """
    try:
        parts = urlsplit(text.strip())
    except ValueError as wrong:
        raise BadPrinterSetting(f"{text!r}: {wrong}") from None
    if parts.scheme not in _OPTIONS:
        raise BadPrinterSetting(f"{text!r}: expected tcp://, usb://, serial://, file://, cups:// or none:")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := options.keys() - _OPTIONS[parts.scheme]:
        raise BadPrinterSetting(f"{text!r}: {', '.join(sorted(unknown))} is not an option of {parts.scheme}://")
    numbers: dict[str, Any] = {name: _number(text, name, value) for name, value in options.items()}
    width = numbers.pop("width", 80)
    if width not in (58, 80):
        raise BadPrinterSetting(f"{text!r}: width is 58 or 80 (mm)")
    if numbers.get("baudrate", 1) < 1:
        raise BadPrinterSetting(f"{text!r}: baudrate must be a number such as 9600, 19200 or 115200")
    return PrinterSetting(parts.scheme, width_mm=width, **_target(text, parts), **numbers)


def _number(text: str, name: str, value: str) -> int:
    try:
        return int(value, 0)
    except ValueError:
        raise BadPrinterSetting(f"{text!r}: {name} must be a number") from None


def _target(text: str, parts: SplitResult) -> dict[str, Any]:
    if parts.scheme == "none":
        return {}
    if parts.scheme == "tcp":
        return _host(text, parts)
    if parts.scheme == "usb":
        return _usb(text, parts.netloc)
    found = parts.netloc if parts.scheme == "cups" else parts.path
    # A queue name goes to a command line: one that starts with "-" would be an option.
    form = r"\w[\w.-]*" if parts.scheme == "cups" else r"/.+"
    if not re.fullmatch(form, found, re.ASCII) or (parts.scheme != "cups" and parts.netloc):
        raise BadPrinterSetting(f"{text!r}: expected {_EXAMPLE[parts.scheme]}")
    return {"target": found}


_EXAMPLE = {"cups": "cups://QueueName", "file": "file:///dev/usb/lp0", "serial": "serial:///dev/ttyUSB0"}


def _host(text: str, parts: SplitResult) -> dict[str, Any]:
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        raise BadPrinterSetting(f"{text!r}: the port must be a number up to 65535") from None
    if not host or parts.path not in ("", "/"):
        raise BadPrinterSetting(f"{text!r}: expected tcp://host or tcp://host:9100")
    return {"target": host, "port": port or 9100}


def _usb(text: str, netloc: str) -> dict[str, Any]:
    ids = re.fullmatch(r"([0-9a-fA-F]{4}):([0-9a-fA-F]{4})", netloc)
    if not ids:
        raise BadPrinterSetting(f"{text!r}: expected usb://vendor:product, four hex digits each (see lsusb)")
    return {"target": netloc, "vendor": int(ids[1], 16), "product": int(ids[2], 16)}
