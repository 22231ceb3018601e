"""Hourly counts kept in step with the annotations."""

from collections import Counter
from datetime import UTC, datetime

from sqlalchemy import delete, select, update

from models import AnnotationRow, Database, PostRow, RollupRow
from models.annotation import annotations_to_count
from models.rollup import RollupKey, add_to_rollups
from models.session import take_turn

# Stands in the place column for a post that tells of a place outside the city.
OUTSIDE = "outside"


def roll_up_batch(db: Database, limit: int = 2000) -> int:
    """Bring the counts in step with up to ``limit`` annotations; returns how many it took.

    What should count and does not is added, what counts and should not is taken away: one
    transaction does the change and remembers it, so nothing is counted twice or forgotten.
    """
    with db.writing() as session:
        take_turn(session, "roll up")
        annotations = annotations_to_count(session, limit)
        if not annotations:
            return 0
        posts = {
            post.id: post
            for post in session.scalars(
                select(PostRow).where(PostRow.id.in_({a.post_id for a in annotations}))
            )
        }
        changes: Counter[RollupKey] = Counter()
        for annotation in annotations:
            key = rollup_key(annotation, posts[annotation.post_id])
            if key is not None:
                changes[key] += 1 if annotation.current else -1
        add_to_rollups(session, changes)
        for current in (True, False):
            session.execute(
                update(AnnotationRow)
                .where(AnnotationRow.id.in_([a.id for a in annotations if a.current is current]))
                .values(counted=current)
            )
        return len(annotations)


def rollup_key(annotation: AnnotationRow, post: PostRow) -> RollupKey | None:
    """The cell that an annotated post falls into; ``None`` for a post without a time."""
    if post.posted_at is None:
        return None
    return (
        _hour(post.posted_at),
        annotation.category or "",
        annotation.place_code or (OUTSIDE if annotation.place_precision else ""),
        annotation.kind,
        annotation.sentiment,
        post.source,
        annotation.sure,
        post.invented,
    )


def rebuild(db: Database) -> None:
    """Forget every count; the next roll-up stages make them anew from the annotations."""
    with db.writing() as session:
        # A roll-up under way would keep its counts and lose the memory of them.
        take_turn(session, "roll up")
        session.execute(delete(RollupRow))
        session.execute(update(AnnotationRow).values(counted=False))


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
