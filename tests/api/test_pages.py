"""What holds for every page: who may see it, its headers, its errors."""

import re
import shutil
from pathlib import Path

import pytest
from flask import Flask

from api import AppConfig, create_app
from api.permissions import ROLES_WITH
from models import City, open_database
from models.labels import ROLES
from models.migrate import upgrade
from tests.api.visitors import Visitor, add_post, add_report

PAGES = {
    "/": "summary.view",
    "/posting": "posts.view",
    "/posting.csv": "posts.view",
    "/laporan": "reports.view",
    "/laporan.csv": "reports.view",
    "/laporan/1/koreksi": "reports.decide",
    "/laporan/1/tolak": "reports.decide",
    "/sumber": "sources.view",
    "/sumber.csv": "sources.view",
    "/sumber/karantina": "sources.view",
    "/sumber/karantina.csv": "sources.view",
    "/ringkasan.csv": "summary.view",
    "/admin/pengguna": "users.manage",
    "/admin/pengguna.csv": "users.manage",
    "/admin/pengguna/tambah": "users.manage",
    "/admin/audit": "audit.view",
    "/admin/audit.csv": "audit.view",
}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_its_pages_and_no_others(visitor: Visitor, role: str) -> None:
    add_report(visitor.db, "Lampu mati")
    visitor.sign_in(role)
    for path, permission in PAGES.items():
        allowed = role in ROLES_WITH[permission]  # type: ignore[index]
        assert visitor.get(path).status_code == (200 if allowed else 403), path


def test_nobody_reaches_a_page_without_signing_in(visitor: Visitor) -> None:
    for path in (*PAGES, "/posting/1", "/laporan/1", "/akun", "/ringkasan/jam.svg"):
        answer = visitor.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["Location"].startswith("/masuk"), path


def test_every_view_is_guarded_or_known_to_be_open(sqlite_site: Flask) -> None:
    open_views = {"static", "sign_in.show", "sign_in.enter", "sign_in.leave", "about.show",
                  "preferences.choose_language", "preferences.choose_theme"}  # fmt: skip
    visitor = Visitor(sqlite_site)
    for rule in sqlite_site.url_map.iter_rules():
        if rule.endpoint in open_views or rule.rule.startswith(("/api/", "/openapi")):
            continue
        path = re.sub(r"<any\((\w+).*?>", r"\1", rule.rule)
        path = re.sub(r"<[^>]+>", "1", path)
        answer = visitor.get(path) if "GET" in (rule.methods or ()) else visitor.post(path)
        assert answer.status_code == 303, rule


def test_no_page_needs_an_inline_style_or_script(visitor: Visitor) -> None:
    report_id = add_report(visitor.db, "Lampu mati")
    add_post(visitor.db, "banjir <script>alert(1)</script>", invented=True)
    visitor.sign_in("administrator")
    for path in (*PAGES, "/posting/1", f"/laporan/{report_id}", "/akun", "/tentang", "/nope"):
        answer = visitor.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in policy and "script-src 'self'" in policy
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer.headers["Cache-Control"]
        if answer.mimetype == "text/html":
            assert not re.search(r"<[^>]+ (?:style|on\w+)=", answer.text), path
            assert not re.search(r"<style|<script(?! src=)|javascript:", answer.text), path
            assert answer.text.count("<h1") == 1, path
            assert "</html>" in answer.text


def test_style_sheet_script_icons_and_typeface_are_light_and_stay(visitor: Visitor) -> None:
    page = visitor.get("/masuk").text
    addresses = set(re.findall(r'"(/static/[^"#]+)', page))
    assert len(addresses) >= 4
    weight = 0
    for address in addresses:
        answer = visitor.client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Encoding"] == "gzip"
        weight += len(answer.data)
    assert weight < 120_000
    assert visitor.get("/static/../app.py").status_code == 404


def test_a_known_asset_is_not_sent_again(visitor: Visitor) -> None:
    first = visitor.client.get("/static/jajak.css")
    again = visitor.client.get(
        "/static/jajak.css", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304 and not again.data


@pytest.mark.parametrize("number", ["99999999999999999999", "0", "-1", "abc"])
def test_a_number_that_no_row_has_is_no_page(visitor: Visitor, number: str) -> None:
    visitor.sign_in("administrator")
    for path in ("/posting/", "/laporan/", "/admin/pengguna/"):
        assert visitor.get(path + number).status_code == 404
    for query in ("sesudah", "sebelum", "berkas", "hari"):
        for path in ("/posting", "/laporan", "/admin/audit", "/sumber/karantina", "/"):
            assert visitor.get(f"{path}?{query}={number}").status_code == 200


@pytest.mark.parametrize(
    ("path", "code", "indonesian", "english"),
    [
        ("/tidak-ada", 404, "Halaman ini tidak ada", "There is no such page"),
        ("/keluar", 405, "tidak dapat dibuka langsung", "cannot be opened directly"),
        ("/admin/audit", 403, "bukan untuk peran Anda", "not for your role"),
    ],
)
def test_an_error_has_a_page_in_both_languages(
    visitor: Visitor, path: str, code: int, indonesian: str, english: str
) -> None:
    visitor.sign_in("official")
    answer = visitor.get(path)
    assert answer.status_code == code and indonesian in answer.text
    visitor.get("/akun")
    visitor.post("/bahasa", bahasa="en")
    assert english in visitor.get(path).text


def test_a_form_that_is_too_large_is_refused_in_words(visitor: Visitor) -> None:
    visitor.get("/masuk")
    answer = visitor.post("/masuk", username="x" * 300_000, password="y")
    assert answer.status_code == 413 and "Isian terlalu besar" in answer.text


def test_when_the_database_goes_away_the_page_is_kind(tmp_path: Path, city: City) -> None:
    folder = tmp_path / "gone"
    db = open_database(f"sqlite:///{folder / 'jajak.db'}")
    upgrade(db)
    visitor = Visitor(create_app(db, city, AppConfig(secret_key=b"k" * 32)))
    visitor.sign_in("official")
    db.close()
    shutil.rmtree(folder)
    for path in ("/", "/posting", "/akun", "/laporan"):
        answer = visitor.get(path)
        assert answer.status_code == 503, path
        assert "Basis data sedang tidak dapat dihubungi" in answer.text
        assert answer.headers["Retry-After"] == "30"


def test_a_fault_of_ours_has_a_page_and_says_nothing_of_its_inside(visitor: Visitor) -> None:
    visitor.sign_in("official")
    with visitor.db.engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("UPDATE user_role SET role = 'official'")
        connection.exec_driver_sql("INSERT INTO post (source, source_id, text, text_sha256,"
                                   " collected_at, invented, extra) VALUES"
                                   " ('x', '1', 'a', 'b', 'not a time', 0, '{}')")  # fmt: skip
    answer = visitor.get("/sumber")
    assert answer.status_code == 500
    assert "Ada kesalahan di pihak kami" in answer.text and "Traceback" not in answer.text
