"""One's own account: language, password, signing out everywhere."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from api.auth import as_viewer, known_viewer, open_session, sign_out, signed_in
from api.context import context
from api.passwords import MAX_LENGTH, MIN_LENGTH, WeakPassword, hash_password, verify_password
from api.protection import ATTEMPTS_PER_NAME, failed, limiter, visitor_name
from models.audit import record
from models.user import user_by_id

pages = Blueprint("account", __name__)


@pages.get("/akun")
@signed_in
def show() -> ResponseReturnValue:
    """The signed-in person's own page."""
    return render_template("account.html", errors={}, min_length=MIN_LENGTH)


@pages.post("/akun/kata-sandi")
@limiter.limit(ATTEMPTS_PER_NAME, key_func=visitor_name, deduct_when=failed)
@signed_in
def change_password() -> ResponseReturnValue:
    """Change one's own password; every other session of this person ends."""
    person = known_viewer()
    current, new = request.form.get("current", ""), request.form.get("new", "")
    with context().db.reading() as session:
        user = user_by_id(session, person.id)
        stored = user.password_hash if user else None
    errors: dict[str, str] = {}
    if not verify_password(stored, current):
        errors["current"] = _("Kata sandi sekarang tidak cocok.")
    elif new == current:
        errors["new"] = _("Pilih kata sandi yang lain dari yang sekarang.")
    if new != request.form.get("again", ""):
        errors["again"] = _("Kedua isian tidak sama.")
    password_hash = ""
    if not errors:
        try:
            password_hash = hash_password(new, person.username)
        except WeakPassword as error:
            errors["new"] = weakness_words(error)
    if errors:
        return render_template("account.html", errors=errors, min_length=MIN_LENGTH), 422
    with context().db.writing() as session:
        user = user_by_id(session, person.id)
        if user is None:
            return redirect(url_for("sign_in.show"), 303)
        user.password_hash = password_hash
        user.session_version += 1
        record(session, person.actor.name, "user.change_password", "user", person.id)
        renewed = as_viewer(user)
    open_session(renewed)
    flash(_("Kata sandi diganti. Sesi Anda di perangkat lain telah diakhiri."), "done")
    return redirect(url_for("account.show"), 303)


@pages.post("/akun/keluar-semua")
@signed_in
def leave_everywhere() -> ResponseReturnValue:
    """End every session of this person, this one too."""
    person = known_viewer()
    with context().db.writing() as session:
        user = user_by_id(session, person.id)
        if user is not None:
            user.session_version += 1
            record(session, person.actor.name, "user.sign_out_everywhere", "user", person.id)
    sign_out()
    flash(_("Anda telah keluar dari semua perangkat."), "done")
    return redirect(url_for("sign_in.show"), 303)


def weakness_words(error: WeakPassword) -> str:
    """Why a password cannot be used, in the page's language."""
    words = {
        "short": _(
            "Terlalu pendek: gunakan paling sedikit %(length)d karakter, misalnya beberapa kata.",
            length=MIN_LENGTH,
        ),
        "long": _("Terlalu panjang: paling banyak %(length)d karakter.", length=MAX_LENGTH),
        "name": _("Jangan memakai nama pengguna di dalam kata sandi."),
        "easy": _("Mudah ditebak: gunakan beberapa kata yang tidak berhubungan."),
    }
    return str(words[error.reason])
