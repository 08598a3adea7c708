"""Alembic's entry: it runs this file with the caller's connection, inside its transaction."""

from alembic import context

from wiki.services.accounts_store import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
)
context.run_migrations()
