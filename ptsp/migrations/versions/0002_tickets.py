"""Tickets, the day book, paper.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

from ptsp.migrations.append_only import only_grows

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
HERE = sa.text("state IN ('called','serving')")
TODO = sa.text("state IN ('pending','failed')")
STATES = "state IN ('booked','waiting','called','serving','parked','served','no_show','cancelled','removed','expired')"


def upgrade() -> None:
    """Creates the tables in the order in which they refer to each other."""
    tickets()
    book()
    paper()


def tickets() -> None:
    """Tickets and their numbers."""
    op.create_table(
        "series",
        sa.Column("office_id", ID, nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("prefix", sa.String(length=3), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_series_office_id")),
        sa.PrimaryKeyConstraint("office_id", "day", "prefix", name=op.f("pk_series")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ticket",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("prefix", sa.String(length=3), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("service_id", ID, nullable=False),
        sa.Column("priority", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("rank_at", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("issued_tick", sa.BigInteger(), nullable=False),
        sa.Column("entered_tick", sa.BigInteger(), nullable=False),
        sa.Column("called_tick", sa.BigInteger(), nullable=True),
        sa.Column("started_tick", sa.BigInteger(), nullable=True),
        sa.Column("ended_tick", sa.BigInteger(), nullable=True),
        sa.Column("calls", sa.Integer(), server_default="0", nullable=False),
        sa.Column("counter_id", ID, nullable=True),
        sa.Column("for_counter_id", ID, nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("ahead", sa.Integer(), nullable=False),
        sa.Column("estimate_low", sa.Integer(), nullable=True),
        sa.Column("estimate_high", sa.Integer(), nullable=True),
        sa.Column("surveyed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("outcome IS NULL OR outcome IN ('delivered','filed')", name=op.f("ck_ticket_outcome")),
        sa.CheckConstraint(STATES, name=op.f("ck_ticket_state")),
        sa.ForeignKeyConstraint(["counter_id"], ["counter.id"], name=op.f("fk_ticket_counter_id")),
        sa.ForeignKeyConstraint(["for_counter_id"], ["counter.id"], name=op.f("fk_ticket_for_counter_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_ticket_office_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_ticket_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("office_id", "day", "prefix", "number", name=op.f("uq_ticket_office_id_day_prefix_number")),
        sa.UniqueConstraint("token", name=op.f("uq_ticket_token")),
    )
    op.create_index(
        "ix_ticket_queue",
        "ticket",
        ["office_id", "state", "rank_at", "number", "service_id", "for_counter_id"],
        unique=False,
    )
    op.create_index(
        "uq_ticket_current", "ticket", ["counter_id"], unique=True, sqlite_where=HERE, postgresql_where=HERE
    )


def book() -> None:
    """The day book, which only grows, and the answers given."""
    op.create_table(
        "daybook",
        sa.Column("office_id", ID, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("tick", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("move", sa.String(length=12), nullable=False),
        sa.Column("ticket_id", ID, nullable=True),
        sa.Column("from_state", sa.String(length=10), nullable=True),
        sa.Column("to_state", sa.String(length=10), nullable=True),
        sa.Column("service_id", ID, nullable=True),
        sa.Column("counter_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("priority", sa.Boolean(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_daybook_office_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_daybook_ticket_id")),
        sa.PrimaryKeyConstraint("office_id", "seq", name=op.f("pk_daybook")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_daybook_day", "daybook", ["office_id", "day", "seq"], unique=False)
    op.create_index("ix_daybook_ticket", "daybook", ["ticket_id", "seq"], unique=False)
    op.create_table(
        "answered",
        sa.Column("office_id", ID, nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_answered_office_id")),
        sa.PrimaryKeyConstraint("office_id", "actor", "request_id", name=op.f("pk_answered")),
        sqlite_with_rowid=False,
    )
    only_grows("daybook")


def paper() -> None:
    """Print jobs."""
    op.create_table(
        "print_job",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("printer_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reprint", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("detail", sa.String(length=40), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending','sent','confirmed','failed','reprinted')", name=op.f("ck_print_job_state")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_print_job_office_id")),
        sa.ForeignKeyConstraint(["printer_id"], ["printer.id"], name=op.f("fk_print_job_printer_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_print_job_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_job")),
    )
    op.create_index("ix_print_job_ticket", "print_job", ["ticket_id"], unique=False)
    op.create_index(
        "ix_print_job_todo", "print_job", ["printer_id", "id"], unique=False, sqlite_where=TODO, postgresql_where=TODO
    )
