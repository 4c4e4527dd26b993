"""The evidence of a line: taken in, given out, removed."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import Any

from flask import Response, redirect, request, send_file, url_for

from ptsp import evidence
from ptsp.errors import Conflict, FileRefused, FileTooLarge, Forbidden, NotFound
from ptsp.hall import Answer, Work
from survey.follow_up.blueprint import pages
from survey.follow_up.line import line_page
from survey.taking_files import may_upload
from web.auth import needs, the_hall
from web.errors import in_words, status_of
from web.managers import MANAGERS, acting, carry_out

# A file is shown or saved, and nothing in it runs: the house's policy forbids everything already; this shuts it in.
SHUT_IN = "default-src 'none'; sandbox"


@pages.post("/<int:followup_id>/evidence")
@needs(*MANAGERS)
def upload(followup_id: int) -> Any:
    """Keeps a file with the line."""
    sent = request.files.get("file")
    content = sent.read(evidence.MOST_BYTES + 1) if sent else b""
    facts = {"followup_id": followup_id, "kind": request.form.get("kind", ""), "name": (sent and sent.filename) or ""}
    try:
        file = evidence.CheckedFile(content)  # before the transaction: it may take a second
        # Ten megabytes are no parameter of an order: their hash is.
        carry_out("attach_evidence", partial(_attach, file=file), sha256=file.digest, **facts)
    except (FileRefused, Conflict) as error:
        return line_page(followup_id, error), status_of(error)
    return redirect(url_for("follow_up.line", followup_id=followup_id, done="uploaded") + "#evidence", 303)


@pages.errorhandler(413)
def too_large(_error: Exception) -> tuple[str, int]:
    """The body was not even read."""
    if not may_upload():
        return in_words(Forbidden()), 403
    refusal = FileTooLarge(most=evidence.MOST_BYTES // 1024**2)
    return line_page((request.view_args or {})["followup_id"], refusal), 413


def _attach(work: Work, sha256: str, file: evidence.CheckedFile, **facts: Any) -> Answer:
    """The action; `sha256` stands for the file in the order, so that another file is another order."""
    return evidence.attach(work, file=file, **facts)


@pages.post("/evidence/<int:evidence_id>/remove")
@needs(*MANAGERS)
def remove(evidence_id: int) -> Any:
    """Erases the content of a file."""
    answer = carry_out("remove_evidence", evidence.remove, evidence_id=evidence_id)
    return redirect(url_for("follow_up.line", followup_id=answer["followup_id"], done="removed") + "#evidence", 303)


@pages.get("/evidence/<int:evidence_id>")
@needs(*MANAGERS)
def download(evidence_id: int) -> Response:
    """The file, to be saved. NotFound, also when it was removed."""
    return _given(evidence_id, as_attachment=True)


@pages.get("/evidence/<int:evidence_id>/picture")
@needs(*MANAGERS)
def picture(evidence_id: int) -> Response:
    """A picture, to be seen in place. NotFound for all that is no picture."""
    return _given(evidence_id, as_attachment=False)


def _given(evidence_id: int, as_attachment: bool) -> Response:
    with the_hall().view() as conn:
        line, content = evidence.content_of(conn, acting().office_id, evidence_id)
    if not as_attachment and line.media_type not in evidence.SHOWN:
        raise NotFound(what="picture")
    answer = send_file(BytesIO(content), line.media_type, as_attachment, line.name, conditional=False, etag=False)
    answer.headers["Content-Security-Policy"] = SHUT_IN
    answer.headers["Cache-Control"] = "no-store"
    return answer
