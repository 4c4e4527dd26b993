"""What period the rows of an import name.

Revision ID: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TIMES = {"date", "month", "period", "year"}


def upgrade() -> None:
    """Adds the column, and fills it where the whole table had one period and no row said its own."""
    op.add_column("survey_import", sa.Column("named", sa.JSON(), nullable=True))
    said, named = sa.column("mapping", sa.JSON()), sa.column("named", sa.JSON())
    table = sa.table("survey_import", sa.column("id"), sa.column("rows"), said, named)
    conn = op.get_bind()
    for row in conn.execute(sa.select(table.c.id, table.c.rows, table.c.mapping)).all():
        whole = row.mapping.get("whole")
        if whole and not TIMES & set(row.mapping.get("columns", ())):
            conn.execute(sa.update(table).where(table.c.id == row.id).values(named={whole: row.rows}))
