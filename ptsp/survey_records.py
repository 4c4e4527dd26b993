"""The tables of what visitors think of the service: answers, their counts, what is published and done about them.

Statements are Core, as everywhere (see records.py, which hands these tables on).
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from ptsp.tables import Id, key, metadata, of

__all__ = [
    "ballot",
    "complaint",
    "complaint_line",
    "evidence",
    "evidence_file",
    "extra_question",
    "followup",
    "publication",
    "survey_answer",
    "survey_import",
    "tally",
]

# Anonymous by construction (UU 27/2022): no ticket, no exact time, a random key so that not even the order tells.
survey_answer = Table(
    "survey_answer",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    of("office"),
    Column("instrument", String(16), nullable=False),
    Column("version", String(16), nullable=False),
    Column("channel", String(8), nullable=False),
    Column("day", String(10), nullable=False),
    # Bands; null where a paper form or an earlier year does not tell.
    Column("hour_band", String(12)),
    Column("wait_band", String(12)),
    Column("service_id", Id, ForeignKey("service.id")),
    Column("counter_id", Id, ForeignKey("counter.id")),
    Column("sex", String(8)),
    Column("age", String(8)),
    Column("education", String(16)),
    Column("occupation", String(16)),
    # {"U1": 4, ...} by element code, 1..4; an element left out is not in it.
    Column("scores", JSON, nullable=False),
    # The office's own questions, by their code: never in an official index.
    Column("extras", JSON),
    # Why it looks suspicious: "" or codes of asking.FLAGS joined by ",".
    Column("flags", String(40), nullable=False, server_default=""),
    Column("remark", Text),
    # Moderation of the remark: new, public or kept (not for publication); null without a remark.
    Column("remark_state", String(8)),
    # Paper forms: who typed it in. Earlier years: the import it came with.
    of("person", nullable=True, name="entered_by"),
    of("survey_import", nullable=True, name="import_id"),
    CheckConstraint("channel IN ('phone','kiosk','tablet','paper','import')", name="channel"),
    CheckConstraint("remark_state IS NULL OR remark_state IN ('new','public','kept')", name="remark_state"),
    sqlite_with_rowid=False,  # a hidden row number would keep the order of arrival
)
Index("ix_survey_answer_day", survey_answer.c.office_id, survey_answer.c.day)
# Remarks wait to be read: few among hundreds of thousands of answers.
Index(
    "ix_survey_answer_remark",
    survey_answer.c.office_id,
    survey_answer.c.remark_state,
    sqlite_where=text("remark_state IS NOT NULL"),
    postgresql_where=text("remark_state IS NOT NULL"),
)

# Answers of today, sealed (see ballots.py): opened and shuffled when the day is over.
ballot = Table(
    "ballot",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    of("office"),
    # The service day on which it was put in.
    Column("day", String(10), nullable=False),
    # Figures of today take answers from it five at a time: whoever looks after each visitor sees no single one.
    Column("batch", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_ballot_day", ballot.c.office_id, ballot.c.day)

# Counted answers and visits by day and by month, so that a report costs what its period costs (see tallies.py).
tally = Table(
    "tally",
    metadata,
    Column("office_id", Id, ForeignKey("office.id"), primary_key=True),
    Column("subject", String(8), primary_key=True),
    Column("grain", String(5), primary_key=True),
    Column("period", String(10), primary_key=True),
    Column("instrument", String(16), primary_key=True),
    Column("version", String(16), primary_key=True),
    Column("flagged", Boolean, primary_key=True),
    Column("dimension", String(12), primary_key=True),
    Column("key", String(32), primary_key=True),
    Column("content", Text, nullable=False),
    CheckConstraint("subject IN ('answers','visits')", name="subject"),
    CheckConstraint("grain IN ('day','month')", name="grain"),
    sqlite_with_rowid=False,
)

extra_question = Table(
    "extra_question",
    metadata,
    key(),
    of("office"),
    # Changed wording is a new question: an answer belongs to the words that were read.
    Column("text", JSON, nullable=False),
    Column("answers", JSON, nullable=False),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("active", Boolean, nullable=False),
)

survey_import = Table(
    "survey_import",
    metadata,
    key(),
    of("office"),
    Column("file", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("instrument", String(16), nullable=False),
    # Answers stored, and the lines of the file that were left out on purpose: [{"line": 7, "reason": "..."}, ...].
    Column("rows", Integer, nullable=False),
    Column("left_out", JSON, nullable=False),
    # How the columns were read: what the manager saw and confirmed.
    Column("mapping", JSON, nullable=False),
    Column("first_day", String(10), nullable=False),
    Column("last_day", String(10), nullable=False),
    # {"2024": 60, ...}: its answers by the period that their rows name, where that is longer than a day: they stand on
    # its last day and tell nothing of a shorter one. Null: imported before this was kept, by rows that said a time.
    Column("named", JSON),
    Column("at", BigInteger, nullable=False),
    of("person", nullable=True),
    # Taken back as a whole: its answers are gone, the line stays.
    Column("undone_at", BigInteger),
)
Index(
    "uq_survey_import_file",
    survey_import.c.office_id,
    survey_import.c.sha256,
    unique=True,
    sqlite_where=text("undone_at IS NULL"),
    postgresql_where=text("undone_at IS NULL"),
)

publication = Table(
    "publication",
    metadata,
    key(),
    of("office"),
    Column("kind", String(16), nullable=False),
    Column("survey", String(16), nullable=False),
    Column("first_day", String(10), nullable=False),
    Column("last_day", String(10), nullable=False),
    # Where: the address of a page, the wall of a poster, a newspaper.
    Column("place", Text, nullable=False),
    # What was published, as it was then (JSON): later answers do not change an archive.
    Column("content", JSON),
    Column("at", BigInteger, nullable=False),
    of("person", nullable=True),
    Column("withdrawn_at", BigInteger),
    CheckConstraint("kind IN ('page','board','poster','report','open_data','elsewhere')", name="kind"),
)

followup = Table(
    "followup",
    metadata,
    key(),
    of("office"),
    # The survey that it follows: its instrument and period.
    Column("instrument", String(16), nullable=False),
    Column("first_day", String(10), nullable=False),
    Column("last_day", String(10), nullable=False),
    Column("element", String(8), nullable=False),
    Column("finding", Text, nullable=False),
    Column("activity", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("output", Text, nullable=False),
    Column("starts_on", String(10), nullable=False),
    Column("ends_on", String(10), nullable=False),
    Column("in_charge", Text, nullable=False),
    Column("status", String(8), nullable=False),
    Column("obstacle", Text, nullable=False, server_default=""),
    Column("done_on", String(10)),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    CheckConstraint("status IN ('planned','running','done','dropped')", name="status"),
    CheckConstraint("starts_on <= ends_on", name="dates"),
)

# Uploaded by people, never generated. In the database, so that backup and restore take them along.
evidence = Table(
    "evidence",
    metadata,
    key(),
    of("office"),
    of("followup", nullable=True),
    Column("kind", String(10), nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    of("person", nullable=True),
    Column("removed_at", BigInteger),
    CheckConstraint("kind IN ('undangan','absensi','notulen','gambar','other')", name="kind"),
)
evidence_file = Table(
    "evidence_file",
    metadata,
    Column("evidence_id", Id, ForeignKey("evidence.id"), primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

complaint = Table(
    "complaint",
    metadata,
    key(),
    of("office"),
    # "P-2026-0007": of the office and the year, without gaps.
    Column("year", Integer, nullable=False),
    Column("running", Integer, nullable=False),
    Column("token", String(32), nullable=False, unique=True),
    Column("kind", String(12), nullable=False),
    Column("category", String(24), nullable=False),
    Column("channel", String(8), nullable=False),
    Column("text", Text, nullable=False),
    # Optional, shown to who answers only, and erased on time.
    Column("contact", Text),
    Column("contact_until", BigInteger),
    of("service", nullable=True),
    Column("day", String(10), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),
    Column("field_check", Boolean, nullable=False),
    Column("respond_by", String(10), nullable=False),
    Column("answer_by", String(10), nullable=False),
    Column("responded_at", BigInteger),
    Column("answered_at", BigInteger),
    Column("answer", Text),
    Column("escalated_at", BigInteger),
    Column("lapor_number", String(40)),
    of("person", nullable=True, name="assigned_to"),
    # Moderation: new, public or kept; and the words that are published: theirs and ours, without names.
    Column("public_state", String(8), nullable=False, server_default="new"),
    Column("public_text", Text),
    Column("public_answer", Text),
    UniqueConstraint("office_id", "year", "running"),
    CheckConstraint("kind IN ('complaint','suggestion','praise','question')", name="kind"),
    CheckConstraint("channel IN ('kiosk','phone','desk','paper')", name="channel"),
    CheckConstraint("state IN ('new','assigned','answered','closed','forwarded')", name="state"),
    CheckConstraint("public_state IN ('new','public','kept')", name="public_state"),
)
# What happened to a complaint, in order. Only grows.
complaint_line = Table(
    "complaint_line",
    metadata,
    Column("complaint_id", Id, ForeignKey("complaint.id"), primary_key=True, autoincrement=False),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    of("person", nullable=True),
    Column("deed", String(16), nullable=False),
    Column("note", Text, nullable=False, server_default=""),
)
