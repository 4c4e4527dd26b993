"""Brings the print queue to the printers: in order, outside every transaction, with short timeouts.

One thread a printer, so that a hung printer delays nobody else's paper. With several server processes one of them
prints (it holds an advisory lock); SQLite has one process anyway.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kiosk.paper.layout import ticket_bytes
from kiosk.paper.printers import Outcome, print_job, probe
from kiosk.paper.settings import parse_setting
from kiosk.ticket_words import ticket_paper
from ptsp import printing
from ptsp.hall import Actor, Hall

IDLE_S = 2.0  # looks for work at least this often: a message may have been lost
RETRY_S = 2.0  # a printer in trouble is asked again after this
PRINTING_LOCK = 0x7074_7370
log = structlog.get_logger()


class PrintWorker:
    """The printing threads of one office installation."""

    def __init__(self, app: Flask, hall: Hall, public_url: Callable[[], str]) -> None:
        self.app, self.hall, self.public_url = app, hall, public_url
        self.stopped = threading.Event()
        self._ours = threading.Event()  # this process is the one that prints
        self._unnoted: dict[int, Outcome] = {}  # by job: what was printed and could not be noted yet
        self._threads: list[threading.Thread] = []
        self._wakes: dict[int, threading.Event] = {}

    def start(self, office_ids: Callable[[], list[int]]) -> None:
        """Starts when this process may print; printers added later are found too."""
        self._begin(self._supervise, office_ids)

    def _begin(self, work: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=work, args=args, name="printing", daemon=True)
        self._threads.append(thread)
        thread.start()

    def join(self, seconds: float) -> None:
        """After `stopped` was set: waits until no thread prints any more."""
        for thread in list(self._threads):
            thread.join(seconds)

    def wake(self) -> None:
        """Something was committed: there may be a job."""
        for event in list(self._wakes.values()):
            event.set()

    def _supervise(self, office_ids: Callable[[], list[int]]) -> None:
        lock = PrintingLock(self.hall)
        while not self.stopped.is_set():
            try:
                if lock.held():
                    self._ours.set()
                    for office_id in office_ids():
                        self._find_printers(office_id)
                else:
                    self._ours.clear()
            except Exception as error:
                self._ours.clear()
                log.warning("printing_supervisor", error=repr(error))
            self.stopped.wait(IDLE_S)

    def _find_printers(self, office_id: int) -> None:
        with self.hall.view() as conn:
            found = printing.printers(conn, office_id)
        for printer in found:
            if printer.id not in self._wakes:
                self._wakes[printer.id] = threading.Event()
                self._begin(self._serve, office_id, printer.id)

    def _serve(self, office_id: int, printer_id: int) -> None:
        actor = Actor("system", 0, "system", office_id, "print")
        wake = self._wakes[printer_id]
        while not self.stopped.is_set():
            if not self._ours.wait(IDLE_S):
                continue
            try:
                printer = self._printer(office_id, printer_id)
                if printer is None:
                    self._wakes.pop(printer_id, None)
                    return
                if not self._one_job(actor, printer):
                    wake.wait(IDLE_S)
                    wake.clear()
            except Exception as error:
                log.error("printing", error=repr(error), exc_info=error)
                self.stopped.wait(RETRY_S)

    def _printer(self, office_id: int, printer_id: int) -> Any:
        with self.hall.view() as conn:
            return next((one for one in printing.printers(conn, office_id) if one.id == printer_id), None)

    def _one_job(self, actor: Actor, printer: Any) -> bool:
        """Prints the oldest job; False when there is nothing (more) to do now."""
        with self.hall.view() as conn:
            job = printing.next_job(conn, printer.id)
        if job is None:
            self._watch(actor, printer)
            return False
        if parse_setting(printer.setting).kind == "none":  # this kiosk gives no paper: nothing to wait for, no alert
            self.hall.act(actor, printing.mark, job_id=job.id, state="sent", detail="no_printer")
            return True
        try:
            drawn = self._payload(actor, printer, job)
        except Exception as error:  # a bug in one ticket's drawing must not keep everybody else's paper back
            log.error("ticket_not_drawn", job=job.id, error=repr(error), exc_info=error)
            self.hall.act(actor, printing.mark, job_id=job.id, state="failed", detail=printing.UNPRINTABLE)
            return True
        # Printed, but the database could not be written: only the note is tried again, never the paper.
        outcome = self._unnoted.get(job.id) or print_job(printer.setting, drawn)
        self._unnoted[job.id] = outcome
        detail = f"{outcome.status}:{outcome.detail}"[:40]
        self.hall.act(actor, printing.mark, job_id=job.id, state=outcome.state, detail=detail)
        del self._unnoted[job.id]
        self._tell(actor, printer, _state_after(outcome), failed=outcome.state == "failed")
        if outcome.state == "failed":
            self.stopped.wait(RETRY_S)
        return True

    def _watch(self, actor: Actor, printer: Any) -> None:
        """Nothing to print: is the printer still there, has it paper? (Known before a visitor needs it.)"""
        setting = parse_setting(printer.setting)
        found = str(probe(setting))
        if not setting.two_way and found != "offline":  # it cannot be asked; not being there is all it can show
            found = "ready"
        self._tell(actor, printer, found)

    def _tell(self, actor: Actor, printer: Any, state: str, failed: bool = False) -> None:
        if state != printer.state or failed:  # a failed job: the jobs behind it will not come out either
            self.hall.act(actor, printing.printer_says, printer_id=printer.id, state=state)

    def _payload(self, actor: Actor, printer: Any, job: Any) -> bytes:
        with self.hall.view() as conn:
            office = self.hall.catalogue(conn, actor.office_id)
        with self.app.app_context(), force_locale(job.language):
            url = office.setting("public_url") or self.public_url()
            paper = ticket_paper(office, job, url, self.hall.clock.read().tick)
        return ticket_bytes(paper, parse_setting(printer.setting).width_mm)


def _state_after(outcome: Outcome) -> str:
    """The printer's state after a job; one that took the job and cannot be asked counts as ready."""
    return "ready" if outcome.state == "sent" and outcome.status == "unknown" else str(outcome.status)


class PrintingLock:
    """Whether this process is the one that prints."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self._conn: Any = None

    def held(self) -> bool:
        """True when printing is ours; on PostgreSQL an advisory lock decides, for as long as its connection lives."""
        if self.hall.engine.dialect.name == "sqlite":
            return True
        if self._conn is not None:
            try:
                self._conn.exec_driver_sql("SELECT 1")
            except DBAPIError:  # the connection is lost, and the lock with it: ask for it anew
                self._conn.invalidate()
                self._conn.close()
                self._conn = None
                raise
            return True
        conn = self.hall.engine.execution_options(isolation_level="AUTOCOMMIT").connect()
        if conn.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": PRINTING_LOCK}).scalar_one():
            self._conn = conn
            return True
        conn.close()
        return False
