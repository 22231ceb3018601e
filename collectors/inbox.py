"""A folder into which files are dropped, taken in as soon as they are complete."""

import hashlib
import logging
import time
from collections.abc import Callable
from pathlib import Path

from collectors.guess import guess_reading
from collectors.importing import BatchResult, fingerprint, import_file
from collectors.reading import UnreadableFile
from models import Database, ImportFileRow
from models.intake import find_import
from models.post import insert_or_skip

log = logging.getLogger(__name__)

_UNFINISHED = (".part", ".tmp", ".crdownload", ".partial", ".download")

Seen = dict[Path, tuple[int, int]]
"""Files that are dealt with, by size and time of change; spares hashing them at every look."""


def collect_inbox(
    db: Database,
    folder: Path,
    *,
    key: bytes,
    zone: str = "Asia/Jakarta",
    settle_seconds: float = 5.0,
    limit: int = 1_000,
    seen: Seen | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> int:
    """Take in every complete file in ``folder``; how many rows were handled, 0 when none is left.

    Left alone: folders, hidden files, names that end in ``.part``, ``.tmp`` and the like, and
    files changed less than ``settle_seconds`` ago. A file that cannot be read is kept in the list
    of imports with the reason and stays where it is, as all others do: the same content is never
    taken in twice. Keep one ``seen`` between calls so that only changed files are opened.
    """
    handled = 0

    def count(result: BatchResult) -> None:
        nonlocal handled
        handled += result.rows

    if not folder.is_dir():
        return 0
    seen = {} if seen is None else seen
    for path in sorted(folder.iterdir()):
        state = _complete(path, settle_seconds)
        if state is None or seen.get(path) == state:
            continue
        if should_stop():
            break
        try:
            reading = guess_reading(path, zone)
        except UnreadableFile as error:
            _record_unreadable(db, path, error)
            seen[path] = state
            continue
        try:
            done = import_file(
                db, path, reading, key=key, limit=limit, on_batch=count, should_stop=should_stop
            )
        except UnreadableFile as error:
            # It is recorded with the import; the files behind it are not to wait.
            log.warning("%s", error)
            seen[path] = state
            continue
        if done.finished_at is not None:
            seen[path] = state
    return handled


def _complete(path: Path, settle_seconds: float) -> tuple[int, int] | None:
    """Size and time of the last change of a file that is ready; ``None`` for one that is not."""
    name = path.name.casefold()
    if name.startswith((".", "~$")) or name.endswith(_UNFINISHED):
        return None
    try:
        if not path.is_file():
            return None
        stat = path.stat()
    except OSError:
        return None
    # A file moved in keeps its old time of writing; that of its entry is new.
    changed = max(stat.st_mtime_ns, stat.st_ctime_ns)
    if time.time_ns() - changed < settle_seconds * 1e9:
        return None
    return stat.st_size, changed


def _record_unreadable(db: Database, path: Path, error: UnreadableFile) -> None:
    """Keep in the list of imports that a file could not even be guessed at."""
    log.warning("%s", error)
    try:
        sha256, size = fingerprint(path)
    except UnreadableFile:
        # Not even its bytes can be had: its name stands for them.
        sha256, size = hashlib.sha256(f"path:{path}".encode()).hexdigest(), 0
    unread = hashlib.sha256(b"unread").hexdigest()
    with db.writing() as session:
        values = {
            "path": str(path),
            "sha256": sha256,
            "format": "unknown",
            "reading": {},
            "reading_sha256": unread,
            "size_bytes": size,
        }
        insert_or_skip(session, ImportFileRow, [values])
        row = find_import(session, sha256, unread)
        if row is not None:
            row.path, row.error = str(path), str(error)
