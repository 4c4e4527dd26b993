"""A receipt printer made of software: for newcomers without hardware, and for tests.

It listens on TCP like a network printer, answers status queries like one, and keeps each cut ticket as a picture.
It reads bytes on its own and shares no code with the layout, so that it is a witness and not a mirror.
"""

from kiosk.virtual_printer.printer import STATES, VirtualPrinter, run_virtual_printer

__all__ = ["STATES", "VirtualPrinter", "run_virtual_printer"]
