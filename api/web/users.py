"""Users, for administrators: add, change, stop and let in again, reset a password."""

import re
import secrets
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from api.auth import allowed, known_viewer
from api.context import context
from api.csv_export import csv_response
from api.passwords import hash_password
from api.web.paging import ROW_ID
from models import UserAreaRow, UserRoleRow, UserRow
from models.audit import record
from models.labels import ROLES
from models.session import take_turn
from models.user import active_administrators, all_users, user_by_id, user_by_name

pages = Blueprint("users", __name__)

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


@dataclass(frozen=True, slots=True)
class UserForm:
    """What an administrator filled in about a user."""

    username: str
    name: str
    roles: tuple[str, ...]
    areas: tuple[str, ...]
    active: bool


@pages.get("/admin/pengguna")
@allowed("users.manage")
def show() -> ResponseReturnValue:
    """Everybody who has a log-in."""
    with context().db.reading() as session:
        people = all_users(session)
    return render_template("users.html", people=people)


@pages.get("/admin/pengguna.csv")
@allowed("users.manage")
def export() -> ResponseReturnValue:
    """The same list as a file."""
    with context().db.reading() as session:
        people = all_users(session)
    header = ("username", "name", "roles", "areas", "active", "created_at", "last_login_at")
    rows = (
        [
            user.username,
            user.name,
            " ".join(sorted(user.role_names)),
            " ".join(user.area_codes),
            user.active,
            user.created_at,
            user.last_login_at,
        ]
        for user in people
    )
    return csv_response("pengguna", header, rows)


@pages.route("/admin/pengguna/tambah", methods=["GET", "POST"])
@allowed("users.manage")
def add() -> ResponseReturnValue:
    """Add a user; their first password is made here and shown once."""
    if request.method == "GET":
        return _form_page(None, UserForm("", "", (), (), True), {})
    form = _filled()
    errors = _faults(form)
    if not _USERNAME.fullmatch(form.username):
        errors["username"] = _("Pakai 2 sampai 64 huruf kecil, angka, titik, atau tanda hubung.")
    if errors:
        return _form_page(None, form, errors), 422
    password = _first_password()
    password_hash = hash_password(password, form.username)
    with context().db.writing() as session:
        if user_by_name(session, form.username) is not None:
            errors["username"] = _("Nama pengguna ini sudah dipakai.")
        else:
            user = UserRow(username=form.username, name=form.name, password_hash=password_hash)
            _apply(user, form)
            session.add(user)
            session.flush()
            record(session, known_viewer().actor.name, "user.add", "user", user.id, **_detail(form))
    if errors:
        return _form_page(None, form, errors), 422
    return render_template("user_password.html", username=form.username, password=password)


@pages.route(f"/admin/pengguna/<{ROW_ID}:user_id>", methods=["GET", "POST"])
@allowed("users.manage")
def edit(user_id: int) -> ResponseReturnValue:
    """Change a user's name, roles and areas, or stop them from signing in."""
    if request.method == "GET":
        with context().db.reading() as session:
            user = user_by_id(session, user_id) or abort(404)
            areas, roles = user.area_codes, tuple(sorted(user.role_names))
            form = UserForm(user.username, user.name, roles, areas, user.active)
        return _form_page(user, form, {})
    form = _filled()
    errors = _faults(form)
    with context().db.writing() as session:
        # Two who take each other's rights at once would both see the other still there.
        take_turn(session, "administrators")
        user = user_by_id(session, user_id) or abort(404)
        was_administrator = user.active and "administrator" in user.role_names
        stays = form.active and "administrator" in form.roles
        if was_administrator and not stays and active_administrators(session) <= 1:
            errors["roles"] = _("Ini administrator terakhir: angkat dahulu yang lain.")
        if not errors:
            changed = (user.active, user.role_names, user.area_codes) != (
                form.active,
                frozenset(form.roles),
                form.areas,
            )
            _apply(user, form)
            # Rights taken away must not live on in an open session.
            user.session_version += 1 if changed and user.id != known_viewer().id else 0
            record(
                session, known_viewer().actor.name, "user.change", "user", user.id, **_detail(form)
            )
    if errors:
        return _form_page(user, form, errors), 422
    flash(_("Perubahan untuk %(name)s disimpan.", name=form.name), "done")
    return redirect(url_for("users.show"), 303)


@pages.post(f"/admin/pengguna/<{ROW_ID}:user_id>/kata-sandi")
@allowed("users.manage")
def reset_password(user_id: int) -> ResponseReturnValue:
    """Give a user a new password, shown once; their open sessions end."""
    password = _first_password()
    with context().db.writing() as session:
        user = user_by_id(session, user_id) or abort(404)
        user.password_hash = hash_password(password, user.username)
        user.session_version += 1
        record(session, known_viewer().actor.name, "user.reset_password", "user", user.id)
        username = user.username
    return render_template("user_password.html", username=username, password=password)


def _form_page(user: UserRow | None, form: UserForm, errors: dict[str, str]) -> str:
    return render_template("user.html", user=user, form=form, errors=errors, roles=ROLES)


def _filled() -> UserForm:
    return UserForm(
        username=request.form.get("username", "").strip().lower(),
        name=" ".join(request.form.get("name", "").split())[:120],
        roles=tuple(role for role in ROLES if role in request.form.getlist("roles")),
        areas=tuple(sorted({code for code in request.form.getlist("areas") if code})),
        active=request.form.get("active") == "1",
    )


def _faults(form: UserForm) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not form.name:
        errors["name"] = _("Isi nama lengkapnya.")
    if not form.roles:
        errors["roles"] = _("Pilih paling sedikit satu peran.")
    if any(code not in context().city.areas for code in form.areas):
        errors["areas"] = _("Ada wilayah yang tidak dikenal.")
    return errors


def _apply(user: UserRow, form: UserForm) -> None:
    user.name, user.active = form.name, form.active
    kept = {role.role: role for role in user.roles}
    user.roles = [kept.get(role) or UserRoleRow(role=role) for role in form.roles]
    held = {area.place_code: area for area in user.areas}
    user.areas = [held.get(code) or UserAreaRow(place_code=code) for code in form.areas]


def _detail(form: UserForm) -> dict[str, object]:
    roles, areas = list(form.roles), list(form.areas)
    return {"username": form.username, "roles": roles, "areas": areas, "active": form.active}


def _first_password() -> str:
    """A password that can be read out: four groups of five signs, about 98 bits."""
    signs = "abcdefghjkmnpqrstuvwxyz23456789"
    groups = ("".join(secrets.choice(signs) for _sign in range(5)) for _group in range(4))
    return "-".join(groups)
