"""Every error is a problem in the client's language, and none shows what lies behind it."""

from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from flask_openapi3.openapi import OpenAPI

from api.json.caller import PER_MINUTE_OPEN, PER_MINUTE_WITH_KEY
from api.json.problems import PROBLEMS
from models import City, open_database
from tests.api.json.conftest import make_app


def assert_problem(answer: object, status: int, code: str) -> None:
    assert answer.status_code == status  # type: ignore[attr-defined]
    assert answer.mimetype == "application/problem+json"  # type: ignore[attr-defined]
    told = answer.json  # type: ignore[attr-defined]
    assert {"type", "title", "status", "detail", "instance"} <= set(told)
    assert told["status"] == status
    assert told["type"] == f"/api/v1/problems/{code}"


def test_what_leads_nowhere_is_a_problem_and_not_a_page(stranger: FlaskClient) -> None:
    for path in ("/api/v1/nothing", "/api/", "/api/v2/posts", "/api/v1/posts/1/2/3"):
        assert_problem(stranger.get(path), 404, "not-found")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_a_method_that_an_address_lacks_is_named_with_those_it_has(
    stranger: FlaskClient, method: str
) -> None:
    answer = stranger.open("/api/v1/posts", method=method)
    assert_problem(answer, 405, "method-not-allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b'{"revision": 1', "application/json", 400, "malformed-json"),
        (b"\xff\xfe", "application/json", 400, "malformed-json"),
        (b"[" * 20_000, "application/json", 400, "malformed-json"),
        (b"", "application/json", 400, "malformed-json"),
        (b"revision=1", "application/x-www-form-urlencoded", 415, "unsupported-media-type"),
        (b'{"revision": 1}', "", 415, "unsupported-media-type"),
        (b'{"reason": "' + b"x" * 70_000 + b'"}', "application/json", 413, "too-large"),
        (b"[1]", "application/json", 422, "invalid"),
        (b'"{}"', "application/json", 422, "invalid"),
        (b'{"revision": "1"}', "application/json", 422, "invalid"),
        (b'{"revision": 1, "extra": 1}', "application/json", 422, "invalid"),
        (b'{"revision": null}', "application/json", 422, "invalid"),
        (b'{"revision": NaN}', "application/json", 422, "invalid"),
        (b"{}", "application/json", 428, "precondition-required"),
    ],
)
def test_each_wrong_body_has_its_own_problem(
    settled: FlaskClient,
    body: bytes,
    content_type: str,
    status: int,
    code: str,
) -> None:
    answer = settled.post("/api/v1/reports/1/confirm", data=body, content_type=content_type)
    assert_problem(answer, status, code)


def test_a_body_that_is_too_large_is_refused_without_its_length(settled: FlaskClient) -> None:
    answer = settled.post(
        "/api/v1/reports/1/confirm",
        input_stream=BytesIO(b'{"revision": 1' + b" " * 300_000),
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert_problem(answer, 413, "too-large")


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("limit=0", "#query/limit", "greater_than_equal"),
        ("limit=201", "#query/limit", "less_than_equal"),
        ("limit=banyak", "#query/limit", "int_parsing"),
        ("kategori=banjir", "#query/kategori", "extra_forbidden"),
        ("category=jam", "#query/category", "unknown_code"),
        ("since=2024-03-01", "#query/since", "moment"),
        ("since=2024-03-01T00:00:00", "#query/since", "moment"),
        ("since=1709251200", "#query/since", "moment"),
        ("sure=1", "#query/sure", "flag"),
        ("area=99.01", "#query/area", "unknown_area"),
        ("area=jakarta", "#query/area", "string_pattern_mismatch"),
        ("q=%00", "#query/q", "string_pattern_mismatch"),
        ("q=", "#query/q", "string_too_short"),
        ("q=08123456", "#query/q", "personal_data"),
        ("q=@seseorang", "#query/q", "personal_data"),
        ("since=2024-03-02T00:00:00Z&until=2024-03-01T00:00:00Z", "#query/until", "before_since"),
    ],
)
def test_each_wrong_parameter_is_named(
    settled: FlaskClient, query: str, pointer: str, code: str
) -> None:
    answer = settled.get(f"/api/v1/posts?{query}")
    assert_problem(answer, 422, "invalid")
    assert [(e["pointer"], e["code"]) for e in answer.json["errors"]] == [(pointer, code)]


