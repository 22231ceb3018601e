"""One app on a real database, keys for it, and a small invented city day."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_openapi3.openapi import OpenAPI

from api import AppConfig, create_app
from api.json.caller import PER_MINUTE_OPEN, PER_MINUTE_WITH_KEY
from api.keys import make_key
from models import (
    AnnotationRow,
    City,
    Database,
    EvidenceRow,
    IncidentRow,
    PostRow,
    ReportRow,
    open_database,
)
from models.labels import SCOPES
from models.migrate import upgrade

NOON = datetime(2024, 3, 1, 5, tzinfo=UTC)


def make_app(db: Database, city: City) -> OpenAPI:
    """The app, which the tests may ask as often as they like."""
    app = create_app(
        db,
        city,
        AppConfig(
            secret_key=b"a key only for tests, 32 bytes..",
            version="1.2.3",
            model_version="linear-test",
        ),
    )
    app.config.update({PER_MINUTE_OPEN: 1_000_000, PER_MINUTE_WITH_KEY: 1_000_000})
    return app


@pytest.fixture
def app(db: Database, city: City) -> OpenAPI:
    """The app, on SQLite and on PostgreSQL."""
    return make_app(db, city)


@pytest.fixture
def client(app: OpenAPI) -> FlaskClient:
    """A client without a key."""
    return app.test_client()


def new_key(db: Database, *scopes: str) -> str:
    """A fresh key with these scopes (all of them when none is named)."""
    with db.writing() as session:
        return make_key(session, "tests", scopes or SCOPES)[1]


@pytest.fixture
def key(db: Database) -> dict[str, str]:
    """The header of a key with every scope."""
    return {"Authorization": f"Bearer {new_key(db)}"}


def add_post(
    db: Database,
    number: int,
    text: str = "jalan berlubang di depan pasar, tolong diperbaiki",
    at: datetime | None = NOON,
    read: bool = True,
    **fields: Any,
) -> int:
    """Store one invented post and, if it was ``read``, its annotation."""
    names = ("source", "deleted_at", "url", "invented", "collected_at")
    of_post = {name: fields.pop(name) for name in names if name in fields}
    with db.writing() as session:
        post = PostRow(
            **{"source": "uji", **of_post},
            source_id=str(number),
            text=text,
            text_sha256="0" * 64,
            posted_at=at,
            extra={},
        )
        session.add(post)
        session.flush()
        if read:
            values: dict[str, Any] = {
                "kind": "laporan",
                "kind_probability": 0.91,
                "category": "jalan_rusak",
                "category_probability": 0.83,
                "sentiment": "negatif",
                "sentiment_probability": 0.7,
                "sure": True,
                "place_code": "31.74.09.1001",
                "place_name": "Cipedak",
                "place_precision": "kelurahan",
                "place_lat": -6.36,
                "place_lon": 106.8,
                "near_duplicate_key": "k",
                "model_version": "linear-test",
            }
            session.add(AnnotationRow(post_id=post.id, **(values | fields)))
        return post.id


@pytest.fixture
def posts(db: Database) -> list[int]:
    """The posts of ``add_day``."""
    return add_day(db)


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory, city: City) -> FlaskClient:
    """A client, with a key of every scope, of an app whose data no test changes.

    For the many cases that do not depend on the database. Post 1 and report 1 are there.
    """
    db = open_database(f"sqlite:///{tmp_path_factory.mktemp('settled') / 'jajak.db'}")
    upgrade(db)
    add_day(db)
    add_report(db, 1)
    client = make_app(db, city).test_client()
    client.environ_base["HTTP_X_API_KEY"] = new_key(db)
    return client


@pytest.fixture
def stranger(settled: FlaskClient) -> FlaskClient:
    """A client of the same app without a key."""
    return settled.application.test_client()


def add_day(db: Database) -> list[int]:
    """Five posts, the newest last: of several kinds, one without a time and not read."""
    hour = timedelta(hours=1)
    return [
        add_post(db, 1, "tanpa waktu", at=None, read=False),
        add_post(db, 2, "hubungi 0812 3456 7890 atau budi@contoh.id, kata @warga_cipedak"),
        add_post(db, 3, "banjir sebetis di gang kami", NOON + hour, category="banjir"),
        add_post(
            db,
            4,
            "kapan jadwal SIM keliling?",
            NOON + 2 * hour,
            kind="tanya",
            category="layanan_publik",
            sentiment="netral",
            sure=False,
            source="lain",
        ),
        add_post(
            db,
            5,
            "macet banget hati ini",
            NOON + 3 * hour,
            kind="luar",
            category=None,
            category_probability=None,
            invented=True,
        ),
    ]


def add_report(db: Database, number: int, **fields: Any) -> int:
    """Store one draft with one post behind it, changed long enough ago to be in the feed."""
    post_id = add_post(db, 10_000 + number, "lampu jalan mati, hubungi 0812 3456 7890")
    values: dict[str, Any] = {
        "title": f"Jalan berlubang di Cipedak ({number})",
        "description": "Warga menyampaikan adanya jalan berlubang.",
        "category": "jalan_rusak",
        "agency_code": "bina_marga",
        "urgency": 2,
        "urgency_reason": "Kategori jalan rusak.",
        "place_code": "31.74.09.1001",
        "place_name": "Cipedak",
        "place_precision": "kelurahan",
        "lat": -6.36,
        "lon": 106.8,
        "confidence": 0.8,
        "posts": 1,
        "authors": 1,
        "created_at": NOON,
        "updated_at": NOON + timedelta(minutes=number),
    }
    with db.writing() as session:
        incident = IncidentRow(category="jalan_rusak", posts=1, authors=1)
        session.add(incident)
        session.flush()
        report = ReportRow(incident_id=incident.id, **(values | fields))
        session.add(report)
        session.flush()
        session.add(EvidenceRow(report_id=report.id, post_id=post_id, excerpt="lampu jalan mati"))
        return report.id
