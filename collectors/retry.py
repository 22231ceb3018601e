"""Rows in quarantine, read from their file once more."""

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from collectors.importing import fingerprint
from collectors.reading import BadRow, Reading, Row, UnreadableFile
from collectors.record import post_of, zone_of
from collectors.rows import Rows, read_rows
from collectors.store import store_batch
from models import Database, Post, utc_now
from models.intake import get_import, lock_import, quarantined_at, quarantined_lines

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class RetryResult:
    """What a retry did: ``tried`` rows, of which ``new`` and ``known`` posts; ``bad`` ones stay."""

    tried: int
    new: int
    known: int
    bad: int


def stored_reading(db: Database, import_id: int) -> Reading:
    """How an import reads its file: what a corrected reading starts from.

    Raises ``LookupError`` for an unknown import, or one whose file could never be read.
    """
    with db.reading() as session:
        file = get_import(session, import_id)
    if file is None or not file.reading:
        raise LookupError(f"no import {import_id} that was read")
    return Reading.from_json(file.reading)


def retry_quarantined(
    db: Database,
    import_id: int,
    path: Path,
    reading: Reading | None = None,
    *,
    key: bytes,
    now: datetime | None = None,
) -> RetryResult:
    """Read the quarantined rows of an import from its file again, perhaps by another ``reading``.

    Those that now become posts are stored and leave quarantine, and the import's counts follow;
    those that do not keep their place with the new reason. ``now`` is by default the present
    moment: what was dated after its import may be past by now. Raises ``UnreadableFile`` where
    ``path`` is not the imported file, or ``reading`` would number its rows in another way (import
    it anew then: posts that are stored already are passed over); ``LookupError`` for an unknown
    import.
    """
    with db.reading() as session:
        file = get_import(session, import_id)
        wanted = quarantined_lines(session, import_id)
    if file is None:
        raise LookupError(f"no import {import_id}")
    if fingerprint(path)[0] != file.sha256:
        raise UnreadableFile(
            f"{path}: bukan berkas yang diimpor, impor sebagai berkas baru / "
            "not the file that was imported, import it as a new one"
        )
    before = Reading.from_json(file.reading)
    reading = reading or before
    if not _same_rows(before, reading):
        raise UnreadableFile(
            f"{path}: dibaca begini barisnya bernomor lain, impor ulang / "
            "read this way its rows have other numbers, import it anew"
        )
    new = known = 0
    with closing(_wanted_rows(path, reading, wanted)) as rows:
        while batch := list(islice(rows, _AT_ONCE)):
            stored_new, stored_known = _retry_batch(db, import_id, batch, reading, key, now)
            new += stored_new
            known += stored_known
    return RetryResult(len(wanted), new, known, len(wanted) - new - known)


def _wanted_rows(path: Path, reading: Reading, wanted: set[int]) -> Rows:
    """The rows at the ``wanted`` lines, read no further than the last of them."""
    last = max(wanted, default=0)
    with closing(read_rows(path, reading)) as rows:
        for row in rows:
            if row.line > last:
                return
            if row.line in wanted:
                yield row


def _retry_batch(
    db: Database,
    import_id: int,
    rows: list[Row | BadRow],
    reading: Reading,
    key: bytes,
    now: datetime | None,
) -> tuple[int, int]:
    zone = zone_of(reading)
    found = {r.line: post_of(r, reading, zone, key, now) if isinstance(r, Row) else r for r in rows}
    with db.writing() as session:
        file = lock_import(session, import_id)
        if file is None:
            raise LookupError(f"no import {import_id}")
        held = quarantined_at(session, import_id, list(found))
        posts: list[Post] = []
        for line, row in sorted(held.items()):
            item = found[line]
            if isinstance(item, BadRow):
                row.reason, row.content = item.reason, item.content
            else:
                # What it said is a post now; a second copy would outlive that post's deletion.
                row.resolved_at, row.content = utc_now(), ""
                posts.append(item)
        stored = store_batch(session, posts)
        file.posts_new += stored.new
        file.posts_known += stored.known
        file.rows_bad -= len(posts)
    return stored.new, stored.known


def _same_rows(before: Reading, after: Reading) -> bool:
    """Whether both readings give a row of the file the same number."""
    if before.format in ("csv", "xlsx", "jsonl"):
        # Lines and sheet rows keep their numbers, whatever is made of them; but an encoding of
        # two bytes a character has its lines' ends elsewhere.
        wide = {name.lower()[:5] for name in (before.encoding, after.encoding)}
        return (before.format, before.sheet) == (after.format, after.sheet) and (
            len(wide) == 1 or not wide & {"utf-1", "utf-3"}
        )
    # Values are counted: one that can be read now would shift all those behind it.
    return (
        replace(
            after,
            columns=before.columns,
            source=before.source,
            zone=before.zone,
            date_order=before.date_order,
        )
        == before
    )
