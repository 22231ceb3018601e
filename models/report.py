"""Draft reports, what people decided about them, and where they were delivered."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.annotation import AnnotationRow
from models.base import Base, BigId, utc_now
from models.post import PostRow


class ReportRow(Base):
    """One report in one state of ``models.labels.REPORT_STATES``; starts as ``draf``.

    ``touched`` names the fields that a person has set: the machine never writes those again.
    ``revision`` rises with every change; a form that was opened on an older one is refused.
    """

    __tablename__ = "report"
    __table_args__ = (
        Index("ix_report_state_urgency", "state", "urgency", "id"),
        Index("ix_report_place_code", "place_code"),
        Index("ix_report_updated_at_id", "updated_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), unique=True)
    state: Mapped[str] = mapped_column(String(16), default="draf")
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(32))
    agency_code: Mapped[str | None] = mapped_column(String(32))
    # 1 (low) to 4 (danger to life); why, in words, beside it.
    urgency: Mapped[int]
    urgency_reason: Mapped[str] = mapped_column(Text)
    place_code: Mapped[str | None] = mapped_column(String(32))
    place_name: Mapped[str | None] = mapped_column(Text)
    place_precision: Mapped[str | None] = mapped_column(String(16))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    # Mean calibrated probability of kind and category over the evidence.
    confidence: Mapped[float]
    first_at: Mapped[datetime | None]
    last_at: Mapped[datetime | None]
    posts: Mapped[int]
    authors: Mapped[int]
    invented: Mapped[bool] = mapped_column(Boolean, default=False)
    touched: Mapped[list[str]] = mapped_column(default=list)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    reject_reason: Mapped[str | None] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now)
    verified_at: Mapped[datetime | None]


class EvidenceRow(Base):
    """One post behind a report, with the masked excerpt that may be shown."""

    __tablename__ = "evidence"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True, index=True)
    excerpt: Mapped[str] = mapped_column(Text)


class VerificationRow(Base):
    """A person's decision on a report, with the values before and after, so it can be undone."""

    __tablename__ = "verification"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    api_key_id: Mapped[int | None] = mapped_column(ForeignKey("api_key.id"))
    # confirm, correct, reject, merge, undo
    action: Mapped[str] = mapped_column(String(16))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=utc_now)
    undone_at: Mapped[datetime | None]


