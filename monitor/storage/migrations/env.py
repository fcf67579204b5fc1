"""Runs the steps on the connection that monitor.storage.schema hands over."""

from alembic import context

from monitor.storage.registers import EVERY_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=EVERY_TABLE,
    transactional_ddl=True,  # SQLite can, when it is told BEGIN
)
with context.begin_transaction():
    context.run_migrations()
