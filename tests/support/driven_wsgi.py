"""server/wsgi.py for tests and benchmarks: the same app, with a clock that is driven from outside.

PTSP_DRIVEN_CLOCK names the clock's file. The real server/wsgi.py refuses to start while it is set; here it is taken
out of the environment first, so that everything else is started as an office starts it.
"""

import os

from server.app import build_hall, create_app, start
from server.settings import DRIVEN_CLOCK, read_settings
from tests.support.driven_clock import FileClock

clock = FileClock(os.environ.pop(DRIVEN_CLOCK))
settings = read_settings()
app = create_app(settings, build_hall(settings, clock))
start(app)
