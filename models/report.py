"""Draft reports, what people decided about them, and where they were delivered."""

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
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, BigId, utc_now


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


def report_counts(session: Session, areas: tuple[str, ...] = ()) -> dict[str, int]:
    """Number of reports by state, in the given areas (codes of any level; none means all)."""
    query = select(ReportRow.state, func.count(ReportRow.id).label("reports"))
    query = query.group_by(ReportRow.state)
    query = query.where(in_areas(areas)) if areas else query
    return {row.state: row.reports for row in session.execute(query)}


def in_areas(areas: tuple[str, ...]) -> ColumnElement[bool]:
    """The condition that a report lies in one of ``areas``: codes nest by their prefix."""
    return or_(
        *(ReportRow.place_code == code for code in areas),
        *(ReportRow.place_code.startswith(code + ".", autoescape=True) for code in areas),
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
