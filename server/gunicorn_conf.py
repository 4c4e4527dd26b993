"""How gunicorn serves the hall: one worker of many threads, for each screen's websocket holds one.

Used as `gunicorn -c server/gunicorn_conf.py server.wsgi:app`, by `ptsp serve` and `ptsp run`, which have checked the
settings before. Several processes are several of these behind nginx, never several workers: a socket must come back to
the process that knows it.
"""

import os
from typing import Any

from server.console.lifeline import end_with

os.umask(0o077)  # what the server writes is for its own user; gunicorn's setting `umask` is for its sockets alone

bind = f"{os.environ.get('PTSP_HOST', '127.0.0.1')}:{os.environ.get('PTSP_PORT', '8000')}"
workers = 1
worker_class = "gthread"
threads = int(os.environ.get("PTSP_THREADS", "300"))
worker_connections = max(1000, 2 * threads)  # well above the threads: who waits for one is not turned away
# Behind nginx longer than nginx keeps its own, so that it never sends into a connection just being closed; without it
# short, so that a thousand phones do not keep a thousand connections.
keepalive = 75 if int(os.environ.get("PTSP_TRUSTED_PROXIES", "0")) else 5
graceful_timeout = 3  # open websockets never end by themselves
timeout = 60
control_socket_disable = True
preload_app = False  # threads started before the fork would not be there after it
proc_name = "ptsp"
accesslog = None  # nginx has one; ours would hold the tokens of visitors
errorlog = "-"
loglevel = os.environ.get("PTSP_LOG_LEVEL", "info").lower()


def post_fork(_arbiter: Any, worker: Any) -> None:
    """A master that is killed takes its worker along: open screens would hold an orphan, and it the data's lock."""
    end_with(worker.ppid)
