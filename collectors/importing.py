"""Files into posts, batch by batch; cursor and posts are committed together or not at all."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from collectors.opening import opened
from collectors.reading import BadRow, Reading, Row, UnreadableFile
from collectors.record import post_of, zone_of
from collectors.rows import Progress, Rows, read_rows
from collectors.store import store_batch
from models import Database, ImportFileRow, Post, QuarantineRow, utc_now
from models.intake import find_import, get_import, lock_import
from models.post import insert_or_skip

MAX_BATCH = 10_000
# A batch ends early once it holds this much, so that few huge rows cannot fill the memory.
_MAX_BATCH_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What one batch did: ``rows`` taken, of which ``new`` and ``known`` posts and ``bad`` rows.

    ``differing`` of the known posts are stored with another text. ``rows_done`` counts all rows
    of the file that are behind us; ``bytes_read`` of ``bytes_total`` say how far into the file on
    disk that is. ``rows`` may be 0 before ``finished``: another process took the same rows.
    """

    import_id: int
    rows: int
    new: int
    known: int
    bad: int
    differing: int
    rows_done: int
    bytes_read: int
    bytes_total: int
    finished: bool


class ImportReader:
    """An open file that keeps its place between batches.

    It is only a short cut: every batch checks it against the cursor in the database, and where
    they differ the file is wound on or opened again. Use it as a context manager.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.progress = Progress(0, 0)
        self._reading: Reading | None = None
        self._rows: Rows | None = None
        self._ahead: deque[Row | BadRow] = deque()
        self._position = 0
        self._ended = False
        self._failed: UnreadableFile | None = None

    def __enter__(self) -> "ImportReader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the reader opens it again when it is asked for more."""
        if self._rows is not None:
            self._rows.close()
        self._rows, self._position = None, 0
        self._ahead.clear()
        self._ended, self._failed = False, None

    def peek(self, reading: Reading, cursor: int, limit: int) -> tuple[list[Row | BadRow], bool]:
        """Up to ``limit`` rows behind the first ``cursor`` ones, and whether the file ends there.

        The place does not move: what is done with them may yet fail. Raises ``UnreadableFile``
        where the file is damaged, but only once the rows before the damage have been taken.
        """
        if self._rows is None or reading != self._reading or cursor < self._position:
            self.close()
            self._rows, self._reading = read_rows(self.path, reading, self.progress), reading
        while self._position < cursor:
            if not self._ahead and not self._read_one():
                raise self._failed or UnreadableFile(
                    f"{self.path}: berkas lebih pendek dari semula / the file has become shorter"
                )
            self._ahead.popleft()
            self._position += 1
        size = sum(row.size for row in self._ahead)
        while len(self._ahead) < limit and size < _MAX_BATCH_BYTES and self._read_one():
            size += self._ahead[-1].size
        if not self._ahead and self._failed:
            raise self._failed
        taken = [row for row, _ in zip(self._ahead, range(limit), strict=False)]
        return taken, self._ended and len(taken) == len(self._ahead)

    def advance(self, count: int) -> None:
        """Leave the next ``count`` rows behind: they are committed."""
        for _ in range(count):
            self._ahead.popleft()
        self._position += count

    def _read_one(self) -> bool:
        if self._ended or self._failed or self._rows is None:
            return False
        try:
            self._ahead.append(next(self._rows))
        except StopIteration:
            self._ended = True
        except UnreadableFile as error:
            self._failed = error
        return not (self._ended or self._failed)


def open_import(db: Database, path: Path, reading: Reading) -> int:
    """The id of the import of this content read this way: a new one, or the one begun before.

    An import that had failed may go on: the file may lie elsewhere now, or be readable again.
    Raises ``UnreadableFile`` for a file that cannot be opened.
    """
    sha256, size = fingerprint(path)
    with db.writing() as session:
        row = find_import(session, sha256, reading.sha256)
        if row is None:
            # Another process may be beginning the same import: then its row is ours too.
            insert_or_skip(session, ImportFileRow, [_new_import(path, sha256, size, reading)])
            row = find_import(session, sha256, reading.sha256)
        if row is None:
            raise LookupError(f"{path}: its import was removed while it began")
        row.error = None
        if row.finished_at is None:
            row.path = str(path)
        return row.id


