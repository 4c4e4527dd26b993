"""Tickets issued per second over HTTP, beside a bare page under the same server and beside the raw statements.

Rounds alternate (bare, issue, raw, bare, issue, raw ...), so that a busy machine disturbs all alike; the figures are
medians, and the ratio is the median of the rounds' own ratios. A virtual printer prints a ticket every two seconds
meanwhile. Between rounds the queue is emptied: no hall has ten thousand people waiting.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import update

from benchmarks.bare import bare
from benchmarks.procs import cpu_ms
from benchmarks.raw import record, replay
from benchmarks.report import Section, median, table
from kiosk.virtual_printer.printer import VirtualPrinter
from ptsp import records as r
from ptsp.equipping import set_printer
from tests.support.halls import example_hall
from tests.support.servers import Site, serve

CLIENTS = (1, 8, 32)
SECONDS_A_TICKET = 2.0
RAW_TICKETS = 1500
SCRIPT = """
local threads = 0
function setup(thread) thread:set("nth", threads); threads = threads + 1 end
function init(args)
  token, salt, services, n = args[1], args[2], {}, 0
  if args[3] then for id in string.gmatch(args[3], "%d+") do table.insert(services, id) end end
end
function request()
  if not token then return wrk.format("GET", "/") end
  n = n + 1
  return wrk.format("POST", "/api/v1/commands/issue",
    {["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json"},
    '{"request_id":"' .. salt .. "-" .. nth .. "-" .. n .. '","service_id":' .. services[(n % #services) + 1] .. "}")
end
function done(summary, latency)
  local e = summary.errors
  local wrong = e.connect + e.read + e.write + e.status + e.timeout
  io.write(string.format('\\nRESULT {"requests":%d,"us":%d,"p50":%d,"p99":%d,"errors":%d}\\n', summary.requests,
    summary.duration, latency:percentile(50), latency:percentile(99), wrong))
end
"""


@dataclass
class Load:
    """What wrk saw, and the processor time that the server spent on a request: a busy machine hardly changes that."""

    rate: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float


@dataclass
class Rounds:
    """The rounds with one number of clients."""

    bare: list[Load] = field(default_factory=list)
    issue: list[Load] = field(default_factory=list)

    @property
    def cpu_ratio(self) -> float:
        """The same by processor time."""
        return median([floor.cpu_ms / mine.cpu_ms for mine, floor in zip(self.issue, self.bare, strict=True)])

    @property
    def ratio(self) -> float:
        """Tickets issued per bare page served."""
        return median([mine.rate / floor.rate for mine, floor in zip(self.issue, self.bare, strict=True)])


class Wrk:
    """The load generator (apt-get install wrk)."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("wrk") is None:
            raise SystemExit("wrk is not installed:  sudo apt-get install wrk")
        self._script = folder / "issue.lua"
        self._script.write_text(SCRIPT)

    def run(self, url: str, pid: int, clients: int, seconds: float, *args: str) -> Load:
        """Load for so long on a server (its gunicorn's pid); every answer must be a 200."""
        command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds:g}s", "-s", str(self._script), url, "--", *args]
        spent = cpu_ms(pid)
        said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        spent = cpu_ms(pid) - spent
        found = json.loads(said.split("RESULT ", 1)[1])
        assert found["errors"] == 0, said
        rate = 1e6 * found["requests"] / found["us"]
        return Load(rate, found["p50"] / 1000, found["p99"] / 1000, spent / found["requests"])


def run(rounds: int = 3, seconds: float = 3) -> Section:
    """The section of the report."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ptsp-issue-")))
        wrk = Wrk(folder)
        printer = stack.enter_context(VirtualPrinter(folder=folder / "printer"))
        printer.seconds_per_ticket = SECONDS_A_TICKET
        site = stack.enter_context(serve(f"sqlite:///{folder / 'hall.sqlite3'}", threads=80, data_dir=folder))
        site.office.hall.act(site.office.system, set_printer, name="Printer", setting=printer.setting)
        floor = stack.enter_context(bare("page"))
        raw = Raw(folder)
        services, token = ",".join(map(str, site.office.services)), site.token()
        found = {clients: Rounds() for clients in CLIENTS}
        mine = (site.url, site.servers[0].pid)
        wrk.run(*mine, 8, 1, token, "warm", services)
        wrk.run(*floor, 8, 1)
        for nth in range(rounds):
            for clients, both in found.items():
                empty_queue(site)
                both.bare.append(wrk.run(*floor, clients, seconds))
                both.issue.append(wrk.run(*mine, clients, seconds, token, f"round{nth}-{clients}", services))
            raw.round()
        paper = len(printer.tickets)
    return section(found, raw, paper)


class Raw:
    """The floor below: the same statements, one thread, nothing around them."""

    def __init__(self, folder: Path) -> None:
        self._before, self._work = folder / "raw-before.sqlite3", folder / "raw-work.sqlite3"
        path = folder / "raw.sqlite3"
        with example_hall(f"sqlite:///{path}") as office:
            office.hall.act(office.system, set_printer, name="Printer", setting="tcp://127.0.0.1:9")
            self._transactions = record(office, path, self._before, RAW_TICKETS)
        self.rates: list[float] = []

    @property
    def statements(self) -> int:
        """How many statements an issue takes."""
        return len(self._transactions[-1])

    def round(self) -> None:
        """One more replay."""
        self.rates.append(replay(self._before, self._work, self._transactions))


def empty_queue(site: Site) -> None:
    """As if everybody had been served (only here: a hall would have called them)."""
    with site.office.hall.work(site.office.system) as work:
        work.conn.execute(update(r.ticket).where(r.ticket.c.state == "waiting").values(state="served"))


def section(found: dict[int, Rounds], raw: Raw, paper: int) -> Section:
    """Figures as a table, and the goals."""
    heads = ["clients", "bare/s", "issued/s", "of bare", "by CPU", "CPU ms", "p50 ms", "p99 ms", "bare p99 ms"]
    rows = []
    for clients, both in found.items():
        rates = [f"{median([one.rate for one in some]):,.0f}" for some in (both.bare, both.issue)]
        times = [median([one.p50_ms for one in both.issue]), median([one.p99_ms for one in both.issue])]
        times.append(median([one.p99_ms for one in both.bare]))
        cpu = median([one.cpu_ms for one in both.issue])
        ratios = [f"{both.ratio:.2f}", f"{both.cpu_ratio:.2f}", f"{cpu:.2f}"]
        rows.append([str(clients), *rates, *ratios, *(f"{one:.1f}" for one in times)])
    most = found[max(found)]
    p99, rate = median([one.p99_ms for one in most.issue]), median([one.rate for one in most.issue])
    text = (
        f"{table(heads, rows)}\n\nThe same {raw.statements} statements an issue, raw, one thread, same disk: "
        f"{median(raw.rates):,.0f} transactions/s. Meanwhile the virtual printer printed {paper} tickets."
    )
    goals = {
        f"at least 0.35 of the bare page with 32 clients (aim 0.5): {most.ratio:.2f}": most.ratio >= 0.35,
        f"p99 below 100 ms with 32 clients: {p99:.0f} ms": p99 < 100,
        f"faster than peers (97/s): {rate:,.0f}/s": rate > 97,
    }
    return Section("Issuing", __doc__ or "", text, goals)
