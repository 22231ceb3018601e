"""Posts and their authors, and every question that is asked of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, BigId, utc_now


@dataclass(frozen=True, slots=True)
class Post:
    """One public message as a collector gives it; ``(source, source_id)`` names it for good.

    ``author`` is already a keyed pseudonym, never a handle. ``posted_at`` is aware, or ``None``
    where the source did not say. ``place_tag`` is what the source itself said of the place.
    """

    source: str
    source_id: str
    text: str
    posted_at: datetime | None = None
    author: str | None = None
    url: str | None = None
    place_tag: str | None = None
    lat: float | None = None
    lon: float | None = None
    invented: bool = False
    extra: dict[str, Any] = field(default_factory=dict)


class AuthorRow(Base):
    """A pseudonym: the keyed hash of a source's handle. The key lives outside the database."""

    __tablename__ = "author"
    __table_args__ = (UniqueConstraint("source", "pseudonym"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source: Mapped[str] = mapped_column(String(64))
    pseudonym: Mapped[str] = mapped_column(String(64))
    first_seen_at: Mapped[datetime] = mapped_column(default=utc_now)


class PostRow(Base):
    """A stored post. A post deleted at its source keeps its key and loses its text."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        Index("ix_post_posted_at_id", "posted_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source: Mapped[str] = mapped_column(String(64))
    source_id: Mapped[str] = mapped_column(String(255))
    text: Mapped[str] = mapped_column(Text)
    text_sha256: Mapped[str] = mapped_column(String(64), index=True)
    posted_at: Mapped[datetime | None]
    collected_at: Mapped[datetime] = mapped_column(default=utc_now)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("author.id"), index=True)
    url: Mapped[str | None] = mapped_column(Text)
    place_tag: Mapped[str | None] = mapped_column(Text)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    invented: Mapped[bool] = mapped_column(Boolean, default=False)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # Which model version has answered for this post; the annotate stage takes what lacks it.
    annotated_with: Mapped[str | None] = mapped_column(String(64), index=True)
    deleted_at: Mapped[datetime | None]

    author: Mapped[AuthorRow | None] = relationship(lazy="raise")


def insert_or_skip(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert ``rows``, passing over those whose key is already there (both databases)."""
    if not rows:
        return
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    session.execute(insert(table).on_conflict_do_nothing(), rows)


def author_ids(session: Session, authors: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Ids of ``(source, pseudonym)`` pairs, adding those not seen before."""
    wanted = sorted(set(authors))
    found = _known_authors(session, wanted)
    # Only the new ones are inserted: a refused insert would use up an id all the same.
    new = [{"source": s, "pseudonym": p} for s, p in wanted if (s, p) not in found]
    if new:
        insert_or_skip(session, AuthorRow, new)
        found = _known_authors(session, wanted)
    return found


def _known_authors(
    session: Session, wanted: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for source in sorted({s for s, _ in wanted}):
        names = [p for s, p in wanted if s == source]
        rows = session.execute(
            select(AuthorRow.pseudonym, AuthorRow.id).where(
                AuthorRow.source == source, AuthorRow.pseudonym.in_(names)
            )
        )
        found.update({(source, pseudonym): id_ for pseudonym, id_ in rows})
    return found


def posts_without_annotation(session: Session, model_version: str, limit: int) -> list[PostRow]:
    """The next posts that ``model_version`` has not answered for, claimed for this transaction."""
    return list(
        session.scalars(
            select(PostRow)
            .where(
                or_(PostRow.annotated_with.is_(None), PostRow.annotated_with != model_version),
                PostRow.deleted_at.is_(None),
            )
            .order_by(PostRow.id)
            .limit(limit)
            # Not the key: rows that point to the post may be written meanwhile (no deadlock).
            .with_for_update(skip_locked=True, key_share=True)
        )
    )


def claim_posts_to_group(session: Session, post_ids: Iterable[int]) -> dict[int, PostRow]:
    """Those of some posts that nobody is changing now, held as they are for this transaction."""
    rows = session.scalars(
        select(PostRow)
        .where(PostRow.id.in_(list(post_ids)))
        .order_by(PostRow.id)
        .with_for_update(read=True, skip_locked=True)
    )
    return {row.id: row for row in rows}


def known_posts(session: Session, source: str, source_ids: Sequence[str]) -> dict[str, str]:
    """Those of ``source_ids`` of one source that are stored, each with its ``text_sha256``."""
    rows = session.execute(
        select(PostRow.source_id, PostRow.text_sha256).where(
            PostRow.source == source, PostRow.source_id.in_(source_ids)
        )
    )
    return {row.source_id: row.text_sha256 for row in rows}
