"""Tickets over real TCP to the virtual printer: what is said to be printed is what lies in the folder."""

import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image

from kiosk.paper.layout import TicketPaper, ticket_bytes
from kiosk.paper.printers import TOTAL, Outcome, print_job, probe
from kiosk.paper.status import PrinterStatus
from kiosk.virtual_printer import VirtualPrinter

TICKET = TicketPaper(
    office="Kantor Kementerian Agama Kota Contoh",
    number="A-012",
    service="Legalisir ijazah",
    url="http://127.0.0.1:8000/t/3q2-7wABCDEFGHIJKLMNOP",
    issued="Senin, 28 Juli 2025, 10.42",
)
CONFIRMED = Outcome("confirmed", PrinterStatus.READY)
JOB = ticket_bytes(TICKET, 80)
BOUNDED_S = TOTAL + 10  # what is shown is that it ends: a busy machine may add seconds


@pytest.fixture
def printer(tmp_path):
    with VirtualPrinter(folder=tmp_path) as printer:
        yield printer


def decoded(path):
    with Image.open(path) as picture:
        return [code.text for code in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize("width", [58, 80])
def test_a_ticket_comes_out_and_its_qr_leads_to_its_page(tmp_path, width):
    with VirtualPrinter(width_mm=width, folder=tmp_path) as printer:
        assert print_job(printer.setting, ticket_bytes(TICKET, width)) == CONFIRMED
        assert [path.name for path in printer.tickets] == ["ticket-0001.png"]
        assert decoded(printer.tickets[0]) == [TICKET.url]
        assert printer.printed[0].overruns == 0
        assert (tmp_path / "ticket-0001.bin").read_bytes().endswith(b"\x1dV\x01")


def test_tickets_come_out_in_order_and_numbering_goes_on_after_a_restart(tmp_path):
    for number in ("A-001", "A-002", "A-003"):
        with VirtualPrinter(folder=tmp_path) as printer:
            paper = replace(TICKET, number=number, url=f"http://x/t/{number}")
            assert print_job(printer.setting, ticket_bytes(paper, 80)) == CONFIRMED
    assert [decoded(path) for path in printer.tickets] == [[f"http://x/t/A-00{n}"] for n in (1, 2, 3)]
    assert printer.tickets[-1].name == "ticket-0003.png"


@pytest.mark.parametrize(
    ("mood", "status", "detail"),
    [
        ("paper_out", "paper_out", ""),
        ("cover_open", "cover_open", ""),
        ("offline", "offline", "says_offline"),
        ("error", "error", "cutter"),
        ("hung", "unknown", "silent"),
        ("silent", "unknown", "silent"),
        ("garbage", "unknown", "garbage"),
        ("close", "unknown", "closed"),
        ("reset", "unknown", "closed"),
    ],
)
def test_every_fault_is_recognised_as_not_printed_and_recovers(printer, mood, status, detail):
    printer.state = mood
    began = time.monotonic()
    assert print_job(printer.setting, JOB) == Outcome("failed", status, detail)
    assert time.monotonic() - began < BOUNDED_S
    if mood != "reset":  # that one breaks only under a job
        assert probe(printer.setting) is PrinterStatus(status)
    assert printer.tickets == []
    printer.state = "ready"
    assert probe(printer.setting) is PrinterStatus.READY
    assert print_job(printer.setting, JOB) == CONFIRMED
    assert len(printer.tickets) == 1


def test_a_roll_that_is_nearly_used_up_prints_and_says_so(printer):
    printer.state = "low"
    assert probe(printer.setting) is PrinterStatus.LOW
    assert print_job(printer.setting, JOB) == Outcome("confirmed", PrinterStatus.LOW)


@pytest.mark.parametrize("job_answers", [True, False])
def test_paper_that_runs_out_in_the_middle_is_not_a_ticket(printer, job_answers):
    printer.job_answers = job_answers
    printer.run_out_after = 300
    assert print_job(printer.setting, JOB) == Outcome("failed", PrinterStatus.PAPER_OUT)
    assert printer.tickets == []


def test_a_cover_opened_while_it_prints_is_seen(printer):
    printer.seconds_per_ticket = 30
    hand = threading.Timer(1, setattr, (printer, "state", "cover_open"))
    hand.start()
    began = time.monotonic()
    assert print_job(printer.setting, JOB) == Outcome("failed", PrinterStatus.COVER_OPEN)
    assert time.monotonic() - began < 4.9  # not only with the last word, after six seconds
    hand.join()


def test_confirmed_waits_for_the_end_of_the_job(printer):
    """DLE EOT says ready all the time; only GS r, which waits its turn, shows when the job is through."""
    printer.seconds_per_ticket = 1.5
    began = time.monotonic()
    assert print_job(printer.setting, JOB) == CONFIRMED
    assert time.monotonic() - began > 1.4


def test_a_job_that_never_ends_is_not_printed_and_the_wait_is_bounded(printer):
    printer.seconds_per_ticket = 60
    began = time.monotonic()
    assert print_job(printer.setting, JOB) == Outcome("failed", PrinterStatus.UNKNOWN, "unfinished")
    assert time.monotonic() - began < BOUNDED_S


def test_a_printer_without_job_status_is_never_confirmed(printer):
    printer.job_answers = False
    assert print_job(printer.setting, JOB) == Outcome("sent", PrinterStatus.READY, "no_job_status")
    assert len(printer.tickets) == 1


def test_another_process_can_change_its_mood(printer):
    (printer.folder / "state").write_text(" Paper-Out \n")
    assert (printer.state, probe(printer.setting)) == ("paper_out", PrinterStatus.PAPER_OUT)
    (printer.folder / "state").write_text("what?")
    assert printer.state == "ready"
    with pytest.raises(ValueError, match="not one of"):
        printer.state = "what?"


def test_it_runs_as_a_program_until_it_is_told_to_stop(tmp_path):
    code = f"from kiosk.virtual_printer import run_virtual_printer as run; run('127.0.0.1', 0, 58, {str(tmp_path)!r})"
    with subprocess.Popen([sys.executable, "-u", "-c", code], stdout=subprocess.PIPE, text=True) as program:
        setting = program.stdout.readline().rsplit(" ", 1)[1].strip()
        assert print_job(setting, ticket_bytes(TICKET, 58)) == CONFIRMED
        program.terminate()
        assert program.wait(timeout=5) == 0
    assert decoded(tmp_path / "ticket-0001.png") == [TICKET.url]
