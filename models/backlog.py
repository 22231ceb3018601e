"""What still has to be done: how many rows each stage has before it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from models.annotation import AnnotationRow
from models.incident import IncidentRow
from models.post import PostRow


@dataclass(frozen=True, slots=True)
class Backlog:
    """Posts to annotate, annotations to count and to group, incidents to draft."""

    annotate: int
    roll_up: int
    group: int
    draft: int

    @property
    def total(self) -> int:
        """All of it; 0 when every stage is done."""
        return self.annotate + self.roll_up + self.group + self.draft


def backlog(session: Session, model_version: str | None = None) -> Backlog:
    """The rows that lack a stage's result; without a ``model_version`` any model's answer does."""
    unread: ColumnElement[bool] = PostRow.annotated_with.is_(None)
    if model_version is not None:
        unread = or_(unread, PostRow.annotated_with != model_version)
    queries = (
        select(func.count()).where(unread, PostRow.deleted_at.is_(None)),
        select(func.count()).where(AnnotationRow.current != AnnotationRow.counted),
        select(func.count()).where(AnnotationRow.current != AnnotationRow.grouped),
        select(func.count()).where(IncidentRow.drafted_revision < IncidentRow.revision),
    )
    return Backlog(*(session.scalar(query) or 0 for query in queries))
