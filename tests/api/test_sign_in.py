"""Signing in, staying in, and being kept out."""

import re

import pytest
from flask import Flask

from api import AppConfig, DemoLogin, create_app
from models import City, Database
from models.audit import deeds
from models.user import user_by_name
from tests.api.visitors import PASSWORD, Visitor, add_user


def test_a_visitor_is_asked_to_sign_in_and_comes_back_to_the_page(site: Flask) -> None:
    visitor = Visitor(site)
    add_user(visitor.db, "sari", "verifier")
    answer = visitor.get("/posting?kategori=banjir")
    assert answer.status_code == 303
    form = visitor.get(answer.headers["Location"]).text
    onward = re.search(r'name="lanjut" value="([^"]+)"', form)
    assert onward is not None
    answer = visitor.post("/masuk", username=" SARI ", password=PASSWORD, lanjut=onward[1])
    assert answer.headers["Location"] == "/posting?kategori=banjir"
    assert visitor.get("/posting?kategori=banjir").status_code == 200
    with visitor.db.reading() as session:
        assert [deed.action for deed in deeds(session)] == ["user.sign_in"]


@pytest.mark.parametrize(
    ("username", "password"),
    [("sari", "salah sekali ini"), ("nobody", PASSWORD), ("stopped", PASSWORD), ("", "")],
)
def test_a_wrong_attempt_says_nothing_of_what_was_wrong(
    visitor: Visitor, username: str, password: str
) -> None:
    add_user(visitor.db, "sari", "verifier")
    add_user(visitor.db, "stopped", "verifier", active=False)
    answer = visitor.post("/masuk", username=username, password=password)
    assert answer.status_code == 422
    assert "Nama pengguna atau kata sandi tidak cocok." in answer.text
    assert visitor.get("/akun").status_code == 303


def test_a_sign_in_never_leads_to_another_site(visitor: Visitor) -> None:
    add_user(visitor.db, "sari", "verifier")
    answer = visitor.post(
        "/masuk", username="sari", password=PASSWORD, lanjut="//example.com/masuk"
    )
    assert answer.headers["Location"] == "/"


def test_a_name_is_closed_for_a_while_after_ten_wrong_passwords(visitor: Visitor) -> None:
    add_user(visitor.db, "sari", "verifier")
    codes = [visitor.post("/masuk", username="sari", password=f"no{i}") for i in range(10)]
    assert {answer.status_code for answer in codes} == {422}
    answer = visitor.post("/masuk", username="Sari", password=PASSWORD)
    assert answer.status_code == 429
    assert "Terlalu banyak percobaan" in answer.text
    assert int(answer.headers["Retry-After"]) > 0


def test_an_address_is_closed_for_a_while_after_twenty_wrong_attempts(visitor: Visitor) -> None:
    add_user(visitor.db, "sari", "verifier")
    for number in range(20):
        visitor.post("/masuk", username=f"user{number}", password="x")
    assert visitor.post("/masuk", username="sari", password=PASSWORD).status_code == 429


def test_right_passwords_never_close_a_name(visitor: Visitor) -> None:
    add_user(visitor.db, "sari", "verifier")
    for _time in range(12):
        assert visitor.post("/masuk", username="sari", password=PASSWORD).status_code == 303
        visitor.get("/akun")


def test_a_form_without_its_token_is_refused(visitor: Visitor) -> None:
    add_user(visitor.db, "sari", "verifier")
    answer = visitor.client.post("/masuk", data={"username": "sari", "password": PASSWORD})
    assert answer.status_code == 400
    assert "Formulir ini sudah kedaluwarsa" in answer.text


def test_signing_out_ends_the_session(visitor: Visitor) -> None:
    visitor.sign_in("official")
    assert visitor.get("/keluar").status_code == 405
    visitor.get("/akun")
    assert visitor.post("/keluar").status_code == 303
    assert visitor.get("/akun").status_code == 303


@pytest.mark.parametrize("change", [{"session_version": 2}, {"active": False}])
def test_a_session_ends_when_the_user_is_stopped_or_its_version_rises(
    visitor: Visitor, change: dict[str, object]
) -> None:
    visitor.sign_in("official")
    assert visitor.get("/akun").status_code == 200
    with visitor.db.writing() as session:
        user = user_by_name(session, "sari")
        assert user is not None
        for name, value in change.items():
            setattr(user, name, value)
    assert visitor.get("/akun").status_code == 303


def test_cookies_are_hardened_behind_https(sqlite_db: Database, city: City) -> None:
    config = AppConfig(secret_key=b"k" * 32, https=True)
    client = create_app(sqlite_db, city, config).test_client()
    assert client.get("/masuk").headers["Location"].startswith("https://")
    answer = client.get("/masuk", base_url="https://jajak.example")
    cookie = answer.headers["Set-Cookie"]
    for part in ("__Host-jajak=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "max-age=" in answer.headers["Strict-Transport-Security"]


def test_demo_log_ins_are_shown_in_demo_mode_only(sqlite_db: Database, city: City) -> None:
    logins = (DemoLogin("verifikator", "periksa-kota-contoh", "verifier"),)
    with pytest.raises(ValueError, match="demo"):
        AppConfig(secret_key=b"k" * 32, demo_logins=logins)
    with pytest.raises(ValueError, match="16 bytes"):
        AppConfig(secret_key=b"short")
    demo = create_app(
        sqlite_db, city, AppConfig(secret_key=b"k" * 32, demo=True, demo_logins=logins)
    )
    page = Visitor(demo).get("/masuk").text
    assert "periksa-kota-contoh" in page and "Data contoh: semua posting rekaan" in page
    real = create_app(sqlite_db, city, AppConfig(secret_key=b"k" * 32))
    assert "Data contoh" not in Visitor(real).get("/masuk").text
