"""The audit log only grows."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from models import Database
from models.audit import deeds, record


def test_a_deed_is_recorded_with_who_what_and_when(db: Database) -> None:
    with db.writing() as session:
        record(session, "user:sari", "report.confirm", "report", 7, title="Lampu mati")
    with db.reading() as session:
        (deed,) = deeds(session)
    assert (deed.actor, deed.action, deed.object_id) == ("user:sari", "report.confirm", "7")
    assert deed.detail == {"title": "Lampu mati"}
    assert deed.at.tzinfo is not None


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'user:nobody'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_or_remove_a_deed(db: Database, change: str) -> None:
    with db.writing() as session:
        record(session, "user:sari", "report.confirm", "report", 7)
    with pytest.raises(DatabaseError, match="append-only"), db.writing() as session:
        session.execute(text(change))
    with db.reading() as session:
        assert len(deeds(session)) == 1