def test_words_follow_accept_language_and_the_type_does_not(stranger: FlaskClient) -> None:
    told = {}
    for language in ("", "id", "en-GB,en;q=0.9", "fr", "id;q=0.2,en;q=0.8"):
        answer = stranger.get("/api/v1/posts", headers={"Accept-Language": language})
        assert "Accept-Language" in answer.headers["Vary"]
        told[language] = answer.json
    assert len({t["type"] for t in told.values()}) == 1
    assert told[""]["title"] == told["id"]["title"] == told["fr"]["title"]
    assert told["en-GB,en;q=0.9"]["title"] == "An API key is needed"
    assert told["id;q=0.2,en;q=0.8"]["title"] == "An API key is needed"


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_type_leads_to_what_it_means(stranger: FlaskClient, code: str) -> None:
    answer = stranger.get(f"/api/v1/problems/{code}", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert answer.json["status"] == PROBLEMS[code].status
    assert answer.json["title"] == PROBLEMS[code].title.en


def test_a_database_that_went_away_is_503_without_its_address(city: City, tmp_path: Path) -> None:
    away = open_database(f"sqlite:///{tmp_path / 'empty.db'}")
    client = make_app(away, city).test_client()
    for path in ("/api/v1/status", "/api/v1/posts"):
        answer = client.get(path, headers={"X-API-Key": "jjk_aaaaaaaa_" + "0" * 64})
        assert_problem(answer, 503, "unavailable")
        assert answer.headers["Retry-After"] == "5"
        assert "sqlite" not in answer.text.lower()
        assert "SELECT" not in answer.text
    away.close()


def test_an_unforeseen_error_is_500_and_tells_nothing(app: OpenAPI, key: dict[str, str]) -> None:
    # A city pack without its zone is a fault of ours that no request can cause.
    object.__setattr__(app.extensions["jajak"].city, "zone", None)
    try:
        answer = app.test_client().get("/api/v1/trends", headers=key)
    finally:
        from zoneinfo import ZoneInfo

        object.__setattr__(app.extensions["jajak"].city, "zone", ZoneInfo("Asia/Jakarta"))
    assert_problem(answer, 500, "internal")
    assert "Traceback" not in answer.text and "NoneType" not in answer.text


def test_too_many_requests_are_429_and_say_how_long_to_wait(
    app: OpenAPI, client: FlaskClient, key: dict[str, str]
) -> None:
    app.config.update({PER_MINUTE_WITH_KEY: 3, PER_MINUTE_OPEN: 2})
    left = []
    for _ in range(3):
        answer = client.get("/api/v1/posts", headers=key)
        assert answer.status_code == 200
        assert answer.headers["RateLimit-Policy"] == '"key";q=3;w=60'
        assert "Retry-After" not in answer.headers
        left.append(answer.headers["RateLimit"].split(";")[1])
    assert left == ["r=2", "r=1", "r=0"]
    answer = client.get("/api/v1/posts", headers=key)
    assert_problem(answer, 429, "rate-limited")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    # Another client has its own allowance; guessing keys does not give a fresh one.
    for guess in ("a", "b", "c"):
        answer = client.get("/api/v1/posts", headers={"X-API-Key": f"jjk_{guess * 8}_{'0' * 64}"})
    assert_problem(answer, 429, "rate-limited")


@pytest.mark.parametrize("path", ["reports/0", "reports/x", "reports/0/events", "posts/0"])
def test_an_id_that_nothing_can_have_is_not_found(settled: FlaskClient, path: str) -> None:
    assert_problem(settled.get(f"/api/v1/{path}"), 404, "not-found")


@pytest.mark.parametrize(
    "query", ["area=jakarta", "q=%00", "source=a%20b", "cursor=%C3%A9", "area=31.74%0A"]
)
def test_no_pattern_is_shown_to_people(settled: FlaskClient, query: str) -> None:
    for language in ("id", "en"):
        answer = settled.get(f"/api/v1/posts?{query}", headers={"Accept-Language": language})
        (error,) = answer.json["errors"]
        assert error["code"] == "string_pattern_mismatch"
        assert not set("[]{}^$\\") & set(error["detail"])


def test_the_allowance_is_told_in_one_dialect(settled: FlaskClient) -> None:
    headers = settled.get("/api/v1/posts").headers
    assert "RateLimit" in headers and "RateLimit-Policy" in headers
    assert not [name for name, _ in headers if name.lower().startswith("x-ratelimit")]
