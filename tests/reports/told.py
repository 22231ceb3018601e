"""Annotated posts without a model, and what grouping made of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from models import (
    Annotation,
    AnnotationRow,
    City,
    Database,
    IncidentPostRow,
    IncidentRow,
    Place,
    PostRow,
    ReportRow,
)
from models.annotation import annotation_values
from models.deletion import honour_deletion
from models.post import author_ids
from reports import draft_batch, group_batch

START = datetime(2025, 2, 3, 7, 0, tzinfo=UTC)

BIDARA_CINA = Place("31.75.03.1002", "Bidara Cina", "kelurahan", -6.23, 106.86, 0.9, None, "uji")
OTISTA = Place("31.75.03.1002", "Jalan Otista", "street", -6.231, 106.868, 0.9, None, "uji")
JATINEGARA = Place("31.75.03", "Jatinegara", "kecamatan", -6.22, 106.87, 0.9, None, "uji")
BEKASI = Place(None, "Bekasi", "kota", -6.24, 106.99, 0.9, None, "uji")


@dataclass(frozen=True)
class Told:
    """One annotated post; ``hours`` counts from ``START``, ``None`` is a post without a time."""

    name: str
    text: str = "air sudah masuk rumah warga"
    hours: float | None = 0.0
    place: Place | None = OTISTA
    category: str | None = "banjir"
    kind: str = "laporan"
    sure: bool = True
    key: str = ""
    author: str | None = None
    invented: bool = False
    probability: float = 0.9

    @property
    def posted_at(self) -> datetime | None:
        """The moment it was posted."""
        return None if self.hours is None else START + timedelta(hours=self.hours)


def tell(db: Database, posts: Iterable[Told]) -> None:
    """Store posts with their annotations, as the annotate stage leaves them."""
    with db.writing() as session:
        for told in posts:
            author = None
            if told.author:
                author = author_ids(session, [("x", told.author)])["x", told.author]
            post = PostRow(
                source="x",
                source_id=told.name,
                text=told.text,
                text_sha256="0" * 64,
                posted_at=told.posted_at,
                author_id=author,
                url=f"https://example.org/{told.name}",
                annotated_with="uji-1",
                invented=told.invented,
            )
            session.add(post)
            session.flush()
            session.add(AnnotationRow(**annotation_values(post.id, reading(told))))


def reading(told: Told, version: str = "uji-1") -> Annotation:
    """The annotation of a post."""
    return Annotation(
        kind=told.kind,
        kind_probability=told.probability,
        category=told.category,
        category_probability=told.probability if told.category else None,
        sentiment="negatif",
        sentiment_probability=0.8,
        sure=told.sure,
        place=told.place,
        near_duplicate_key=told.key or told.name,
        model_version=version,
    )


def read_again(db: Database, told: Told, version: str) -> None:
    """Let a newer model read a post again."""
    with db.writing() as session:
        post = session.scalars(select(PostRow).where(PostRow.source_id == told.name)).one()
        session.execute(
            update(AnnotationRow).where(AnnotationRow.post_id == post.id).values(current=False)
        )
        session.add(AnnotationRow(**annotation_values(post.id, reading(told, version))))


def delete(db: Database, name: str) -> None:
    """Let a post be deleted at its source."""
    with db.writing() as session:
        assert honour_deletion(session, "x", [name], START) == 1


def group(db: Database, city: City, limit: int = 500) -> None:
    """Group until nothing is left."""
    while group_batch(db, city, limit):
        pass


def draft(db: Database, city: City, limit: int = 200) -> None:
    """Group and draft until nothing is left."""
    group(db, city)
    while draft_batch(db, city, limit):
        pass


def together(db: Database) -> set[frozenset[str]]:
    """Which posts are together in live incidents."""
    groups: dict[int, set[str]] = {}
    with db.reading() as session:
        rows = session.execute(
            select(IncidentPostRow.incident_id, PostRow.source_id).join(
                PostRow, IncidentPostRow.post_id == PostRow.id
            )
        )
        for incident_id, name in rows:
            groups.setdefault(incident_id, set()).add(name)
        live = session.scalars(select(IncidentRow).where(IncidentRow.posts > 0))
        assert {row.id: row.posts for row in live} == {k: len(v) for k, v in groups.items()}
    return {frozenset(names) for names in groups.values()}


def report_with(session: Session, name: str) -> ReportRow:
    """The report of the incident that holds the post ``name``."""
    return session.scalars(
        select(ReportRow)
        .join(IncidentPostRow, IncidentPostRow.incident_id == ReportRow.incident_id)
        .join(PostRow, IncidentPostRow.post_id == PostRow.id)
        .where(PostRow.source_id == name)
    ).one()


def empty(db: Database, tables: Sequence[str]) -> None:
    """Remove every row of some tables."""
    with db.writing() as session:
        for table in tables:
            session.execute(text(f"DELETE FROM {table}"))
