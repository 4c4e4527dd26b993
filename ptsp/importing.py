"""Answers of earlier years: stored as a whole or not at all, and taken back as a whole.

They are answers like all others, of the channel "import", with the import that they came with. The counts of the months
concerned are made anew when an import is taken back: equal to the last bit to what they were without it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from ptsp import asking, tallies
from ptsp import records as r
from ptsp.catalogue import Catalogue
from ptsp.errors import BadRequest, FileKnown, ImportHasErrors, ImportOutdated, NotFound
from ptsp.hall import Answer, Work
from ptsp.import_rows import Prepared, Reading
from ptsp.tallies import Placed

_i, _a, _y = r.survey_import.c, r.survey_answer.c, r.tally.c
FILE_LENGTH = 200


def store(
    work: Work,
    prepared: Prepared,
    file: str,
    sha256: str,
    reading: dict[str, Any],
    left_out: int | None,
    counted: Placed | None = None,
) -> Answer:
    """Stores all good rows in one transaction. ``reading``: `Reading.dumps`. ``left_out``: how many bad rows the
    manager has agreed to leave out; None: none, bad rows refuse the whole. ``counted``: `tallies.placed` of the rows,
    made before the transaction, because the hall waits while it is open.

    FileKnown: this table is here already. ImportHasErrors, ImportOutdated (another number of bad rows), BadRequest
    (nothing to store).
    """
    known = work.conn.execute(select(_i.file).where(*_standing(work.office_id), _i.sha256 == sha256)).scalar()
    if known is not None:
        raise FileKnown(name=known)
    bad = prepared.bad_lines
    if bad and left_out is None:
        raise ImportHasErrors(errors=len(bad))
    if len(bad) != (left_out or 0):
        raise ImportOutdated
    if not prepared.rows:
        raise BadRequest(reason="rows")
    first, last = prepared.days
    why = {fault.line: fault.why for fault in reversed(prepared.faults)}
    row = {
        "office_id": work.office_id,
        "file": file[:FILE_LENGTH],
        "sha256": sha256,
        "instrument": Reading(**reading).instrument,
        "rows": len(prepared.rows),
        "left_out": [{"line": line, "reason": why[line]} for line in bad],
        "mapping": reading,
        "first_day": first,
        "last_day": last,
        "named": prepared.by_name(),
        "at": work.reading.at,
        "person_id": work.actor.person_id,
    }
    import_id = work.conn.execute(insert(r.survey_import).values(row).returning(_i.id)).scalar_one()
    asking.keep(work, [{**one, "import_id": import_id} for one in prepared.rows], counted)
    told = f"{row['file']}, {row['rows']} rows, {len(bad)} left out, sha256 {sha256}"
    if prepared.old_remarks:
        told += f", {prepared.old_remarks} old remarks not taken in"
    work.audit("survey_imported", f"{import_id}: {told}")
    return {"import_id": import_id, "rows": row["rows"], "old_remarks": prepared.old_remarks}


def undo_import(work: Work, import_id: int) -> Answer:
    """Takes an import back: its answers are gone and counted no more; its line stays. NotFound; harmless twice."""
    found = work.conn.execute(select(r.survey_import).where(_i.id == import_id, _i.office_id == work.office_id)).first()
    if found is None:
        raise NotFound(what="import")
    if found.undone_at is not None:
        work.discard = True
        return {"rows": 0}
    mine = (_a.office_id == work.office_id, _a.import_id == import_id)
    months = {day[:7] for day in work.conn.execute(select(_a.day).where(*mine).distinct()).scalars()}
    gone = work.conn.execute(delete(r.survey_answer).where(*mine)).rowcount
    recount(work.conn, work.office, months)
    work.conn.execute(update(r.survey_import).where(_i.id == import_id).values(undone_at=work.reading.at))
    work.audit("survey_import_undone", f"{import_id}: {found.file}, {gone} rows")
    return {"rows": gone}


def recount(conn: Connection, office: Catalogue, months: Iterable[str]) -> None:
    """Counts the answers of whole months ("2024-07") anew, by day and by month."""
    found: list[dict[str, Any]] = []
    for month in sorted(set(months)):
        first, last = f"{month}-01", f"{month}-31"
        of_month = (_y.period == month) | _y.period.between(first, last)
        conn.execute(delete(r.tally).where(_y.office_id == office.office_id, _y.subject == "answers", of_month))
        answers = select(r.survey_answer).where(_a.office_id == office.office_id, _a.day.between(first, last))
        found += [dict(row._mapping) for row in conn.execute(answers)]
    tallies.keep_answers(conn, office.office_id, tallies.placed(office, found))


# --- reading ----------------------------------------------------------------------------------------------------------


def _standing(office_id: int) -> tuple[Any, ...]:
    return _i.office_id == office_id, _i.undone_at.is_(None)


def imports_of(conn: Connection, office_id: int) -> list[Any]:
    """All imports, newest first, those taken back too; `who`: the name of who did it (or None)."""
    joined = r.survey_import.outerjoin(r.person, r.person.c.id == _i.person_id)
    query = select(r.survey_import, r.person.c.name.label("who")).select_from(joined)
    return list(conn.execute(query.where(_i.office_id == office_id).order_by(_i.id.desc())))


def known_as(conn: Connection, office_id: int, sha256: str) -> str | None:
    """The name under which this very table was imported, or None."""
    found: str | None = conn.execute(select(_i.file).where(*_standing(office_id), _i.sha256 == sha256)).scalar()
    return found


def already_there(conn: Connection, office_id: int, instrument: str, first: str, last: str) -> tuple[int, int]:
    """(answers of the office's own, imported answers) of these days: what an import would be added to."""
    counted = tallies.answers_of(conn, office_id, first, last)
    imported = counted.of(instrument, "channel", "import").n
    return counted.of(instrument).n - imported, imported
