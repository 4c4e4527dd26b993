"""What the product is measured beside: an empty page and an empty echo, under the same server, set the same."""

from __future__ import annotations

import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from flask_socketio import SocketIO, emit

from tests.support.halls import ROOT
from tests.support.servers import GUNICORN_CONF
from tests.support.services import Kept, free_port


class Bare(NamedTuple):
    """A running one: its address and its process."""

    url: str
    pid: int




def page() -> Flask:
    """A page that does nothing."""
    app = Flask("bare")
    app.add_url_rule("/", view_func=lambda: "ok")
    return app


def echo() -> Flask:
    """A page with a button; a press goes to the server, from there to all pages, and into their text."""
    app = Flask("bare", static_folder=str(ROOT / "web" / "static" / "vendor"), static_url_path="/vendor")
    socketio = SocketIO(app, async_mode="threading", async_handlers=False, serve_client=False, transports=["websocket"])
    app.add_url_rule("/", view_func=lambda: ECHO_PAGE)
    socketio.on_event("press", lambda word: emit("press", word, broadcast=True))
    return app


ECHO_PAGE = """<!doctype html><title>echo</title><button id="button">press</button><p id="text"></p>
<script type="module">
import { io } from "/vendor/socket.io.esm.min.js";
const socket = io({ transports: ["websocket"] });
let n = 0;
document.getElementById("button").addEventListener("click", () => socket.emit("press", `${(n += 1)}`));
socket.on("press", (word) => { document.getElementById("text").textContent = word; });
socket.on("connect", () => document.body.classList.add("ready"));
</script>"""


@contextmanager
def bare(what: str, threads: int = 80) -> Iterator[Bare]:
    """Starts `page` or `echo`."""
    address = f"127.0.0.1:{free_port()}"
    command = ["env", f"PTSP_THREADS={threads}", sys.executable, "-m", "gunicorn", "--chdir", str(ROOT)]
    command += ["--log-level", "warning", "-c", str(GUNICORN_CONF), "--bind", address, f"benchmarks.bare:{what}()"]
    kept = Kept(command, Path(tempfile.mkdtemp(prefix="ptsp-bare-")))
    try:
        kept.wait_until(lambda: urllib.request.urlopen(f"http://{address}/", timeout=5).close(), (OSError,))
        yield Bare(f"http://{address}", kept.pid)
    finally:
        kept.stop()
