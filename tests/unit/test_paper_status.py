"""What the status bytes of a printer mean; anything else is unknown, and unknown is not OK."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.paper.status import PrinterStatus, is_auto_status, is_flow_control, is_job_answer, is_real_time, judge

BYTE = st.integers(0, 255)


@pytest.mark.parametrize(
    ("answers", "status", "detail"),
    [
        ((0x12, 0x12, 0x12), "ready", ""),
        ((0x16, 0x12, 0x12), "ready", ""),  # the drawer pin is none of our business
        ((0x12, 0x12, 0x1E), "low", ""),
        ((0x1A, 0x32, 0x7E), "paper_out", ""),
        ((0x12, 0x12, 0x72), "paper_out", ""),  # end of paper alone, not yet stopped
        ((0x1A, 0x36, 0x7E), "cover_open", ""),  # an open cover lifts the paper sensor too
        ((0x1A, 0x52, 0x12, 0x1A), "error", "cutter"),
        ((0x1A, 0x52, 0x12, 0x52), "error", "overheated"),
        ((0x1A, 0x12, 0x12), "offline", "says_offline"),
        ((0x12, 0xFF, 0x12), "unknown", "garbage"),
        ((0x00, 0x00, 0x00), "unknown", "garbage"),
    ],
)
def test_answers_have_one_meaning(answers, status, detail):
    reading = judge(*answers)
    assert (reading.status, reading.detail) == (status, detail)


@given(BYTE, BYTE, BYTE)
def test_bytes_without_the_fixed_bits_are_never_a_printer_that_is_well(printer, cause, paper):
    fixed = all(byte & 0x93 == 0x12 for byte in (printer, cause, paper))
    assert (judge(printer, cause, paper).status is PrinterStatus.UNKNOWN) == (not fixed)


@given(BYTE)
def test_a_byte_is_one_kind_of_answer_at_most(byte):
    assert sum(kind(byte) for kind in (is_real_time, is_job_answer, is_auto_status, is_flow_control)) <= 1


def test_only_ready_and_low_can_print():
    assert [status for status in PrinterStatus if status.can_print] == ["ready", "low"]
