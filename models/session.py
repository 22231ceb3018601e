"""The database: one engine, sessions that read and sessions that write, and who may go first."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session

_WRITES = "jajak_writes"
_BUSY_MS = 60_000
# For the stages beside the threads that answer requests.
_SPARE_CONNECTIONS = 4


@dataclass(frozen=True)
class Database:
    """One database, opened. ``reading`` and ``writing`` are the only two ways in."""

    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that writes nothing. Each query sees the data of its own moment."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose work is committed whole when the block ends, or not at all."""
        engine = self.engine.execution_options(**{_WRITES: True})
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def open_database(url: str, threads: int = 8) -> Database:
    """Open the database at an SQLAlchemy ``url`` for so many ``threads`` at once.

    A missing SQLite folder is made. Raises ``sqlalchemy.exc.ArgumentError`` for a URL that is none.
    Values of a statement are never part of an error's words: they may be somebody's.

    SQLite runs with WAL, foreign keys on, and write transactions that take the write lock at
    once: one that began as a reader and then wants to write cannot wait its turn, it fails.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            url,
            connect_args={"timeout": _BUSY_MS / 1000},
            pool_size=threads + _SPARE_CONNECTIONS,
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(
            url,
            pool_pre_ping=True,
            pool_size=threads + _SPARE_CONNECTIONS,
            hide_parameters=True,
        )
    return Database(engine)


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    # The driver's own transaction handling is off so that _begin_sqlite decides how one starts.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=NORMAL",
        f"busy_timeout={_BUSY_MS}",
        "cache_size=-65536",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def take_turn(session: Session, work: str) -> None:
    """Wait until no other transaction does the same ``work``; held until this one ends.

    On SQLite every writing session already holds the only write lock.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text("SELECT pg_advisory_xact_lock(:key)"), {"key": zlib.crc32(work.encode())}
        )
