"""One string says which printer; a wrong one is refused with words that help."""

import pytest

from kiosk.paper.settings import BadPrinterSetting, PrinterSetting, parse_setting


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tcp://192.168.1.50", PrinterSetting("tcp", "192.168.1.50")),
        ("tcp://printer.lan:9101?width=58", PrinterSetting("tcp", "printer.lan", 58, 9101)),
        ("tcp://[::1]:9100", PrinterSetting("tcp", "::1")),
        ("usb://04b8:0e15", PrinterSetting("usb", "04b8:0e15", vendor=0x04B8, product=0x0E15)),
        (
            "usb://0416:5011?in_ep=0x81&out_ep=0x03&width=58",
            PrinterSetting("usb", "0416:5011", 58, vendor=0x0416, product=0x5011, in_ep=0x81, out_ep=3),
        ),
        ("serial:///dev/ttyUSB0?baudrate=9600", PrinterSetting("serial", "/dev/ttyUSB0", baudrate=9600)),
        ("file:///dev/usb/lp0?width=80", PrinterSetting("file", "/dev/usb/lp0")),
        ("cups://Tiket_1?width=58", PrinterSetting("cups", "Tiket_1", 58)),
        ("none:", PrinterSetting("none")),
        ("none:?width=58", PrinterSetting("none", width_mm=58)),
    ],
)
def test_settings_are_understood(text, expected):
    assert parse_setting(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "192.168.1.50", "http://x", "tcp://", "tcp://h:99999", "tcp://h/x", "tcp://[::1", "tcp://h?speed=1"),
        *("tcp://h?width=76", "tcp://h?width=wide", "usb://04b8", "usb://lp:0001", "serial://ttyUSB0"),
        *("serial:///dev/ttyS0?baudrate=0", "file://dev/lp0", "file://", "cups://", "cups://-oraw", "cups://a b"),
    ],
)
def test_what_cannot_be_understood_is_refused(text):
    with pytest.raises(BadPrinterSetting):
        parse_setting(text)


def test_only_some_wires_can_be_asked():
    two_way = ["tcp://h", "usb://04b8:0e15", "serial:///dev/ttyS0"]
    assert all(parse_setting(text).two_way for text in two_way)
    assert not any(parse_setting(text).two_way for text in ("file:///dev/usb/lp0", "cups://T", "none:"))
