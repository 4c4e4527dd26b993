"""Starts a program and takes it down again when its owner says so or dies: nothing outlives a test run, not even one
that is killed with -9.

Run as a program by `Kept`. The owner holds the other end of our standard input; a byte or the end of it means stop.
Standard library only, so that it starts in a few milliseconds.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from typing import Any


def keep(order: dict[str, Any]) -> int:
    account: dict[str, Any] = {}
    if order["user"]:
        account = {"user": order["user"], "group": order["user"], "extra_groups": []}
    with open(order["log"], "ab") as log:
        child = subprocess.Popen(
            order["command"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
            **account,
        )
    print(child.pid, flush=True)
    child_ended = os.pidfd_open(child.pid)
    select.select([sys.stdin.fileno(), child_ended], [], [])
    if child.poll() is None:
        child.send_signal(order["stop_signal"])
        with suppress(subprocess.TimeoutExpired):
            child.wait(timeout=10)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)  # whatever it started and left behind
    child.wait()
    select.select([sys.stdin.fileno()], [], [])  # the owner may still want to read the log of a child that died
    if order["remove"]:
        shutil.rmtree(order["remove"], ignore_errors=True)
    return child.returncode


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Ctrl-C reaches the whole terminal; the owner decides when we go. Not SIG_IGN: the program would inherit it.
        signal.signal(number, lambda *_: None)
    sys.exit(min(255, abs(keep(json.loads(sys.argv[1])))))
