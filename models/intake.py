"""What came in and from where: files taken in, how far, and the rows that could not be used."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, BigId, utc_now
from models.post import PostRow


class ImportFileRow(Base):
    """One file being taken in: the cursor is ``rows_done``, saved with the posts themselves.

    ``sha256`` names the content and ``reading`` how its columns are read, so the same file read
    the same way is the same import, wherever it lies.
    """

    __tablename__ = "import_file"
    __table_args__ = (UniqueConstraint("sha256", "reading_sha256"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    path: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    format: Mapped[str] = mapped_column(String(32))
    reading: Mapped[dict[str, Any]]
    reading_sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    # Rows of the file that are behind us, good and bad together.
    rows_done: Mapped[int] = mapped_column(default=0)
    posts_new: Mapped[int] = mapped_column(default=0)
    posts_known: Mapped[int] = mapped_column(default=0)
    rows_bad: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)


class QuarantineRow(Base):
    """A row that could not become a post: where it stood, what it said, why it was refused."""

    __tablename__ = "quarantine"
    __table_args__ = (
        UniqueConstraint("import_file_id", "line"),
        Index("ix_quarantine_resolved_at", "resolved_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    import_file_id: Mapped[int] = mapped_column(ForeignKey("import_file.id"))
    line: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    # The row as read, cut to what a person can look at; a retry reads it from the file again.
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    resolved_at: Mapped[datetime | None]


def import_files(session: Session, limit: int = 100) -> list[ImportFileRow]:
    """The files taken in, newest first."""
    return list(
        session.scalars(select(ImportFileRow).order_by(ImportFileRow.id.desc()).limit(limit))
    )


def find_import(session: Session, sha256: str, reading_sha256: str) -> ImportFileRow | None:
    """The import of this content read this way, locked for its next batch."""
    return session.scalar(
        select(ImportFileRow)
        .where(ImportFileRow.sha256 == sha256, ImportFileRow.reading_sha256 == reading_sha256)
        .with_for_update()
    )


def quarantined(
    session: Session, import_file_id: int | None = None, limit: int = 200, after: int = 0
) -> list[tuple[QuarantineRow, ImportFileRow]]:
    """Rows still in quarantine with their files, in file and line order."""
    query = (
        select(QuarantineRow, ImportFileRow)
        .join(ImportFileRow, QuarantineRow.import_file_id == ImportFileRow.id)
        .where(QuarantineRow.resolved_at.is_(None), QuarantineRow.id > after)
        .order_by(QuarantineRow.id)
        .limit(limit)
    )
    if import_file_id is not None:
        query = query.where(QuarantineRow.import_file_id == import_file_id)
    return [(row, file) for row, file in session.execute(query)]


def count_quarantined(session: Session) -> int:
    """How many rows are in quarantine."""
    return (
        session.scalar(
            select(func.count(QuarantineRow.id)).where(QuarantineRow.resolved_at.is_(None))
        )
        or 0
    )


def source_summary(session: Session) -> list[dict[str, Any]]:
    """Per source: number of posts, without a time, deleted, first and last post, last collected."""
    rows = session.execute(
        select(
            PostRow.source,
            func.count(PostRow.id),
            func.count(PostRow.id) - func.count(PostRow.posted_at),
            func.count(PostRow.deleted_at),
            func.min(PostRow.posted_at),
            func.max(PostRow.posted_at),
            func.max(PostRow.collected_at),
        )
        .group_by(PostRow.source)
        .order_by(PostRow.source)
    )
    keys = ("source", "posts", "without_time", "deleted", "first", "last", "collected_at")
    return [dict(zip(keys, row, strict=True)) for row in rows]


def get_import(session: Session, import_file_id: int) -> ImportFileRow | None:
    """The import with this id, as it stands."""
    return session.get(ImportFileRow, import_file_id)


def lock_import(session: Session, import_file_id: int) -> ImportFileRow | None:
    """The import with this id, held until this transaction ends."""
    return session.scalar(
        select(ImportFileRow).where(ImportFileRow.id == import_file_id).with_for_update()
    )


def quarantined_lines(session: Session, import_file_id: int) -> set[int]:
    """The lines of one file that are still in quarantine."""
    return set(
        session.scalars(
            select(QuarantineRow.line).where(
                QuarantineRow.import_file_id == import_file_id, QuarantineRow.resolved_at.is_(None)
            )
        )
    )


def quarantined_at(
    session: Session, import_file_id: int, lines: Sequence[int]
) -> dict[int, QuarantineRow]:
    """The rows of one file still in quarantine at ``lines``, by line."""
    rows = session.scalars(
        select(QuarantineRow).where(
            QuarantineRow.import_file_id == import_file_id,
            QuarantineRow.line.in_(lines),
            QuarantineRow.resolved_at.is_(None),
        )
    )
    return {row.line: row for row in rows}
