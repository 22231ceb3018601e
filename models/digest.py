"""One fingerprint a table of what the house holds, whatever the database and the way it took.

Surrogate ids and the moments at which stages ran are left out: two runs over the same posts,
on SQLite or PostgreSQL, undisturbed or killed a hundred times, must give the same digest.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.annotation import AnnotationRow
from models.incident import IncidentPostRow, IncidentRow
from models.intake import ImportFileRow, QuarantineRow
from models.post import AuthorRow, PostRow
from models.report import EvidenceRow, ReportRow, VerificationRow
from models.rollup import RollupRow


@dataclass(frozen=True, slots=True)
class TableDigest:
    """How many rows a table has that count, and the SHA-256 of their canonical form."""

    table: str
    rows: int
    sha256: str


def digest(session: Session) -> tuple[TableDigest, ...]:
    """The digest of posts, annotations, rollups, incidents, reports, imports and quarantine."""
    keys = {id_: f"{source}\x1f{source_id}" for id_, source, source_id in _post_keys(session)}
    return (
        _fold("post", _posts(session)),
        _fold("annotation", _annotations(session, keys)),
        _fold("rollup", _columns(session, RollupRow)),
        _fold("incident", _incidents(session, keys)),
        _fold("report", _reports(session, keys)),
        _fold("import_file", _imports(session)),
        _fold("quarantine", _quarantine(session)),
    )


def _fold(table: str, rows: Iterable[list[Any]]) -> TableDigest:
    lines = sorted(json.dumps(row, ensure_ascii=False, default=_plain) for row in rows)
    hashed = hashlib.sha256()
    for line in lines:
        hashed.update(line.encode("utf-8", "surrogatepass") + b"\n")
    return TableDigest(table, len(lines), hashed.hexdigest())


def _plain(value: Any) -> str:
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def _post_keys(session: Session) -> Iterator[tuple[int, str, str]]:
    for row in session.execute(select(PostRow.id, PostRow.source, PostRow.source_id)):
        yield row.id, row.source, row.source_id


def _columns(session: Session, table: type[Any], *leave_out: str) -> Iterator[list[Any]]:
    columns = [c for c in table.__table__.columns if c.name not in leave_out]
    for row in session.execute(select(*columns)):
        yield list(row)


def _posts(session: Session) -> Iterator[list[Any]]:
    left_out = ("id", "collected_at", "author_id", "deleted_at")
    columns = [c for c in PostRow.__table__.columns if c.name not in left_out]
    query = select(*columns, PostRow.deleted_at.is_(None), AuthorRow.pseudonym).outerjoin(
        AuthorRow, PostRow.author_id == AuthorRow.id
    )
    for row in session.execute(query):
        yield list(row)


def _annotations(session: Session, keys: dict[int, str]) -> Iterator[list[Any]]:
    left_out = ("id", "post_id", "created_at")
    columns = [c for c in AnnotationRow.__table__.columns if c.name not in left_out]
    for row in session.execute(select(AnnotationRow.post_id, *columns)):
        yield [keys[row[0]], *row[1:]]


def _members(session: Session, keys: dict[int, str]) -> dict[int, list[str]]:
    members: dict[int, list[str]] = defaultdict(list)
    for row in session.execute(select(IncidentPostRow.incident_id, IncidentPostRow.post_id)):
        members[row.incident_id].append(keys[row.post_id])
    return {incident: sorted(posts) for incident, posts in members.items()}


def _incidents(session: Session, keys: dict[int, str]) -> Iterator[list[Any]]:
    # revision counts the steps of the way, drafted or not is the state.
    members = _members(session, keys)
    for incident in session.scalars(select(IncidentRow).where(IncidentRow.posts > 0)):
        yield [
            members[incident.id],
            incident.category,
            incident.place_code,
            incident.place_name,
            incident.place_precision,
            incident.lat,
            incident.lon,
            incident.first_at,
            incident.last_at,
            incident.posts,
            incident.authors,
            incident.drafted_revision == incident.revision,
        ]


def _reports(session: Session, keys: dict[int, str]) -> Iterator[list[Any]]:
    # A draft that the machine closed again (merged, or every post deleted) stays for those who
    # hold its link. Whether it was ever made depends on when the stages ran: history, not state.
    left_out = (
        "id",
        "incident_id",
        "merged_into_id",
        "revision",
        "created_at",
        "updated_at",
        "verified_at",
    )
    columns = [c for c in ReportRow.__table__.columns if c.name not in left_out]
    members = _members(session, keys)
    excerpts: dict[int, list[list[str]]] = defaultdict(list)
    for row in session.execute(
        select(EvidenceRow.report_id, EvidenceRow.post_id, EvidenceRow.excerpt)
    ):
        excerpts[row.report_id].append([keys[row.post_id], row.excerpt])
    query = select(ReportRow.id, ReportRow.incident_id, *columns)
    decided = select(VerificationRow.report_id)
    open_or_decided = or_(
        ReportRow.state.not_in(("digabung", "ditolak")), ReportRow.id.in_(decided)
    )
    for report in session.execute(query.where(open_or_decided)):
        yield [members.get(report[1], []), sorted(excerpts[report[0]]), *report[2:]]


def _imports(session: Session) -> Iterator[list[Any]]:
    yield from _columns(session, ImportFileRow, "id", "path", "started_at", "finished_at")


def _quarantine(session: Session) -> Iterator[list[Any]]:
    query = select(
        ImportFileRow.sha256,
        QuarantineRow.line,
        QuarantineRow.reason,
        QuarantineRow.content,
        QuarantineRow.resolved_at.is_(None),
    ).join(ImportFileRow, QuarantineRow.import_file_id == ImportFileRow.id)
    for row in session.execute(query):
        yield list(row)
