"""Incidents to draft reports. A draft is a pure function of its posts and the city pack.

What a person has set (``touched``) is never written again, and from the moment that a report has
left ``draf`` its text is theirs: only its evidence and its counts follow the incident.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import fsum
from typing import Any

from sqlalchemy.orm import Session

from models import City, Database, IncidentRow, ReportRow, utc_now
from models.city import Agency
from models.incident import (
    MemberPost,
    incidents_to_draft,
    posts_in_incidents,
)
from models.quotation import remove_quotes
from models.report import (
    add_evidence,
    evidence_of_reports,
    remove_evidence,
    reports_of_incidents,
)
from reports.closing import NO_EVIDENCE_LEFT
from reports.urgency import urgency
from reports.wording import QUOTES, description, excerpt, title

_NEVER = datetime.max.replace(tzinfo=UTC)

PLACE_FIELDS = ("place_code", "place_name", "place_precision", "lat", "lon")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a draft is about: a category, and a place where one is known."""

    category: str
    place_code: str | None = None
    place_name: str | None = None
    place_precision: str | None = None


def draft_batch(db: Database, city: City, limit: int = 200) -> int:
    """Bring the reports of the next ``limit`` incidents up to date, in one transaction.

    Returns how many incidents it handled, 0 when none is left. Workers take different incidents.
    """
    with db.writing() as session:
        incidents = incidents_to_draft(session, limit)
        ids = [incident.id for incident in incidents]
        members = posts_in_incidents(session, ids)
        reports = reports_of_incidents(session, ids)
        evidence = evidence_of_reports(session, [report.id for report in reports.values()])
        new: list[tuple[ReportRow, list[MemberPost]]] = []
        for incident in incidents:
            posts = in_order(members[incident.id])
            report = reports.get(incident.id)
            if report is not None:
                _update(session, city, report, incident, posts, evidence[report.id])
            elif posts:
                new.append((_new_report(city, incident, posts), posts))
            incident.drafted_revision = incident.revision
        session.add_all(report for report, _ in new)
        session.flush()
        add_evidence(
            session,
            [(r.id, post.post_id, excerpt(post.text)) for r, posts in new for post in posts],
        )
        return len(incidents)


def in_order(members: Sequence[MemberPost]) -> list[MemberPost]:
    """Posts from first to last, those without time at the end; the same on every database."""
    return sorted(members, key=lambda post: (post.posted_at or _NEVER, post.source, post.source_id))


def composed(city: City, subject: Subject, members: Sequence[MemberPost]) -> dict[str, Any]:
    """The words of a draft about ``subject`` as its posts (in order, at least one) tell of it.

    Gives title, description, agency_code, urgency and urgency_reason.
    """
    times = [post.posted_at for post in members if post.posted_at is not None]
    authors = count_authors(members)
    place = (subject.place_code, subject.place_name, subject.place_precision)
    level = urgency(city, subject.category, authors, (post.text for post in members))
    return {
        "title": title(city, subject.category, subject.place_code, subject.place_name),
        "description": description(
            city,
            subject.category,
            place,
            (min(times, default=None), max(times, default=None)),
            (len(members), authors),
            [excerpt(post.text) for post in _quoted(members)],
        ),
        "agency_code": agency_code(city, subject),
        "urgency": level.level,
        "urgency_reason": level.reason,
    }


def agency_code(city: City, subject: Subject) -> str | None:
    """The agency in charge; ``None`` for a place outside the city, where none of its own is."""
    if subject.place_name is not None and subject.place_code is None:
        return None
    agency = city.agency_for(subject.category, subject.place_code)
    return agency.code if agency else None


def other_agencies(city: City, report: ReportRow) -> tuple[Agency, ...]:
    """Agencies that the city's routing names for a report beside the one that has it."""
    if agency_code(city, subject_of(report)) is None:
        return ()
    agencies = city.agencies_for(report.category, report.place_code)
    return tuple(agency for agency in agencies if agency.code != report.agency_code)


def count_authors(members: Sequence[MemberPost]) -> int:
    """The number of different authors, as far as they are known."""
    return len({post.author_id for post in members if post.author_id is not None})


def subject_of(report: ReportRow) -> Subject:
    """What a report is about now."""
    return Subject(report.category, report.place_code, report.place_name, report.place_precision)


