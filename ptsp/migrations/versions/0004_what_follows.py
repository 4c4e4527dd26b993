"""What follows from answers: publications, the follow-up register with its evidence, complaints.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

from ptsp.migrations.append_only import only_grows

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Creates the tables; what happened to a complaint only grows."""
    op.create_table(
        "followup",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("instrument", sa.String(length=16), nullable=False),
        sa.Column("first_day", sa.String(length=10), nullable=False),
        sa.Column("last_day", sa.String(length=10), nullable=False),
        sa.Column("element", sa.String(length=8), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("output", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.String(length=10), nullable=False),
        sa.Column("ends_on", sa.String(length=10), nullable=False),
        sa.Column("in_charge", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("obstacle", sa.Text(), server_default="", nullable=False),
        sa.Column("done_on", sa.String(length=10), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("status IN ('planned','running','done','dropped')", name=op.f("ck_followup_status")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_followup_dates")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_followup_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followup")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("followup_id", ID, nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('undangan','absensi','notulen','gambar','other')", name=op.f("ck_evidence_kind")),
        sa.ForeignKeyConstraint(["followup_id"], ["followup.id"], name=op.f("fk_evidence_followup_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_evidence_office_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evidence_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_table(
        "publication",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("survey", sa.String(length=16), nullable=False),
        sa.Column("first_day", sa.String(length=10), nullable=False),
        sa.Column("last_day", sa.String(length=10), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('page','board','poster','report','open_data','elsewhere')", name=op.f("ck_publication_kind")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_publication_office_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_publication_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )
    op.create_table(
        "complaint",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("contact_until", sa.BigInteger(), nullable=True),
        sa.Column("service_id", ID, nullable=True),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("field_check", sa.Boolean(), nullable=False),
        sa.Column("respond_by", sa.String(length=10), nullable=False),
        sa.Column("answer_by", sa.String(length=10), nullable=False),
        sa.Column("responded_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("escalated_at", sa.BigInteger(), nullable=True),
        sa.Column("lapor_number", sa.String(length=40), nullable=True),
        sa.Column("assigned_to", ID, nullable=True),
        sa.Column("public_state", sa.String(length=8), server_default="new", nullable=False),
        sa.Column("public_text", sa.Text(), nullable=True),
        sa.Column("public_answer", sa.Text(), nullable=True),
        sa.CheckConstraint("channel IN ('kiosk','phone','desk','paper')", name=op.f("ck_complaint_channel")),
        sa.CheckConstraint("kind IN ('complaint','suggestion','praise','question')", name=op.f("ck_complaint_kind")),
        sa.CheckConstraint("public_state IN ('new','public','kept')", name=op.f("ck_complaint_public_state")),
        sa.CheckConstraint(
            "state IN ('new','assigned','answered','closed','forwarded')", name=op.f("ck_complaint_state")
        ),
        sa.ForeignKeyConstraint(["assigned_to"], ["person.id"], name=op.f("fk_complaint_assigned_to")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_complaint_office_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_complaint_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("office_id", "year", "running", name=op.f("uq_complaint_office_id_year_running")),
        sa.UniqueConstraint("token", name=op.f("uq_complaint_token")),
    )
    op.create_table(
        "evidence_file",
        sa.Column("evidence_id", ID, autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_evidence_file_evidence_id")),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_evidence_file")),
    )
    op.create_table(
        "complaint_line",
        sa.Column("complaint_id", ID, autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("deed", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_line_complaint_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_complaint_line_person_id")),
        sa.PrimaryKeyConstraint("complaint_id", "line", name=op.f("pk_complaint_line")),
    )
    only_grows("complaint_line")
