"""The demo city: stored once, invented, of the past, complete, and never beyond this machine."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

import nlp
from jajak.demo import (
    LOGINS,
    DemoRefused,
    Login,
    demo_day,
    demo_is_loaded,
    load_demo,
    refuse_beyond_this_machine,
)
from jajak.secrets import load_secrets
from jajak.settings import Settings
from jajak.stages import House, advance
from jajak.web import make_web_app
from models import AnnotationRow, City, PostRow, ReportRow, UserRow, open_database
from models.audit import deeds
from models.digest import TableDigest, digest
from models.labels import CATEGORIES, KINDS
from tests.jajak.conftest import OpenHouse

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 3, 4, 10, 30, tzinfo=JAKARTA)


@pytest.fixture(scope="module")
def told(
    tmp_path_factory: pytest.TempPathFactory,
    migrated_sqlite: Path,
    city: City,
    reader: nlp.Reader,
) -> Iterator[House]:
    """A house in which the demo has gone through every stage; tests only look at it."""
    home = tmp_path_factory.mktemp("demo")
    shutil.copyfile(migrated_sqlite, home / "jajak.db")
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'jajak.db'}")
    house = House(settings, load_secrets(home), open_database(settings.database), city, reader)
    load_demo(house, NOW)
    for stage in ("annotate", "roll_up", "group", "draft"):
        advance(house, stage)
    yield house
    house.db.close()


@pytest.fixture
def empty(sqlite_url: str, open_house_at: OpenHouse) -> House:
    return open_house_at(sqlite_url)


def digest_of(house: House) -> tuple[TableDigest, ...]:
    with house.db.reading() as session:
        return digest(session)


def the_day() -> tuple[datetime, datetime]:
    begin = datetime.combine(demo_day(NOW), time(), tzinfo=JAKARTA)
    return begin, begin + timedelta(days=1)


def test_the_demo_is_stored_once(empty: House) -> None:
    assert not demo_is_loaded(empty.db)
    assert load_demo(empty, NOW) > 1000
    assert demo_is_loaded(empty.db)
    before = digest_of(empty)
    # A week later it is still the same story, not a second one.
    assert load_demo(empty, NOW + timedelta(days=7)) == 0
    assert digest_of(empty) == before
    with empty.db.reading() as session:
        assert session.scalar(select(func.count(UserRow.id))) == len(LOGINS)


@pytest.mark.parametrize("hour", [0, 12, 22, 23])
def test_no_post_is_of_the_future_at_whatever_hour_it_is_loaded(empty: House, hour: int) -> None:
    now = NOW.replace(hour=hour, minute=0)
    load_demo(empty, now)
    with empty.db.reading() as session:
        last = session.scalar(select(func.max(PostRow.posted_at)))
        assert session.scalar(select(func.count()).where(PostRow.posted_at.is_(None))) == 0
    assert last is not None
    assert now - timedelta(days=2) < last <= now


def test_the_demo_day_is_a_great_day_of_many_people(told: House) -> None:
    begin, end = the_day()
    on_the_day = (PostRow.posted_at >= begin, PostRow.posted_at < end)
    with told.db.reading() as session:
        posts = session.scalar(select(func.count(PostRow.id)).where(*on_the_day))
        authors = session.scalar(
            select(func.count(PostRow.author_id.distinct())).where(*on_the_day)
        )
        invented = set(session.scalars(select(PostRow.invented)))
    assert posts is not None
    assert authors is not None
    assert posts >= 500
    assert authors >= 200
    assert invented == {True}


def test_the_demo_shows_every_category_every_kind_and_drafts(told: House) -> None:
    begin, end = the_day()
    with told.db.reading() as session:
        of_the_day = (
            select(AnnotationRow.category, AnnotationRow.kind)
            .join(PostRow, PostRow.id == AnnotationRow.post_id)
            .where(PostRow.posted_at >= begin, PostRow.posted_at < end)
        )
        rows = session.execute(of_the_day).all()
        drafted = set(session.scalars(select(ReportRow.category)))
        states = set(session.scalars(select(ReportRow.state)))
    assert {row.category for row in rows} - {None} == set(CATEGORIES)
    assert {row.kind for row in rows} == set(KINDS)
    assert states == {"draf"}
    # Not every category of the day must have a draft, but one of a flood shows many sides.
    assert len(drafted) > len(CATEGORIES) / 2


def sign_in(client: FlaskClient, username: str, password: str) -> int:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/masuk").text)
    assert token is not None
    form = {"csrf_token": token[1], "username": username, "password": password}
    return client.post("/masuk", data=form).status_code


@pytest.mark.parametrize("login", LOGINS, ids=lambda login: login.username)
def test_each_demo_login_opens_the_pages(told: House, login: Login) -> None:
    client = make_web_app(told).test_client()
    assert sign_in(client, login.username, "bukan sandinya, sungguh") != 303
    assert client.get("/akun").status_code != 200
    assert sign_in(client, login.username, login.password) == 303
    assert login.name in client.get("/akun").text


def test_demo_logins_are_marked_and_written_down(told: House) -> None:
    with told.db.reading() as session:
        assert set(session.scalars(select(UserRow.demo))) == {True}
        added = [deed for deed in deeds(session) if deed.action == "user.add"]
        assert len(added) == len(LOGINS)
        assert {deed.actor for deed in added} == {"system"}


@pytest.mark.parametrize(
    "beyond",
    [
        {"host": "0.0.0.0"},
        {"host": "::"},
        {"host": "192.168.1.20"},
        {"host": "jajak.example.com"},
        {"https": True},
        {"trusted_proxies": 1},
    ],
    ids=str,
)
def test_the_demo_is_refused_where_others_can_reach_the_pages(
    empty: House, beyond: dict[str, object]
) -> None:
    settings = empty.settings.model_copy(update=beyond)
    with pytest.raises(DemoRefused, match="JAJAK_HOST"):
        load_demo(replace(empty, settings=settings), NOW)
    assert not demo_is_loaded(empty.db)
    with empty.db.reading() as session:
        assert session.scalar(select(func.count(PostRow.id))) == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.53"])
def test_this_machine_is_allowed_under_each_of_its_names(host: str) -> None:
    refuse_beyond_this_machine(Settings(host=host))


def test_a_loaded_demo_is_not_served_beyond_this_machine_later(told: House) -> None:
    settings = told.settings.model_copy(update={"host": "0.0.0.0"})
    with pytest.raises(DemoRefused):
        make_web_app(replace(told, settings=settings))


def test_a_demo_loaded_into_a_house_with_posts_leaves_those_alone(
    empty: House, posts_file: Path
) -> None:
    empty.settings.inbox_folder.mkdir(parents=True)
    shutil.copy(posts_file, empty.settings.inbox_folder)
    advance(empty, "collect")
    assert load_demo(empty, NOW) > 0
    with empty.db.reading() as session:
        assert session.scalar(select(func.count()).where(~PostRow.invented)) == 1495
