"""Used by migrations: a table from which the database itself takes nothing back. Frozen, as migrations are."""

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


def only_grew(table: str) -> None:
    """Takes back what `only_grows` made, or `only_forgets` (a 0004 that was about for a day made that)."""
    on = "" if op.get_bind().dialect.name == "sqlite" else f" ON {table}"
    for name in ("no_update", "no_delete", "append_only", "only_forgets"):
        op.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{on}")


def only_forgets(table: str, words: str, facts: tuple[str, ...]) -> None:
    """The same, but a row's words may be emptied; its facts (all other columns) stay."""
    new, old = (", ".join(f"{row}.{name}" for name in facts) for row in ("NEW", "OLD"))
    if op.get_bind().dialect.name == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        kept = f"WHEN NEW.{words} <> '' OR ({new}) IS NOT ({old})"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {kept} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        return
    op.execute(FUNCTION)
    refuse = "EXECUTE FUNCTION ptsp_append_only()"
    kept = f"WHEN (NEW.{words} <> '' OR ({new}) IS DISTINCT FROM ({old}))"
    op.execute(f"CREATE TRIGGER {table}_only_forgets BEFORE UPDATE ON {table} FOR EACH ROW {kept} {refuse}")
    op.execute(f"CREATE TRIGGER {table}_append_only BEFORE DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT {refuse}")
