"""${message}

Revision ID: ${up_revision}
"""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Says what changes. CHECK constraints are not found by autogenerate: write them by hand."""
    ${upgrades if upgrades else "pass"}
