"""Numbers, days and times as they are written here; the language that a reader chose."""

from datetime import UTC, date, datetime, timedelta

from flask import Flask

from api import language
from api.csv_export import csv_response
from tests.api.visitors import Visitor

MOMENT = datetime(2025, 11, 23, 7, 5, tzinfo=UTC)


def test_numbers_and_times_in_indonesian(sqlite_site: Flask) -> None:
    with sqlite_site.test_request_context():
        assert language.number(1234567.4) == "1.234.567"
        assert language.decimal(1234.5) == "1.234,5"
        assert language.percent(0.924) == "92%"
        assert language.probability(0.9999) == ">99%"
        assert language.long_day(date(2025, 11, 23)) == "Minggu, 23 November 2025"
        assert language.clock(MOMENT) == "14.05 WIB"
        assert language.moment(MOMENT) == "23 Nov 2025 14.05 WIB"
        assert language.moment(None) == "waktu tidak diketahui"
        assert language.ago(MOMENT, MOMENT + timedelta(hours=5)) == "5 jam lalu"


def test_numbers_and_times_in_english(sqlite_site: Flask) -> None:
    with sqlite_site.test_request_context(headers={"Cookie": "bahasa=en"}):
        assert language.decimal(1234.5) == "1,234.5"
        assert language.clock(MOMENT) == "14:05 WIB"
        assert language.ago(MOMENT, MOMENT + timedelta(hours=1)) == "1 hour ago"


def test_a_chosen_language_stays_and_goes_with_the_person(visitor: Visitor) -> None:
    visitor.sign_in("official")
    answer = visitor.post("/bahasa", bahasa="en", kembali="/akun")
    assert answer.headers["Location"] == "/akun"
    assert '<html lang="en"' in visitor.get("/akun").text
    elsewhere = Visitor(visitor.site)
    elsewhere.get("/masuk")
    assert "Kata sandi" in elsewhere.get("/masuk").text
    elsewhere.post("/masuk", username="sari", password="hujan sore di manggarai")
    assert "Change password" in elsewhere.get("/akun").text


def test_a_choice_never_leads_to_another_site(visitor: Visitor) -> None:
    for trick in ("//example.com", "https://example.com", "/\\example.com", "/a\nb"):
        assert visitor.post("/tema", tema="dark", kembali=trick).headers["Location"] == "/"
    answer = visitor.post("/bahasa", bahasa="xx", kembali="/tentang")
    assert not any("bahasa=" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


def test_the_chosen_theme_is_on_the_page(visitor: Visitor) -> None:
    assert "data-theme" not in visitor.get("/tentang").text
    visitor.post("/tema", tema="dark", kembali="/tentang")
    assert 'data-theme="dark"' in visitor.get("/tentang").text


def test_a_spreadsheet_never_runs_what_a_post_says(sqlite_site: Flask) -> None:
    with sqlite_site.test_request_context():
        rows = [["=1+1", "@SUM(A1)", 'dua "kutip"\nbaris', -3, 0.5, True, None, MOMENT]]
        text = csv_response("x", list("abcdefgh"), rows).get_data(as_text=True)
    assert text.startswith("\ufeffa,b,")
    assert "'=1+1,'@SUM(A1)," in text
    assert '"dua ""kutip""\nbaris",-3,0.5,1,,2025-11-23T14:05:00+07:00' in text
