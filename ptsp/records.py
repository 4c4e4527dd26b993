"""The tables. Statements are Core: one way to talk to the database, and the hot path needs no ORM objects.

Here are those of the hall; those of the survey and what follows from it are in survey_records.py and are handed on.
The database is the last guard: unique numbers, one visit at a counter, an append-only day book.
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

from ptsp.survey_records import *  # noqa: F403
from ptsp.tables import Id, key, metadata, of

TICKET_STATES = "'booked','waiting','called','serving','parked','served','no_show','cancelled','removed','expired'"

office = Table(
    "office",
    metadata,
    key(),
    Column("code", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("timezone", String(64), nullable=False),
    # The office's row is its mutex and its clock: every line of the day book takes the next seq.
    Column("seq", BigInteger, nullable=False, server_default="0"),
    Column("last_at", BigInteger, nullable=False, server_default="0"),
    Column("last_tick", BigInteger, nullable=False, server_default="0"),
    # Raised by whoever changes the catalogue or the settings; processes reload their copy when it moves.
    Column("revision", BigInteger, nullable=False, server_default="1"),
    Column("settings", JSON, nullable=False),
)

# A PNG, as logo.clean makes it.
logo = Table(
    "logo",
    metadata,
    Column("office_id", Id, ForeignKey("office.id"), primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

section = Table(
    "section",
    metadata,
    key(),
    of("office"),
    Column("code", String(32), nullable=False),
    Column("name", JSON, nullable=False),
    Column("examples", JSON, nullable=False),
    Column("icon", String(40), nullable=False, server_default="file-text"),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("active", Boolean, nullable=False),
    UniqueConstraint("office_id", "code"),
)

service = Table(
    "service",
    metadata,
    key(),
    of("office"),
    of("section"),
    Column("code", String(48), nullable=False),
    Column("name", JSON, nullable=False),
    Column("prefix", String(3), nullable=False),
    Column("promised_minutes", Integer),
    Column("desk_minutes", Integer, nullable=False, server_default="10"),
    Column("requirements", JSON),
    Column("quota", Integer),
    Column("survey_when_filed", Boolean, nullable=False),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("active", Boolean, nullable=False),
    UniqueConstraint("office_id", "code"),
    CheckConstraint("quota IS NULL OR quota >= 0", name="quota"),
    CheckConstraint("promised_minutes IS NULL OR promised_minutes > 0", name="promised"),
)

person = Table(
    "person",
    metadata,
    key(),
    of("office"),
    Column("login", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("language", String(2), nullable=False, server_default="id"),
    Column("active", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("login"),
    CheckConstraint("role IN ('admin','manager','officer','info')", name="role"),
)

counter = Table(
    "counter",
    metadata,
    key(),
    of("office"),
    Column("number", Integer, nullable=False),
    Column("name", JSON, nullable=False),
    Column("state", String(8), nullable=False, server_default="closed"),
    of("person", nullable=True),
    # The sign-in (or token) that holds the counter: "p<signin>" or "t<token>". A second sign-in replaces it.
    Column("seat", String(40)),
    Column("since_tick", BigInteger, nullable=False, server_default="0"),
    Column("active", Boolean, nullable=False),
    UniqueConstraint("office_id", "number"),
    CheckConstraint("state IN ('closed','open','break')", name="state"),
)

counter_service = Table(
    "counter_service",
    metadata,
    Column("counter_id", Id, ForeignKey("counter.id"), primary_key=True),
    Column("service_id", Id, ForeignKey("service.id"), primary_key=True),
)

signin = Table(
    "signin",
    metadata,
    key(),
    of("person"),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("agent", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
)

device = Table(
    "device",
    metadata,
    key(),
    of("office"),
    Column("kind", String(8), nullable=False),
    Column("name", Text, nullable=False),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("printer_id", Id, ForeignKey("printer.id")),
    # A survey screen at a counter asks the visitor whose visit has just ended there.
    of("counter", nullable=True),
    Column("active", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    CheckConstraint("kind IN ('kiosk','board','survey')", name="kind"),
)

api_token = Table(
    "api_token",
    metadata,
    key(),
    of("office"),
    Column("name", Text, nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("active", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

invitation = Table(
    "invitation",
    metadata,
    key(),
    of("office"),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)

series = Table(
    "series",
    metadata,
    Column("office_id", Id, ForeignKey("office.id"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("prefix", String(3), primary_key=True),
    Column("last", Integer, nullable=False),
    sqlite_with_rowid=False,
)

ticket = Table(
    "ticket",
    metadata,
    key(),
    of("office"),
    Column("day", String(10), nullable=False),
    Column("prefix", String(3), nullable=False),
    Column("number", Integer, nullable=False),
    Column("token", String(32), nullable=False, unique=True),
    of("service"),
    Column("priority", Boolean, nullable=False),
    Column("language", String(2), nullable=False),
    Column("state", String(10), nullable=False),
    Column("rank_at", BigInteger, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("issued_tick", BigInteger, nullable=False),
    Column("entered_tick", BigInteger, nullable=False),
    Column("called_tick", BigInteger),
    Column("started_tick", BigInteger),
    Column("ended_tick", BigInteger),
    Column("calls", Integer, nullable=False, server_default="0"),
    # Where the visitor is (called, serving, parked), or was last.
    of("counter", nullable=True),
    # Only this counter may call it (transfer to a counter).
    of("counter", nullable=True, name="for_counter_id"),
    Column("outcome", String(10)),
    Column("note", Text, nullable=False, server_default=""),
    Column("ahead", Integer, nullable=False),
    Column("estimate_low", Integer),
    Column("estimate_high", Integer),
    Column("surveyed", Boolean, nullable=False, server_default=text("false")),
    # Also the way to all tickets of a day.
    UniqueConstraint("office_id", "day", "prefix", "number"),
    CheckConstraint(f"state IN ({TICKET_STATES})", name="state"),
    CheckConstraint("outcome IS NULL OR outcome IN ('delivered','filed')", name="outcome"),
)
# Who is next: one index, in the order of the one sorting key; the rest is in it so that counting reads nothing else.
Index(
    "ix_ticket_queue",
    *(ticket.c[name] for name in ("office_id", "state", "rank_at", "number", "service_id", "for_counter_id")),
)
# The last guard of "one visit at a counter".
Index(
    "uq_ticket_current",
    ticket.c.counter_id,
    unique=True,
    sqlite_where=text("state IN ('called','serving')"),
    postgresql_where=text("state IN ('called','serving')"),
)

daybook = Table(
    "daybook",
    metadata,
    Column("office_id", Id, ForeignKey("office.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("tick", BigInteger, nullable=False),
    Column("day", String(10), nullable=False),
    Column("move", String(12), nullable=False),
    Column("ticket_id", Id, ForeignKey("ticket.id")),
    Column("from_state", String(10)),
    Column("to_state", String(10)),
    Column("service_id", Id),
    Column("counter_id", Id),
    Column("person_id", Id),
    Column("actor", String(40), nullable=False),
    Column("priority", Boolean),
    Column("outcome", String(10)),
    Column("note", Text),
    Column("request_id", String(64)),
    sqlite_with_rowid=False,  # in the order of its key, one page less a line
)
Index("ix_daybook_day", daybook.c.office_id, daybook.c.day, daybook.c.seq)
Index("ix_daybook_ticket", daybook.c.ticket_id, daybook.c.seq)

# What was answered to each request id, so that a repeat gets the same words and changes nothing.
answered = Table(
    "answered",
    metadata,
    Column("office_id", Id, ForeignKey("office.id"), primary_key=True),
    Column("actor", String(40), primary_key=True),
    Column("request_id", String(64), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

printer = Table(
    "printer",
    metadata,
    key(),
    of("office"),
    Column("name", Text, nullable=False),
    Column("setting", Text, nullable=False),
    Column("state", String(16), nullable=False, server_default="unknown"),
    Column("changed_at", BigInteger, nullable=False, server_default="0"),
    Column("active", Boolean, nullable=False),
)

print_job = Table(
    "print_job",
    metadata,
    key(),
    of("office"),
    of("printer"),
    of("ticket"),
    Column("state", String(10), nullable=False),
    Column("reprint", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("detail", String(40), nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    CheckConstraint("state IN ('pending','sent','confirmed','failed','reprinted')", name="state"),
)
# Partial: the printers ask for what is still to be printed, however many jobs the years have left behind.
Index(
    "ix_print_job_todo",
    print_job.c.printer_id,
    print_job.c.id,
    sqlite_where=text("state IN ('pending','failed')"),
    postgresql_where=text("state IN ('pending','failed')"),
)
Index("ix_print_job_ticket", print_job.c.ticket_id)

audit = Table(
    "audit",
    metadata,
    key(),
    Column("office_id", Id),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(40), nullable=False),
    Column("deed", String(40), nullable=False),
    Column("subject", Text, nullable=False, server_default=""),
)

# The database itself refuses to change these (ptsp/migrations/append_only.py). The words in the history of a complaint
# may be emptied and nothing else: they are forgotten on time (UU 27/2022).
APPEND_ONLY = ("daybook", "audit", "complaint_line")
