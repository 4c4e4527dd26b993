"""Bring a table, look at how it is read, store it, take it back. For managers."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from ptsp import held_files, import_file, importing, tallies
from ptsp.errors import BadRequest, Conflict, FileTooLarge, Forbidden, NotFound
from ptsp.hall import Answer, Work
from ptsp.import_file import Sheet
from ptsp.import_rows import prepare
from survey.importing import reading as readings
from survey.importing.look import look_page
from survey.importing.reading import Looked
from survey.taking_files import may_upload, takes_files
from web.auth import needs, the_hall
from web.errors import in_words, status_of
from web.managers import MANAGERS, acting, carry_out, office_of, show

pages = Blueprint("importing", __name__, url_prefix="/office/survey/import")
takes_files(pages, "importing.bring", import_file.MOST_BYTES)


@pages.get("/")
@needs(*MANAGERS)
def home() -> str:
    """What was imported, and the form for more."""
    return _home()


@pages.post("/")
@needs(*MANAGERS)
def bring() -> Any:
    """Takes a file in for an hour; nothing is in the records yet."""
    sent = request.files.get("file")
    content = sent.read(import_file.MOST_BYTES + 1) if sent else b""
    name = ((sent and sent.filename) or "").replace("\\", "/").split("/")[-1]
    try:
        sheets = import_file.read_sheets(content)
    except BadRequest as error:
        return _home(in_words(error)), status_of(error)
    at = the_hall().clock.read().at
    held_files.sweep(_folder(), at)
    kept = {"file": name[: importing.FILE_LENGTH] or "-", "sheets": [one.dumps() for one in sheets]}
    token = held_files.hold(_folder(), acting().key, kept, at)
    return redirect(url_for("importing.look", token=token), 303)


@pages.errorhandler(413)
def too_large(_error: Exception) -> tuple[str, int]:
    """The body was not even read."""
    if not may_upload():
        return in_words(Forbidden()), 403
    return _home(in_words(FileTooLarge(most=import_file.MOST_BYTES // 1024**2))), 413


@pages.get("/<token>")
@needs(*MANAGERS)
def look(token: str) -> Any:
    """How the table is read, what is wrong with it, and the index that comes of it. Changes nothing."""
    looked = _look(token, request.args)
    if looked is None:
        return _gone()
    return look_page(looked)


@pages.post("/<token>/store")
@needs(*MANAGERS)
def store(token: str) -> Any:
    """Stores it all, or nothing."""
    form = request.form
    looked = _look(token, form)
    agreed = form.get("bad", type=int) if form.get("leave_out") else None
    facts = {
        "token": token,
        "said": {name: form[name] for name in sorted(form) if name not in ("csrf_token", "request_id")},
    }
    try:
        answer = carry_out(
            "store_import", partial(_store, looked=looked, agreed=agreed, counted=_counted(looked)), **facts
        )
    except NotFound:
        return _gone()
    except (BadRequest, Conflict) as error:
        return (look_page(looked, error) if looked else _home(in_words(error))), status_of(error)
    held_files.let_go(_folder(), token)
    return redirect(url_for("importing.home", stored=answer["rows"], remarks=answer.get("old_remarks") or None), 303)


def _counted(looked: Looked | None) -> Any:
    """Counting takes the longest; the hall is not to wait for it."""
    return tallies.placed(office_of(acting()), looked.prepared.rows) if looked else None


def _store(
    work: Work, token: str, said: dict[str, str], looked: Looked | None, agreed: int | None, counted: Any
) -> Answer:
    """The action; what was read is no parameter of the order: it is what the file says, read as was `said`."""
    if looked is None:
        raise NotFound(what="table")
    if readings.needs_order(looked.sheet, looked.reading) and not looked.reading.order:
        raise BadRequest(reason="order")
    sheet = looked.sheet
    name = looked.file if len(looked.sheets) == 1 else f"{looked.file} ({sheet.name})"
    return importing.store(work, looked.prepared, name, sheet.sha256, looked.reading.dumps(), agreed, counted)


@pages.post("/<int:import_id>/undo")
@needs(*MANAGERS)
def undo(import_id: int) -> Any:
    """Takes an import back."""
    answer = carry_out("undo_import", importing.undo_import, import_id=import_id)
    return redirect(url_for("importing.home", undone=answer["rows"]), 303)


def _look(token: str, said: Any) -> Looked | None:
    hall, actor = the_hall(), acting()
    at = hall.clock.read().at
    kept = held_files.held(_folder(), actor.key, token, at)
    if kept is None:
        return None
    office = office_of(actor)
    today = office.schedule.service_day(at)
    sheets = [Sheet.loads(one) for one in kept["sheets"]]
    sheet = next((one for one in sheets if one.name == said.get("sheet")), sheets[0])
    reading = readings.reading_of(sheet, said)
    prepared = prepare(sheet, reading, office, today, readings.answer_words(reading.instrument))
    return Looked(token, kept["file"], sheets, sheet, reading, prepared, today)


def _gone() -> tuple[str, int]:
    return _home(_("This table is not waiting any more: it was stored, or an hour has passed.")), 404


def _folder() -> Any:
    return current_app.config["PTSP"].data_dir


def _home(error: str | None = None) -> str:
    hall, office = the_hall(), office_of(acting())
    with hall.view() as conn:
        found = importing.imports_of(conn, office.office_id)
    local = office.schedule.local
    rows = [(one, local(one.at), local(one.undone_at) if one.undone_at else None) for one in found]
    return show(
        "survey/importing/home.html",
        active="survey",
        imports=rows,
        error=error,
        done=None if error else _told(),
        most=import_file.MOST_BYTES // 1024**2,
        most_rows=format_decimal(import_file.MOST_ROWS),
    )


def _told() -> str | None:
    stored, undone = request.args.get("stored", type=int), request.args.get("undone", type=int)
    if stored is not None:
        told = _("%(rows)s answers were stored.", rows=stored)
        old = request.args.get("remarks", 0, type=int)
        without = ngettext("%(num)s old remark was not taken in.", "%(num)s old remarks were not taken in.", old)
        return f"{told} {without}" if old else told
    return _("%(rows)s answers were taken back.", rows=undone) if undone is not None else None
