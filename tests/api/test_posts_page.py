"""Searching posts, and one post with what was read in it."""

import html
import re
from datetime import timedelta

import pytest
from flask import Flask

from api.web.paging import keyset_from_text, keyset_to_text
from models import PostRow
from models.post_search import PostAfter
from tests.api.visitors import NOON, Visitor, add_post, add_report


def shown(page: str) -> list[str]:
    """The posts' words as the page shows them, in order."""
    return [
        html.unescape(re.sub(r"<.*?>", "", words))
        for words in re.findall(r'<p class="says">(.*?)</p>', page, re.S)
    ]


def test_each_filter_of_the_address_finds_its_posts(site: Flask) -> None:
    visitor = Visitor(site).sign_in("official")
    add_post(
        visitor.db, "BANJIR sepinggang di kampung", category="banjir", place_code="31.75.03.1001"
    )
    add_post(visitor.db, "hati gue macet", kind="luar", category=None, at=NOON - timedelta(days=1))
    add_post(
        visitor.db, "makasih petugas", kind="opini", sentiment="positif", sure=False, source="y"
    )
    everything = "/posting?"
    for query, found in (
        ("", 3),
        ("cari=banjir", 1),
        ("cari=%25", 0),
        ("jenis=kota", 2),
        ("jenis=luar", 1),
        ("kategori=banjir", 1),
        ("sentimen=positif", 1),
        ("yakin=tidak", 1),
        ("sumber=y", 1),
        ("wilayah=31.75", 1),
        ("dari=2025-11-20", 2),
        ("sampai=2025-11-19", 1),
        ("dari=2025-11-19&sampai=2025-11-19", 1),
        ("kategori=bukan&jenis=apa&wilayah=99&dari=kemarin", 3),
    ):
        assert len(shown(visitor.get(everything + query).text)) == found, query


