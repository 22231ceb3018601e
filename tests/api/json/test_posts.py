"""Posts as the API gives them: masked, without an author, tagged."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from api.links import link_without_handle
from models import Database
from tests.api.json.conftest import NOON, add_post


def test_a_text_is_masked_and_nobody_is_named(
    db: Database, client: FlaskClient, key: dict[str, str]
) -> None:
    id_ = add_post(
        db,
        1,
        "lapor @dinas_pu, hubungi 0812 3456 7890 atau budi@contoh.id <script>alert(1)</script>",
        url="https://twitter.com/warga_cipedak/status/12345?s=20",
    )
    for told in (
        client.get(f"/api/v1/posts/{id_}", headers=key).json,
        client.get("/api/v1/posts", headers=key).json["items"][0],
    ):
        text = "lapor [akun], hubungi [nomor telepon] atau [surel] <script>alert(1)</script>"
        assert told["text"] == text
        assert told["url"] == "https://x.com/i/web/status/12345"
        assert not {"author", "source_id", "extra"} & set(told)
    assert "warga_cipedak" not in client.get("/api/v1/posts", headers=key).text


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://x.com/siapa/status/9", "https://x.com/i/web/status/9"),
        ("https://mobile.twitter.com/siapa/status/9/photo/1", None),
        ("https://x.com/i/web/status/9", "https://x.com/i/web/status/9"),
        ("https://m.twitter.com/siapa/status/9", "https://x.com/i/web/status/9"),
        ("https://x.com/siapa", None),
        ("https://t.me/siapa/9", None),
        ("https://fb.com/siapa/posts/9", None),
        ("https://mastodon.example/@siapa/11", None),
        ("https://mastodon.example/%40siapa/11", None),
        ("https://bsky.example/profile/siapa.example/post/3k", None),
        (
            "https://berita.example/kota/banjir?id=7#komentar",
            "https://berita.example/kota/banjir?id=7",
        ),
        ("https://m.facebook.com/siapa/posts/77", None),
        ("javascript:alert(1)", None),
        ("http://[", None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_never_names_the_author(url: str | None, shown: str | None) -> None:
    assert link_without_handle(url) == shown


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [5, 4, 3, 2, 1]),
        ("kind=tanya", [4]),
        ("category=banjir", [3]),
        ("sentiment=netral", [4]),
        ("source=lain", [4]),
        ("source=tidak-ada", []),
        ("sure=false", [4]),
        ("q=BANJIR", [3]),
        ("q=macet&kind=luar", [5]),
        ("area=31.74&kind=laporan", [3, 2]),
        ("since=2024-03-01T13:00:00%2B07:00&until=2024-03-01T14:00:00%2B07:00", [3]),
        # Forgetting to write + as %2B is common enough to be understood.
        ("since=2024-03-01T13:00:00+07:00&until=2024-03-01T14:00:00+07:00", [3]),
    ],
)
def test_each_filter_finds_its_posts(settled: FlaskClient, query: str, numbers: list[int]) -> None:
    told = settled.get(f"/api/v1/posts?{query}&limit=200".replace("?&", "?")).json
    assert [int(item["id"]) for item in told["items"] if int(item["id"]) <= 5] == numbers


def test_an_unread_post_has_no_annotation_and_no_time_is_null(settled: FlaskClient) -> None:
    told = settled.get("/api/v1/posts/1").json
    assert told["annotation"] is None
    assert told["posted_at"] is None


def test_every_moment_has_its_zone(settled: FlaskClient) -> None:
    told = settled.get("/api/v1/posts/3").json
    assert told["posted_at"] == "2024-03-01T06:00:00Z"
    assert told["annotation"]["place"]["code"] == "31.74.09.1001"


def test_a_post_that_was_deleted_at_its_source_is_gone_with_the_moment(
    db: Database, client: FlaskClient, key: dict[str, str]
) -> None:
    id_ = add_post(db, 1, "", deleted_at=NOON + timedelta(days=1))
    answer = client.get(f"/api/v1/posts/{id_}", headers=key)
    assert answer.status_code == 410
    assert answer.json["id"] == str(id_)
    assert answer.json["deleted_at"] == "2024-03-02T05:00:00+00:00"
    assert client.get("/api/v1/posts", headers=key).json["items"] == []


def test_an_object_that_has_not_changed_is_304(settled: FlaskClient) -> None:
    for path in ("posts/2", "reports/1", "categories", "problems/stale"):
        first = settled.get(f"/api/v1/{path}")
        again = settled.get(f"/api/v1/{path}", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        other = settled.get(f"/api/v1/{path}", headers={"If-None-Match": '"other"'})
        assert other.status_code == 200
        head = settled.head(f"/api/v1/{path}")
        assert (head.status_code, head.data) == (200, b"")
        assert head.headers["ETag"] == first.headers["ETag"]


def test_a_wrong_id_is_not_found_and_neither_is_an_unknown_one(settled: FlaskClient) -> None:
    for wrong in ("0", "-1", "abc", "1e3", "01", "9" * 30):
        assert settled.get(f"/api/v1/posts/{wrong}").status_code == 404
    assert settled.get("/api/v1/posts/999999999999999999").status_code == 404


@pytest.mark.parametrize(
    ("q", "status"),
    [
        ("pasar berlubang", 200),
        ("7890 3456 0812", 422),
        ('08"12"345', 422),
        ("rt 05 rw 03", 200),
        ("tahun 2024", 200),
    ],
)
def test_a_number_cannot_be_searched_for_in_parts(
    settled: FlaskClient, q: str, status: int
) -> None:
    assert settled.get("/api/v1/posts", query_string={"q": q}).status_code == status
