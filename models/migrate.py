"""Bring a database to this version's tables, or back; and say where it stands."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from models.session import Database


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(db: Database, revision: str = "head") -> None:
    """Run every migration up to ``revision``; does nothing when already there."""
    with db.engine.connect() as connection:
        command.upgrade(_config(connection), revision)
        connection.commit()


def downgrade(db: Database, revision: str) -> None:
    """Run migrations back to ``revision`` (``base`` removes every table)."""
    with db.engine.connect() as connection:
        command.downgrade(_config(connection), revision)
        connection.commit()


def current_revision(db: Database) -> str | None:
    """The migration the database stands at; ``None`` for an empty one."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The newest migration that this version brings."""
    return ScriptDirectory.from_config(_config()).get_current_head()
