"""Run by alembic for `ptsp.migrating`, which hands in a connection with an open transaction."""

from alembic import context

from ptsp.records import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,  # on SQLite too: a migration happens whole or not at all
)
with context.begin_transaction():
    context.run_migrations()
