"""People and programs that may do things: users, their roles and areas, API keys."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, BigId, utc_now
from models.labels import ROLES


class UserRow(Base):
    """A person with a log-in. ``password_hash`` is Argon2id."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2), default="id")
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    demo: Mapped[bool] = mapped_column(Boolean, default=False)
    # Part of every session cookie: raising it signs the user out everywhere.
    session_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_login_at: Mapped[datetime | None]

    roles: Mapped[list["UserRoleRow"]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    areas: Mapped[list["UserAreaRow"]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    @property
    def role_names(self) -> frozenset[str]:
        """The roles this user has."""
        return frozenset(role.role for role in self.roles)

    @property
    def area_codes(self) -> tuple[str, ...]:
        """The areas a verifier works on; empty means the whole city."""
        return tuple(sorted(area.place_code for area in self.areas))


class UserRoleRow(Base):
    """A role of a user."""

    __tablename__ = "user_role"
    __table_args__ = (CheckConstraint(f"role IN {ROLES!r}", name="known_role"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(32), primary_key=True)


class UserAreaRow(Base):
    """An area that a verifier works on."""

    __tablename__ = "user_area"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    place_code: Mapped[str] = mapped_column(String(32), primary_key=True)


class ApiKeyRow(Base):
    """A program's key: only a hash is kept; ``prefix`` finds it, ``scopes`` bound it."""

    __tablename__ = "api_key"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    prefix: Mapped[str] = mapped_column(String(16), unique=True)
    key_sha256: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[str]]
    demo: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


def user_by_name(session: Session, username: str) -> UserRow | None:
    """The user with this name, whatever its case."""
    return session.scalar(select(UserRow).where(UserRow.username == username.strip().lower()))


def api_key_by_prefix(session: Session, prefix: str) -> ApiKeyRow | None:
    """The key with this prefix, revoked or not."""
    return session.scalar(select(ApiKeyRow).where(ApiKeyRow.prefix == prefix))


def user_by_id(session: Session, user_id: int) -> UserRow | None:
    """The user with this id."""
    return session.get(UserRow, user_id)


def all_users(session: Session) -> list[UserRow]:
    """Every user, those who may sign in first, then by name."""
    return list(session.scalars(select(UserRow).order_by(UserRow.active.desc(), UserRow.username)))


def active_administrators(session: Session) -> int:
    """How many people can still manage users."""
    return len(
        session.scalars(
            select(UserRow.id)
            .join(UserRoleRow, UserRoleRow.user_id == UserRow.id)
            .where(UserRow.active, UserRoleRow.role == "administrator")
        ).all()
    )


def names_of_users(session: Session, user_ids: Iterable[int]) -> dict[int, str]:
    """Full names by user id."""
    rows = session.execute(select(UserRow.id, UserRow.name).where(UserRow.id.in_(list(user_ids))))
    return {row.id: row.name for row in rows}
