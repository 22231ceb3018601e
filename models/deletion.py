"""Deletions at the source: the post's words go at once, its traces as the stages pass."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from models.annotation import AnnotationRow
from models.post import PostRow
from models.report import EvidenceRow


def honour_deletion(session: Session, source: str, source_ids: Sequence[str], at: datetime) -> int:
    """Blank the posts deleted at their source and mark what was derived from them as undone.

    Text, author, link, place tag and every excerpt go in this transaction; counts and incidents
    follow when the roll-up and group stages next run. Returns how many posts were blanked now.
    """
    ids = list(
        session.scalars(
            select(PostRow.id)
            .where(
                PostRow.source == source,
                PostRow.source_id.in_(source_ids),
                PostRow.deleted_at.is_(None),
            )
            .with_for_update()
        )
    )
    if not ids:
        return 0
    session.execute(
        update(PostRow)
        .where(PostRow.id.in_(ids))
        .values(
            text="",
            text_sha256="",
            author_id=None,
            url=None,
            place_tag=None,
            lat=None,
            lon=None,
            extra={},
            deleted_at=at,
        )
    )
    session.execute(
        update(AnnotationRow)
        .where(AnnotationRow.post_id.in_(ids))
        .values(current=False, place_name=None, place_reason=None, near_duplicate_key="")
    )
    session.execute(delete(EvidenceRow).where(EvidenceRow.post_id.in_(ids)))
    return len(ids)
