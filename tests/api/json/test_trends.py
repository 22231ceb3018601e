"""Trends: the numbers of the rooms, with how they were made."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from models import City, Database
from tests.api.json.conftest import NOON, add_day, add_post, make_app, new_key
from trends import TrendFilter, day_summary, roll_up_batch

DAY = "since=2024-03-01T00:00:00%2B07:00&until=2024-03-02T00:00:00%2B07:00"


@pytest.fixture
def ask(sqlite_db: Database, city: City) -> Any:
    """Ask for trends of a counted day."""
    add_day(sqlite_db)
    roll_up_batch(sqlite_db, 100)
    client = make_app(sqlite_db, city).test_client()
    client.environ_base["HTTP_X_API_KEY"] = new_key(sqlite_db)
    return lambda path: client.get(f"/api/v1/trends{path}")


def test_a_series_says_how_it_was_counted_and_in_which_zone(ask: Any) -> None:
    told = ask(f"?{DAY}").json
    assert told["method"]["name"] == "plain_count" and told["method"]["corrected"] is False
    assert told["zone"] == "Asia/Jakarta"
    assert told["points"] == [{"start": "2024-03-01T00:00:00+07:00", "key": None, "posts": 3}]


def test_a_series_by_hour_and_category(ask: Any) -> None:
    told = ask(f"?{DAY}&step=hour&by=category&kind=laporan").json
    assert told["points"] == [
        {"start": "2024-03-01T12:00:00+07:00", "key": "jalan_rusak", "posts": 1},
        {"start": "2024-03-01T13:00:00+07:00", "key": "banjir", "posts": 1},
    ]


@pytest.mark.parametrize(
    ("more", "posts"),
    [
        ("category=banjir", 1),
        ("sentiment=netral", 1),
        ("source=lain", 1),
        ("area=31.74", 3),
        ("area=31.71", 0),
        ("sure=false", 1),
        ("invented=true", 1),
        ("invented=false", 3),
        ("by=kota", 3),
    ],
)
def test_each_filter_counts_its_posts(ask: Any, more: str, posts: int) -> None:
    points = ask(f"?{DAY}&{more}").json["points"]
    assert sum(point["posts"] for point in points) == posts


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("since=2020-01-01T00:00:00Z&until=2024-01-01T00:00:00Z", "span_too_long"),
        ("step=hour&since=2024-01-01T00:00:00Z&until=2024-03-01T00:00:00Z", "span_too_long"),
        ("since=2024-01-02T00:00:00Z&until=2024-01-01T00:00:00Z", "before_since"),
        ("since=0001-01-01T00:00:00Z&until=0001-01-02T00:00:00Z", ""),
        ("until=0001-01-01T00:00:00%2B14:00", "out_of_range"),
        ("since=9999-12-31T23:59:59Z", "out_of_range"),
        ("by=author", "literal_error"),
        ("step=week", "literal_error"),
    ],
)
def test_a_span_that_cannot_be_counted_is_refused(ask: Any, query: str, code: str) -> None:
    answer = ask(f"?{query}")
    if code:
        assert [e["code"] for e in answer.json["errors"]] == [code]
    else:
        assert answer.status_code == 200


def test_a_day_is_what_the_page_shows(ask: Any, sqlite_db: Database, city: City) -> None:
    told = ask("/summary?day=2024-03-01").json
    with sqlite_db.reading() as session:
        day = NOON.astimezone(city.zone).date()
        later = datetime.now(city.zone) + timedelta(days=1)
        known = day_summary(session, city, day, later, TrendFilter(invented=False))
    assert (told["posts"], told["off_topic"], told["unsure"]) == (
        known.posts,
        known.off_topic,
        known.unsure,
    )
    assert told["posts"] == 3
    assert {c["category"]: c["posts"] for c in told["by_category"]}["banjir"] == 1
    assert len(told["by_hour"]) == 24
    assert told == ask("/summary").json  # the last day that was counted


def test_an_invented_city_is_counted_until_the_first_real_post(
    sqlite_db: Database, city: City
) -> None:
    add_post(sqlite_db, 1, invented=True)
    roll_up_batch(sqlite_db, 100)
    client = make_app(sqlite_db, city).test_client()
    client.environ_base["HTTP_X_API_KEY"] = new_key(sqlite_db)
    assert client.get("/api/v1/trends/summary").json["posts"] == 1
    add_post(sqlite_db, 2, at=NOON - timedelta(days=1))
    roll_up_batch(sqlite_db, 100)
    told = client.get("/api/v1/trends/summary").json
    assert (told["day"], told["posts"]) == ("2024-02-29", 1)
    told = client.get("/api/v1/trends/summary?invented=true").json
    assert (told["day"], told["posts"]) == ("2024-03-01", 1)


@pytest.mark.parametrize("day", ["2024-3-1", "kemarin", "2024-02-30", "0001-01-01", "20240301"])
def test_a_day_that_is_none_is_refused(settled: FlaskClient, day: str) -> None:
    answer = settled.get(f"/api/v1/trends/summary?day={day}")
    assert answer.status_code == 422