class EndpointRow(Base):
    """A destination for verified reports: a webhook or an Open311 server. Holds no secret."""

    __tablename__ = "endpoint"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    # webhook or open311
    protocol: Mapped[str] = mapped_column(String(16))
    url: Mapped[str] = mapped_column(Text)
    # Name of the secret in the settings, never the secret.
    secret_name: Mapped[str | None] = mapped_column(String(120))
    agency_code: Mapped[str | None] = mapped_column(String(32))
    enabled: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class DeliveryRow(Base):
    """One report revision on its way to one endpoint: an outbox row."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("report_id", "report_revision", "endpoint_id"),
        Index("ix_delivery_state_next_attempt_at", "state", "next_attempt_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    report_revision: Mapped[int]
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("endpoint.id"))
    message_id: Mapped[str] = mapped_column(String(64), unique=True)
    # pending, delivered, dead
    state: Mapped[str] = mapped_column(String(16), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    remote_id: Mapped[str | None] = mapped_column(String(255))
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


def report_of_incident(session: Session, incident_id: int) -> ReportRow | None:
    """The report drafted from one incident, if there is one."""
    return session.scalar(select(ReportRow).where(ReportRow.incident_id == incident_id))


def in_areas(areas: tuple[str, ...]) -> ColumnElement[bool]:
    """The condition that a report lies in one of ``areas``: codes nest by their prefix."""
    return or_(
        *(ReportRow.place_code == code for code in areas),
        *(ReportRow.place_code.startswith(code + ".", autoescape=True) for code in areas),
    )


def of_concern_to(areas: tuple[str, ...]) -> ColumnElement[bool]:
    """The condition that a report concerns a verifier of ``areas`` (none: the whole city).

    It lies in one of them, has no place in the city (it would be nobody's), or has one so vague
    that it holds one of theirs. ``reports.may_verify`` says the same of one report.
    """
    if not areas:
        return true()
    holders = {
        ".".join(parts[:depth])
        for parts in (area.split(".") for area in areas)
        for depth in range(1, len(parts))
    }
    return or_(
        in_areas(areas),
        ReportRow.place_code.in_(sorted(holders)),
        ReportRow.place_code.is_(None),
    )


def decisions_on(session: Session, report_id: int) -> list[VerificationRow]:
    """Every decision on one report, oldest first."""
    return list(
        session.scalars(
            select(VerificationRow)
            .where(VerificationRow.report_id == report_id)
            .order_by(VerificationRow.id)
        )
    )


def reports_of_incidents(session: Session, incident_ids: Iterable[int]) -> dict[int, ReportRow]:
    """Reports by the id of their incident, locked; take the incidents' locks first."""
    rows = session.scalars(
        select(ReportRow)
        .where(ReportRow.incident_id.in_(list(incident_ids)))
        .order_by(ReportRow.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.incident_id: row for row in rows}


def locked_report(session: Session, report_id: int) -> ReportRow | None:
    """One report as it stands now, locked until this transaction ends."""
    return session.get(ReportRow, report_id, with_for_update=True, populate_existing=True)


def evidence_of_reports(session: Session, report_ids: Iterable[int]) -> dict[int, dict[int, str]]:
    """Masked excerpts by report id and post id."""
    found: dict[int, dict[int, str]] = {report_id: {} for report_id in report_ids}
    rows = session.execute(
        select(EvidenceRow.report_id, EvidenceRow.post_id, EvidenceRow.excerpt).where(
            EvidenceRow.report_id.in_(list(found))
        )
    )
    for row in rows:
        found[row.report_id][row.post_id] = row.excerpt
    return found


def incidents_with_evidence(session: Session, post_ids: Iterable[int]) -> list[int]:
    """The incidents whose reports have one of these posts as evidence."""
    return list(
        session.scalars(
            select(ReportRow.incident_id)
            .join(EvidenceRow, EvidenceRow.report_id == ReportRow.id)
            .where(EvidenceRow.post_id.in_(list(post_ids)))
            .distinct()
        )
    )


def add_evidence(session: Session, rows: Sequence[tuple[int, int, str]]) -> None:
    """Put posts behind reports: report id, post id, masked excerpt."""
    if rows:
        names = ("report_id", "post_id", "excerpt")
        session.execute(insert(EvidenceRow), [dict(zip(names, r, strict=True)) for r in rows])


def remove_evidence(session: Session, report_id: int, post_ids: Iterable[int] | None) -> None:
    """Take posts (``None``: all) from behind a report."""
    statement = delete(EvidenceRow).where(EvidenceRow.report_id == report_id)
    if post_ids is not None:
        statement = statement.where(EvidenceRow.post_id.in_(list(post_ids)))
    session.execute(statement.execution_options(synchronize_session=False))


def last_decision(session: Session, report_id: int) -> VerificationRow | None:
    """The last decision on a report that still stands."""
    return session.scalar(
        select(VerificationRow)
        .where(
            VerificationRow.report_id == report_id,
            VerificationRow.action != "undo",
            VerificationRow.undone_at.is_(None),
        )
        .order_by(VerificationRow.id.desc())
        .limit(1)
    )


def find_reports(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    after: tuple[int, datetime, int] | None,
    limit: int,
) -> list[ReportRow]:
    """Reports that meet all ``conditions``, most urgent first, then oldest first.

    ``after`` is urgency, age (``report_age``) and id of the last report already seen.
    """
    age = report_age()
    query = select(ReportRow).where(*conditions)
    if after is not None:
        urgency, since, report_id = after
        query = query.where(
            or_(
                ReportRow.urgency < urgency,
                and_(ReportRow.urgency == urgency, age > since),
                and_(ReportRow.urgency == urgency, age == since, ReportRow.id > report_id),
            )
        )
    query = query.order_by(ReportRow.urgency.desc(), age, ReportRow.id).limit(limit)
    return list(session.scalars(query))


def report_age() -> ColumnElement[datetime]:
    """Since when a report has waited: its first post, or its making where no post has a time."""
    return func.coalesce(ReportRow.first_at, ReportRow.created_at)


def report_counts(
    session: Session, conditions: Sequence[ColumnElement[bool]] = ()
) -> dict[str, int]:
    """Number of reports that meet all ``conditions``, by state; states without are absent."""
    query = select(ReportRow.state, func.count(ReportRow.id).label("reports")).where(*conditions)
    return {row.state: row.reports for row in session.execute(query.group_by(ReportRow.state))}


def report_evidence(
    session: Session, report_id: int, limit: int
) -> list[tuple[EvidenceRow, PostRow, AnnotationRow | None]]:
    """The first posts behind a report, each with its current annotation."""
    rows = session.execute(
        select(EvidenceRow, PostRow, AnnotationRow)
        .join(PostRow, EvidenceRow.post_id == PostRow.id)
        .outerjoin(
            AnnotationRow,
            and_(AnnotationRow.post_id == PostRow.id, AnnotationRow.current.is_(True)),
        )
        .where(EvidenceRow.report_id == report_id)
        .order_by(PostRow.posted_at.is_(None), PostRow.posted_at, PostRow.id)
        .limit(limit)
    )
    return [(evidence, post, annotation) for evidence, post, annotation in rows]


def open_reports_like(session: Session, report: ReportRow, limit: int) -> list[ReportRow]:
    """Other drafts and verified reports of the same category in the same smallest area."""
    if report.place_code is None:
        return []
    return list(
        session.scalars(
            select(ReportRow)
            .where(
                ReportRow.id != report.id,
                ReportRow.category == report.category,
                ReportRow.place_code == report.place_code,
                ReportRow.state.in_(("draf", "diverifikasi", "dikirim", "menunggu", "proses")),
            )
            .order_by(ReportRow.last_at.desc(), ReportRow.id)
            .limit(limit)
        )
    )


def newest_drafts(session: Session, areas: tuple[str, ...], limit: int) -> list[ReportRow]:
    """The most urgent drafts of concern to ``areas``, of those the ones with the latest posts."""
    query = select(ReportRow).where(ReportRow.state == "draf", of_concern_to(areas))
    latest = func.coalesce(ReportRow.last_at, ReportRow.created_at)
    return list(
        session.scalars(
            query.order_by(ReportRow.urgency.desc(), latest.desc(), ReportRow.id).limit(limit)
        )
    )


def first_excerpts(session: Session, report_ids: Iterable[int]) -> dict[int, str]:
    """The excerpt of the first post stored as evidence, by report id."""
    first = (
        select(EvidenceRow.report_id, func.min(EvidenceRow.post_id).label("post_id"))
        .where(EvidenceRow.report_id.in_(list(report_ids)))
        .group_by(EvidenceRow.report_id)
        .subquery()
    )
    rows = session.execute(
        select(EvidenceRow.report_id, EvidenceRow.excerpt).join(
            first,
            (EvidenceRow.report_id == first.c.report_id) & (EvidenceRow.post_id == first.c.post_id),
        )
    )
    return {row.report_id: row.excerpt for row in rows}
