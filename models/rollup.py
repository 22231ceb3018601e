"""Hourly counts: category × place × kind × sentiment × source, a pure function of annotations."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Index, Integer, String, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base

# hour (UTC), category or "", area code or "", kind, sentiment, source, sure, invented
RollupKey = tuple[datetime, str, str, str, str, str, bool, bool]


class RollupRow(Base):
    """How many posts fall into one cell of one hour. Posts without a time are in no hour."""

    __tablename__ = "rollup"
    __table_args__ = (Index("ix_rollup_category_hour", "category", "hour"),)

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(String(32), primary_key=True)
    place_code: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    sentiment: Mapped[str] = mapped_column(String(16), primary_key=True)
    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    sure: Mapped[bool] = mapped_column(primary_key=True)
    invented: Mapped[bool] = mapped_column(primary_key=True)
    posts: Mapped[int] = mapped_column(Integer)


def add_to_rollups(session: Session, changes: Mapping[RollupKey, int]) -> None:
    """Add each change (positive or negative) to its cell; a cell that reaches zero goes.

    Keys are taken in one order so that two workers can never hold each other up.
    """
    names = ("hour", "category", "place_code", "kind", "sentiment", "source", "sure", "invented")
    rows = [
        dict(zip(names, key, strict=True)) | {"posts": change}
        for key, change in sorted(changes.items())
        if change
    ]
    if not rows:
        return
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(RollupRow)
    statement = statement.on_conflict_do_update(
        index_elements=list(names),
        set_={"posts": RollupRow.posts + statement.excluded.posts},
    )
    session.execute(statement, rows)
    if any(change < 0 for change in changes.values()):
        session.execute(delete(RollupRow).where(RollupRow.posts == 0))
