"""The one door to python-escpos, because importing it has two side effects that a server does not want."""

import logging
import os
import shutil

_handlers = logging.root.handlers[:]

from escpos import capabilities  # noqa: E402
from escpos.exceptions import DeviceNotFoundError  # noqa: E402
from escpos.printer import Dummy, File, Network, Serial, Usb  # noqa: E402

# It calls logging.basicConfig(), which would settle the log format before the server has chosen one ...
logging.root.handlers[:] = _handlers
# ... and leaves a new temporary folder behind at every start.
if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
    shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)

__all__ = ["DeviceNotFoundError", "Dummy", "File", "Network", "Serial", "Usb"]
