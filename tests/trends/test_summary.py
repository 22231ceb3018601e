"""A day beside the usual, in the city's own hours."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models import City, Database
from tests.trends.conftest import AddPost
from trends import TrendFilter, day_summary, latest_day, roll_up_batch, series

DAY = date(2026, 3, 16)


def wib(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


def test_the_usual_is_the_mean_of_the_days_before_to_the_same_time_of_day(
    db: Database, city: City, add_post: AddPost
) -> None:
    for back in range(1, 5):
        earlier = DAY - timedelta(days=back)
        add_post(wib(earlier, 8))
        add_post(wib(earlier, 8))
        add_post(wib(earlier, 20))
    add_post(wib(DAY, 8))
    roll_up_batch(db)
    with db.reading() as session:
        morning = day_summary(session, city, DAY, wib(DAY, 12))
        whole = day_summary(session, city, DAY, wib(DAY, 12) + timedelta(days=3))
        half_past = day_summary(session, city, DAY, wib(DAY, 8, 30))
    assert (morning.posts, morning.usual_posts, morning.days_compared) == (1, 2.0, 4)
    assert whole.usual_posts == 3.0
    assert half_past.usual_posts == 1.0
    assert morning.by_category[0].code == "banjir"
    assert morning.by_category[0].usual == 2.0
    assert [h.posts for h in morning.by_hour if h.posts] == [1]
    assert morning.by_hour[8].usual == 2.0


def test_posts_about_nothing_of_the_city_are_counted_apart(
    db: Database, city: City, add_post: AddPost
) -> None:
    add_post(wib(DAY, 9), kind="luar", category=None)
    add_post(wib(DAY, 9), sure=False)
    roll_up_batch(db)
    with db.reading() as session:
        summary = day_summary(session, city, DAY, wib(DAY, 12))
    assert (summary.posts, summary.off_topic, summary.unsure) == (1, 1, 1)
    assert summary.days_compared == 0
    assert dict(summary.by_kind)["luar"] == 1
    assert sum(n for _, n in summary.by_sentiment) == 1


def test_midnight_belongs_to_the_day_that_begins_in_the_citys_zone(
    db: Database, city: City, add_post: AddPost
) -> None:
    add_post(wib(DAY, 0, 5))
    roll_up_batch(db)
    with db.reading() as session:
        assert day_summary(session, city, DAY, wib(DAY, 12)).posts == 1
        assert day_summary(session, city, DAY - timedelta(days=1), wib(DAY, 12)).posts == 0
        assert latest_day(session, city) == DAY


def test_an_empty_database_has_no_latest_day_and_an_empty_summary(db: Database, city: City) -> None:
    with db.reading() as session:
        assert latest_day(session, city) is None
        assert day_summary(session, city, DAY, wib(DAY, 12)).posts == 0


def test_a_series_counts_by_what_is_asked_and_holds_the_areas_below(
    db: Database, city: City, add_post: AddPost
) -> None:
    add_post(wib(DAY, 1), place_code="31.74.01.1002")
    add_post(wib(DAY, 23), place_code="31.74.01.1003")
    add_post(wib(DAY, 23), place_code="31.7")
    add_post(wib(DAY, 23), category="macet")
    roll_up_batch(db)
    start, end = wib(DAY, 0), wib(DAY, 0) + timedelta(days=1)
    with db.reading() as session:
        by_category = series(session, city, start, end, by="category")
        in_area = series(session, city, start, end, chosen=TrendFilter(area="31.74"))
        by_district = series(session, city, start, end, by="kecamatan")
        by_hour = series(session, city, start, end, step="hour")
    assert [(p.key, p.posts) for p in by_category] == [("banjir", 3), ("macet", 1)]
    assert [(p.start, p.posts) for p in in_area] == [(start, 2)]
    assert [(p.key, p.posts) for p in by_district] == [("", 2), ("31.74.01", 2)]
    assert [p.posts for p in by_hour] == [1, 3]


def test_a_series_without_zone_or_backwards_is_refused(db: Database, city: City) -> None:
    with db.reading() as session:
        with pytest.raises(ValueError, match="time zone"):
            series(session, city, datetime(2026, 1, 1), datetime(2026, 1, 2))
        with pytest.raises(ValueError, match="before start"):
            series(session, city, wib(DAY, 2), wib(DAY, 1))
