"""Files into posts: nothing lost, nothing twice, nothing half-written."""

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from collectors import (
    BatchResult,
    ImportReader,
    UnreadableFile,
    guess_reading,
    import_batch,
    import_file,
    open_import,
)
from models import AuthorRow, Database, ImportFileRow, PostRow, QuarantineRow, open_database
from models.migrate import upgrade

KEY = b"k" * 32
POSTS, BAD = 900, 45


def messy_file(folder: Path, name: str = "posts.jsonl.gz", posts: int = POSTS) -> Path:
    """JSON lines in which every 20th row is bad, some rows repeat others, many lack a time."""
    lines = []
    for n in range(posts):
        row: dict[str, Any] = {
            "id": str(n - 1 if n % 50 == 7 else n),
            "text": f"laporan nomor {n} \u0000 dengan 😭 <b>tebal</b>",
            "user": f"@warga{n % 37}",
        }
        if n % 3:
            row["time"] = f"{1 + n % 28}/11/2025 {n % 24:02}.{n % 60:02}"
        lines.append(json.dumps(row))
        if n % 20 == 0:
            lines.append(
                ("{rusak", '{"id": "x", "text": " "}', '{"text": "a", "time": "x"}')[n % 3]
            )
    path = folder / name
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return path


def state(db: Database) -> dict[str, Any]:
    """All that an import leaves behind, in order, but for the clock's part in it.

    Numbers of rows are left out: PostgreSQL never gives a number back that a batch took and lost.
    """
    with db.reading() as session:
        posts = session.execute(
            select(
                PostRow.source, PostRow.source_id, PostRow.text, PostRow.text_sha256,
                PostRow.posted_at, PostRow.url, PostRow.place_tag, PostRow.extra,
                AuthorRow.pseudonym,
            )
            .outerjoin(AuthorRow, AuthorRow.id == PostRow.author_id)
            .order_by(PostRow.id)
        ).all()  # fmt: skip
        quarantine = session.execute(
            select(QuarantineRow.line, QuarantineRow.reason, QuarantineRow.content).order_by(
                QuarantineRow.line
            )
        ).all()
        counts = session.execute(
            select(
                ImportFileRow.rows_done, ImportFileRow.posts_new, ImportFileRow.posts_known,
                ImportFileRow.rows_bad, ImportFileRow.finished_at.is_not(None),
            )
        ).all()  # fmt: skip
    return {"posts": posts, "quarantine": quarantine, "imports": counts}


def count(db: Database, table: type[Any]) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_messy_file_is_taken_in_whole(db: Database, tmp_path: Path) -> None:
    path = messy_file(tmp_path)
    told: list[BatchResult] = []
    row = import_file(db, path, guess_reading(path), key=KEY, limit=100, on_batch=told.append)
    repeated = POSTS // 50
    assert (row.rows_done, row.rows_bad) == (POSTS + BAD, BAD)
    assert (row.posts_new, row.posts_known) == (POSTS - repeated, repeated)
    assert row.finished_at is not None
    assert count(db, PostRow) == POSTS - repeated
    assert count(db, AuthorRow) == 37
    assert count(db, QuarantineRow) == BAD
    assert sum(result.rows for result in told) == POSTS + BAD
    assert sum(result.differing for result in told) == repeated
    read = [result.bytes_read for result in told]
    assert read == sorted(read)
    assert read[-1] == told[-1].bytes_total == path.stat().st_size
    assert [result.finished for result in told] == [False] * (len(told) - 1) + [True]


def test_the_same_file_again_changes_nothing(db: Database, tmp_path: Path) -> None:
    path = messy_file(tmp_path)
    reading = guess_reading(path)
    first = import_file(db, path, reading, key=KEY)
    before = state(db)
    elsewhere = tmp_path / "copy.gz"
    elsewhere.write_bytes(path.read_bytes())
    again = import_file(db, elsewhere, reading, key=KEY)
    assert again.id == first.id
    assert state(db) == before
    assert import_batch(db, again.id, path, key=KEY).rows == 0


def test_another_file_with_the_same_posts_adds_none(db: Database, tmp_path: Path) -> None:
    path = messy_file(tmp_path)
    first = import_file(db, path, guess_reading(path), key=KEY)
    other = tmp_path / "b" / "posts.jsonl"
    other.parent.mkdir()
    other.write_bytes(gzip.decompress(path.read_bytes()) + b"\n")
    second = import_file(db, other, guess_reading(other), key=KEY)
    assert second.id != first.id
    assert (second.posts_new, second.posts_known) == (0, POSTS)
    assert count(db, PostRow) == first.posts_new


