"""Reports in the order of their last change: what a program pulls."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from models.report import ReportRow, in_areas


@dataclass(frozen=True, slots=True)
class FeedFilter:
    """Which reports are wanted; ``None`` leaves a question open; ``updated_since`` is inclusive."""

    state: str | None = None
    category: str | None = None
    area: str | None = None
    updated_since: datetime | None = None


def reports_by_change(
    session: Session,
    wanted: FeedFilter,
    before: datetime,
    after: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[ReportRow]:
    """Reports last changed ``before`` a moment, earliest change first.

    ``after`` is the ``updated_at`` and id of the report that was read last. A report that
    changes again moves to the end of the list.
    """
    conditions: list[ColumnElement[bool]] = [ReportRow.updated_at < before]
    if wanted.state is not None:
        conditions.append(ReportRow.state == wanted.state)
    if wanted.category is not None:
        conditions.append(ReportRow.category == wanted.category)
    if wanted.area is not None:
        conditions.append(in_areas((wanted.area,)))
    if wanted.updated_since is not None:
        conditions.append(ReportRow.updated_at >= wanted.updated_since)
    if after is not None:
        at, id_ = after
        later = and_(ReportRow.updated_at == at, ReportRow.id > id_)
        conditions.append(or_(ReportRow.updated_at > at, later))
    return list(
        session.scalars(
            select(ReportRow)
            .where(*conditions)
            .order_by(ReportRow.updated_at, ReportRow.id)
            .limit(limit)
        )
    )