def test_newer_and_older_pages_meet_without_gap_or_repeat(site: Flask) -> None:
    visitor = Visitor(site).sign_in("official")
    for number in range(95):
        at = None if number >= 88 else NOON - timedelta(minutes=number // 3)
        add_post(visitor.db, f"posting nomor {number:03}", at)
    first = visitor.get("/posting").text
    assert "95 posting" in first
    pages, page = [shown(first)], first
    while older := re.search(r'rel="next" href="([^"]+)"', page):
        page = visitor.get(html.unescape(older[1])).text
        pages.append(shown(page))
    assert [len(rows) for rows in pages] == [40, 40, 15]
    assert len({words for rows in pages for words in rows}) == 95
    back = [pages[-1]]
    while newer := re.search(r'rel="prev" href="([^"]+)"', page):
        page = visitor.get(html.unescape(newer[1])).text
        back.insert(0, shown(page))
    assert back == pages


def test_a_place_in_an_address_is_read_back_as_it_was() -> None:
    for place in (PostAfter(NOON, 7), PostAfter(None, 9)):
        assert keyset_from_text(keyset_to_text(place)) == place
    for wrong in (None, "", "x", "1-", "-1", "1e9-3", "9" * 40 + "-1", "1-" + "9" * 30, "٣-٣"):
        assert keyset_from_text(wrong) is None


def test_what_a_post_says_stays_text_and_personal_data_is_covered(visitor: Visitor) -> None:
    visitor.sign_in("official")
    words = 'lapor <img src=x onerror="alert(1)"> ke 0812-0000-1234 atau a@example.com\n"=1+1"'
    post_id = add_post(visitor.db, words)
    for path in ("/posting", f"/posting/{post_id}", "/posting.csv"):
        text = visitor.get(path).text
        assert "<img src=x" not in text or path.endswith(".csv")
        assert "0000-1234" not in text and "a@example.com" not in text
    assert "&lt;img src=x" in visitor.get("/posting").text


def test_the_place_in_a_post_is_marked_unless_the_cut_would_uncover_something(
    visitor: Visitor,
) -> None:
    visitor.sign_in("official")
    place = {"place_name": "Tebet", "place_precision": "kecamatan", "place_code": "31.74.01"}
    marked = add_post(visitor.db, "banjir di Tebet", place_start=10, place_end=15, **place)
    assert "<mark>Tebet</mark>" in visitor.get(f"/posting/{marked}").text
    cut = add_post(visitor.db, "hub 0812-0000-1234", place_start=8, place_end=13, **place)
    page = visitor.get(f"/posting/{cut}").text
    assert "<mark>" not in page and "0000-1234" not in page and "-1234" not in page


def test_one_post_says_how_sure_the_model_is_and_where_it_went(visitor: Visitor) -> None:
    visitor.sign_in("verifier")
    report_id = add_report(visitor.db, "Lampu mati di pasar")
    page = visitor.get("/posting/1").text
    for words in ("sangat yakin, 93%", "yakin, 81%", "tidak ada yang berkata sama"):
        assert words in page
    assert f'href="/laporan/{report_id}"' in page


def test_posts_that_say_the_same_are_counted_and_listed(visitor: Visitor) -> None:
    visitor.sign_in("official")
    for number in range(3):
        add_post(visitor.db, f"RT banjir {number}", near_duplicate_key="same")
    page = visitor.get("/posting/1").text
    assert "2 posting lain berkata sama" in page
    assert len(shown(visitor.get("/posting?serupa=same").text)) == 3


def test_a_deleted_post_is_shown_as_deleted_without_its_words(visitor: Visitor) -> None:
    visitor.sign_in("official")
    post_id = add_post(visitor.db, "", deleted_at=NOON, current=False)
    page = visitor.get(f"/posting/{post_id}").text
    assert "Posting ini dihapus di sumbernya" in page and "Bacaan model" not in page
    assert not shown(visitor.get("/posting").text)


def test_an_invented_post_is_marked_as_one(visitor: Visitor) -> None:
    visitor.sign_in("official")
    real = add_post(visitor.db, "asli")
    made_up = add_post(visitor.db, "rekaan", invented=True)
    assert "Data contoh" not in visitor.get(f"/posting/{real}").text
    for path in ("/posting", f"/posting/{made_up}"):
        assert "Sebagian posting di sini rekaan (data contoh)" in visitor.get(path).text


def test_a_link_is_only_made_of_an_address_of_the_web(visitor: Visitor) -> None:
    visitor.sign_in("official")
    bad = add_post(visitor.db, "klik", url="javascript:alert(1)")
    good = add_post(visitor.db, "klik", url="https://example.com/1")
    assert "javascript:" not in visitor.get(f"/posting/{bad}").text
    assert 'href="https://example.com/1" rel="noopener' in visitor.get(f"/posting/{good}").text


def test_empty_pages_say_what_to_do_next(visitor: Visitor) -> None:
    visitor.sign_in("official")
    assert "Lihat cara memasukkan posting" in visitor.get("/posting").text
    assert "jajak import" in visitor.get("/sumber").text
    assert "Belum ada yang dapat diukur" in visitor.get("/").text
    assert "Belum ada laporan" in visitor.get("/laporan").text
    add_post(visitor.db, "halo")
    assert "Hapus semua saringan" in visitor.get("/posting?cari=tidakada").text


def test_nobody_is_found_by_number_address_or_name(visitor: Visitor) -> None:
    visitor.sign_in("official")
    add_post(visitor.db, "hubungi 0812-0000-1234 atau cc @warga_demo")
    for words in ("0812-0000-1234", "0812 0000 1234", "@warga_demo", "a@example.com"):
        page = visitor.client.get("/posting", query_string={"cari": words})
        assert page.status_code == 422
        assert shown(page.text) == []
        assert "tidak dapat dicari" in page.text
        file = visitor.client.get("/posting.csv", query_string={"cari": words})
        assert file.status_code == 302 and file.mimetype != "text/csv"
    assert len(shown(visitor.get("/posting?cari=hubungi").text)) == 1


def test_a_posts_address_on_its_page_names_nobody(visitor: Visitor) -> None:
    visitor.sign_in("official")
    for url, href in (
        ("https://mastodon.example/@warga_demo/1", None),
        ("https://x.com/warga_demo/status/9", "https://x.com/i/web/status/9"),
    ):
        id_ = add_post(visitor.db, "banjir")
        with visitor.db.writing() as session:
            row = session.get(PostRow, id_)
            assert row is not None
            row.url = url
        page = visitor.get(f"/posting/{id_}").text
        assert "warga_demo" not in page
        assert ("Buka di sumbernya" in page) == (href is not None)
        assert href is None or f'href="{href}"' in page


def test_a_count_is_not_taken_further_than_anybody_waits(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.web.posts._COUNTED", 2)
    visitor.sign_in("official")
    for number in range(3):
        assert "Lebih dari" not in visitor.get("/posting").text
        add_post(visitor.db, f"macet {number}")
    assert "Lebih dari 2 posting" in visitor.get("/posting").text


def test_a_filter_that_is_not_known_is_named_not_passed_over(visitor: Visitor) -> None:
    visitor.sign_in("administrator")
    add_post(visitor.db, "lampu mati")
    page = visitor.get("/posting?kategori=naga&dari=kemarin").text
    assert "Kategori “naga” tidak dikenal, jadi diabaikan." in page
    assert "Dari tanggal “kemarin” tidak dikenal, jadi diabaikan." in page
    page = visitor.get("/posting?dari=2025-12-02&sampai=2025-12-01").text
    assert "Tanggal awal sesudah tanggal akhir" in page
    assert "diabaikan" not in visitor.get("/posting?kategori=banjir&dari=2025-12-01").text
    assert "Status “hilang” tidak dikenal" in visitor.get("/laporan?status=hilang").text
    assert "Hari “kapan” tidak dikenal" in visitor.get("/?hari=kapan").text


def test_the_highest_urgency_has_a_name_that_fits_whatever_happened(visitor: Visitor) -> None:
    visitor.sign_in("verifier")
    report_id = add_report(visitor.db, "Spion dicuri", urgency=4)
    for path in ("/laporan", f"/laporan/{report_id}", f"/laporan/{report_id}/koreksi"):
        page = visitor.get(path).text
        assert "Sangat tinggi" in page and "Bahaya jiwa" not in page
