"""Annotations: what the model read in a post, one a post and model version."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import (
    Boolean,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    TextClause,
    UniqueConstraint,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, BigId, utc_now
from models.place import Place
from models.post import PostRow


@dataclass(frozen=True, slots=True)
class Annotation:
    """The model's reading of one text.

    ``kind``, ``category``, ``sentiment`` are codes of ``models.labels`` with calibrated
    probabilities (0 to 1, four decimals); ``category`` is ``None`` when ``kind`` is ``luar``.
    ``sure`` is false when kind or category lie below their thresholds (*tidak yakin*): such a
    post goes to people, never into a draft. ``near_duplicate_key`` is equal for texts that are
    the same after normalisation. ``embedding`` is the text's vector as ``models.embedding`` packs
    it, ``None`` from a model that has none.
    """

    kind: str
    kind_probability: float
    category: str | None
    category_probability: float | None
    sentiment: str
    sentiment_probability: float
    sure: bool
    place: Place | None
    near_duplicate_key: str
    model_version: str
    embedding: bytes | None = field(default=None, repr=False)


class AnnotationRow(Base):
    """A stored annotation and how far along the way it has been taken.

    ``current`` says whether it should count; ``counted`` and ``grouped`` say whether it does.
    A stage takes the rows where the two differ, so that a deletion or a newer model's answer
    undoes exactly what was done.
    """

    __tablename__ = "annotation"
    __table_args__ = (
        UniqueConstraint("post_id", "model_version"),
        Index(
            "ix_annotation_to_count",
            "id",
            postgresql_where=text("current <> counted"),
            sqlite_where=text("current <> counted"),
        ),
        Index(
            "ix_annotation_to_group",
            "id",
            postgresql_where=text("current <> grouped"),
            sqlite_where=text("current <> grouped"),
        ),
        Index("ix_annotation_kind_category", "kind", "category"),
        Index("ix_annotation_place_code", "place_code"),
        Index("ix_annotation_near_duplicate_key", "near_duplicate_key"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    model_version: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32))
    kind_probability: Mapped[float]
    category: Mapped[str | None] = mapped_column(String(32))
    category_probability: Mapped[float | None]
    sentiment: Mapped[str] = mapped_column(String(16))
    sentiment_probability: Mapped[float]
    sure: Mapped[bool]
    place_code: Mapped[str | None] = mapped_column(String(32))
    place_name: Mapped[str | None] = mapped_column(Text)
    place_precision: Mapped[str | None] = mapped_column(String(16))
    place_lat: Mapped[float | None]
    place_lon: Mapped[float | None]
    place_probability: Mapped[float | None]
    place_start: Mapped[int | None]
    place_end: Mapped[int | None]
    place_reason: Mapped[str | None] = mapped_column(Text)
    near_duplicate_key: Mapped[str] = mapped_column(String(32))
    # Of no use to a page, so it is only read where it is asked for.
    embedding: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    current: Mapped[bool] = mapped_column(Boolean, default=True)
    counted: Mapped[bool] = mapped_column(Boolean, default=False)
    grouped: Mapped[bool] = mapped_column(Boolean, default=False)

    post: Mapped[PostRow] = relationship(lazy="raise")

    @property
    def place(self) -> Place | None:
        """The located place, as the frozen value that travels between rooms."""
        if self.place_name is None:
            return None
        span = None
        if self.place_start is not None and self.place_end is not None:
            span = (self.place_start, self.place_end)
        return Place(
            code=self.place_code,
            name=self.place_name,
            precision=self.place_precision or "kota",
            lat=self.place_lat,
            lon=self.place_lon,
            probability=self.place_probability or 0.0,
            span=span,
            reason=self.place_reason or "",
        )


def annotation_values(post_id: int, annotation: Annotation) -> dict[str, object]:
    """The column values that store ``annotation`` for a post."""
    place = annotation.place
    start, end = place.span if place and place.span else (None, None)
    return {
        "post_id": post_id,
        "model_version": annotation.model_version,
        "kind": annotation.kind,
        "kind_probability": annotation.kind_probability,
        "category": annotation.category,
        "category_probability": annotation.category_probability,
        "sentiment": annotation.sentiment,
        "sentiment_probability": annotation.sentiment_probability,
        "sure": annotation.sure,
        "place_code": place.code if place else None,
        "place_name": place.name if place else None,
        "place_precision": place.precision if place else None,
        "place_lat": place.lat if place else None,
        "place_lon": place.lon if place else None,
        "place_probability": place.probability if place else None,
        "place_start": start,
        "place_end": end,
        "place_reason": place.reason if place else None,
        "near_duplicate_key": annotation.near_duplicate_key,
        "embedding": annotation.embedding,
        "created_at": utc_now(),
        "current": True,
        "counted": False,
        "grouped": False,
    }


def embedding_of(session: Session, annotation_id: int) -> bytes | None:
    """The stored vector of an annotation's text, ``None`` where its model has none."""
    query = select(AnnotationRow.embedding).where(AnnotationRow.id == annotation_id)
    return session.scalar(query)


def annotations_to_count(session: Session, limit: int) -> list[AnnotationRow]:
    """The next annotations whose place in the rollups is not what it should be, claimed."""
    return _behind(session, text("annotation.current <> annotation.counted"), limit=limit)


def annotations_to_group(session: Session, limit: int) -> list[AnnotationRow]:
    """The next annotations whose incident is not what it should be, claimed."""
    return _behind(session, text("annotation.current <> annotation.grouped"), limit=limit)


def annotations_to_group_of(session: Session, post_ids: Iterable[int]) -> list[AnnotationRow]:
    """All annotations of some posts whose incident is not what it should be, claimed, as of now."""
    of_posts = AnnotationRow.post_id.in_(list(post_ids))
    return _behind(session, text("annotation.current <> annotation.grouped"), of_posts)


def _behind(
    session: Session, *conditions: ColumnElement[bool] | TextClause, limit: int | None = None
) -> list[AnnotationRow]:
    return list(
        session.scalars(
            select(AnnotationRow)
            .where(*conditions)
            .order_by(AnnotationRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
    )


def mark_grouped(session: Session, annotation_ids: Iterable[int]) -> None:
    """Say that the incidents of these annotations are what they should be."""
    session.execute(
        update(AnnotationRow)
        .where(AnnotationRow.id.in_(list(annotation_ids)))
        .values(grouped=AnnotationRow.current)
        .execution_options(synchronize_session=False)
    )
