"""The hourly counts are the annotations, counted: no more, no less, whatever happened between."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models import AnnotationRow, Database, PostRow, RollupRow, utc_now
from models.deletion import honour_deletion
from models.rollup import RollupKey
from tests.trends.conftest import AddPost
from trends import OUTSIDE, rebuild, roll_up_batch
from trends.rollups import rollup_key

NOON = datetime(2026, 3, 2, 5, 10, tzinfo=UTC)


def counted(db: Database) -> dict[RollupKey, int]:
    with db.reading() as session:
        return {
            (r.hour, r.category, r.place_code, r.kind, r.sentiment, r.source, r.sure, r.invented): (
                r.posts
            )
            for r in session.scalars(select(RollupRow))
        }


def counted_from_scratch(db: Database) -> dict[RollupKey, int]:
    totals: dict[RollupKey, int] = {}
    with db.reading() as session:
        rows = session.execute(
            select(AnnotationRow, PostRow)
            .join(PostRow, AnnotationRow.post_id == PostRow.id)
            .where(AnnotationRow.current)
        )
        for annotation, post in rows:
            key = rollup_key(annotation, post)
            if key is not None:
                totals[key] = totals.get(key, 0) + 1
    return totals


def roll_up_all(db: Database, limit: int) -> None:
    while roll_up_batch(db, limit):
        pass


def test_posts_of_one_hour_and_kind_share_a_cell(db: Database, add_post: AddPost) -> None:
    add_post(NOON)
    add_post(NOON + timedelta(minutes=40))
    add_post(NOON + timedelta(hours=1))
    assert roll_up_batch(db) == 3
    assert sorted(counted(db).values()) == [1, 2]
    assert roll_up_batch(db) == 0


def test_a_post_without_a_time_is_in_no_hour(db: Database, add_post: AddPost) -> None:
    add_post(None)
    assert roll_up_batch(db) == 1
    assert counted(db) == {}


def test_a_place_outside_the_city_is_kept_apart_from_no_place(
    db: Database, add_post: AddPost
) -> None:
    add_post(NOON)
    outside = add_post(NOON)
    with db.writing() as session:
        row = session.scalars(select(AnnotationRow).where(AnnotationRow.post_id == outside)).one()
        row.place_name, row.place_precision = "Surabaya", "kota"
    roll_up_all(db, 10)
    assert {key[2] for key in counted(db)} == {"", OUTSIDE}


def test_a_deleted_post_leaves_every_count(db: Database, add_post: AddPost) -> None:
    add_post(NOON)
    roll_up_all(db, 10)
    with db.writing() as session:
        assert honour_deletion(session, "x", ["p1"], utc_now()) == 1
        assert honour_deletion(session, "x", ["p1"], utc_now()) == 0
    roll_up_all(db, 10)
    assert counted(db) == {}


def test_an_answer_of_a_newer_model_replaces_the_old_count(db: Database, add_post: AddPost) -> None:
    add_post(NOON, category="banjir")
    roll_up_all(db, 10)
    with db.writing() as session:
        old = session.scalars(select(AnnotationRow)).one()
        values = {c.name: getattr(old, c.name) for c in AnnotationRow.__table__.columns}
        values |= {"id": None, "model_version": "test-2", "category": "macet", "counted": False}
        old.current = False
        session.add(AnnotationRow(**values))
    roll_up_all(db, 1)
    assert {key[1]: posts for key, posts in counted(db).items()} == {"macet": 1}


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    posts=st.lists(
        st.tuples(
            st.integers(0, 50),
            st.sampled_from(["laporan", "luar", "opini"]),
            st.sampled_from(["banjir", "macet", None]),
            st.sampled_from([None, "31.74.01.1002"]),
        ),
        max_size=12,
    ),
    limit=st.integers(1, 5),
    delete_every=st.integers(2, 5),
)
def test_counts_equal_the_annotations_after_any_history(
    db: Database,
    add_post: AddPost,
    posts: list[tuple[int, str, str | None, str | None]],
    limit: int,
    delete_every: int,
) -> None:
    for number, (hours, kind, category, place) in enumerate(posts):
        id_ = add_post(NOON + timedelta(hours=hours), kind, category, place_code=place)
        if number % 3 == 0:
            roll_up_batch(db, limit)
        if number % delete_every == 0:
            with db.writing() as session:
                post = session.get_one(PostRow, id_)
                honour_deletion(session, post.source, [post.source_id], utc_now())
    roll_up_all(db, limit)
    assert counted(db) == counted_from_scratch(db)
    before = counted(db)
    rebuild(db)
    assert counted(db) == {}
    roll_up_all(db, limit)
    assert counted(db) == before
