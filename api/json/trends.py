"""``/api/v1/trends``: counts over time, and one day beside the usual."""

from datetime import date, datetime, timedelta
from typing import Literal

from flask import Response
from pydantic import Field

from api.context import context
from api.json.blueprint import answered, endpoint
from api.json.fields import (
    AreaCode,
    Asked,
    Category,
    Day,
    Flag,
    Kind,
    Moment,
    Sentiment,
    SourceName,
    Told,
)
from api.json.places import known_area
from api.json.posts import check_span
from api.json.problems import ApiProblem, Fault
from api.json.words import Words
from models import utc_now
from trends import TrendFilter, counted_by_default, day_summary, latest_day, series

Grouping = Literal["category", "kind", "sentiment", "source", "kota", "kecamatan", "kelurahan"]
Steps = Literal["hour", "day"]
_LONGEST: dict[Steps, timedelta] = {"hour": timedelta(days=31), "day": timedelta(days=400)}
_USUAL: dict[Steps, timedelta] = {"hour": timedelta(days=1), "day": timedelta(days=30)}


_INVENTED = (
    "`true`: posts invented for a demo, `false`: posts that people wrote. "
    "Default: `false` once there are such, else all"
)


class TrendQuery(Asked):
    """What to count, how to group it, and over which span."""

    by: Grouping | None = Field(None, description="Without it all posts are one group")
    step: Steps = "day"
    since: Moment | None = Field(None, description="Default: 30 days (1 day by hour) before until")
    until: Moment | None = Field(None, description="Default: now")
    category: Category | None = None
    kind: Kind | None = None
    sentiment: Sentiment | None = None
    source: SourceName | None = None
    area: AreaCode | None = None
    sure: Flag | None = None
    invented: Flag | None = Field(None, description=_INVENTED)


class SummaryQuery(Asked):
    """Which day."""

    day: Day | None = Field(None, description="A day of the city's zone; default: the last counted")
    area: AreaCode | None = None
    source: SourceName | None = None
    invented: Flag | None = Field(None, description=_INVENTED)


class Method(Told):
    """How the numbers were made, so that nobody takes them for more."""

    name: Literal["plain_count"]
    corrected: bool = Field(description="Whether the model's errors were corrected for")
    note: str


class Point(Told):
    """Posts in the step that begins at `start`."""

    start: datetime
    key: str | None = Field(description="The group; `null` when not grouped, or none is known")
    posts: int


class TrendSeries(Told):
    """Counts in order of time and key; a step without posts is left out."""

    method: Method
    by: Grouping | None
    step: Steps
    since: datetime
    until: datetime
    zone: str = Field(description="Days are days of this time zone")
    points: list[Point]


class CategoryPosts(Told):
    """One category on that day."""

    category: Category
    posts: int
    usual: float = Field(description="Mean of the days compared, to the same time of day")
    laporan: int = Field(description="How many of the posts are reports of a problem")


class Share(Told):
    """One code and how many posts have it."""

    code: str
    posts: int


class HourPosts(Told):
    """One hour of the day."""

    hour: int = Field(ge=0, le=23)
    posts: int
    usual: float


class TrendSummary(Told):
    """One day beside the usual; posts of kind `luar` are only in `off_topic` and `by_kind`."""

    method: Method
    day: date
    as_of: datetime
    zone: str
    posts: int
    usual_posts: float
    off_topic: int
    unsure: int
    days_compared: int = Field(description="0: there is nothing to compare with yet")
    by_category: list[CategoryPosts]
    by_kind: list[Share]
    by_sentiment: list[Share]
    by_hour: list[HourPosts]


PLAIN_COUNT = Method(
    name="plain_count",
    corrected=False,
    note="Counts of the model's answers, not corrected for its errors; posts without a time "
    "are in no step.",
)


@endpoint("get", "/trends", tag="trends", scope="trends:read", answer=TrendSeries)
def show_trend(query: TrendQuery) -> Response:
    """Posts per hour or day, grouped as asked.

    At most 31 days by hour and 400 days by day. `method` says how the numbers were made.
    """
    city = context().city
    known_area(city, query.area)
    since, until = _span(query)
    asked = TrendFilter(
        category=query.category,
        kind=query.kind,
        sentiment=query.sentiment,
        source=query.source,
        area=query.area,
        sure=query.sure,
        invented=query.invented,
    )
    with context().db.reading() as session:
        chosen = counted_by_default(session, asked)
        points = series(session, city, since, until, query.by, query.step, chosen)
    return answered(
        TrendSeries(
            method=PLAIN_COUNT,
            by=query.by,
            step=query.step,
            since=since.astimezone(city.zone),
            until=until.astimezone(city.zone),
            zone=city.zone.key,
            points=[
                Point(start=p.start.astimezone(city.zone), key=p.key or None, posts=p.posts)
                for p in points
            ],
        )
    )


@endpoint("get", "/trends/summary", tag="trends", scope="trends:read", answer=TrendSummary)
def show_day(query: SummaryQuery) -> Response:
    """One day beside the usual, as on the page Ringkasan.

    The usual is the mean of the 14 days before, as far as there are posts, counted to the same
    time of day.
    """
    city = context().city
    known_area(city, query.area)
    now = utc_now()
    asked = TrendFilter(area=query.area, source=query.source, invented=query.invented)
    with context().db.reading() as session:
        chosen = counted_by_default(session, asked)
        last = latest_day(session, city, TrendFilter(invented=chosen.invented))
        day = query.day or last or now.astimezone(city.zone).date()
        summary = day_summary(session, city, day, now, chosen)
    return answered(
        TrendSummary(
            method=PLAIN_COUNT,
            day=summary.day,
            as_of=summary.as_of.astimezone(city.zone),
            zone=city.zone.key,
            posts=summary.posts,
            usual_posts=round(summary.usual_posts, 2),
            off_topic=summary.off_topic,
            unsure=summary.unsure,
            days_compared=summary.days_compared,
            by_category=[
                CategoryPosts(
                    category=c.code, posts=c.posts, usual=round(c.usual, 2), laporan=c.laporan
                )
                for c in summary.by_category
            ],
            by_kind=[Share(code=code, posts=posts) for code, posts in summary.by_kind],
            by_sentiment=[Share(code=code, posts=posts) for code, posts in summary.by_sentiment],
            by_hour=[
                HourPosts(hour=h.hour, posts=h.posts, usual=round(h.usual, 2))
                for h in summary.by_hour
            ],
        )
    )


def _span(query: TrendQuery) -> tuple[datetime, datetime]:
    try:
        until = query.until or (query.since + _USUAL[query.step] if query.since else utc_now())
        since = query.since or until - _USUAL[query.step]
        check_span(since, until)
        zone = context().city.zone
        too_long = until - since > _LONGEST[query.step]
        since.astimezone(zone), until.astimezone(zone)
    except OverflowError:
        words = Words("Waktu ini di luar jangkauan.", "This moment is out of range.")
        raise ApiProblem(
            "invalid", faults=(Fault("#query/since", "out_of_range", words),)
        ) from None
    if too_long:
        days = _LONGEST[query.step].days
        words = Words(
            f"Rentang paling panjang {days} hari untuk langkah ini.",
            f"The span can be at most {days} days for this step.",
        )
        raise ApiProblem("invalid", faults=(Fault("#query/until", "span_too_long", words),))
    return since, until