def test_posts_without_an_id_are_the_same_posts_in_every_file(
    sqlite_db: Database, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("isi,waktu,akun\nbanjir,24/11/2025 09:00,ani\nbanjir,24/11/2025 09:01,ani\n")
    import_file(sqlite_db, path, guess_reading(path, source="loket"), key=KEY)
    path = tmp_path / "b.csv"
    path.write_text("akun;isi;waktu\n@ANI;banjir;2025-11-24T02:00:00Z\nbudi;banjir;\n")
    row = import_file(sqlite_db, path, guess_reading(path, source="loket"), key=KEY)
    assert (row.posts_new, row.posts_known) == (1, 1)


def test_a_reader_that_stands_elsewhere_than_the_cursor_is_moved(
    sqlite_db: Database, tmp_path: Path
) -> None:
    path = messy_file(tmp_path)
    import_id = open_import(sqlite_db, path, guess_reading(path))
    with ImportReader(path) as ahead, ImportReader(path) as behind:
        turns = 0
        while not import_batch(
            sqlite_db, import_id, (ahead, behind, path)[turns % 3], 50, key=KEY
        ).finished:
            turns += 1
    other = open_database("sqlite://")
    upgrade(other)
    import_file(other, path, guess_reading(path), key=KEY)
    assert state(sqlite_db)["posts"] == state(other)["posts"]
    other.close()


def test_two_importers_of_one_file_at_once_take_every_row_once(
    db: Database, tmp_path: Path
) -> None:
    path = messy_file(tmp_path)
    reading = guess_reading(path)
    failed: list[BaseException] = []

    def work() -> None:
        own = open_database(db.engine.url.render_as_string(hide_password=False))
        try:
            import_file(own, path, reading, key=KEY, limit=20)
        except BaseException as error:
            failed.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not failed
    assert state(db)["imports"] == [(POSTS + BAD, POSTS - 18, 18, BAD, True)]
    assert count(db, PostRow) == POSTS - 18
    assert count(db, QuarantineRow) == BAD


IMPORTER = """
import sys
from pathlib import Path
from collectors import guess_reading, import_file
from models import open_database
path = Path(sys.argv[2])
print("ready", flush=True)
import_file(open_database(sys.argv[1]), path, guess_reading(path), key=b"k" * 32, limit=7)
print("done", flush=True)
"""


def test_an_importer_killed_again_and_again_loses_and_repeats_nothing(
    db: Database, tmp_path: Path
) -> None:
    path = messy_file(tmp_path)
    url = db.engine.url.render_as_string(hide_password=False)
    kills = 0
    for attempt in range(40):
        process = subprocess.Popen(
            [sys.executable, "-c", IMPORTER, url, str(path)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        if attempt < 8:
            # A little longer each time, so that it is met in ever different places.
            time.sleep(0.03 + 0.037 * attempt)
            process.send_signal(signal.SIGKILL)
            kills += process.wait() == -signal.SIGKILL
            continue
        assert process.stdout.read() == "done\n"
        assert process.wait() == 0
        break
    assert kills >= 5
    undisturbed = open_database(f"sqlite:///{tmp_path / 'undisturbed.db'}")
    upgrade(undisturbed)
    import_file(undisturbed, path, guess_reading(path), key=KEY)
    assert state(db) == state(undisturbed)
    undisturbed.close()


def test_a_full_disk_leaves_whole_batches_only(tmp_path: Path) -> None:
    path = messy_file(tmp_path)
    url = f"sqlite:///{tmp_path / 'full.db'}"
    db = open_database(url)
    upgrade(db)
    with db.reading() as session:
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
    db.close()
    small = open_database(url)

    @event.listens_for(small.engine, "connect")
    def no_more_room(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages + 40}")

    with pytest.raises(OperationalError, match="full"):
        import_file(small, path, guess_reading(path), key=KEY, limit=50)
    small.close()
    db = open_database(url)
    with db.reading() as session:
        row = session.scalars(select(ImportFileRow)).one()
    assert row.finished_at is None
    assert 0 < row.rows_done < POSTS
    assert row.rows_done % 50 == 0
    assert row.posts_new == count(db, PostRow)
    assert row.rows_bad == count(db, QuarantineRow)
    import_file(db, path, guess_reading(path), key=KEY)
    undisturbed = open_database("sqlite://")
    upgrade(undisturbed)
    import_file(undisturbed, path, guess_reading(path), key=KEY)
    assert state(db) == state(undisturbed)
    db.close()
    undisturbed.close()


@contextmanager
def backend_ended_at(db: Database, wanted: str) -> Iterator[None]:
    """The server ends our connection when the first statement with ``wanted`` is sent."""
    ended: list[int] = []

    def end(_c: object, cursor: Any, statement: str, *_: object) -> None:
        if wanted in statement and not ended:
            ended.append(cursor.connection.info.backend_pid)
            with open_database(db.engine.url.render_as_string(False)).engine.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": ended[0]})

    event.listen(db.engine, "before_cursor_execute", end)
    try:
        yield
        assert ended
    finally:
        event.remove(db.engine, "before_cursor_execute", end)


@pytest.mark.postgres
def test_a_database_that_goes_away_leaves_whole_batches_only(
    postgres_url: str, tmp_path: Path
) -> None:
    path = messy_file(tmp_path, posts=300)
    db = open_database(postgres_url)
    upgrade(db)
    import_id = open_import(db, path, guess_reading(path))
    with ImportReader(path) as reader:
        import_batch(db, import_id, reader, 50, key=KEY)
        before = state(db)
        for moment in ("INSERT INTO post", "INSERT INTO quarantine", "UPDATE import_file"):
            with backend_ended_at(db, moment), pytest.raises(DBAPIError):
                import_batch(db, import_id, reader, 50, key=KEY)
            db.engine.dispose()
            assert state(db) == before
        while not import_batch(db, import_id, reader, 50, key=KEY).finished:
            pass
    undisturbed = open_database("sqlite://")
    upgrade(undisturbed)
    import_file(undisturbed, path, guess_reading(path), key=KEY)
    assert state(db) == state(undisturbed)
    db.close()
    undisturbed.close()


def test_a_file_cut_short_gives_its_whole_rows_and_says_so(
    sqlite_db: Database, tmp_path: Path
) -> None:
    path = messy_file(tmp_path, posts=20_000)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    reading = guess_reading(path)
    with pytest.raises(UnreadableFile, match="cut short"):
        import_file(sqlite_db, path, reading, key=KEY, limit=1_000)
    with sqlite_db.reading() as session:
        row = session.scalars(select(ImportFileRow)).one()
    assert row.error is not None
    assert row.finished_at is None
    assert row.rows_done > 5_000
    assert row.rows_done == row.posts_new + row.posts_known + row.rows_bad
    path.write_bytes(whole)
    done = import_file(sqlite_db, path, reading, key=KEY)
    assert done.finished_at is not None
    assert done.posts_known >= row.posts_new


def test_a_file_that_changes_under_its_import_stops_it(sqlite_db: Database, tmp_path: Path) -> None:
    path = messy_file(tmp_path)
    import_id = open_import(sqlite_db, path, guess_reading(path))
    import_batch(sqlite_db, import_id, path, 50, key=KEY)
    path.write_bytes(path.read_bytes() + b"more")
    with pytest.raises(UnreadableFile, match="has changed"):
        import_batch(sqlite_db, import_id, path, 50, key=KEY)
    path.unlink()
    with pytest.raises(UnreadableFile, match="no such file"):
        import_batch(sqlite_db, import_id, path, 50, key=KEY)
    with pytest.raises(LookupError, match="no import 99"):
        import_batch(sqlite_db, 99, path, key=KEY)


def test_huge_rows_make_small_batches(sqlite_db: Database, tmp_path: Path) -> None:
    path = tmp_path / "wide.jsonl"
    wide = "x" * 5_000_000
    with path.open("w") as file:
        for n in range(12):
            file.write(json.dumps({"id": str(n), "text": "lebar sekali", "lain": wide}) + "\n")
    import_id = open_import(sqlite_db, path, guess_reading(path))
    with ImportReader(path) as reader:
        first = import_batch(sqlite_db, import_id, reader, 1_000, key=KEY)
        assert 1 <= first.rows <= 4
        while not import_batch(sqlite_db, import_id, reader, 1_000, key=KEY).finished:
            pass
    assert count(sqlite_db, PostRow) == 12
