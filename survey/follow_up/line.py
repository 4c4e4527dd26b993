"""One line of the register: what it says, its evidence, what became of the element, and all that is done to it."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _

from ptsp import evidence, following_up, periods, satisfaction
from ptsp.errors import BadRequest, LineChanged, NotFound, PtspError
from ptsp.periods import Period
from survey.follow_up import form, register, words
from survey.follow_up.blueprint import pages
from survey.report.words import number
from web.auth import needs, the_hall
from web.errors import in_words, status_of
from web.managers import MANAGERS, acting, carry_out, office_of, show


@pages.get("/<int:followup_id>")
@needs(*MANAGERS)
def line(followup_id: int) -> str:
    """The line. NotFound."""
    return line_page(followup_id)


@pages.get("/<int:followup_id>/edit")
@needs(*MANAGERS)
def edit(followup_id: int) -> str:
    """The form with what the line says now."""
    return _edit_page(followup_id)


@pages.post("/<int:followup_id>/edit")
@needs(*MANAGERS)
def change(followup_id: int) -> Any:
    """Keeps what the form says; shows the form again when it cannot."""
    values = form.sent()
    faults = following_up.faults(values)
    if faults:
        return _edit_page(followup_id, values, faults), 400
    seen = request.form.get("seen", 0, type=int)
    try:
        carry_out("change_followup", following_up.change_followup, followup_id=followup_id, seen=seen, **values)
    except LineChanged as error:
        return line_page(followup_id, error), status_of(error)
    return _back(followup_id, "changed")


@pages.post("/<int:followup_id>/finish")
@needs(*MANAGERS)
def finish(followup_id: int) -> Any:
    """Done."""
    return _do(followup_id, "done", following_up.finish_followup, done_on=request.form.get("done_on", ""))


@pages.post("/<int:followup_id>/drop")
@needs(*MANAGERS)
def drop(followup_id: int) -> Any:
    """Given up, and why."""
    return _do(followup_id, "dropped", following_up.drop_followup, reason=request.form.get("reason", "").strip())


@pages.post("/<int:followup_id>/reopen")
@needs(*MANAGERS)
def reopen(followup_id: int) -> Any:
    """Open again."""
    return _do(followup_id, "reopened", following_up.reopen_followup)


def _do(followup_id: int, told: str, action: Any, **params: Any) -> Any:
    try:
        carry_out(action.__name__, action, followup_id=followup_id, **params)
    except NotFound:
        raise
    except PtspError as error:
        return line_page(followup_id, error), status_of(error)
    return _back(followup_id, told)


def _back(followup_id: int, told: str) -> Any:
    return redirect(url_for("follow_up.line", followup_id=followup_id, done=told), 303)


def line_page(followup_id: int, error: PtspError | None = None) -> str:
    """The page of a line, with what was refused."""
    hall, actor = the_hall(), acting()
    office = office_of(actor)
    today = hall.today(office)
    with hall.view() as conn:
        found = _found(conn, followup_id)
        files = evidence.files_of(conn, [followup_id]).get(followup_id, [])
        history = following_up.history_of(conn, office.office_id, followup_id)
        before, after = compared(found, today)
        moved = (
            satisfaction.element_change(conn, office, found.element, before, after, found.instrument)
            if after
            else None
        )
    return show(
        "survey/follow_up/line.html",
        active="follow_up",
        error=_refused(error),
        done=_told(request.args.get("done", "")) if not error else None,
        row=register.row_of(found, files, today),
        every=[(file, words.size_words(file.size), office.schedule.local(file.at)) for file in files],
        history=[(one, office.schedule.local(one.at), words.deed_text(one.deed, one.subject)) for one in history],
        deeds=words.deed_names(),
        states=words.state_names(),
        kinds=words.kind_names(),
        shown=evidence.SHOWN,
        most=evidence.MOST_BYTES // 1024**2,
        accept=",".join((*evidence.ENDINGS.values(), ".jpeg")),
        today=today,
        lengths=following_up.LENGTHS,
        before=before,
        after=after,
        moved=_moved(moved, before, after) if moved and after else None,
        open_states=following_up.OPEN,
    )


def compared(found: Any, today: str) -> tuple[Period, Period | None]:
    """(the survey's period, the days since): from the day after it was done (else after its planned end) to
    today; None before that day. What was done is judged by those who came afterwards."""
    before = words.period_of(found.first_day, found.last_day)
    start = max(found.done_on or found.ends_on, found.last_day)
    first = periods.moved(start, 1)
    # Longer than any comparison that means something; keeps the period one that can be asked for.
    last = min(today, periods.moved(first, periods.LONGEST_DAYS))
    return before, Period("free", first, last) if first <= last else None


def _moved(moved: Any, before: Period, after: Period) -> dict[str, Any]:
    """The two figures and what may be said of them."""
    sides = [
        {"name": words.period_name(before.first, before.last), "n": moved.n_before, "nrr": _two(moved.before)},
        {"name": after.dates, "n": moved.n_after, "nrr": _two(moved.after)},
    ]
    if moved.difference is None:
        few = _("Too few answers to compare: at least %(fewest)s are needed on each side.", fewest=satisfaction.FEWEST)
        return {"sides": sides, "kind": "info", "said": few}
    by = number(abs(moved.difference))
    if not moved.beyond_chance:
        said = _("The difference of %(by)s is within what chance alone brings about.", by=by)
        return {"sides": sides, "kind": "info", "said": said}
    if moved.difference > 0:
        return {"sides": sides, "kind": "good", "said": _("Better by %(by)s: more than chance.", by=by)}
    return {"sides": sides, "kind": "wrong", "said": _("Worse by %(by)s: more than chance.", by=by)}


def _two(nrr: Any) -> str | None:
    return None if nrr is None else number(nrr)


def _refused(error: PtspError | None) -> str | None:
    if isinstance(error, BadRequest) and type(error) is BadRequest:
        return {
            "done_on": _("Please give the day on which it was done: not after today, not before the survey began."),
            "obstacle": _("Please say why, in at most %(most)s characters.", most=following_up.LENGTHS["obstacle"]),
        }.get(str(error.facts.get("reason")), in_words(error))
    return in_words(error) if error else None


def _told(done: str) -> str | None:
    return {
        "added": _("The line is in the register. Evidence can be added below."),
        "changed": _("The line was changed."),
        "done": _("The line is marked as done."),
        "dropped": _("The line is marked as dropped."),
        "reopened": _("The line is open again."),
        "uploaded": _("The file was kept."),
        "removed": _("The file was removed; that it was here stays on record."),
    }.get(done)


def _edit_page(followup_id: int, values: dict[str, str] | None = None, faults: dict[str, str] | None = None) -> str:
    with the_hall().view() as conn:
        found = _found(conn, followup_id)
    action = url_for("follow_up.change", followup_id=followup_id)
    return register.edit_page(values or form.of_line(found), faults or {}, _("Change the line"), action, found)


def _found(conn: Any, followup_id: int) -> Any:
    found = following_up.line_of(conn, acting().office_id, followup_id)
    if found is None:
        raise NotFound(what="followup")
    return found
