"""People who visit the pages in tests, and the rows that they find there."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask import Flask
from werkzeug.test import TestResponse

from api import hash_password
from api.context import EXTENSION
from models import (
    AnnotationRow,
    Database,
    EvidenceRow,
    IncidentPostRow,
    IncidentRow,
    PostRow,
    ReportRow,
    UserAreaRow,
    UserRoleRow,
    UserRow,
)

PASSWORD = "hujan sore di manggarai"
HASH = hash_password(PASSWORD)
NOON = datetime(2025, 11, 20, 5, tzinfo=UTC)


class Visitor:
    """A browser without scripts: keeps cookies, reads the CSRF token from the page before."""

    def __init__(self, site: Flask) -> None:
        self.site = site
        self.client = site.test_client()
        self.db: Database = site.extensions[EXTENSION].db
        self.token = ""

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        answer = self.client.get(path)
        found = re.search(r'name="csrf_token" value="([^"]+)"', _text(answer))
        self.token = found[1] if found else self.token
        return answer

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Send a form, as the page opened last would."""
        if not self.token:
            self.get("/masuk")
        return self.client.post(path, data={"csrf_token": self.token, **fields})

    def sign_in(
        self, *roles: str, username: str = "sari", areas: tuple[str, ...] = ()
    ) -> "Visitor":
        """Become a new user with these roles."""
        add_user(self.db, username, *roles, areas=areas)
        self.get("/masuk")
        answer = self.post("/masuk", username=username, password=PASSWORD)
        assert answer.status_code == 303
        self.get("/akun")
        return self


def _text(answer: TestResponse) -> str:
    return answer.text if answer.mimetype == "text/html" else ""


def add_user(
    db: Database, username: str, *roles: str, areas: tuple[str, ...] = (), active: bool = True
) -> int:
    """Store a user whose password is ``PASSWORD``."""
    with db.writing() as session:
        user = UserRow(
            username=username,
            name=username.title(),
            password_hash=HASH,
            active=active,
            roles=[UserRoleRow(role=role) for role in roles],
            areas=[UserAreaRow(place_code=code) for code in areas],
        )
        session.add(user)
        session.flush()
        return user.id


def add_post(db: Database, text: str, at: datetime | None = NOON, **fields: Any) -> int:
    """Store one post and, if it was ``read``, its annotation; ``fields`` are columns of either."""
    read = fields.pop("read", True)
    post_names = {"source", "deleted_at", "invented", "url"}
    post_fields = {name: fields.pop(name) for name in post_names & fields.keys()}
    with db.writing() as session:
        digest = uuid4().hex
        post = PostRow(
            **{"source": "x", **post_fields},
            source_id=digest,
            text=text,
            text_sha256=digest,
            posted_at=at,
            extra={},
        )
        session.add(post)
        session.flush()
        values: dict[str, Any] = {
            "kind": "laporan",
            "kind_probability": 0.93,
            "category": "penerangan_jalan",
            "category_probability": 0.81,
            "sentiment": "negatif",
            "sentiment_probability": 0.77,
            "sure": True,
            "near_duplicate_key": digest[:16],
            "model_version": "test-1",
        }
        if read:
            session.add(AnnotationRow(post_id=post.id, **(values | fields)))
        return post.id


def add_report(db: Database, title: str, **fields: Any) -> int:
    """Store one draft with one post as evidence."""
    text = fields.pop("text", "lampu jalan depan pasar mati, hubungi 0812-0000-1234")
    post_id = add_post(db, text)
    values: dict[str, Any] = {
        "title": title,
        "description": f"Warga menyampaikan: {title}.",
        "category": "penerangan_jalan",
        "agency_code": None,
        "urgency": 2,
        "urgency_reason": "Gelap di jalan ramai.",
        "place_code": "31.74.01.1001",
        "place_name": "Tebet Timur",
        "place_precision": "kelurahan",
        "confidence": 0.9,
        "first_at": NOON,
        "last_at": NOON,
        "posts": 1,
        "authors": 1,
    }
    values |= fields
    with db.writing() as session:
        annotation = session.query(AnnotationRow).filter_by(post_id=post_id).one()
        place = {name: values[name] for name in ("place_code", "place_name", "place_precision")}
        incident = IncidentRow(
            category=values["category"], posts=1, authors=1, drafted_revision=1, **place
        )
        session.add(incident)
        session.flush()
        session.add(
            IncidentPostRow(post_id=post_id, incident_id=incident.id, annotation_id=annotation.id)
        )
        report = ReportRow(incident_id=incident.id, **values)
        session.add(report)
        session.flush()
        session.add(EvidenceRow(report_id=report.id, post_id=post_id, excerpt=text))
        return report.id
