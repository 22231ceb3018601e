"""Fixtures that every room's tests share: real databases, the city, free ports."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from models import City, Database, load_city, open_database
from models.migrate import upgrade

POSTGRES_URL = os.environ.get("JAJAK_TEST_POSTGRES_URL", "postgresql+psycopg:///test")
# In CI nothing may skip: a missing service is a failure there.
SERVICES_REQUIRED = os.environ.get("JAJAK_REQUIRE_SERVICES") == "1"


def skip_or_fail(what: str) -> None:
    """Skip the test and name what is missing, or fail where everything must be present."""
    if SERVICES_REQUIRED:
        pytest.fail(f"required here but not reachable: {what}")
    pytest.skip(f"not reachable: {what}")


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The URL of a PostgreSQL server on which databases can be made."""
    try:
        with create_engine(POSTGRES_URL).connect():
            return POSTGRES_URL
    except OperationalError:
        skip_or_fail("PostgreSQL (JAJAK_TEST_POSTGRES_URL)")
        raise


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    with postgres_database(postgres_server) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of an SQLite file of this test's own."""
    return f"sqlite:///{tmp_path / 'jajak.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def db_url(request: pytest.FixtureRequest) -> str:
    """An empty database's URL, once on SQLite and once on PostgreSQL."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def db(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_db")
        return
    # A copy of a migrated database is made in a tenth of the time that migrating takes.
    template = request.getfixturevalue("migrated_postgres")
    server = request.getfixturevalue("postgres_server")
    with postgres_database(server, make_url(template).database) as url:
        database = open_database(url)
        yield database
        database.close()


@pytest.fixture
def sqlite_db(sqlite_url: str, migrated_sqlite: Path) -> Iterator[Database]:
    """A migrated SQLite database, for what does not depend on the database."""
    shutil.copyfile(migrated_sqlite, str(make_url(sqlite_url).database))
    database = open_database(sqlite_url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("migrated") / "jajak.db"
    database = open_database(f"sqlite:///{path}")
    upgrade(database)
    # All of it into the one file that is copied.
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> Iterator[str]:
    """The URL of a migrated, empty PostgreSQL database to copy."""
    with postgres_database(postgres_server) as url:
        database = open_database(url)
        upgrade(database)
        database.close()
        yield url


@contextmanager
def postgres_database(server: str, template: str | None = None) -> Iterator[str]:
    """Make a database on ``server``, a copy of ``template`` if given; drop it afterwards."""
    name = f"jajak_test_{uuid.uuid4().hex[:12]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        copied = f" TEMPLATE {template}" if template else ""
        connection.execute(text(f"CREATE DATABASE {name}{copied}"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture(scope="session")
def city() -> City:
    """The Jakarta pack."""
    return load_city("jakarta")
