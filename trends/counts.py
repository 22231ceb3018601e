"""Counts over time, read from the rollups: plain counts of the model's answers, not corrected."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.orm import Session

from models import City, RollupRow
from models.post_search import origins

By = Literal["category", "kind", "sentiment", "source", "kota", "kecamatan", "kelurahan"]
Step = Literal["hour", "day"]

_COLUMNS = {
    "category": RollupRow.category,
    "kind": RollupRow.kind,
    "sentiment": RollupRow.sentiment,
    "source": RollupRow.source,
    "kota": RollupRow.place_code,
    "kecamatan": RollupRow.place_code,
    "kelurahan": RollupRow.place_code,
}
# How many parts of a dotted area code name an area of that level.
_LEVEL_PARTS = {"kota": 2, "kecamatan": 3, "kelurahan": 4}


@dataclass(frozen=True, slots=True)
class TrendFilter:
    """Which posts to count; ``None`` means all. ``area`` holds all areas below it."""

    category: str | None = None
    kind: str | None = None
    sentiment: str | None = None
    source: str | None = None
    area: str | None = None
    sure: bool | None = None
    invented: bool | None = None


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """Number of posts in the step that begins at ``start``; ``key`` is the group or ``""``."""

    start: datetime
    key: str
    posts: int


def series(
    session: Session,
    city: City,
    start: datetime,
    end: datetime,
    by: By | None = None,
    step: Step = "day",
    chosen: TrendFilter | None = None,
) -> tuple[TrendPoint, ...]:
    """Posts per step in ``[start, end)``, in order of time and key; empty steps are left out.

    Days are days of the city's zone. Posts without a place of the asked level have key ``""``.
    Raises ``ValueError`` when ``start`` or ``end`` has no time zone or ``end`` is before ``start``.
    """
    if start.tzinfo is None or end.tzinfo is None:
        raise ValueError("start and end need a time zone")
    if end < start:
        raise ValueError("end is before start")
    key = _COLUMNS[by] if by else literal("")
    query = (
        select(RollupRow.hour, key.label("key"), func.sum(RollupRow.posts).label("posts"))
        .where(RollupRow.hour >= start, RollupRow.hour < end, *conditions(chosen or TrendFilter()))
        .group_by(RollupRow.hour, *([key] if by else []))
    )
    totals: Counter[tuple[datetime, str]] = Counter()
    for row in session.execute(query):
        name = _to_level(row.key, _LEVEL_PARTS[by]) if by in _LEVEL_PARTS else row.key
        totals[_step_start(row.hour, step, city), name] += int(row.posts)
    return tuple(TrendPoint(at, name, posts) for (at, name), posts in sorted(totals.items()))


def conditions(chosen: TrendFilter) -> list[ColumnElement[bool]]:
    """What ``chosen`` asks of a row of the rollups."""
    asked: list[ColumnElement[bool]] = []
    for column, value in (
        (RollupRow.category, chosen.category),
        (RollupRow.kind, chosen.kind),
        (RollupRow.sentiment, chosen.sentiment),
        (RollupRow.source, chosen.source),
        (RollupRow.sure, chosen.sure),
        (RollupRow.invented, chosen.invented),
    ):
        if value is not None:
            asked.append(column == value)
    if chosen.area is not None:
        asked.append(
            or_(
                RollupRow.place_code == chosen.area,
                RollupRow.place_code.startswith(chosen.area + ".", autoescape=True),
            )
        )
    return asked


def counted_by_default(session: Session, chosen: TrendFilter) -> TrendFilter:
    """``chosen``, without invented posts once there are real ones and nobody said otherwise."""
    if chosen.invented is None and origins(session).real:
        return replace(chosen, invented=False)
    return chosen


def local_day(day: date, city: City) -> tuple[datetime, datetime]:
    """First moment of a day in the city's zone, and of the day after it, in UTC."""
    start = datetime.combine(day, time(), city.zone)
    end = datetime.combine(day + timedelta(days=1), time(), city.zone)
    return start.astimezone(UTC), end.astimezone(UTC)


def latest_day(session: Session, city: City, chosen: TrendFilter | None = None) -> date | None:
    """The last day, in the city's zone, that has a counted post; ``None`` when there is none."""
    query = select(func.max(RollupRow.hour)).where(*conditions(chosen or TrendFilter()))
    hour = session.scalar(query)
    return hour.astimezone(city.zone).date() if hour else None


def _step_start(hour: datetime, step: Step, city: City) -> datetime:
    if step == "hour":
        return hour
    return local_day(hour.astimezone(city.zone).date(), city)[0]


def _to_level(code: str, parts: int) -> str:
    pieces = code.split(".")
    if not code[:1].isdigit() or len(pieces) < parts:
        return ""
    return ".".join(pieces[:parts])