def redraft(session: Session, city: City, report: ReportRow) -> None:
    """Write the untouched words of a draft anew, for its category and place as they are now."""
    members = in_order(posts_in_incidents(session, [report.incident_id])[report.incident_id])
    if members:
        _set_untouched(report, composed(city, subject_of(report), members))


def _quoted(members: Sequence[MemberPost]) -> list[MemberPost]:
    """The first posts that each say it in words of their own."""
    distinct: dict[str, MemberPost] = {}
    for post in members:
        if post.text.strip():
            distinct.setdefault(post.near_duplicate_key, post)
    return list(distinct.values())[:QUOTES]


def _subject_for(incident: IncidentRow, report: ReportRow | None) -> tuple[Subject, dict[str, Any]]:
    """The subject of an incident's draft with a person's corrections, and its untouched fields."""
    fields: dict[str, Any] = {
        "category": incident.category,
        "place_code": incident.place_code,
        "place_name": incident.place_name,
        "place_precision": incident.place_precision,
        "lat": incident.lat,
        "lon": incident.lon,
    }
    touched = set(report.touched) if report else set()
    if touched & set(PLACE_FIELDS):
        touched |= set(PLACE_FIELDS)
    fields = {name: value for name, value in fields.items() if name not in touched}
    now: Mapping[str, Any] = fields
    if report is not None:
        now = {name: getattr(report, name) for name in touched if hasattr(report, name)} | fields
    place = (now["place_code"], now["place_name"], now["place_precision"])
    return Subject(now["category"], *place), fields


def _counts(incident: IncidentRow, members: Sequence[MemberPost]) -> dict[str, Any]:
    sure = [post.kind_probability * (post.category_probability or 0.0) for post in members]
    return {
        "first_at": incident.first_at,
        "last_at": incident.last_at,
        "posts": len(members),
        "authors": count_authors(members),
        # fsum, because a plain sum depends on the order in its last digits.
        "confidence": round(fsum(sure) / len(sure), 4) if sure else 0.0,
        "invented": any(post.invented for post in members),
    }


def _new_report(city: City, incident: IncidentRow, members: Sequence[MemberPost]) -> ReportRow:
    subject, fields = _subject_for(incident, None)
    words = composed(city, subject, members)
    return ReportRow(
        incident_id=incident.id, touched=[], **fields, **words, **_counts(incident, members)
    )


def _update(
    session: Session,
    city: City,
    report: ReportRow,
    incident: IncidentRow,
    members: Sequence[MemberPost],
    evidence: Mapping[int, str],
) -> None:
    """Let an existing report follow its incident; its revision rises if anything changed."""
    before = {column.key: getattr(report, column.key) for column in ReportRow.__table__.columns}
    for name, value in _counts(incident, members).items():
        if members or name not in ("first_at", "last_at", "confidence", "invented"):
            setattr(report, name, value)
    changed = _follow(session, report, members, evidence)
    if report.state == "draf" and members:
        subject, fields = _subject_for(incident, report)
        for name, value in fields.items():
            setattr(report, name, value)
        _set_untouched(report, composed(city, subject, members))
    elif report.state == "draf" and "description" not in report.touched:
        report.description = NO_EVIDENCE_LEFT
    changed = changed or any(getattr(report, name) != value for name, value in before.items())
    if changed:
        report.revision += 1
        report.updated_at = utc_now()


def _follow(
    session: Session,
    report: ReportRow,
    members: Sequence[MemberPost],
    evidence: Mapping[int, str],
) -> bool:
    """Make a report's evidence the posts of its incident; says whether anything changed."""
    wanted = {post.post_id: post for post in members}
    leaving = set(evidence) - set(wanted)
    if leaving:
        # A deletion has taken its quote away already; this one is no longer read as a report.
        remove_quotes(session, report, [evidence[post_id] for post_id in leaving])
        remove_evidence(session, report.id, leaving)
    arriving = [post for post_id, post in wanted.items() if post_id not in evidence]
    add_evidence(session, [(report.id, post.post_id, excerpt(post.text)) for post in arriving])
    return bool(arriving or leaving)


def _set_untouched(report: ReportRow, words: Mapping[str, Any]) -> None:
    for name, value in words.items():
        # The reason of an urgency that a person has set is theirs too.
        if name.removesuffix("_reason") not in report.touched:
            setattr(report, name, value)
