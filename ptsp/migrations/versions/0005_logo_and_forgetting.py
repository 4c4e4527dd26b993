"""The office's logo; the words in a complaint's history can be forgotten.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

from ptsp.migrations.append_only import only_forgets, only_grew

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Creates the logo's table; empties the words of complaints whose own words were erased before this version."""
    op.create_table(
        "logo",
        sa.Column("office_id", ID, autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_logo_office_id")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_logo")),
    )
    only_grew("complaint_line")
    op.execute(
        "UPDATE complaint_line SET note = '' WHERE note <> '' AND deed IN "
        "('added','responded','answered','field_check','escalated','closed','noted') "
        "AND complaint_id IN (SELECT id FROM complaint WHERE text = '')"
    )
    only_forgets("complaint_line", "note", ("complaint_id", "line", "at", "person_id", "deed"))
