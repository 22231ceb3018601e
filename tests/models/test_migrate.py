"""Migrations bring an empty database up, and back down to nothing."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from models import TABLES, Base, Database, open_database
from models.migrate import current_revision, downgrade, newest_revision, upgrade


def test_an_empty_database_is_brought_to_the_newest_revision_and_back(db_url: str) -> None:
    database = open_database(db_url)
    assert current_revision(database) is None

    upgrade(database)
    assert current_revision(database) == newest_revision()
    made = set(inspect(database.engine).get_table_names())
    assert {table.name for table in TABLES} <= made

    downgrade(database, "base")
    assert set(inspect(database.engine).get_table_names()) == {"alembic_version"}

    upgrade(database)
    assert current_revision(database) == newest_revision()
    database.close()


def test_upgrading_twice_changes_nothing(db: Database) -> None:
    upgrade(db)
    assert current_revision(db) == newest_revision()


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_the_migrations_and_the_mapped_classes_describe_the_same_tables(db: Database) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
