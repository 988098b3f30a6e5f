"""What Alembic runs: the migrations, within the transaction that the caller opened."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=None,
    # SQLite can change tables within a transaction when the driver does not commit by itself.
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
