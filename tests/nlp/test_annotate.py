from dataclasses import replace

import pytest
from sqlalchemy import func, select

from models import AnnotationRow, Database, PostRow, load_city, utc_now
from nlp import annotate_batch, load_reader

READER = load_reader(load_city("jakarta"))


def _add_posts(db: Database, texts: list[str]) -> None:
    with db.writing() as session:
        for number, text in enumerate(texts):
            session.add(
                PostRow(source="demo", source_id=str(number), text=text, text_sha256=str(number))
            )


def _annotations(db: Database) -> list[AnnotationRow]:
    with db.reading() as session:
        return list(session.scalars(select(AnnotationRow).order_by(AnnotationRow.id)))


def test_every_post_is_annotated_once_batch_by_batch(db: Database) -> None:
    texts = [f"jalan rusak nomor {i} di tebet" for i in range(7)]
    _add_posts(db, texts)
    assert [annotate_batch(db, READER, 3) for _ in range(4)] == [3, 3, 1, 0]
    rows = _annotations(db)
    assert len(rows) == 7
    assert all(row.current and not row.counted and not row.grouped for row in rows)
    found = {row.post_id: row.near_duplicate_key for row in rows}
    with db.reading() as session:
        for post in session.scalars(select(PostRow)):
            assert post.annotated_with == READER.version
            assert found[post.id] == READER.read([post.text])[0].near_duplicate_key


def test_a_newer_model_replaces_what_counts_and_keeps_what_was(db: Database) -> None:
    _add_posts(db, ["banjir di cawang", "macet total"])
    annotate_batch(db, READER)
    newer = replace(READER, version="floor-newer")
    assert annotate_batch(db, newer) == 2
    assert [(r.model_version, r.current) for r in _annotations(db)] == [
        (READER.version, False),
        (READER.version, False),
        ("floor-newer", True),
        ("floor-newer", True),
    ]
    # Going back makes the older answers count again, without new rows.
    assert annotate_batch(db, READER) == 2
    assert [r.current for r in _annotations(db)] == [True, True, False, False]


def test_a_deleted_post_is_not_annotated(db: Database) -> None:
    _add_posts(db, ["hapus saya"])
    with db.writing() as session:
        for post in session.scalars(select(PostRow)):
            post.deleted_at = utc_now()
    assert annotate_batch(db, READER) == 0


def test_a_transaction_that_fails_leaves_nothing_behind(db: Database) -> None:
    class Stopped(Exception):
        pass

    class Broken(type(READER)):  # type: ignore[misc]
        def read(self, texts, hints=None):  # type: ignore[no-untyped-def]
            raise Stopped

    _add_posts(db, ["satu"])
    with pytest.raises(Stopped):
        annotate_batch(db, Broken(READER.version, READER.model, READER.places))
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(AnnotationRow)) == 0
    assert annotate_batch(db, READER) == 1
