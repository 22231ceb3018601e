"""Cursors: nothing twice, nothing missed, nothing forged."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_openapi3.openapi import OpenAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.json.cursors import Position, seal, unseal
from api.json.problems import ApiProblem
from models import AnnotationRow, City, Database, PostRow, ReportRow, open_database, utc_now
from models.migrate import upgrade
from tests.api.json.conftest import NOON, add_post, add_report, make_app, new_key


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory, city: City) -> tuple[Database, FlaskClient]:
    """One database for many examples, each of which empties it first."""
    db = open_database(f"sqlite:///{tmp_path_factory.mktemp('cursors') / 'jajak.db'}")
    upgrade(db)
    client = make_app(db, city).test_client()
    client.environ_base["HTTP_X_API_KEY"] = new_key(db)
    return db, client


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    hours=st.lists(st.none() | st.integers(0, 3), max_size=12),
    arrivals=st.lists(st.none() | st.integers(0, 3), max_size=8),
    size=st.integers(1, 5),
)
def test_no_post_comes_twice_or_is_missed_while_posts_arrive(
    lasting: tuple[Database, FlaskClient],
    hours: list[int | None],
    arrivals: list[int | None],
    size: int,
) -> None:
    db, client = lasting
    with db.writing() as session:
        session.query(AnnotationRow).delete()
        session.query(PostRow).delete()

    def arrive(number: int, hour: int | None) -> str:
        at = None if hour is None else NOON + timedelta(hours=hour)
        return str(add_post(db, number, at=at, read=number % 2 == 0))

    there = {arrive(number, hour) for number, hour in enumerate(hours)}
    waiting = list(arrivals)
    seen: list[str] = []
    url: str | None = f"/api/v1/posts?limit={size}"
    while url:
        answer = client.get(url)
        seen += [item["id"] for item in answer.json["items"]]
        assert answer.json["has_more"] == ("Link" in answer.headers)
        url = answer.headers["Link"].split(">")[0][1:] if "Link" in answer.headers else None
        if waiting:
            arrive(1000 + len(waiting), waiting.pop())
    assert len(seen) == len(set(seen))
    assert there <= set(seen)


@pytest.mark.parametrize("size", [1, 2, 7])
def test_a_pull_sees_every_report_and_then_only_what_changed(
    db: Database, client: FlaskClient, key: dict[str, str], size: int
) -> None:
    # Three of them changed at the same moment.
    ids = [str(add_report(db, n, updated_at=NOON + timedelta(minutes=n // 3))) for n in range(7)]

    def pull(cursor: str | None) -> tuple[list[tuple[str, int]], str]:
        found = []
        while True:
            query = f"limit={size}" + (f"&cursor={cursor}" if cursor else "")
            told = client.get(f"/api/v1/reports?{query}", headers=key).json
            found += [(item["id"], item["revision"]) for item in told["items"]]
            cursor = told["next"]
            if not told["has_more"]:
                return found, str(cursor)

    found, cursor = pull(None)
    assert found == [(id_, 1) for id_ in ids]
    assert pull(cursor)[0] == []
    with db.writing() as session:
        row = session.get_one(ReportRow, int(ids[2]))
        row.revision, row.updated_at = 2, NOON + timedelta(hours=1)
    new = add_report(db, 100, updated_at=NOON + timedelta(hours=2))
    found, cursor = pull(cursor)
    assert found == [(ids[2], 2), (str(new), 1)]
    assert pull(cursor)[0] == []


def test_a_change_is_held_back_until_nothing_can_appear_before_it(
    db: Database, client: FlaskClient, key: dict[str, str]
) -> None:
    old = add_report(db, 1)
    add_report(db, 2, updated_at=utc_now())
    # The key's use is noted now, so that nothing has to wait for the slow transaction below.
    client.get("/api/v1/status", headers=key).close()
    with db.writing() as slow:
        # A decision that was stamped earlier and has not been committed yet.
        slow.get_one(ReportRow, old).updated_at = utc_now() - timedelta(milliseconds=1)
        slow.flush()
        told = client.get("/api/v1/reports", headers=key).json
        assert [item["id"] for item in told["items"]] == [str(old)]


def test_deletions_are_pulled_in_the_order_in_which_they_were_learnt(
    db: Database, client: FlaskClient, key: dict[str, str]
) -> None:
    add_post(db, 1)
    second = add_post(db, 2, deleted_at=NOON + timedelta(hours=2))
    first = add_post(db, 3, deleted_at=NOON + timedelta(hours=1))
    told = client.get("/api/v1/posts/deleted?limit=1", headers=key).json
    assert told["items"] == [{"id": str(first), "deleted_at": "2024-03-01T06:00:00Z"}]
    told = client.get(f"/api/v1/posts/deleted?cursor={told['next']}", headers=key).json
    assert [item["id"] for item in told["items"]] == [str(second)]
    assert not told["has_more"]
    again = client.get(f"/api/v1/posts/deleted?cursor={told['next']}", headers=key).json
    assert again == {"items": [], "next": told["next"], "has_more": False}


def test_a_forged_or_foreign_cursor_is_refused(
    db: Database, client: FlaskClient, key: dict[str, str], posts: list[int]
) -> None:
    add_report(db, 1)
    add_report(db, 2)
    mine = client.get("/api/v1/posts?limit=1", headers=key).json["next"]
    other_list = client.get("/api/v1/reports?limit=1", headers=key).json["next"]
    other_filter = client.get("/api/v1/posts?limit=1&kind=laporan", headers=key).json["next"]
    assert client.get(f"/api/v1/posts?cursor={mine}", headers=key).status_code == 200
    flipped = mine[:-1] + ("A" if mine[-1] != "A" else "B")
    for cursor in (other_list, other_filter, flipped, mine[5:], "x", "a.b", "1"):
        answer = client.get(f"/api/v1/posts?cursor={cursor}", headers=key)
        assert answer.status_code == 422, cursor
        assert answer.json["code"] == "cursor-invalid"
        assert answer.json["errors"][0]["pointer"] == "#query/cursor"


@given(
    at=st.none() | st.datetimes(min_value=datetime(1990, 1, 1), timezones=st.just(UTC)),
    id_=st.integers(1, 2**62),
    filters=st.dictionaries(st.sampled_from("abc"), st.text(max_size=3)),
)
@settings(max_examples=50, deadline=None)
def test_a_cursor_leads_back_to_where_it_was_made(
    lasting: tuple[Database, FlaskClient], at: datetime | None, id_: int, filters: dict[str, Any]
) -> None:
    app: OpenAPI = lasting[1].application
    with app.test_request_context():
        cursor = seal(Position(at, id_), "posts", filters)
        assert unseal(cursor, "posts", filters) == Position(at, id_)
        with pytest.raises(ApiProblem):
            unseal(cursor, "reports", filters)
        with pytest.raises(ApiProblem):
            unseal(cursor, "posts", filters | {"d": 1})
