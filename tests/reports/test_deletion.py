"""A deleted post's words: gone at once from all that is shown and all that is stored."""

import json
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from models import (
    Actor,
    ApiKeyRow,
    Base,
    City,
    Database,
    EvidenceRow,
    IdempotencyRow,
    ReportRow,
    VerificationRow,
    open_database,
)
from models.deletion import honour_deletion
from models.migrate import upgrade
from models.quotation import QUOTE_REMOVED
from reports import StaleReport, confirm, correct, dossier, draft_batch, reject, undo
from tests.reports.told import START, Told, delete, draft, group, report_with, tell

SARI = Actor("user:sari")
POSTS = [
    Told("a", "air sudah selutut di depan warung, motor pada mogok", hours=0, author="ani"),
    Told("b", "banjir lagi, sekolah diliburkan", hours=1, author="budi"),
]


def everything(db: Database) -> Iterator[str]:
    """Every value of every row of every table, as text."""
    with db.reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)):
                for value in row:
                    kept = value if isinstance(value, str) else json.dumps(value, default=str)
                    yield f"{table.name}: {kept}"


def said(db: Database, word: str) -> list[str]:
    return [value for value in everything(db) if word in value]


def test_no_row_keeps_the_words_of_a_deleted_post(db: Database, city: City) -> None:
    tell(db, POSTS)
    draft(db, city)
    with db.writing() as session:
        report = report_with(session, "a")
        changes = {"description": f"Warga kesulitan.\n\n{report.description}", "category": "macet"}
        report = correct(session, city, report.id, report.revision, changes, SARI)
        report = confirm(session, city, report.id, report.revision, SARI)
        report = reject(session, report.id, report.revision, "keliru", SARI)
        undo(session, report.id, report.revision, SARI)
        key = ApiKeyRow(name="crm", prefix="jjk_1", key_sha256="0" * 64, scopes=[])
        session.add(key)
        session.flush()
        for number, ascii_only in enumerate((True, False)):
            body = json.dumps({"description": report.description}, ensure_ascii=ascii_only)
            session.add(
                IdempotencyRow(
                    api_key_id=key.id, route="POST /x", key=str(number), fingerprint="0" * 64,
                    status=200, headers={}, body=body,
                )
            )  # fmt: skip
    assert len(said(db, "selutut")) > 5
    delete(db, "a")
    assert said(db, "selutut") == []
    with db.reading() as session:
        bodies = [json.loads(body) for body in session.scalars(select(IdempotencyRow.body))]
        report = session.scalars(select(ReportRow)).one()
        assert [QUOTE_REMOVED in body["description"] for body in bodies] == [True, True]
        assert QUOTE_REMOVED in report.description and "diliburkan" in report.description
        (shown,) = dossier(session, city, report.id).evidence
    assert "diliburkan" in shown.excerpt
    draft(db, city)
    assert said(db, "selutut") == []


def test_taking_decisions_back_does_not_bring_a_deleted_posts_words_back(
    db: Database, city: City
) -> None:
    tell(db, POSTS)
    draft(db, city)
    with db.writing() as session:
        report = report_with(session, "a")
        correct(session, city, report.id, report.revision, {"description": "Ringkas."}, SARI)
    delete(db, "a")
    with db.writing() as session:
        report = session.get_one(ReportRow, report.id)
        undo(session, report.id, report.revision, SARI)
    assert said(db, "selutut") == []
    draft(db, city)
    assert said(db, "selutut") == []
    with db.reading() as session:
        assert session.scalars(select(ReportRow.posts)).one() == 1


def test_a_page_opened_before_a_deletion_cannot_write_the_words_back(
    db: Database, city: City
) -> None:
    tell(db, POSTS)
    draft(db, city)
    with db.reading() as session:
        seen = report_with(session, "a")
    delete(db, "a")
    with pytest.raises(StaleReport), db.writing() as session:
        changes = {"title": "Banjir", "description": seen.description}
        correct(session, city, seen.id, seen.revision, changes, SARI)


def test_drafting_before_grouping_does_not_take_a_deleted_post_for_evidence(
    db: Database, city: City
) -> None:
    tell(db, POSTS)
    group(db, city)
    delete(db, "a")
    assert draft_batch(db, city) == 1
    with db.reading() as session:
        assert len(session.scalars(select(EvidenceRow)).all()) == 1
        assert session.scalars(select(ReportRow.posts)).one() == 1
    draft(db, city)
    assert said(db, "selutut") == []


def test_a_draft_that_the_machine_closed_keeps_no_quote_in_its_history(
    db: Database, city: City
) -> None:
    tell(db, POSTS[:1])
    draft(db, city)
    with db.writing() as session:
        report = report_with(session, "a")
        changes = {"description": "Ringkas."}
        report = correct(session, city, report.id, report.revision, changes, SARI)
        undo(session, report.id, report.revision, SARI)
    tell(db, [Told("lain", "air sudah surut", hours=1)])
    delete(db, "a")
    draft(db, city)
    with db.reading() as session:
        assert session.scalars(select(VerificationRow)).all()
    assert said(db, "selutut") == []


@pytest.mark.postgres
def test_a_deletion_beside_a_draft_in_the_making_leaves_nothing(
    postgres_url: str, city: City
) -> None:
    db = open_database(postgres_url)
    upgrade(db)
    try:
        for round_ in range(12):
            name = f"balap{round_}"
            tell(db, [Told(name, f"selutut {round_}", hours=100 * round_)])
            group(db, city)
            drafting = threading.Thread(target=draft_batch, args=(db, city))
            drafting.start()
            with db.writing() as session:
                honour_deletion(session, "x", [name], START)
            drafting.join()
            assert said(db, "selutut") == []
    finally:
        db.close()
