"""Finding posts: filters, order and pages."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models import AnnotationRow, Database, PostRow
from models.post_search import (
    PostAfter,
    PostFilter,
    count_posts,
    find_posts,
    find_posts_before,
    post_with_annotation,
    sources_of_posts,
)

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)


def add(
    db: Database,
    number: int,
    text: str = "jalan rusak",
    at: datetime | None = NOON,
    read: bool = True,
    **fields: Any,
) -> int:
    """Store one post and, if it was ``read``, its annotation."""
    post_fields = {k: fields.pop(k) for k in ("source", "deleted_at") if k in fields}
    with db.writing() as session:
        post = PostRow(
            **{"source": "x", **post_fields},
            source_id=str(number),
            text=text,
            text_sha256="0" * 64,
            posted_at=at,
            extra={},
        )
        session.add(post)
        session.flush()
        if read:
            values: dict[str, Any] = {
                "kind": "laporan",
                "category": "jalan_rusak",
                "sentiment": "negatif",
                "sure": True,
                "model_version": "m1",
            }
            session.add(
                AnnotationRow(
                    post_id=post.id,
                    kind_probability=0.9,
                    category_probability=0.8,
                    sentiment_probability=0.7,
                    near_duplicate_key="k",
                    **(values | fields),
                )
            )
        return post.id


def ids(db: Database, wanted: PostFilter) -> list[int]:
    with db.reading() as session:
        found = [post.id for post, _ in find_posts(session, wanted, limit=100)]
        assert count_posts(session, wanted) == len(found)
    return found


def test_newest_posts_come_first_and_posts_without_a_time_last(db: Database) -> None:
    timeless = add(db, 1, at=None)
    old = add(db, 2, at=NOON - timedelta(hours=1))
    new = add(db, 3)
    also_timeless = add(db, 4, at=None, read=False)
    assert ids(db, PostFilter()) == [new, old, also_timeless, timeless]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (PostFilter(text="BANJIR 100%"), 1),
        (PostFilter(text="100_"), 0),
        (PostFilter(kind="tanya"), 2),
        (PostFilter(category="banjir"), 1),
        (PostFilter(sentiment="positif"), 2),
        (PostFilter(source="csv"), 2),
        (PostFilter(sure=False), 2),
        (PostFilter(area="31.74"), 2),
        (PostFilter(area="31.74.03.1001"), 2),
        (PostFilter(since=NOON, until=NOON + timedelta(minutes=1)), 1),
    ],
)
def test_each_filter_finds_its_post(db: Database, wanted: PostFilter, expected: int) -> None:
    hour = timedelta(hours=1)
    add(db, 0, at=NOON - hour, read=False)
    first = add(db, 1, "Banjir 100% parah", NOON, category="banjir", place_code="31.7")
    second = add(
        db,
        2,
        "mau tanya 1000 kali",
        NOON + hour,
        source="csv",
        kind="tanya",
        sentiment="positif",
        sure=False,
        place_code="31.74.03.1001",
    )
    assert ids(db, wanted) == {0: [], 1: [first], 2: [second]}[expected]


def test_an_area_code_does_not_hold_a_code_that_only_starts_alike(db: Database) -> None:
    add(db, 1, place_code="31.740")
    assert ids(db, PostFilter(area="31.74")) == []


def test_deleted_posts_and_old_annotations_are_not_found(db: Database) -> None:
    gone = add(db, 1, deleted_at=NOON)
    twice_read = add(db, 2, model_version="m0", current=False, kind="info")
    with db.writing() as session:
        session.add(
            AnnotationRow(
                post_id=twice_read,
                model_version="m1",
                kind="opini",
                kind_probability=0.9,
                category="macet",
                category_probability=0.8,
                sentiment="netral",
                sentiment_probability=0.7,
                sure=True,
                near_duplicate_key="k",
            )
        )
    assert ids(db, PostFilter()) == [twice_read]
    assert ids(db, PostFilter(kind="info")) == []
    with db.reading() as session:
        found = post_with_annotation(session, gone)
        assert found is not None and found[0].deleted_at == NOON
        found = post_with_annotation(session, twice_read)
        assert found is not None and found[1] is not None and found[1].kind == "opini"
        assert post_with_annotation(session, 10**9) is None


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_give_each_post_once_while_others_arrive(db: Database, size: int) -> None:
    same_moment = [add(db, n, at=NOON) for n in range(3)]
    others = [add(db, 10 + n, at=NOON - timedelta(hours=n)) for n in range(3)]
    timeless = [add(db, 20 + n, at=None) for n in range(3)]
    seen: list[int] = []
    after = None
    arrivals = 100
    while True:
        with db.reading() as session:
            page = find_posts(session, PostFilter(), after, size)
        if not page:
            break
        seen += [post.id for post, _ in page]
        after = PostAfter(page[-1][0].posted_at, page[-1][0].id)
        for at in (NOON + timedelta(hours=1), NOON, None):
            add(db, arrivals, at=at)
            arrivals += 1
    before = [*same_moment, *others, *timeless]
    assert sorted(id_ for id_ in seen if id_ in before) == sorted(before)
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_the_way_back_passes_the_same_posts(db: Database, size: int) -> None:
    times = [NOON, NOON, NOON - timedelta(hours=1), NOON - timedelta(hours=2), None, None]
    for number, at in enumerate(times):
        add(db, number, at=at)
    with db.reading() as session:
        forth = [post for post, _ in find_posts(session, PostFilter(), None, 100)]
        place, back = forth[-1], [forth[-1].id]
        while page := find_posts_before(
            session, PostFilter(), PostAfter(place.posted_at, place.id), size
        ):
            back = [post.id for post, _ in page] + back
            place = page[0][0]
    assert back == [post.id for post in forth]


def test_a_count_ends_where_it_is_told_to(db: Database) -> None:
    for number in range(5):
        add(db, number, read=number % 2 == 0)
    with db.reading() as session:
        assert [count_posts(session, PostFilter(), most) for most in (3, 5, 9)] == [3, 5, 5]
        assert count_posts(session, PostFilter()) == 5


def test_every_source_is_named_once(db: Database) -> None:
    for number, source in enumerate(("x", "kanal_b", "x", "kanal_a", "kanal_b")):
        add(db, number, source=source)
    with db.reading() as session:
        assert sources_of_posts(session) == ["kanal_a", "kanal_b", "x"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lampu mati", [0, 1]),
        ("MATI lampu", [0, 1]),
        ("mati jalan", [0]),
        ('"lampu mati"', [1]),
        ("“lampu mati”", [1]),
        ('"lampu mati" sudah', [1]),
        ('"lampu mati" jalan', []),
        ('lampu "mati', [0, 1]),
        ("lamp 100%", [2]),
        ("lampu padam", []),
        ('"', []),
        ("   ", []),
    ],
)
def test_all_words_are_found_in_any_order_and_a_quoted_phrase_as_it_stands(
    db: Database, text: str, found: list[int]
) -> None:
    texts = ["Lampu jalan di gang ini mati", "sudah lama lampu mati", "lampunya 100% terang"]
    stored = [add(db, number, words) for number, words in enumerate(texts)]
    assert sorted(ids(db, PostFilter(text=text))) == [stored[number] for number in found]
