"""Incidents: one thing that happened, and the posts that tell of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.annotation import AnnotationRow
from models.base import Base, BigId, utc_now
from models.post import PostRow

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Telling:
    """A complaint as grouping sees it: what, when, where, in which words.

    ``incident_id`` is the incident that holds the post now, ``None`` while it is loose.
    """

    post_id: int
    annotation_id: int
    category: str
    posted_at: datetime | None
    near_duplicate_key: str
    place_code: str | None
    place_name: str | None
    place_precision: str | None
    text: str
    incident_id: int | None = None


@dataclass(frozen=True, slots=True)
class MemberPost:
    """A post of an incident as a draft is made from it; probabilities are 0 to 1."""

    incident_id: int
    post_id: int
    source: str
    source_id: str
    text: str
    posted_at: datetime | None
    author_id: int | None
    invented: bool
    kind_probability: float
    category_probability: float | None
    near_duplicate_key: str


@dataclass(frozen=True, slots=True)
class MemberPlace:
    """Where and when a post of an incident speaks of, and whose it is."""

    incident_id: int
    posted_at: datetime | None
    author_id: int | None
    code: str | None
    name: str | None
    precision: str | None
    lat: float | None
    lon: float | None


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


def _tellings(session: Session, *conditions: ColumnElement[bool]) -> list[Telling]:
    rows: Iterable[Any] = session.execute(
        select(
            PostRow.id,
            AnnotationRow.id,
            AnnotationRow.category,
            PostRow.posted_at,
            AnnotationRow.near_duplicate_key,
            AnnotationRow.place_code,
            AnnotationRow.place_name,
            AnnotationRow.place_precision,
            PostRow.text,
            IncidentPostRow.incident_id,
        )
        .select_from(AnnotationRow)
        .join(IncidentPostRow, IncidentPostRow.annotation_id == AnnotationRow.id)
        .join(PostRow, IncidentPostRow.post_id == PostRow.id)
        .where(*conditions)
    )
    return [Telling(*row) for row in rows]


def grouped_at_places(
    session: Session,
    category: str,
    codes: Iterable[str],
    names: Iterable[str],
    since: datetime,
    until: datetime,
) -> list[Telling]:
    """Grouped posts of ``category`` at places of these codes and names, between two moments."""
    return _tellings(
        session,
        AnnotationRow.category == category,
        AnnotationRow.place_code.in_(list(codes)),
        AnnotationRow.place_name.in_(list(names)),
        PostRow.posted_at.between(since, until),
    )


def grouped_with_words(
    session: Session,
    category: str,
    near_duplicate_keys: Iterable[str],
    between: tuple[datetime, datetime] | None,
) -> list[Telling]:
    """Grouped posts of ``category`` in the same words, between two moments (or without time)."""
    when = PostRow.posted_at.between(*between) if between else PostRow.posted_at.is_(None)
    return _tellings(
        session,
        AnnotationRow.category == category,
        AnnotationRow.near_duplicate_key.in_(list(near_duplicate_keys)),
        when,
    )


def grouped_in_incidents(session: Session, incident_ids: Iterable[int]) -> list[Telling]:
    """All posts of some incidents, as grouping sees them."""
    return _tellings(session, IncidentPostRow.incident_id.in_(list(incident_ids)))


def locked_incidents(session: Session, incident_ids: Iterable[int]) -> dict[int, IncidentRow]:
    """Some incidents as they stand now, locked in one order until this transaction ends."""
    rows = session.scalars(
        select(IncidentRow)
        .where(IncidentRow.id.in_(list(incident_ids)))
        .order_by(IncidentRow.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}


def posts_in_incidents(
    session: Session, incident_ids: Iterable[int]
) -> dict[int, list[MemberPost]]:
    """What a draft is made from: the posts of each incident, in no order."""
    return _members(
        session,
        incident_ids,
        MemberPost,
        PostRow.id,
        PostRow.source,
        PostRow.source_id,
        PostRow.text,
        PostRow.posted_at,
        PostRow.author_id,
        PostRow.invented,
        AnnotationRow.kind_probability,
        AnnotationRow.category_probability,
        AnnotationRow.near_duplicate_key,
    )


def places_in_incidents(
    session: Session, incident_ids: Iterable[int]
) -> dict[int, list[MemberPlace]]:
    """Time, author and place of every post of some incidents, in no order."""
    return _members(
        session,
        incident_ids,
        MemberPlace,
        PostRow.posted_at,
        PostRow.author_id,
        AnnotationRow.place_code,
        AnnotationRow.place_name,
        AnnotationRow.place_precision,
        AnnotationRow.place_lat,
        AnnotationRow.place_lon,
    )


def _members(
    session: Session, incident_ids: Iterable[int], made: Callable[..., M], *columns: Any
) -> dict[int, list[M]]:
    """``made`` of incident and ``columns`` for every post of some incidents.

    A deleted post counts no longer, even before the group stage has taken it out.
    """
    found: dict[int, list[M]] = {id_: [] for id_ in incident_ids}
    rows = session.execute(
        select(IncidentPostRow.incident_id, *columns)
        .select_from(IncidentPostRow)
        .join(PostRow, IncidentPostRow.post_id == PostRow.id)
        .join(AnnotationRow, IncidentPostRow.annotation_id == AnnotationRow.id)
        .where(IncidentPostRow.incident_id.in_(list(found)), PostRow.deleted_at.is_(None))
    )
    for row in rows:
        found[row.incident_id].append(made(*row))
    return found


def leave_incidents(session: Session, post_ids: Iterable[int]) -> None:
    """Take some posts out of their incidents."""
    session.execute(
        delete(IncidentPostRow)
        .where(IncidentPostRow.post_id.in_(list(post_ids)))
        .execution_options(synchronize_session=False)
    )


def join_incidents(session: Session, memberships: Sequence[tuple[int, int, int]]) -> None:
    """Put posts into incidents: post, incident and annotation ids."""
    if memberships:
        names = ("post_id", "incident_id", "annotation_id")
        rows = [dict(zip(names, one, strict=True)) for one in memberships]
        session.execute(insert(IncidentPostRow), rows)


def move_members(session: Session, from_incident: int, to_incident: int) -> None:
    """Make every post of one incident a post of another."""
    session.execute(
        update(IncidentPostRow)
        .where(IncidentPostRow.incident_id == from_incident)
        .values(incident_id=to_incident)
        .execution_options(synchronize_session=False)
    )
