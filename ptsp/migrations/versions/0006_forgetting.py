"""The words in a complaint's history can be forgotten.

Revision ID: 0006
"""

from alembic import op

from ptsp.migrations.append_only import only_forgets, only_grew

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the triggers; empties the words of complaints whose own words were erased before this version."""
    only_grew("complaint_line")
    op.execute(
        "UPDATE complaint_line SET note = '' WHERE note <> '' AND deed IN "
        "('added','responded','answered','field_check','escalated','closed','noted') "
        "AND complaint_id IN (SELECT id FROM complaint WHERE text = '')"
    )
    only_forgets("complaint_line", "note", ("complaint_id", "line", "at", "person_id", "deed"))
