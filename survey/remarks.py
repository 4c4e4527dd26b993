"""Visitors' remarks, read before they are published: new, public, or kept (not for publication).

Only what is written down is shown: a remark of today would arrive with its visitor still in the hall. Of the rest only
the month is told, in no order: whoever reads remarks knows who came on which day.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import Connection, func, select

from ptsp import records as r
from ptsp import surveying
from ptsp.errors import BadRequest, NotFound
from web.auth import needs, the_hall
from web.errors import in_words, status_of
from web.managers import MANAGERS, acting, carry_out, show

pages = Blueprint("survey_remarks", __name__, url_prefix="/office/survey/remarks")

# No list is longer; a number beyond is a mistyped address.
PAGE, LAST_PAGE = 50, 100_000

_a = r.survey_answer.c


@pages.get("/")
@needs(*MANAGERS)
def remarks() -> str:
    """The remarks of one state, newest months first."""
    return _page(_state(request.args.get("state", "new")))


@pages.post("/<int:answer_id>")
@needs(*MANAGERS)
def moderate(answer_id: int) -> Any:
    """Publishes a remark, keeps it back, or puts it back among the new ones."""
    here = _state(request.form.get("from", "new"))
    try:
        state = request.form.get("state", "")
        if state not in surveying.REMARK_STATES:
            raise BadRequest(reason="state")
        carry_out("moderate_remark", surveying.moderate, answer_id=answer_id, state=state)
    except NotFound as error:
        gone = _("This remark was put into a new order meanwhile. Please choose again in the list below.")
        return _page(here, gone), status_of(error)
    except BadRequest as error:
        return _page(here, in_words(error)), status_of(error)
    return redirect(url_for("survey_remarks.remarks", state=here), 303)


def _state(said: str) -> str:
    return said if said in surveying.REMARK_STATES else "new"


def _page(state: str, error: str | None = None) -> str:
    office_id, page = acting().office_id, min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)
    with the_hall().view() as conn:
        counts = _counts(conn, office_id)
        rows = _rows(conn, office_id, state, page)
    words = {"new": _("Not read yet"), "public": _("Published"), "kept": _("Not published")}
    facts = {"rows": rows, "counts": counts, "state": state, "states": words, "page_number": page, "size": PAGE}
    return show("survey/remarks.html", active="survey", error=error, month_words=_month_words, **facts)


def _month_words(month: str) -> str:
    """ "2026-08" as "Agustus 2026"."""
    return str(format_date(date.fromisoformat(f"{month}-01"), "MMMM yyyy"))


def _counts(conn: Connection, office_id: int) -> dict[str, int]:
    rows = conn.execute(
        select(_a.remark_state, func.count())
        .where(_a.office_id == office_id, _a.remark_state.is_not(None))
        .group_by(_a.remark_state)
    )
    return dict.fromkeys(surveying.REMARK_STATES, 0) | {row[0]: row[1] for row in rows}


def _rows(conn: Connection, office_id: int, state: str, page: int) -> list[Any]:
    where = (_a.office_id == office_id, _a.remark_state == state)
    month = func.substr(_a.day, 1, 7)
    columns = (_a.id, month.label("month"), _a.channel, _a.remark, _a.flags)
    found = select(*columns).where(*where).order_by(month.desc(), _a.id).limit(PAGE).offset((page - 1) * PAGE)
    return list(conn.execute(found))
