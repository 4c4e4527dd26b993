"""Used by migrations: a table from which the database itself takes nothing back. Frozen (see records.py)."""

from alembic import op

FUNCTION = (
    "CREATE OR REPLACE FUNCTION ptsp_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
)


def only_grows(table: str) -> None:
    """Makes UPDATE and DELETE (and TRUNCATE) of the table fail. A batch migration of the table must say it again."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(FUNCTION)
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION ptsp_append_only()"
    )
