"""A folder into which files are dropped."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from collectors import Seen, collect_inbox
from models import Database, ImportFileRow, PostRow

KEY = b"k" * 32


def drop(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def imports(db: Database) -> dict[str, ImportFileRow]:
    with db.reading() as session:
        return {Path(row.path).name: row for row in session.scalars(select(ImportFileRow))}


def posts(db: Database) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(PostRow)) or 0


def test_complete_files_are_taken_in_once_and_stay_where_they_are(
    db: Database, tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    assert collect_inbox(db, inbox, key=KEY) == 0
    inbox.mkdir()
    whole = drop(inbox, "a.csv", b"isi,id\nbanjir di gang,1\nmacet parah,2\n,3\n")
    drop(inbox, "b.csv.part", b"isi\nbelum selesai ditulis\n")
    drop(inbox, ".tersembunyi.csv", b"isi\nbukan untuk kita\n")
    (inbox / "folder").mkdir()
    assert collect_inbox(db, inbox, key=KEY, settle_seconds=60) == 0
    assert collect_inbox(db, inbox, key=KEY, settle_seconds=0) == 3
    assert collect_inbox(db, inbox, key=KEY, settle_seconds=0) == 0
    assert posts(db) == 2
    assert whole.exists()
    assert list(imports(db)) == ["a.csv"]
    (inbox / "b.csv.part").rename(inbox / "b.csv")
    assert collect_inbox(db, inbox, key=KEY, settle_seconds=0) == 1
    assert posts(db) == 3


def test_a_file_just_moved_in_is_waited_for_however_old_its_content_is(
    sqlite_db: Database, tmp_path: Path
) -> None:
    path = drop(tmp_path, "a.csv", b"isi\nbanjir di gang\n")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    path.rename(inbox / "a.csv")
    assert collect_inbox(sqlite_db, inbox, key=KEY, settle_seconds=0.5) == 0
    time.sleep(0.6)
    assert collect_inbox(sqlite_db, inbox, key=KEY, settle_seconds=0.5) == 1


def test_an_unreadable_file_is_listed_with_the_reason_and_stops_no_other(
    sqlite_db: Database, tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    pdf = drop(inbox, "a.pdf", b"%PDF-1.7 laporan")
    drop(inbox, "b.csv", b"jumlah,kelurahan\n3,Pulo\n")
    drop(inbox, "c.csv", b"isi\nbanjir di gang\n")
    drop(inbox, "d.csv", b"")
    seen = Seen()
    for _ in range(2):
        collect_inbox(sqlite_db, inbox, key=KEY, settle_seconds=0, seen=seen)
    found = imports(sqlite_db)
    assert pdf.exists()
    assert "this is PDF" in (found["a.pdf"].error or "")
    assert "--column text=" in (found["b.csv"].error or "")
    assert found["c.csv"].error is None
    assert found["c.csv"].finished_at is not None
    assert "empty" in (found["d.csv"].error or "")
    assert posts(sqlite_db) == 1


def test_what_is_dealt_with_is_not_opened_again_until_it_changes(
    sqlite_db: Database, tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    path = drop(inbox, "a.csv", b"isi,id\nbanjir di gang,1\n")
    seen = Seen()
    assert collect_inbox(sqlite_db, inbox, key=KEY, settle_seconds=0, seen=seen) == 1
    assert set(seen) == {path}
    drop(inbox, "a.csv", b"isi,id\nbanjir di gang,1\nmasih banjir,2\n")
    assert collect_inbox(sqlite_db, inbox, key=KEY, settle_seconds=0, seen=seen) == 2
    assert posts(sqlite_db) == 2


def test_the_inbox_stops_between_batches_and_goes_on_later(
    sqlite_db: Database, tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    rows = "".join(f"laporan nomor {n},{n}\n" for n in range(50))
    drop(inbox, "a.csv", ("isi,id\n" + rows).encode())
    asked = iter([False, True])
    taken = collect_inbox(
        sqlite_db, inbox, key=KEY, settle_seconds=0, limit=10, should_stop=lambda: next(asked)
    )
    assert taken == 20
    assert collect_inbox(sqlite_db, inbox, key=KEY, settle_seconds=0) == 30
    assert posts(sqlite_db) == 50


def test_a_large_file_is_taken_in_on_one_pass_however_short_the_looks(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    rows = "".join(f"laporan nomor {n},{n}\n" for n in range(300))
    path = drop(inbox, "a.csv", ("isi,id\n" + rows).encode())
    opened: list[str] = []
    open_path = Path.open

    def counted(self: Path, *args: Any, **kwargs: Any) -> Any:
        opened.append(self.name)
        return open_path(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", counted)
    seen = Seen()

    def look() -> int:
        return collect_inbox(
            db, inbox, key=KEY, settle_seconds=0, limit=10, seen=seen, should_stop=lambda: True
        )

    assert look() == 10
    reader = seen.begun[path].reader
    at_first = len(opened)
    looks = 1
    while not seen.get(path):
        assert seen.begun[path].reader is reader
        assert look() == (10 if looks < 30 else 0)
        looks += 1
    # A batch asks for the size of the file, and that is all.
    assert len(opened) - at_first <= looks
    assert looks <= 31
    assert posts(db) == 300
    assert seen.begun == {}
    assert look() == 0


def test_a_begun_file_that_changes_or_goes_is_let_go(sqlite_db: Database, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    seen = Seen()

    def look() -> int:
        return collect_inbox(
            sqlite_db, inbox, key=KEY, settle_seconds=0, limit=1, seen=seen,
            should_stop=lambda: True,
        )  # fmt: skip

    drop(inbox, "a.csv", b"isi,id\nbanjir,1\nmacet,2\nmati lampu,3\n")
    assert look() == 1
    path = drop(inbox, "a.csv", b"isi,id\nbanjir,1\nmacet,2\nmati lampu,3\njalan rusak,4\n")
    while look():
        pass
    assert (posts(sqlite_db), path in seen, seen.begun) == (4, True, {})
    path = drop(inbox, "b.csv", b"isi,id\nbanjir lagi,1\nmacet lagi,2\n")
    assert look() == 1
    path.unlink()
    assert look() == 0
    assert seen.begun == {}


def test_a_file_that_may_not_be_read_is_listed_too(sqlite_db: Database, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    drop(inbox, "a.csv", b"isi\nbanjir\n").chmod(0)
    taken = collect_inbox(sqlite_db, inbox, key=KEY, settle_seconds=0)
    error = imports(sqlite_db)["a.csv"].error
    # Nothing is forbidden to root.
    assert (taken, error) == (1, None) if os.geteuid() == 0 else "permissions" in (error or "")
