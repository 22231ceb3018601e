"""Polls: what is asked, and the ballots that came back. A ballot names no person."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, utc_now

QUESTION_TYPES = ("single", "multiple", "scale", "ranking", "number", "text", "statement")
POLL_STATES = ("draft", "open", "closed")
CHANNELS = ("web", "social")


class PollRow(Base):
    """One poll. Texts are ``{"id": …, "en": …}``."""

    __tablename__ = "poll"
    __table_args__ = (CheckConstraint(f"state IN {POLL_STATES!r}", name="known_state"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[dict[str, Any]]
    introduction: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(16), default="draft")
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    # open, invitation, area, account
    eligibility: Mapped[str] = mapped_column(String(16), default="open")
    sealed: Mapped[bool] = mapped_column(Boolean, default=False)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class QuestionRow(Base):
    """One question of a poll, in its order."""

    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("poll_id", "position"),
        CheckConstraint(f"type IN {QUESTION_TYPES!r}", name="known_type"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"))
    position: Mapped[int]
    type: Mapped[str] = mapped_column(String(16))
    text: Mapped[dict[str, Any]]
    required: Mapped[bool] = mapped_column(Boolean, default=False)


class OptionRow(Base):
    """One possible answer to a question, or one statement to agree or disagree with."""

    __tablename__ = "option"
    __table_args__ = (
        UniqueConstraint("question_id", "position"),
        UniqueConstraint("question_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    position: Mapped[int]
    text: Mapped[dict[str, Any]]


class BallotRow(Base):
    """One ballot, cast once. Set aside means shown apart with its reason, never deleted."""

    __tablename__ = "ballot"
    __table_args__ = (
        UniqueConstraint("poll_id", "channel", "idempotency_key"),
        CheckConstraint(f"channel IN {CHANNELS!r}", name="known_channel"),
        Index("ix_ballot_poll_id_channel", "poll_id", "channel"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"))
    channel: Mapped[str] = mapped_column(String(16))
    idempotency_key: Mapped[str] = mapped_column(String(64))
    receipt: Mapped[str] = mapped_column(String(64), unique=True)
    cast_at: Mapped[datetime] = mapped_column(default=utc_now)
    set_aside_reason: Mapped[str | None] = mapped_column(Text)


class AnswerRow(Base):
    """One answer on a ballot: an option (with a rank or a stance), a number or words."""

    __tablename__ = "answer"
    __table_args__ = (
        # An option of another question can never be chosen, whatever a form sends.
        ForeignKeyConstraint(["question_id", "option_id"], ["option.question_id", "option.id"]),
        Index("ix_answer_ballot_id", "ballot_id"),
        Index("ix_answer_question_id_option_id", "question_id", "option_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    option_id: Mapped[int | None] = mapped_column(BigId)
    rank: Mapped[int | None]
    number: Mapped[float | None]
    text: Mapped[str | None] = mapped_column(Text)
