"""Incidents: one thing that happened, and the posts that tell of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, Text, and_, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.annotation import AnnotationRow
from models.base import Base, BigId, utc_now
from models.post import PostRow


class IncidentRow(Base):
    """One thing at one place in one stretch of time. ``revision`` rises when its posts change."""

    __tablename__ = "incident"
    __table_args__ = (
        Index("ix_incident_category_place_code", "category", "place_code"),
        Index("ix_incident_to_draft", "id", "revision", "drafted_revision"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    category: Mapped[str] = mapped_column(String(32))
    place_code: Mapped[str | None] = mapped_column(String(32))
    place_name: Mapped[str | None] = mapped_column(Text)
    place_precision: Mapped[str | None] = mapped_column(String(16))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    first_at: Mapped[datetime | None]
    last_at: Mapped[datetime | None]
    posts: Mapped[int] = mapped_column(default=0)
    authors: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    drafted_revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    # Set when a later post showed that this incident and another are one.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))


class IncidentPostRow(Base):
    """Membership: a post tells of at most one incident."""

    __tablename__ = "incident_post"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    annotation_id: Mapped[int] = mapped_column(ForeignKey("annotation.id"))


def linked_candidates(
    session: Session,
    category: str,
    place_name: str | None,
    place_code: str | None,
    near_duplicate_key: str,
    posted_at: datetime | None,
    window: timedelta,
) -> list[tuple[IncidentPostRow, PostRow, AnnotationRow]]:
    """Grouped posts of ``category`` within ``window``, at the same place or of the same words."""
    same_words = AnnotationRow.near_duplicate_key == near_duplicate_key
    if place_name is not None:
        same_place = and_(
            AnnotationRow.place_name == place_name,
            AnnotationRow.place_code == place_code
            if place_code is not None
            else AnnotationRow.place_code.is_(None),
        )
        alike = or_(same_words, same_place)
    else:
        alike = same_words
    if posted_at is None:
        when = PostRow.posted_at.is_(None)
    else:
        when = PostRow.posted_at.between(posted_at - window, posted_at + window)
    rows = session.execute(
        select(IncidentPostRow, PostRow, AnnotationRow)
        .join(PostRow, IncidentPostRow.post_id == PostRow.id)
        .join(AnnotationRow, IncidentPostRow.annotation_id == AnnotationRow.id)
        .where(AnnotationRow.category == category, alike, when)
        .order_by(IncidentPostRow.post_id)
    )
    return [(member, post, annotation) for member, post, annotation in rows]


def incident_members(
    session: Session, incident_ids: Sequence[int]
) -> list[tuple[int, PostRow, AnnotationRow]]:
    """Posts and annotations of some incidents, earliest first (posts without time last)."""
    rows = session.execute(
        select(IncidentPostRow.incident_id, PostRow, AnnotationRow)
        .join(PostRow, IncidentPostRow.post_id == PostRow.id)
        .join(AnnotationRow, IncidentPostRow.annotation_id == AnnotationRow.id)
        .where(IncidentPostRow.incident_id.in_(incident_ids))
        .order_by(PostRow.posted_at.is_(None), PostRow.posted_at, PostRow.source, PostRow.source_id)
    )
    return [(incident_id, post, annotation) for incident_id, post, annotation in rows]


def incidents_to_draft(session: Session, limit: int) -> list[IncidentRow]:
    """Incidents whose draft is behind their posts, claimed for this transaction."""
    return list(
        session.scalars(
            select(IncidentRow)
            .where(IncidentRow.drafted_revision < IncidentRow.revision)
            .order_by(IncidentRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )


def incident_of_posts(session: Session, post_ids: Iterable[int]) -> dict[int, int]:
    """Incident id by post id."""
    rows = session.execute(
        select(IncidentPostRow.post_id, IncidentPostRow.incident_id).where(
            IncidentPostRow.post_id.in_(list(post_ids))
        )
    )
    return {row.post_id: row.incident_id for row in rows}
