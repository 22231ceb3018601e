"""Commands about who may do what: people with log-ins, programs with keys."""

import getpass
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from api import WeakPassword, hash_password, make_key, revoke_key
from jajak.house import chosen_city, ready_database
from jajak.settings import load_settings
from models import ApiKeyRow, UserAreaRow, UserRoleRow, UserRow
from models.audit import record
from models.labels import ROLES, SCOPES
from models.user import user_by_name

users = typer.Typer(no_args_is_help=True, help="People who may sign in.")
keys = typer.Typer(no_args_is_help=True, help="Keys of programs that use the API.")
_say = Console(stderr=True, highlight=False)


@users.command("add")
def add_user(
    username: str,
    name: Annotated[str, typer.Option(prompt="Full name", help="Name shown on pages.")],
    role: Annotated[list[str], typer.Option(help=f"Any of: {', '.join(ROLES)}.")],
    area: Annotated[
        list[str] | None, typer.Option(help="Area code a verifier works on; none: all.")
    ] = None,
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)
    ] = "",
) -> None:
    """Add a person who may sign in. The password is asked for, not shown."""
    settings = load_settings()
    city = chosen_city(settings)
    for given, known, what in ((role, ROLES, "role"), (area or [], city.areas, "area")):
        unknown = [value for value in given if value not in known]
        if unknown:
            raise typer.BadParameter(f"unknown {what}: {', '.join(unknown)}")
    try:
        password_hash = hash_password(password, username)
    except WeakPassword as error:
        raise typer.BadParameter(str(error)) from error
    db = ready_database(settings)
    with db.writing() as session:
        if user_by_name(session, username):
            raise typer.BadParameter(f"there is a user {username} already")
        user = UserRow(
            username=username.strip().lower(),
            name=name,
            password_hash=password_hash,
            roles=[UserRoleRow(role=one) for one in sorted(set(role))],
            areas=[UserAreaRow(place_code=code) for code in sorted(set(area or []))],
        )
        session.add(user)
        session.flush()
        record(session, f"cli:{getpass.getuser()}", "user.add", "user", user.id, roles=role)
    _say.print(f"added {username} ({', '.join(role)})")


@users.command("list")
def list_users() -> None:
    """The people who may sign in."""
    db = ready_database(load_settings())
    shown = Table("username", "name", "roles", "areas", "active")
    with db.reading() as session:
        for user in session.scalars(select(UserRow).order_by(UserRow.username)):
            shown.add_row(
                user.username,
                user.name,
                ", ".join(sorted(user.role_names)),
                ", ".join(user.area_codes),
                "yes" if user.active else "no",
            )
    Console().print(shown)


@keys.command("add")
def add_key(
    name: str,
    scope: Annotated[list[str], typer.Option(help=f"Any of: {', '.join(SCOPES)}.")],
) -> None:
    """Make a key for a program; it is shown once, on standard output."""
    unknown = [value for value in scope if value not in SCOPES]
    if unknown:
        raise typer.BadParameter(f"unknown scope: {', '.join(unknown)}")
    db = ready_database(load_settings())
    with db.writing() as session:
        row, plain = make_key(session, name, tuple(scope))
        session.flush()
        record(session, f"cli:{getpass.getuser()}", "key.add", "api_key", row.id, scopes=scope)
    _say.print("Keep this key; it cannot be shown again:")
    typer.echo(plain)


@keys.command("list")
def list_keys() -> None:
    """The keys that were made, without the keys themselves."""
    db = ready_database(load_settings())
    shown = Table("prefix", "name", "scopes", "last used (UTC)", "revoked (UTC)")
    with db.reading() as session:
        for key in session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.id)):
            shown.add_row(
                key.prefix,
                key.name,
                ", ".join(key.scopes),
                f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never",
                f"{key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else "",
            )
    Console().print(shown)


@keys.command("revoke")
def take_back_key(prefix: str) -> None:
    """Take a key back: from now on it opens nothing."""
    db = ready_database(load_settings())
    with db.writing() as session:
        key = session.scalar(select(ApiKeyRow).where(ApiKeyRow.prefix == prefix))
        if key is None:
            raise typer.BadParameter(f"no key has the prefix {prefix}: see jajak key list")
        revoke_key(session, key)
        record(session, f"cli:{getpass.getuser()}", "key.revoke", "api_key", key.id)
    _say.print(f"revoked {prefix}")
