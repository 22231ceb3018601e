"""Alembic's entry: runs migrations on the connection that ``models.migrate`` opened."""

from alembic import context
from sqlalchemy import Connection

import models
from models.base import Base

assert models.TABLES  # noqa: S101  importing the room is what fills the metadata


def run(connection: Connection) -> None:
    """Run the migrations in one transaction each, so that a killed upgrade leaves no half."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