def import_batch(
    db: Database,
    import_id: int,
    source: Path | ImportReader,
    limit: int = 1_000,
    *,
    key: bytes,
    now: datetime | None = None,
) -> BatchResult:
    """Take in the next ``limit`` rows of an import in one transaction.

    New posts are stored, known ones passed over, bad rows put into quarantine and the cursor moved
    on, all or nothing. ``source`` is the file, or better a reader that keeps its place in it.
    ``key`` makes the authors' pseudonyms; rows dated more than a day after ``now`` (by default the
    present moment) are bad ones. Raises ``UnreadableFile``, kept in the import's
    ``error``, where the file is damaged or has changed; ``LookupError`` for an unknown import.
    What the database raises goes through, with nothing of the batch written.
    """
    if not 1 <= limit <= MAX_BATCH:
        raise ValueError(f"a batch has 1 to {MAX_BATCH} rows")
    with _reader_of(source) as reader:
        with db.reading() as session:
            file = get_import(session, import_id)
        if file is None:
            raise LookupError(f"no import {import_id}")
        if file.finished_at is not None:
            return _nothing(file)
        cursor, reading = file.rows_done, Reading.from_json(file.reading)
        try:
            _check_size(reader.path, file.size_bytes)
            # Reading comes before the lock: a slow file must not keep others from writing.
            rows, ended = reader.peek(reading, cursor, limit)
        except UnreadableFile as error:
            record_failure(db, import_id, error)
            raise
        zone = zone_of(reading)
        now = now or utc_now()
        taken = [post_of(r, reading, zone, key, now) if isinstance(r, Row) else r for r in rows]
        posts = [item for item in taken if isinstance(item, Post)]
        bad = [item for item in taken if isinstance(item, BadRow)]
        with db.writing() as session:
            row = lock_import(session, import_id)
            if row is None:
                raise LookupError(f"no import {import_id}")
            if row.rows_done != cursor or row.finished_at is not None:
                return _nothing(row)
            stored = store_batch(session, posts)
            insert_or_skip(session, QuarantineRow, [_quarantine(import_id, item) for item in bad])
            row.rows_done += len(rows)
            row.posts_new += stored.new
            row.posts_known += stored.known
            row.rows_bad += len(bad)
            if ended:
                row.finished_at = utc_now()
        reader.advance(len(rows))
        return BatchResult(
            import_id=import_id,
            rows=len(rows),
            new=stored.new,
            known=stored.known,
            bad=len(bad),
            differing=stored.differing,
            rows_done=cursor + len(rows),
            bytes_read=file.size_bytes if ended else reader.progress.done,
            bytes_total=file.size_bytes,
            finished=ended,
        )


def import_file(
    db: Database,
    path: Path,
    reading: Reading,
    *,
    key: bytes,
    limit: int = 1_000,
    now: datetime | None = None,
    on_batch: Callable[[BatchResult], None] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> ImportFileRow:
    """Take in a whole file, batch by batch; the import as it then stands.

    ``limit``, ``key`` and ``now`` are those of ``import_batch``.
    ``on_batch`` is told of every batch; ``should_stop`` is asked before each. Raises what
    ``open_import`` and ``import_batch`` raise; what was committed before stays.
    """
    import_id = open_import(db, path, reading)
    with ImportReader(path) as reader:
        while not should_stop():
            result = import_batch(db, import_id, reader, limit, key=key, now=now)
            if on_batch is not None:
                on_batch(result)
            if result.finished:
                break
    with db.reading() as session:
        row = get_import(session, import_id)
    if row is None:
        raise LookupError(f"no import {import_id}")
    return row


def fingerprint(path: Path) -> tuple[str, int]:
    """The SHA-256 and size of a file as it lies on disk. Raises ``UnreadableFile``."""
    with opened(path):
        pass  # It says in words why a file cannot be opened.
    with path.open("rb") as raw:
        digest = hashlib.file_digest(raw, "sha256").hexdigest()
        return digest, raw.tell()


def record_failure(db: Database, import_id: int, error: UnreadableFile) -> None:
    """Keep with the import why its file cannot be read on."""
    with db.writing() as session:
        row = lock_import(session, import_id)
        if row is not None and row.finished_at is None:
            row.error = str(error)


@contextmanager
def _reader_of(source: Path | ImportReader) -> Iterator[ImportReader]:
    holder: AbstractContextManager[ImportReader] = (
        nullcontext(source) if isinstance(source, ImportReader) else ImportReader(source)
    )
    with holder as reader:
        yield reader


def _check_size(path: Path, size: int) -> None:
    with opened(path):
        pass
    if path.stat().st_size != size:
        raise UnreadableFile(
            f"{path}: berkas berubah sejak impor dimulai, impor ulang / "
            "the file has changed since its import began, import it anew"
        )


def _new_import(path: Path, sha256: str, size: int, reading: Reading) -> dict[str, Any]:
    return {
        "path": str(path),
        "sha256": sha256,
        "format": reading.format,
        "reading": reading.to_json(),
        "reading_sha256": reading.sha256,
        "size_bytes": size,
    }


def _quarantine(import_id: int, row: BadRow) -> dict[str, Any]:
    return {
        "import_file_id": import_id,
        "line": row.line,
        "reason": row.reason,
        "content": row.content,
    }


def _nothing(file: ImportFileRow) -> BatchResult:
    finished = file.finished_at is not None
    done = file.size_bytes if finished else 0
    return BatchResult(
        file.id, 0, 0, 0, 0, 0, file.rows_done, done, file.size_bytes, finished=finished
    )
