"""The audit log: who did what, when. Rows are only ever added; the database refuses the rest."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, BigId, utc_now


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: ``name`` is ``user:<name>``, ``key:<prefix>``, ``cli:<login>`` or ``system``."""

    name: str
    user_id: int | None = None
    api_key_id: int | None = None


class AuditRow(Base):
    """One deed; ``actor`` is an ``Actor``'s name."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_object_type_object_id", "object_type", "object_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(default=utc_now)
    actor: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(64))
    object_type: Mapped[str] = mapped_column(String(32))
    object_id: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str | None] = mapped_column(Text)


def record(
    session: Session,
    actor: str,
    action: str,
    object_type: str,
    object_id: object,
    **detail: Any,
) -> None:
    """Write one deed into the log, in the transaction that does it."""
    session.add(
        AuditRow(
            actor=actor,
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            detail=detail,
        )
    )


def deeds(session: Session, limit: int = 200) -> list[AuditRow]:
    """The last deeds, newest first."""
    return list(session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)))


@dataclass(frozen=True, slots=True)
class DeedFilter:
    """Which deeds are wanted: by whom (part of the name), of which kind (start of the action)."""

    actor: str | None = None
    action: str | None = None


def find_deeds(
    session: Session, wanted: DeedFilter, before: int | None = None, limit: int = 50
) -> list[AuditRow]:
    """At most ``limit`` deeds, newest first, older than the one with id ``before``."""
    query = select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditRow.id < before)
    if wanted.actor:
        query = query.where(AuditRow.actor.icontains(wanted.actor, autoescape=True))
    if wanted.action:
        query = query.where(AuditRow.action.istartswith(wanted.action, autoescape=True))
    return list(session.scalars(query))
