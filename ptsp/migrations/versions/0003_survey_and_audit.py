"""The survey, and the audit trail.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

from ptsp.migrations.append_only import only_grows

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Creates the tables of both."""
    survey()
    audit()


def survey() -> None:
    """Answers and their scores."""
    op.create_table(
        "survey_answer",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("instrument", sa.String(length=16), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("hour_band", sa.String(length=12), nullable=False),
        sa.Column("wait_band", sa.String(length=12), nullable=False),
        sa.Column("service_id", ID, nullable=False),
        sa.Column("counter_id", ID, nullable=True),
        sa.Column("sex", sa.String(length=8), nullable=True),
        sa.Column("age", sa.String(length=8), nullable=True),
        sa.Column("education", sa.String(length=16), nullable=True),
        sa.Column("occupation", sa.String(length=16), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["counter_id"], ["counter.id"], name=op.f("fk_survey_answer_counter_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_survey_answer_office_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_survey_answer_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_survey_answer_day", "survey_answer", ["office_id", "day"], unique=False)
    op.create_table(
        "survey_score",
        sa.Column("answer_id", sa.BigInteger(), nullable=False),
        sa.Column("element", sa.String(length=8), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 4", name=op.f("ck_survey_score_score")),
        sa.ForeignKeyConstraint(["answer_id"], ["survey_answer.id"], name=op.f("fk_survey_score_answer_id")),
        sa.PrimaryKeyConstraint("answer_id", "element", name=op.f("pk_survey_score")),
        sqlite_with_rowid=False,
    )


def audit() -> None:
    """The audit trail, which only grows."""
    op.create_table(
        "audit",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("office_id", ID, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("deed", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    only_grows("audit")
