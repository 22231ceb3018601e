"""The day beside the usual: every number leads to the posts behind it."""

import html
import re
from datetime import timedelta

from flask import Flask

import trends
from tests.api.test_posts_page import shown
from tests.api.visitors import NOON, Visitor, add_post, add_report

DAY = "2025-11-20"


def a_fortnight(visitor: Visitor) -> None:
    """Two posts a day for twelve days, then a busy flood day with an off-topic post."""
    for back in range(1, 13):
        for _post in range(2):
            add_post(visitor.db, "lampu mati lagi", NOON - timedelta(days=back))
    for number in range(15):
        where = "31.75.03.1001" if number < 5 else None
        add_post(visitor.db, f"banjir {number}", category="banjir", place_code=where)
    add_post(visitor.db, "hati banjir air mata", kind="luar", category=None, sure=False)
    while trends.roll_up_batch(visitor.db, 500):
        pass


def test_the_day_is_told_in_words_with_the_usual_beside_it(site: Flask) -> None:
    visitor = Visitor(site).sign_in("official")
    a_fortnight(visitor)
    page = visitor.get(f"/?hari={DAY}").text
    assert "Kamis, 20 November 2025" in page
    assert "jauh lebih banyak dari biasanya" in page
    assert "rata-rata 12 hari sebelumnya" in page


def test_every_number_leads_to_as_many_posts(site: Flask) -> None:
    visitor = Visitor(site).sign_in("official")
    a_fortnight(visitor)
    page = visitor.get(f"/?hari={DAY}").text
    links = re.findall(r'<a href="(/posting\?[^"]+)"[^>]*>\s*([\d.]+)(?: posting)?\s*</a>', page)
    # A count of nothing leads nowhere.
    assert len(links) > 10 and not any(count == "0" for _href, count in links)
    for address, count in set(links):
        found = shown(visitor.get(html.unescape(address)).text)
        assert len(found) == int(count), address


def test_an_area_narrows_the_numbers_and_the_links(visitor: Visitor) -> None:
    visitor.sign_in("official")
    a_fortnight(visitor)
    page = visitor.get(f"/?hari={DAY}&wilayah=31.75").text
    assert re.search(r"wilayah=31.75[^>]*>5 posting</a>", page)
    assert "di Jakarta Timur," in page


def test_without_a_day_the_last_day_with_posts_is_shown(visitor: Visitor) -> None:
    visitor.sign_in("official")
    a_fortnight(visitor)
    assert "Kamis, 20 November 2025" in visitor.get("/").text
    empty = visitor.get("/?hari=2025-11-25").text
    assert "Belum ada posting tentang kota pada hari ini." in empty and f"hari={DAY}" in empty


def test_too_few_days_are_said_to_be_too_few(visitor: Visitor) -> None:
    visitor.sign_in("official")
    add_post(visitor.db, "lampu mati", NOON - timedelta(days=1))
    add_post(visitor.db, "lampu mati")
    trends.roll_up_batch(visitor.db, 500)
    page = visitor.get(f"/?hari={DAY}").text
    assert "baru 1 hari data sebelumnya" in page and "belum dapat dibandingkan" in page


def test_charts_can_be_taken_away(visitor: Visitor) -> None:
    visitor.sign_in("official")
    a_fortnight(visitor)
    for chart in ("kategori", "jam"):
        for form, kind in (("png", "image/png"), ("svg", "image/svg+xml"), ("csv", "text/csv")):
            answer = visitor.get(f"/ringkasan/{chart}.{form}?hari={DAY}")
            assert answer.status_code == 200 and answer.mimetype == kind
            assert f'ringkasan-{chart}-{DAY}.{form}"' in answer.headers["Content-Disposition"]
    assert visitor.get("/ringkasan/kategori.png?hari=1999-01-01").status_code == 404
    assert visitor.get("/ringkasan/lain.png").status_code == 404
    numbers = visitor.get(f"/ringkasan.csv?hari={DAY}").text
    assert f"{DAY};kategori;banjir;15;" in numbers


def test_charts_and_tables_tell_the_same_numbers(visitor: Visitor) -> None:
    visitor.sign_in("official")
    a_fortnight(visitor)
    page = visitor.get(f"/?hari={DAY}").text
    assert page.count('role="img"') == 4
    assert "Terbanyak Banjir dan genangan dengan 15 posting" in page
    assert page.count("<table") == 5


def test_the_most_urgent_drafts_are_shown_to_those_who_see_reports(site: Flask) -> None:
    visitor = Visitor(site).sign_in("verifier", areas=("31.75",))
    a_fortnight(visitor)
    add_report(visitor.db, "Kabel putus", urgency=4, place_code="31.75.03.1001")
    add_report(visitor.db, "Rumah roboh di tempat lain", urgency=4)
    page = visitor.get(f"/?hari={DAY}").text
    assert "Kabel putus" in page and "Rumah roboh" not in page
    poller = Visitor(site).sign_in("poll_creator", username="dewi")
    assert "Draf mendesak terbaru" not in poller.get(f"/?hari={DAY}").text


def test_a_band_says_how_much_of_what_is_here_is_invented(visitor: Visitor) -> None:
    visitor.sign_in("official")
    assert "rekaan" not in visitor.get("/").text
    add_post(visitor.db, "rekaan", invented=True)
    trends.roll_up_batch(visitor.db, 500)
    for path in ("/", "/posting", "/masuk", "/tentang"):
        visitor.get(path)
    assert "Data contoh: semua posting rekaan" in visitor.get(f"/?hari={DAY}").text
    assert visitor.get("/api/v1/status").json["demo"] is True
    add_post(visitor.db, "asli", NOON - timedelta(days=1), read=False)
    page = visitor.get(f"/?hari={DAY}").text
    assert "semua posting rekaan" not in page
    assert "Sebagian posting di sini rekaan (data contoh)" in page
    assert visitor.get("/api/v1/status").json["demo"] is False


def test_real_posts_alone_are_counted_unless_the_visitor_chooses_otherwise(site: Flask) -> None:
    visitor = Visitor(site).sign_in("official")
    for number in range(4):
        add_post(visitor.db, f"banjir rekaan {number}", category="banjir", invented=True)
    trends.roll_up_batch(visitor.db, 500)
    only_invented = visitor.get("/").text
    assert "4 posting" in only_invented and 'name="data"' not in only_invented
    for number in range(3):
        add_post(visitor.db, f"banjir {number}", NOON - timedelta(days=1), category="banjir")
    trends.roll_up_batch(visitor.db, 500)
    page = visitor.get("/").text
    assert "Rabu, 19 November 2025" in page and ">3 posting</a>" in page
    assert 'value="nyata" selected' in page
    chosen = visitor.get("/?data=contoh").text
    assert "Kamis, 20 November 2025" in chosen and ">4 posting</a>" in chosen
    for text, count in ((page, 3), (chosen, 4)):
        for address in set(re.findall(r'<a href="(/posting\?[^"]+)"[^>]*>\s*\d+ posting', text)):
            assert len(shown(visitor.get(html.unescape(address)).text)) == count, address
        for address in re.findall(r'href="(/\?hari[^"]*|/ringkasan[^"]*)"', text):
            assert "data=" in address, address
    assert ";3;" in visitor.get("/ringkasan.csv").text.split("semua")[1].split("\n")[0]
    assert ";4;" in visitor.get("/ringkasan.csv?data=contoh").text.split("semua")[1].split("\n")[0]
