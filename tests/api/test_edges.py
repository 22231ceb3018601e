"""What no person sends by accident: impossible days, bytes that no text has, a full database."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import create_engine, update

from api import AppConfig, create_app
from api.context import EXTENSION
from api.keys import make_key
from api.protection import DOWNLOADS_PER_PERSON
from models import City, Database, UserRow
from models.labels import SCOPES
from models.user import active_administrators, user_by_name
from tests.api.visitors import PASSWORD, Visitor, add_post

EDGES = (
    "0001-01-01",
    "9999-12-31",
    "1989-12-31",
    "2101-01-01",
    "2025-02-30",
    "\u0662\u0660\u0662\u0665-01-01",
)
WITH_NUL = (
    "/?wilayah=31%00",
    "/?sumber=x%00",
    "/ringkasan.csv?sumber=%00",
    "/posting?cari=%00",
    "/posting?sumber=%00",
    "/posting?x%00=1",
    "/admin/audit?pelaku=%00",
    "/admin/audit.csv?tindakan=a%00b",
)


@pytest.mark.parametrize("day", EDGES)
def test_a_day_out_of_range_is_no_day(site: Flask, day: str) -> None:
    visitor = Visitor(site).sign_in("official")
    add_post(visitor.db, "lampu mati")
    for path in ("/", "/ringkasan.csv", "/ringkasan/jam.svg"):
        assert visitor.get(f"{path}?hari={day}").status_code in (200, 404), path
    for name in ("dari", "sampai"):
        for path in ("/posting", "/posting.csv"):
            assert visitor.get(f"{path}?{name}={day}").status_code == 200, (path, name)


def test_the_first_and_the_last_day_can_be_opened(site: Flask) -> None:
    visitor = Visitor(site).sign_in("official")
    for day in ("1990-01-01", "2100-12-31"):
        assert f'value="{day}"' in visitor.get(f"/?hari={day}").text


def test_no_moment_or_day_is_a_fault_of_ours_in_the_api(site: Flask) -> None:
    client = site.test_client()
    with site.extensions[EXTENSION].db.writing() as session:
        client.environ_base["HTTP_X_API_KEY"] = make_key(session, "uji", SCOPES)[1]
    moments = ("0001-01-01T00:00:00%2B14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")
    for moment in moments:
        for path in ("posts?since=", "posts?until=", "trends?since=", "reports?updated_since="):
            assert client.get(f"/api/v1/{path}{moment}").status_code in (200, 422), path + moment
    for day in EDGES:
        assert client.get(f"/api/v1/trends/summary?day={day}").status_code == 422, day
    for day in ("1990-01-01", "2100-12-31"):
        assert client.get(f"/api/v1/trends/summary?day={day}").status_code == 200, day


def test_a_value_with_a_nul_byte_is_refused_in_words(site: Flask) -> None:
    admin = Visitor(site).sign_in("administrator", "official")
    for path in WITH_NUL:
        answer = admin.get(path)
        assert answer.status_code == 400 and "tidak dapat dibaca" in answer.text, path
    form = {"username": "bu\0di", "name": "Budi", "roles": ["official"], "active": "1"}
    assert admin.post("/admin/pengguna/tambah", **form).status_code == 400
    form = {"username": "budi", "name": "Bu\0di", "roles": ["official"], "active": "1"}
    assert admin.post("/admin/pengguna/tambah", **form).status_code == 400
    stranger = Visitor(site)
    assert stranger.post("/masuk", username="sa\0ri", password=PASSWORD).status_code == 400


def test_two_administrators_cannot_demote_each_other_at_once(site: Flask) -> None:
    first = Visitor(site).sign_in("administrator", username="ani")
    second = Visitor(site).sign_in("administrator", username="budi")
    with first.db.reading() as session:
        ids = {name: user_by_name(session, name).id for name in ("ani", "budi")}  # type: ignore[union-attr]
    codes: list[int] = []

    def demote(who: Visitor, whom: str) -> None:
        form = {"name": whom.title(), "roles": ["official"], "active": "1"}
        codes.append(who.post(f"/admin/pengguna/{ids[whom]}", **form).status_code)

    threads = [Thread(target=demote, args=pair) for pair in ((first, "budi"), (second, "ani"))]
    with first.db.writing() as session:
        # Neither can write before both have looked.
        session.execute(update(UserRow).values(name=UserRow.name))
        for thread in threads:
            thread.start()
        sleep(0.5)
    for thread in threads:
        thread.join()
    with first.db.reading() as session:
        assert active_administrators(session) == 1
    assert sorted(codes)[0] == 303 and 303 not in sorted(codes)[1:]


def test_wrong_passwords_of_one_person_do_not_close_the_form_for_a_neighbour(
    visitor: Visitor,
) -> None:
    sari = visitor.sign_in("official")
    dewi = Visitor(visitor.site).sign_in("official", username="dewi")
    form = {"current": "bukan ini sandinya", "new": "kuda poni naik bajaj"}
    for _time in range(10):
        sari.post("/akun/kata-sandi", again=form["new"], **form)
    assert sari.post("/akun/kata-sandi", again=form["new"], **form).status_code == 429
    assert dewi.post("/akun/kata-sandi", again=form["new"], **form).status_code == 422


def test_downloads_have_a_limit_for_each_person(visitor: Visitor) -> None:
    sari = visitor.sign_in("official")
    dewi = Visitor(visitor.site).sign_in("official", username="dewi")
    allowed = int(DOWNLOADS_PER_PERSON.split()[0])
    for number in range(allowed):
        path = ("/ringkasan.csv", "/posting.csv", "/sumber.csv")[number % 3]
        assert sari.get(path).status_code == 200
    for path in ("/ringkasan.csv", "/posting.csv", "/ringkasan/jam.png"):
        answer = sari.get(path)
        assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    assert sari.get("/").status_code == 200
    assert dewi.get("/ringkasan.csv").status_code == 200


@pytest.fixture
def narrow_db(sqlite_db: Database, sqlite_url: str) -> Iterator[Database]:
    """A database with one connection for everybody and no patience."""
    engine = create_engine(sqlite_url, pool_size=1, max_overflow=0, pool_timeout=0.05)
    yield replace(sqlite_db, engine=engine)
    engine.dispose()


def test_when_no_connection_is_free_the_visitor_is_asked_to_wait(
    narrow_db: Database, city: City
) -> None:
    site = create_app(narrow_db, city, AppConfig(secret_key=b"k" * 32))
    visitor = Visitor(site).sign_in("official")
    with narrow_db.engine.connect():
        for path in ("/", "/posting", "/api/v1/status"):
            answer = visitor.get(path)
            assert answer.status_code == 503, path
            assert int(answer.headers["Retry-After"]) > 0
    assert visitor.get("/").status_code == 200
