"""The demo city's invented posts."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from collectors import demo_posts, pseudonym, store_posts
from models import City, CityPackError, Database, PostRow

KEY = b"k" * 32
TODAY = date(2025, 11, 24)


def test_demo_posts_are_dated_to_the_day_and_marked_as_invented(
    db: Database, city: City, tmp_path: Path
) -> None:
    lines = [
        {"id": "b", "day": 0, "time": "09:00", "source": "x", "author": "ani", "text": "pagi"},
        {"id": "a", "day": -1, "time": "23:59:30", "source": "web", "text": "malam", "kind": "?"},
    ]
    (tmp_path / "day.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n\n")
    posts = list(demo_posts(tmp_path, TODAY, city.zone, KEY))
    assert [post.source_id for post in posts] == ["demo-a", "demo-b"]
    assert posts[1].posted_at == datetime(2025, 11, 24, 2, tzinfo=UTC)
    assert posts[1].author == pseudonym(KEY, "x", "ani")
    assert store_posts(db, posts) == 2
    assert store_posts(db, demo_posts(tmp_path, date(2025, 11, 25), city.zone, KEY)) == 0
    with db.reading() as session:
        stored = list(session.scalars(select(PostRow).order_by(PostRow.id)))
    assert all(post.invented for post in stored)
    assert stored[0].posted_at == datetime(2025, 11, 23, 16, 59, 30, tzinfo=UTC)


def test_the_citys_own_demo_posts_are_all_usable(sqlite_db: Database, city: City) -> None:
    posts = list(demo_posts(city.folder / "demo", TODAY, city.zone, KEY))
    assert len({post.source_id for post in posts}) == len(posts) >= 500
    assert len({post.author for post in posts}) >= 200
    assert store_posts(sqlite_db, posts) == len(posts)


@pytest.mark.parametrize("line", ['{"id": 1', '{"id": "a"}', "[]", '{"id":"a","day":"x"}'])
def test_a_line_that_lacks_something_is_named(city: City, tmp_path: Path, line: str) -> None:
    (tmp_path / "day.jsonl").write_text(f"\n{line}\n")
    with pytest.raises(CityPackError, match=r"day\.jsonl, line 2"):
        list(demo_posts(tmp_path, TODAY, city.zone, KEY))
