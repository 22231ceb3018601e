"""One day beside the usual: the numbers of the morning page."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import City, RollupRow
from models.labels import CATEGORIES, KINDS, SENTIMENTS
from trends.counts import TrendFilter, conditions, local_day

# The usual is the mean of this many days before, as far as there are any posts at all.
USUAL_DAYS = 14


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """One category: posts that day, on a usual day to the same hour, and how many are reports."""

    code: str
    posts: int
    usual: float
    laporan: int


@dataclass(frozen=True, slots=True)
class HourCount:
    """One hour of the day (0 to 23): posts that day, and in that hour of a usual day."""

    hour: int
    posts: int
    usual: float


@dataclass(frozen=True, slots=True)
class DaySummary:
    """One day, counted to ``as_of``, beside the mean of ``days_compared`` days to the same time.

    ``by_category``, ``by_sentiment`` and ``usual_posts`` leave posts of kind ``luar`` out;
    ``posts`` counts those about the city, ``off_topic`` the rest. Counts are the model's answers.
    """

    day: date
    as_of: datetime
    posts: int
    usual_posts: float
    off_topic: int
    unsure: int
    days_compared: int
    by_category: tuple[CategoryCount, ...]
    by_kind: tuple[tuple[str, int], ...]
    by_sentiment: tuple[tuple[str, int], ...]
    by_hour: tuple[HourCount, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the rollups in the city's own day and hour."""

    day: date
    hour: int
    category: str
    kind: str
    sentiment: str
    sure: bool
    posts: int


def day_summary(
    session: Session, city: City, day: date, now: datetime, chosen: TrendFilter | None = None
) -> DaySummary:
    """Count ``day`` (a day of the city's zone) and what is usual for it.

    When ``day`` is not over at ``now``, usual days are counted to the same time of day: whole
    hours as they were, the present hour by the share of it that has passed.
    """
    start, end = local_day(day, city)
    as_of = min(max(now, start), end)
    passed_hours = (as_of - start).total_seconds() / 3600
    usual_start, _ = local_day(day - timedelta(days=USUAL_DAYS), city)
    query = select(
        RollupRow.hour,
        RollupRow.category,
        RollupRow.kind,
        RollupRow.sentiment,
        RollupRow.sure,
        func.sum(RollupRow.posts).label("posts"),
    )
    query = query.where(
        RollupRow.hour >= usual_start, RollupRow.hour < end, *conditions(chosen or TrendFilter())
    ).group_by(
        RollupRow.hour, RollupRow.category, RollupRow.kind, RollupRow.sentiment, RollupRow.sure
    )

    today: list[Cell] = []
    before: list[Cell] = []
    for hour, category, kind, sentiment, sure, posts in session.execute(query):
        local = hour.astimezone(city.zone)
        cell = Cell(local.date(), local.hour, category, kind, sentiment, sure, int(posts))
        (today if cell.day == day else before).append(cell)
    # Days before the first post are not quiet days, they are unknown ones.
    days = (day - min(cell.day for cell in before)).days if before else 0
    on_topic = [cell for cell in today if cell.kind != "luar"]
    usual = [(cell, _weight(cell.hour, passed_hours, days)) for cell in before]
    return DaySummary(
        day=day,
        as_of=as_of,
        posts=sum(cell.posts for cell in on_topic),
        usual_posts=sum(cell.posts * weight for cell, weight in usual if cell.kind != "luar"),
        off_topic=sum(cell.posts for cell in today if cell.kind == "luar"),
        unsure=sum(cell.posts for cell in today if not cell.sure),
        days_compared=days,
        by_category=_by_category(on_topic, usual),
        by_kind=tuple((code, _posts(today, kind=code)) for code in KINDS),
        by_sentiment=tuple((code, _posts(on_topic, sentiment=code)) for code in SENTIMENTS),
        by_hour=_by_hour(on_topic, before, days),
    )


def _weight(hour: int, passed_hours: float, days: int) -> float:
    """What one post of an earlier day adds to the usual: the share of its hour that has passed."""
    return min(max(passed_hours - hour, 0.0), 1.0) / days


def _posts(cells: list[Cell], kind: str | None = None, sentiment: str | None = None) -> int:
    return sum(
        cell.posts
        for cell in cells
        if kind in (None, cell.kind) and sentiment in (None, cell.sentiment)
    )


def _by_category(
    on_topic: list[Cell], usual: list[tuple[Cell, float]]
) -> tuple[CategoryCount, ...]:
    """Every category, most posts first, then in the order of the label list."""
    posts: Counter[str] = Counter()
    reports: Counter[str] = Counter()
    expected: dict[str, float] = defaultdict(float)
    for cell in on_topic:
        posts[cell.category] += cell.posts
        reports[cell.category] += cell.posts if cell.kind == "laporan" else 0
    for cell, weight in usual:
        expected[cell.category] += cell.posts * weight if cell.kind != "luar" else 0
    counts = [
        CategoryCount(code, posts[code], expected[code], reports[code]) for code in CATEGORIES
    ]
    return tuple(sorted(counts, key=lambda count: -count.posts))


def _by_hour(on_topic: list[Cell], before: list[Cell], days: int) -> tuple[HourCount, ...]:
    posts = Counter[int]()
    earlier = Counter[int]()
    for cell in on_topic:
        posts[cell.hour] += cell.posts
    for cell in before:
        earlier[cell.hour] += cell.posts if cell.kind != "luar" else 0
    return tuple(
        HourCount(hour, posts[hour], earlier[hour] / days if days else 0.0) for hour in range(24)
    )
