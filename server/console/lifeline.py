"""A process that ends with the one that started it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with(parent: int, how: int = signal.SIGKILL) -> None:
    """In a child just forked (Linux): the kernel sends it ``how`` when ``parent`` is gone, however it went."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, how)
    if os.getppid() != parent:  # it was gone before the kernel was asked
        os.kill(os.getpid(), how)
