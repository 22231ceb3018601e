"""The real app over a real database, people who sign in, and a small invented day."""

import pytest
from flask import Flask

from api import AppConfig, create_app
from models import City, Database
from tests.api.visitors import Visitor


@pytest.fixture
def site(db: Database, city: City) -> Flask:
    """The app on SQLite and on PostgreSQL."""
    return create_app(db, city, AppConfig(secret_key=b"a key only for tests, 32 bytes.."))


@pytest.fixture
def sqlite_site(sqlite_db: Database, city: City) -> Flask:
    """The app on SQLite, for what does not depend on the database."""
    return create_app(sqlite_db, city, AppConfig(secret_key=b"a key only for tests, 32 bytes.."))


@pytest.fixture
def visitor(sqlite_site: Flask) -> Visitor:
    """Somebody who has not signed in."""
    return Visitor(sqlite_site)
