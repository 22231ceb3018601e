"""Requests that may be repeated without being done twice: their keys and their answers."""

import json
import zlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, BigId, utc_now

# How long the answer to a request is kept; a key older than this starts afresh.
KEPT_FOR = timedelta(days=7)


class IdempotencyRow(Base):
    """One request that was done, named by its caller's key, with the answer it got."""

    __tablename__ = "idempotency"
    __table_args__ = (UniqueConstraint("api_key_id", "route", "key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    api_key_id: Mapped[int] = mapped_column(ForeignKey("api_key.id"))
    route: Mapped[str] = mapped_column(String(120))
    key: Mapped[str] = mapped_column(String(255))
    # Hash of everything that the request asked for: the same key for another request is refused.
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)


class StillRunning(Exception):
    """Another transaction is doing the request with this key at this moment."""


def answer_kept(session: Session, api_key_id: int, route: str, key: str) -> IdempotencyRow | None:
    """The answer that a request with this key got; ``None`` when it is new.

    A new key is this transaction's alone until it ends. Raises ``StillRunning`` when it is
    another's.
    """
    _take_key(session, f"{api_key_id} {route} {key}")
    session.execute(delete(IdempotencyRow).where(IdempotencyRow.created_at < utc_now() - KEPT_FOR))
    return session.scalar(
        select(IdempotencyRow).where(
            IdempotencyRow.api_key_id == api_key_id,
            IdempotencyRow.route == route,
            IdempotencyRow.key == key,
        )
    )


def reword_answers(session: Session, said: str, instead: str) -> None:
    """Put other words for ``said`` in every answer that is kept (JSON), however it is escaped."""
    for ascii_only in (False, True):
        old, new = (json.dumps(words, ensure_ascii=ascii_only)[1:-1] for words in (said, instead))
        session.execute(
            update(IdempotencyRow)
            .where(IdempotencyRow.body.contains(old, autoescape=True))
            .values(body=func.replace(IdempotencyRow.body, old, new))
            .execution_options(synchronize_session=False)
        )


def _take_key(session: Session, name: str) -> None:
    # On SQLite every writing session already holds the only write lock.
    if session.get_bind().dialect.name == "postgresql":
        numbers = {"work": zlib.crc32(b"idempotency"), "key": zlib.crc32(name.encode())}
        taken = session.scalar(
            text(
                "SELECT pg_try_advisory_xact_lock(CAST(:work - 2147483648 AS int), "
                "CAST(:key - 2147483648 AS int))"
            ),
            numbers,
        )
        if not taken:
            raise StillRunning
