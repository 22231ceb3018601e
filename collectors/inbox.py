"""A folder into which files are dropped, taken in as soon as they are complete."""

import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from collectors.guess import guess_reading
from collectors.importing import ImportReader, fingerprint, import_batch, open_import
from collectors.reading import UnreadableFile
from models import Database, ImportFileRow
from models.intake import find_import
from models.post import insert_or_skip

log = logging.getLogger(__name__)

_UNFINISHED = (".part", ".tmp", ".crdownload", ".partial", ".download")

State = tuple[int, int]
"""Size and time of the last change of a file."""


@dataclass(frozen=True)
class Begun:
    """A file that is partly taken in: its import, and a reader that keeps its place in it."""

    state: State
    import_id: int
    reader: ImportReader


class Seen(dict[Path, State]):
    """Files that are dealt with; spares guessing at them and hashing them at every look.

    ``begun`` has those that a look had no time to finish. It is only a short cut, as the reader
    is: the cursor in the database says what was taken in.
    """

    def __init__(self) -> None:
        super().__init__()
        self.begun: dict[Path, Begun] = {}

    def forget(self, path: Path) -> None:
        """Close what is open of a file that is taken in, has changed, or has gone."""
        begun = self.begun.pop(path, None)
        if begun is not None:
            begun.reader.close()


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
    taken in twice. Keep one ``seen`` between calls so that only changed files are opened, and a
    large one goes on where the last call left it. ``should_stop`` is asked after each batch,
    so that a call that finds rows takes some in however little time it has.
    """
    handled = 0
    if not folder.is_dir():
        return 0
    keep = seen is not None
    seen = Seen() if seen is None else seen
    for path in [path for path in seen.begun if not path.exists()]:
        seen.forget(path)
    for path in sorted(folder.iterdir()):
        state = _complete(path, settle_seconds)
        if state is None or seen.get(path) == state:
            continue
        begun = _begin(db, path, state, zone, seen)
        finished = stopped = False
        try:
            # Guessing and hashing a large file may use up all the time: it gets its batch still.
            while begun is not None and not (finished or stopped):
                result = import_batch(db, begun.import_id, begun.reader, limit, key=key)
                handled, finished = handled + result.rows, result.finished
                stopped = should_stop()
        except UnreadableFile as error:
            # It is recorded with the import; the files behind it are not to wait.
            log.warning("%s", error)
            finished = True
        finally:
            if finished or not keep:
                seen.forget(path)
        if finished:
            seen[path] = state
        if stopped or (begun is None and should_stop()):
            break
    return handled


def _begin(db: Database, path: Path, state: State, zone: str, seen: Seen) -> Begun | None:
    """The import of a file, as the look before left it or begun now; ``None`` for no file of ours.

    A file that cannot be read is kept in the list of imports and is dealt with.
    """
    begun = seen.begun.get(path)
    if begun is not None and begun.state == state:
        return begun
    seen.forget(path)
    try:
        reading = guess_reading(path, zone)
    except UnreadableFile as error:
        _record_unreadable(db, path, error)
        seen[path] = state
        return None
    try:
        import_id = open_import(db, path, reading)
    except UnreadableFile as error:
        log.warning("%s", error)
        seen[path] = state
        return None
    seen.begun[path] = Begun(state, import_id, ImportReader(path))
    return seen.begun[path]


def _complete(path: Path, settle_seconds: float) -> State | None:
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
