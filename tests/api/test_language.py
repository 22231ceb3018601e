"""Numbers, days and times as they are written here; the language that a reader chose."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
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


def written(site: Flask, chosen: str, *cells: object) -> str:
    """One row of a file that a person takes away who reads the pages in ``chosen``."""
    with site.test_request_context(headers={"Cookie": f"bahasa={chosen}"}):
        answer = csv_response("x", list("ab"), [cells])  # type: ignore[list-item]
        return answer.get_data(as_text=True)


def test_a_spreadsheet_never_runs_what_a_post_says(sqlite_site: Flask) -> None:
    cells = ["=1+1", "@SUM(A1)", 'dua "kutip"\nbaris', -3, 0.5, True, None, MOMENT]
    text = written(sqlite_site, "en", *cells)
    assert text.startswith("\ufeffa,b")
    assert "'=1+1,'@SUM(A1)," in text
    assert '"dua ""kutip""\nbaris",-3,0.5,1,,2025-11-23T14:05:00+07:00' in text


def test_an_indonesian_spreadsheet_gets_its_own_delimiter_and_decimal_comma(
    sqlite_site: Flask,
) -> None:
    text = written(sqlite_site, "id", "banjir, lagi", "satu;dua", 0.5, -1234, None, MOMENT)
    assert text.startswith("\ufeffa;b\r\n")
    assert 'banjir, lagi;"satu;dua";0,5;-1234;;2025-11-23T14:05:00+07:00\r\n' in text


@pytest.mark.parametrize("chosen", ["id", "en"])
@pytest.mark.parametrize(
    "words",
    ["=1+1", " =1+1", "\n=1+1", "\t=1+1", "\x00=1", "\xa0@A1", "\u200b+1", "\ufeff-1", "\uff1d1",
     "a;=1+1", "a\t=1+1", "a\n =1+1", "a,=1+1", 'a;"=1+1', "a\r\n-1", "\tkata", "a;;=1"],
)  # fmt: skip
def test_a_formula_stays_words_wherever_a_spreadsheet_cuts_the_cell(
    sqlite_site: Flask, chosen: str, words: str
) -> None:
    line = written(sqlite_site, chosen, words).split("\r\n", 1)[1]
    for piece in re.split(r"[,;\t\r\n]", line):
        assert not re.match(r"[\s\x00-\x1f\x7f-\xa0\u200b-\u200f\ufeff\"]*[=+\-@\uff1d]", piece), (
            line
        )
    assert not line.startswith("\t")


@pytest.mark.parametrize("words", ["Jalan Raya - rusak", "a = b", "budi; siti, dan-lain", "it's"])
def test_words_that_are_no_formula_stay_as_they_are(sqlite_site: Flask, words: str) -> None:
    assert words in written(sqlite_site, "id", words)
