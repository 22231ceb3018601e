"""Keys: shown once, kept as a hash, bounded by scopes, revoked for good."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from api.keys import UnknownScope, key_for, make_key, revoke_key
from models import ApiKeyRow, Database, utc_now
from tests.api.json.conftest import add_report, new_key

GUARDED = {
    "posts:read": ["/api/v1/posts", "/api/v1/posts/1", "/api/v1/posts/deleted"],
    "trends:read": ["/api/v1/trends", "/api/v1/trends/summary"],
    "reports:read": ["/api/v1/reports", "/api/v1/reports/1", "/api/v1/reports/1/events"],
}
OPEN = ["status", "categories", "agencies", "areas", "openapi.json", "docs", "problems/stale"]


def test_only_a_hash_of_a_key_is_kept(db: Database) -> None:
    with db.writing() as session:
        row, plain = make_key(session, "pipa CRM", ["reports:read"])
        assert plain.startswith(f"jjk_{row.prefix}_")
        secret = plain.rpartition("_")[2]
    with db.reading() as session:
        stored = session.scalars(select(ApiKeyRow)).one()
        values = [str(getattr(stored, column.key)) for column in ApiKeyRow.__table__.columns]
        assert not any(secret in value for value in values)
        found = key_for(session, plain)
        assert found is not None and found.id == stored.id
        assert key_for(session, plain[:-1] + ("0" if plain[-1] != "0" else "1")) is None


def test_a_key_with_an_unknown_scope_is_not_made(db: Database) -> None:
    with db.writing() as session, pytest.raises(UnknownScope, match="posts:read"):
        make_key(session, "x", ["posts:delete"])


@pytest.mark.parametrize("scope", GUARDED)
def test_a_key_opens_what_its_scope_names_and_nothing_else(
    db: Database, client: FlaskClient, posts: list[int], scope: str
) -> None:
    add_report(db, 1)
    key = {"Authorization": f"Bearer {new_key(db, scope)}"}
    for needed, paths in GUARDED.items():
        for path in paths:
            answer = client.get(path, headers=key)
            if needed == scope:
                assert answer.status_code == 200, path
            else:
                assert answer.status_code == 403, path
                assert needed in answer.json["detail"]
                assert f'scope="{needed}"' in answer.headers["WWW-Authenticate"]


def test_a_key_that_may_read_reports_may_not_decide(db: Database, client: FlaskClient) -> None:
    id_ = add_report(db, 1)
    key = {"Authorization": f"Bearer {new_key(db, 'reports:read')}"}
    for decision in ("confirm", "reject", "correct", "undo"):
        answer = client.post(f"/api/v1/reports/{id_}/{decision}", json={}, headers=key)
        assert answer.status_code == 403
        assert "reports:write" in answer.json["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic dXNlcjpwYXNz"},
        {"Authorization": "Bearer jjk_aaaaaaaa_" + "0" * 64},
        {"X-API-Key": "jjk_' OR 1=1 --"},
        {"X-API-Key": "kunci é"},
    ],
)
def test_without_a_valid_key_there_is_401_and_a_challenge(
    stranger: FlaskClient, headers: dict[str, str]
) -> None:
    answer = stranger.get("/api/v1/posts", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="jajak"')
    assert answer.json["code"] in ("key-missing", "key-unknown")


def test_both_headers_carry_a_key(db: Database, client: FlaskClient) -> None:
    key = new_key(db)
    for headers in ({"X-API-Key": key}, {"Authorization": f"bearer {key}"}):
        assert client.get("/api/v1/posts", headers=headers).status_code == 200


def test_a_revoked_key_is_refused(db: Database, client: FlaskClient) -> None:
    key = {"X-API-Key": new_key(db)}
    assert client.get("/api/v1/posts", headers=key).status_code == 200
    with db.writing() as session:
        revoke_key(session, session.scalars(select(ApiKeyRow)).one())
    assert client.get("/api/v1/posts", headers=key).status_code == 401


def test_the_last_use_of_a_key_is_noted_once_a_minute(db: Database, client: FlaskClient) -> None:
    key = {"X-API-Key": new_key(db)}

    def used() -> ApiKeyRow:
        client.get("/api/v1/posts", headers=key).close()
        with db.reading() as session:
            return session.scalars(select(ApiKeyRow)).one()

    first = used().last_used_at
    assert first is not None
    assert used().last_used_at == first
    with db.writing() as session:
        session.scalars(select(ApiKeyRow)).one().last_used_at = utc_now() - timedelta(minutes=2)
    second = used().last_used_at
    assert second is not None and second >= first


@pytest.mark.parametrize("path", OPEN)
def test_what_is_open_needs_no_key_and_may_be_read_across_origins(
    stranger: FlaskClient, path: str
) -> None:
    answer = stranger.get(f"/api/v1/{path}")
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    answer = stranger.options(f"/api/v1/{path}")
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_what_needs_a_key_may_not_be_read_across_origins(settled: FlaskClient) -> None:
    for method in ("GET", "OPTIONS"):
        answer = settled.open("/api/v1/posts", method=method)
        assert answer.status_code == 200
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
