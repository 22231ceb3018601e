"""Signing in and out, and the decorator that keeps a page for those who may see it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, cast

from flask import Flask, Response, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import (  # type: ignore[import-untyped]
    LoginManager,
    current_user,
    login_user,
    logout_user,
)

from api.context import context
from api.passwords import renewed_hash, verify_password
from api.permissions import Permission, may
from api.typed import typed_words
from models import Actor, ReportRow, UserRow, utc_now
from models.audit import record
from models.user import user_by_id, user_by_name
from reports import may_verify

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]


@dataclass(frozen=True, slots=True)
class Viewer:
    """The signed-in person, as far as pages need to know; what Flask-Login calls the user."""

    id: int
    username: str
    name: str
    roles: frozenset[str]
    areas: tuple[str, ...]
    language: str
    session_version: int

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the session cookie says: a raised session version makes every old cookie void."""
        return f"{self.id}.{self.session_version}"

    def may(self, permission: Permission) -> bool:
        """Whether this person has ``permission``."""
        return may(self.roles, permission)

    def may_see(self, report: ReportRow) -> bool:
        """Whether this person may read a report: verifiers of some areas read those of theirs."""
        return self.may("reports.view") and may_verify(self.report_areas, report)

    def may_decide_on(self, report: ReportRow) -> bool:
        """Whether this person may decide about a report."""
        return self.may("reports.decide") and may_verify(self.decision_areas, report)

    @property
    def actor(self) -> Actor:
        """This person as the audit log names them."""
        return Actor(name=f"user:{self.username}", user_id=self.id)

    @property
    def report_areas(self) -> tuple[str, ...]:
        """The areas whose reports this person reads; empty means the whole city."""
        return () if self.roles & {"administrator", "official"} else self.areas

    @property
    def decision_areas(self) -> tuple[str, ...]:
        """The areas that this person decides in; empty means the whole city.

        Who is an official too reads on beyond them, and decides no further for it.
        """
        return () if "administrator" in self.roles else self.areas


def as_viewer(user: UserRow) -> Viewer:
    """The viewer that a user row describes."""
    return Viewer(
        id=user.id,
        username=user.username,
        name=user.name,
        roles=user.role_names,
        areas=user.area_codes,
        language=user.language,
        session_version=user.session_version,
    )


def init_auth(app: Flask) -> None:
    """Connect Flask-Login to the user table."""
    manager = LoginManager()
    manager.session_protection = "basic"
    manager.user_loader(_load)
    # Its own template variable would ask the database again on the page that says it is away.
    manager.init_app(app, add_context_processor=False)


def _load(token: str) -> Viewer | None:
    id_text, _, version = token.partition(".")
    if not (id_text.isdecimal() and version.isdecimal()):
        return None
    with context().db.reading() as db_session:
        user = user_by_id(db_session, int(id_text))
    if user is None or not user.active or user.session_version != int(version):
        return None
    return as_viewer(user)


def viewer() -> Viewer | None:
    """The signed-in person of this request, or ``None``.

    Also ``None`` once the database has proved to be away: its error page must not ask it again.
    """
    if g.get("database_away") or not current_user or not current_user.is_authenticated:
        return None
    return cast(Viewer, current_user._get_current_object())


def known_viewer() -> Viewer:
    """The signed-in person of a page that only such a person can reach."""
    person = viewer()
    if person is None:
        abort(403)
    return person


def sign_in(username: str, password: str) -> Viewer | None:
    """Check name and password; open a fresh session, or return ``None`` for whatever is wrong."""
    db = context().db
    with db.reading() as db_session:
        found = user_by_name(db_session, username)
        stored = found.password_hash if found is not None and found.active else None
    if not verify_password(stored, password):
        return None
    with db.writing() as db_session:
        user = user_by_name(db_session, username)
        if user is None or not user.active:
            return None
        user.last_login_at = utc_now()
        user.password_hash = renewed_hash(user.password_hash, password) or user.password_hash
        record(db_session, f"user:{user.username}", "user.sign_in", "user", user.id)
        person = as_viewer(user)
    open_session(person)
    return person


def open_session(person: Viewer) -> None:
    """Give this browser a session of its own; what an earlier one held is dropped."""
    session.clear()
    session.permanent = True
    login_user(person)


def sign_out() -> None:
    """End this browser's session."""
    logout_user()
    session.clear()


def allowed(permission: Permission) -> Callable[[View[P]], View[P]]:
    """Keep a view for those with ``permission``: others sign in first, or are refused."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            person = viewer()
            if person is None:
                return to_sign_in()
            if not person.may(permission):
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return decorate


def signed_in(view: View[P]) -> View[P]:
    """Keep a view for anybody who has signed in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        return to_sign_in() if viewer() is None else view(*args, **kwargs)

    return guarded


def to_sign_in() -> Response:
    """Send somebody to the sign-in page and, if they were reading, back here afterwards."""
    if typed_words():
        # A redirect would lose what they wrote: the page for 401 shows it.
        abort(401)
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    target = url_for("sign_in.show", lanjut=None if here == "/" else here)
    return cast(Response, redirect(target, 303))


def safe_path(target: str | None) -> str | None:
    """``target`` if it is a path on this very site, else ``None``."""
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return None
    return None if any(ord(sign) < 32 for sign in target) or "\\" in target else target
