"""Rows in quarantine, read once more."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from collectors import (
    Reading,
    UnreadableFile,
    guess_reading,
    import_file,
    retry_quarantined,
    stored_reading,
)
from models import Database, QuarantineRow
from models.intake import get_import, quarantined, quarantined_lines

KEY = b"k" * 32


def spoilt_file(folder: Path) -> Path:
    path = folder / "loket.csv"
    lines = ["id,isi,tanggal", "1,macet 😭 di sini,24/11/2025", "2,banjir 😭,31/11/2025",
             "3,aman,11/24/2025", "4,,24/11/2025", "5,kurang"]  # fmt: skip
    path.write_bytes("\n".join(lines).encode() + "\n6,dekat “pasar”,24/11/2025\n".encode("cp1252"))
    return path


def test_a_corrected_reading_frees_the_rows_that_it_can_read(db: Database, tmp_path: Path) -> None:
    path = spoilt_file(tmp_path)
    reading = guess_reading(path, date_order="dmy")
    row = import_file(db, path, reading, key=KEY)
    assert (row.posts_new, row.rows_bad) == (1, 5)
    nothing = retry_quarantined(db, row.id, path, key=KEY)
    assert (nothing.tried, nothing.new, nothing.bad) == (5, 0, 5)
    assert stored_reading(db, row.id) == reading
    encoded = retry_quarantined(db, row.id, path, replace(reading, encoding="cp1252"), key=KEY)
    assert (encoded.tried, encoded.new, encoded.bad) == (5, 1, 4)
    dated = retry_quarantined(db, row.id, path, replace(reading, date_order="mdy"), key=KEY)
    assert (dated.tried, dated.new, dated.bad) == (4, 1, 3)
    with db.reading() as session:
        after = get_import(session, row.id)
        assert after is not None
        assert (after.posts_new, after.rows_bad, after.rows_done) == (3, 3, 6)
        assert quarantined_lines(session, row.id) == {3, 5, 6}
        reasons = {bad.line: bad.reason for bad, _ in quarantined(session, row.id)}
    assert "unreadable time" in reasons[3]
    again = retry_quarantined(db, row.id, path, replace(reading, encoding="cp1252"), key=KEY)
    assert (again.tried, again.new, again.known) == (3, 0, 0)


def test_a_retried_row_whose_post_is_stored_leaves_quarantine_as_known(
    sqlite_db: Database, tmp_path: Path
) -> None:
    path = spoilt_file(tmp_path)
    reading = guess_reading(path, date_order="dmy")
    row = import_file(sqlite_db, path, reading, key=KEY)
    import_file(sqlite_db, path, replace(reading, date_order="mdy"), key=KEY)
    result = retry_quarantined(sqlite_db, row.id, path, replace(reading, date_order="mdy"), key=KEY)
    assert (result.new, result.known) == (0, 1)


def test_another_file_or_other_row_numbers_are_refused(sqlite_db: Database, tmp_path: Path) -> None:
    path = spoilt_file(tmp_path)
    reading = guess_reading(path)
    row = import_file(sqlite_db, path, reading, key=KEY)
    with pytest.raises(UnreadableFile, match="import it anew"):
        retry_quarantined(sqlite_db, row.id, path, replace(reading, encoding="utf-16"), key=KEY)
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(UnreadableFile, match="not the file"):
        retry_quarantined(sqlite_db, row.id, path, key=KEY)
    with pytest.raises(LookupError, match="no import 99"):
        retry_quarantined(sqlite_db, 99, path, key=KEY)


def test_posts_of_a_page_are_only_retried_under_the_same_numbers(
    sqlite_db: Database, tmp_path: Path
) -> None:
    path = tmp_path / "pages.jsonl"
    page = {"data": [{"id": "1", "text": "a", "created_at": "x"}, {"id": "2", "text": "b"}],
            "meta": {"result_count": 2}}  # fmt: skip
    path.write_text(json.dumps(page))
    reading = guess_reading(path)
    row = import_file(sqlite_db, path, reading, key=KEY)
    assert (row.posts_new, row.rows_bad) == (1, 1)
    same = retry_quarantined(sqlite_db, row.id, path, replace(reading, zone="UTC"), key=KEY)
    assert (same.tried, same.bad) == (1, 1)
    with pytest.raises(UnreadableFile, match="import it anew"):
        retry_quarantined(sqlite_db, row.id, path, replace(reading, lines=False), key=KEY)


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("2026-03-02T12:00:00Z", None),
        ("2026-03-02T12:01:00Z", "in the future: 2026-03-02 12:01 UTC"),
        ("2099-01-01", "in the future: 2098-12-31 17:00 UTC"),
        ("46082", None),
        ("46350", "in the future: 2026-11-23 17:00 UTC"),
        ("4102444800", "in the future: 2100-01-01 00:00 UTC"),
        ("12345", "unreadable time"),
    ],
)
def test_a_row_dated_more_than_a_day_ahead_goes_to_quarantine(
    db: Database, tmp_path: Path, written: str, reason: str | None
) -> None:
    path = tmp_path / "laporan.jsonl"
    path.write_text(json.dumps({"id": "1", "text": "lampu mati", "time": written}) + "\n")
    reading = Reading(
        "jsonl", lines=True, columns={"text": ("text",), "id": ("id",), "time": ("time",)}
    )
    row = import_file(db, path, reading, key=KEY, now=NOW)
    assert (row.posts_new, row.rows_bad) == ((0, 1) if reason else (1, 0))
    with db.reading() as session:
        reasons = list(session.scalars(select(QuarantineRow.reason)))
    assert len(reasons) == (1 if reason else 0)
    assert all(reason in told for told in reasons if reason)
    if reason and "future" in reason:
        year_2101 = datetime(2101, 1, 1, tzinfo=UTC)
        assert retry_quarantined(db, row.id, path, key=KEY, now=NOW).bad == 1
        assert retry_quarantined(db, row.id, path, key=KEY, now=year_2101).new == 1
