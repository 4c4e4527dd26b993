"""A clock that is driven: every process reads the same one, and a server of an office refuses to start with it."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from server.settings import DRIVEN_CLOCK, BadSettings, read_settings
from tests.support.driven_clock import FileClock
from tests.support.halls import ROOT
from tests.support.servers import serve

MORNING = datetime(2026, 8, 3, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta"))


def test_both_read_the_same_clock_and_the_tick_never_steps_back(tmp_path: Path):
    ours = FileClock.make(tmp_path / "clock", MORNING)
    theirs = FileClock(ours.path)
    ours.stand(MORNING)
    assert ours.read() == theirs.read()
    before = ours.read()
    ours.forward(minutes=5)
    ours.step(hours=-1)
    after = theirs.read()
    assert (after.at - before.at, after.tick - before.tick) == (-55 * 60_000, 5 * 60_000)
    ours.close()
    theirs.close()


def test_a_server_lives_in_the_day_it_is_given(tmp_path: Path):
    clock = FileClock.make(tmp_path / "clock", MORNING)
    with serve(f"sqlite:///{tmp_path / 'hall.sqlite3'}", clock=clock) as site, site.api() as api:
        service_id = site.office.services[0]
        assert api.command("issue", service_id=service_id).body["ticket"]["day"] == "2026-08-03"
        clock.forward(hours=20)
        first = api.command("issue", service_id=service_id).body["ticket"]
        assert (first["day"], first["number"]) == ("2026-08-04", "A-001")
    clock.close()


def test_an_office_refuses_it(tmp_path: Path):
    with pytest.raises(BadSettings, match=DRIVEN_CLOCK):
        read_settings({DRIVEN_CLOCK: "clock"})
    environ = {**os.environ, DRIVEN_CLOCK: "clock", "PTSP_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-c", "import server.wsgi"]
    started = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True)
    assert started.returncode != 0
    assert DRIVEN_CLOCK in started.stderr
