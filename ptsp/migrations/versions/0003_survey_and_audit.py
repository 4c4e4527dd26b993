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
STANDS = sa.text("undone_at IS NULL")


def upgrade() -> None:
    """Creates the tables of both."""
    survey()
    audit()


def survey() -> None:
    """Answers: sealed, kept and counted; the imports they came with; the office's own questions."""
    op.create_table(
        "ballot",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_ballot_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ballot_day", "ballot", ["office_id", "day"], unique=False)
    op.create_table(
        "extra_question",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_extra_question_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extra_question")),
    )
    op.create_table(
        "tally",
        sa.Column("office_id", ID, nullable=False),
        sa.Column("subject", sa.String(length=8), nullable=False),
        sa.Column("grain", sa.String(length=5), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("instrument", sa.String(length=16), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("dimension", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.CheckConstraint("grain IN ('day','month')", name=op.f("ck_tally_grain")),
        sa.CheckConstraint("subject IN ('answers','visits')", name=op.f("ck_tally_subject")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_tally_office_id")),
        sa.PrimaryKeyConstraint(
            "office_id",
            "subject",
            "grain",
            "period",
            "instrument",
            "version",
            "flagged",
            "dimension",
            "key",
            name=op.f("pk_tally"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_import",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("instrument", sa.String(length=16), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("first_day", sa.String(length=10), nullable=False),
        sa.Column("last_day", sa.String(length=10), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_survey_import_office_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_survey_import_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_import")),
    )
    op.create_index(
        "uq_survey_import_file",
        "survey_import",
        ["office_id", "sha256"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
    op.create_table(
        "survey_answer",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("instrument", sa.String(length=16), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("hour_band", sa.String(length=12), nullable=True),
        sa.Column("wait_band", sa.String(length=12), nullable=True),
        sa.Column("service_id", ID, nullable=True),
        sa.Column("counter_id", ID, nullable=True),
        sa.Column("sex", sa.String(length=8), nullable=True),
        sa.Column("age", sa.String(length=8), nullable=True),
        sa.Column("education", sa.String(length=16), nullable=True),
        sa.Column("occupation", sa.String(length=16), nullable=True),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("extras", sa.JSON(), nullable=True),
        sa.Column("flags", sa.String(length=40), server_default="", nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("remark_state", sa.String(length=8), nullable=True),
        sa.Column("entered_by", ID, nullable=True),
        sa.Column("import_id", ID, nullable=True),
        sa.CheckConstraint(
            "channel IN ('phone','kiosk','tablet','paper','import')", name=op.f("ck_survey_answer_channel")
        ),
        sa.CheckConstraint(
            "remark_state IS NULL OR remark_state IN ('new','public','kept')",
            name=op.f("ck_survey_answer_remark_state"),
        ),
        sa.ForeignKeyConstraint(["counter_id"], ["counter.id"], name=op.f("fk_survey_answer_counter_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_survey_answer_entered_by")),
        sa.ForeignKeyConstraint(["import_id"], ["survey_import.id"], name=op.f("fk_survey_answer_import_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_survey_answer_office_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_survey_answer_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_survey_answer_day", "survey_answer", ["office_id", "day"], unique=False)
    op.create_index(
        "ix_survey_answer_remark",
        "survey_answer",
        ["office_id", "remark_state"],
        unique=False,
        sqlite_where=sa.text("remark_state IS NOT NULL"),
        postgresql_where=sa.text("remark_state IS NOT NULL"),
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
