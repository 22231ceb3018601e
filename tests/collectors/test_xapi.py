"""X's shapes become posts."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from collectors import BadRow, guess_reading, preview, pseudonym
from models import Post

KEY = b"k" * 32
AT_NINE = "2025-11-24T02:00:00.000Z"

PAGE: dict[str, Any] = {
    "data": [
        {
            "id": "1990000000000000001",
            "text": "Air sudah masuk rumah di RT 04, tolong pompa…",
            "note_tweet": {"text": "Air sudah masuk rumah di RT 04, tolong pompa dinyalakan pak."},
            "author_id": "77",
            "created_at": AT_NINE,
            "lang": "in",
            "edit_history_tweet_ids": ["1990000000000000001"],
            "geo": {
                "place_id": "p1",
                "coordinates": {"type": "Point", "coordinates": [106.8501, -6.2299]},
            },
        },
        {
            "id": "1990000000000000009",
            "text": "versi kedua",
            "author_id": "78",
            "created_at": AT_NINE,
            "edit_history_tweet_ids": ["1990000000000000002", "1990000000000000009"],
        },
        {
            "id": "1990000000000000003",
            "text": "RT @warga_a: Jalan ini sudah tiga bulan berlub…",
            "author_id": "79",
            "created_at": AT_NINE,
            "edit_history_tweet_ids": ["1990000000000000003"],
            "referenced_tweets": [{"type": "retweeted", "id": "1990000000000000000"}],
        },
        {"id": "1990000000000000004", "text": "", "edit_history_tweet_ids": []},
        "apa ini",
    ],
    "includes": {
        "users": [{"id": "77", "username": "warga_a"}],
        "places": [{"id": "p1", "full_name": "Tebet, Jakarta Selatan"}],
        "tweets": [
            {"id": "1990000000000000000", "text": "Jalan ini sudah tiga bulan berlubang, pak!"}
        ],
    },
    "errors": [{"title": "Not Found Error", "detail": "one more post is gone"}],
    "meta": {"result_count": 5, "next_token": "b26v"},
}
ARCHIVED = {
    "tweet": {
        "id_str": "1990000000000000005",
        "full_text": "Terima kasih, lampunya sudah nyala",
        "created_at": "Mon Nov 24 02:00:00 +0000 2025",
        "in_reply_to_status_id_str": "1990000000000000001",
        "entities": {},
        "edit_info": {"initial": {"editTweetIds": ["1990000000000000005"]}},
    }
}


def taken(path: Path) -> list[Post | BadRow]:
    return preview(path, guess_reading(path), KEY, 100)


def test_a_response_page_is_read_with_all_that_it_includes(tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    path.write_text(json.dumps(PAGE, indent=1))
    note, edited, repost, empty, junk = taken(path)
    assert note == Post(
        source="x",
        source_id="1990000000000000001",
        text="Air sudah masuk rumah di RT 04, tolong pompa dinyalakan pak.",
        posted_at=datetime(2025, 11, 24, 2, tzinfo=UTC),
        author=pseudonym(KEY, "x", "77"),
        url="https://x.com/i/web/status/1990000000000000001",
        place_tag="Tebet, Jakarta Selatan",
        lat=-6.2299,
        lon=106.8501,
        extra={"lang": "in"},
    )
    assert isinstance(edited, Post)
    assert edited.source_id == "1990000000000000002"
    assert edited.extra["version"] == "1990000000000000009"
    assert isinstance(repost, Post)
    assert repost.text == "RT @warga_a: Jalan ini sudah tiga bulan berlubang, pak!"
    assert repost.extra["retweeted"] == "1990000000000000000"
    assert isinstance(empty, BadRow)
    assert "empty text" in empty.reason
    assert isinstance(junk, BadRow)
    assert [empty.line, junk.line] == [4, 5]


def test_pages_one_a_line_and_in_an_array_give_the_same_posts(tmp_path: Path) -> None:
    one = tmp_path / "page.json"
    one.write_text(json.dumps(PAGE))
    lines = tmp_path / "pages.jsonl"
    nothing = {"meta": {"result_count": 0}}
    lines.write_text(f"{json.dumps(nothing)}\n{json.dumps(PAGE)}\n\n")
    array = tmp_path / "pages.json"
    array.write_text(json.dumps([nothing, PAGE]))
    assert taken(one) == taken(lines) == taken(array)


def test_an_error_page_and_a_broken_page_go_to_quarantine_by_line(tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    gone = {"errors": [{"title": "Forbidden", "detail": "no access"}], "title": "x"}
    path.write_text(f"{json.dumps(PAGE)}\n{json.dumps(PAGE)[:-9]}\n{json.dumps(gone)}\n")
    rows = [row for row in taken(path) if isinstance(row, BadRow)]
    assert [row.line for row in rows] == [4, 5, 6, 7]
    assert "line 2 of the file" in rows[2].reason
    assert rows[3].reason.endswith("no access")


def test_flattened_twarc_and_old_api_posts_are_the_same_posts(tmp_path: Path) -> None:
    flat = dict(PAGE["data"][0])
    flat["author"] = PAGE["includes"]["users"][0]
    flat["geo"] = {**flat["geo"], **PAGE["includes"]["places"][0]}
    flat["__twarc"] = {"version": "2.14"}
    path = tmp_path / "flat.jsonl"
    path.write_text(json.dumps(flat))
    page = tmp_path / "page.json"
    page.write_text(json.dumps(PAGE))
    assert taken(path) == taken(page)[:1]
    old = {
        "id_str": "1990000000000000001",
        "full_text": "RT @b: terpoton…",
        "user": {"id_str": "77", "screen_name": "warga_a"},
        "created_at": "Mon Nov 24 02:00:00 +0000 2025",
        "geo": {"type": "Point", "coordinates": [-6.2299, 106.8501]},
        "coordinates": {"type": "Point", "coordinates": [106.8501, -6.2299]},
        "place": {"full_name": "Tebet, Jakarta Selatan"},
        "retweeted_status": {"id_str": "1", "extended_tweet": {"full_text": "terpotong, utuh"}},
    }
    path.write_text(json.dumps(old))
    (post,) = taken(path)
    assert isinstance(post, Post)
    assert post.text == "RT @b: terpotong, utuh"
    assert (post.author, post.lat) == (pseudonym(KEY, "x", "77"), -6.2299)


def test_an_archive_is_read_from_its_zip_and_from_its_script(tmp_path: Path) -> None:
    script = "window.YTD.tweets.part0 = " + json.dumps([ARCHIVED, {"tweet": 3}], indent=2)
    bare = tmp_path / "tweets.js"
    bare.write_text(script)
    (post, junk) = taken(bare)
    assert isinstance(post, Post)
    assert (post.source_id, post.author) == ("1990000000000000005", None)
    assert post.extra == {"replied_to": "1990000000000000001"}
    assert isinstance(junk, BadRow)
    path = tmp_path / "twitter-2025.zip"
    more = {"tweet": {**ARCHIVED["tweet"], "id_str": "6", "edit_info": {}}}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data/tweets.js", script)
        archive.writestr("data/tweets-part1.js", "window.YTD.tweets.part1 = " + json.dumps([more]))
        archive.writestr("data/deleted-tweets.js", "window.YTD.deleted_tweets.part0 = [{}]")
        archive.writestr(
            "data/account.js",
            'window.YTD.account.part0 = [{"account": {"accountId": "77", "username": "a"}}]',
        )
    rows = taken(path)
    posts = [row for row in rows if isinstance(row, Post)]
    assert [post.source_id for post in posts] == ["1990000000000000005", "6"]
    assert {post.author for post in posts} == {pseudonym(KEY, "x", "77")}
    assert [row.line for row in rows if isinstance(row, BadRow)] == [2]


def test_no_shape_of_a_post_stops_those_behind_it(tmp_path: Path) -> None:
    strange = [
        {"data": {"id": "1", "text": ["a"]}, "meta": {"result_count": 1}},
        {"data": [{"id": "2", "text": "satu", "geo": 5, "referenced_tweets": 7}]},
        {"data": [{"id": "3", "text": "dua", "created_at": "x"}], "includes": []},
        {"data": [{"id": "4", "text": "tiga", "geo": {"coordinates": {"coordinates": "ab"}}}]},
        {"data": 5, "meta": {"result_count": 1}},
        {"data": [{"id": "5", "text": "empat"}], "meta": {}},
    ]
    path = tmp_path / "pages.jsonl"
    path.write_text("\n".join(json.dumps(page) for page in strange))
    rows = preview(path, guess_reading(path, format="x-pages"), KEY, 100)
    assert len(rows) == 6
    assert [row.source_id for row in rows if isinstance(row, Post)] == ["4", "5"]
