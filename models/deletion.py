"""Deletions at the source: the post's words go at once, its traces as the stages pass."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.annotation import AnnotationRow
from models.base import utc_now
from models.incident import incident_of_posts, locked_incidents
from models.post import PostRow
from models.quotation import remove_quotes
from models.report import (
    evidence_of_reports,
    incidents_with_evidence,
    remove_evidence,
    reports_of_incidents,
)
from models.session import take_turn


def honour_deletion(session: Session, source: str, source_ids: Sequence[str], at: datetime) -> int:
    """Blank the posts deleted at their source and mark what was derived from them as undone.

    Text, author, link, place tag, every excerpt and every quote in a report, its decisions and
    kept answers go in this transaction; counts and incidents follow when the roll-up and group
    stages next run. Returns how many posts were blanked now.
    """
    # Nothing is put into another incident while the reports that tell of the posts are looked up.
    take_turn(session, "group")
    ids = list(
        session.scalars(
            select(PostRow.id)
            .where(
                PostRow.source == source,
                PostRow.source_id.in_(source_ids),
                PostRow.deleted_at.is_(None),
            )
            .order_by(PostRow.id)
            # Not the key: a draft in the making may still point to the post (no deadlock).
            .with_for_update(key_share=True)
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
    _leave_reports(session, set(ids))
    return len(ids)


def _leave_reports(session: Session, post_ids: set[int]) -> None:
    """Take posts from behind all reports, and their quotes out of them."""
    # By membership too: of a draft in the making only its incident can be seen, and waited for.
    homes = set(incident_of_posts(session, post_ids).values())
    homes |= set(incidents_with_evidence(session, post_ids))
    locked_incidents(session, homes)
    reports = reports_of_incidents(session, homes)
    evidence = evidence_of_reports(session, [report.id for report in reports.values()])
    for report in reports.values():
        leaving = {id_: said for id_, said in evidence[report.id].items() if id_ in post_ids}
        if leaving:
            remove_quotes(session, report, leaving.values())
            remove_evidence(session, report.id, leaving)
            # Pages opened before must not bring the words back.
            report.revision += 1
            report.updated_at = utc_now()
