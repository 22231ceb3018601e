"""Signing in and out."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]
from flask_limiter.util import get_remote_address

from api.auth import safe_path, sign_in, sign_out, viewer
from api.protection import (
    ATTEMPTS_PER_ADDRESS,
    ATTEMPTS_PER_NAME,
    failed,
    limiter,
    name_of_attempt,
)

pages = Blueprint("sign_in", __name__)


@pages.get("/masuk")
def show() -> ResponseReturnValue:
    """The sign-in form."""
    onward = safe_path(request.args.get("lanjut"))
    if viewer() is not None:
        return redirect(onward or url_for("summary.show"), 303)
    return render_template("sign_in.html", onward=onward, username="", wrong=False)


@pages.post("/masuk")
@limiter.limit(ATTEMPTS_PER_ADDRESS, key_func=get_remote_address, deduct_when=failed)
@limiter.limit(ATTEMPTS_PER_NAME, key_func=name_of_attempt, deduct_when=failed)
def enter() -> ResponseReturnValue:
    """Sign in, or say that it did not work without saying what was wrong."""
    username = request.form.get("username", "")
    onward = safe_path(request.form.get("lanjut"))
    person = sign_in(username, request.form.get("password", ""))
    if person is None:
        form = render_template("sign_in.html", onward=onward, username=username, wrong=True)
        return form, 422
    return redirect(onward or url_for("summary.show"), 303)


@pages.post("/keluar")
def leave() -> ResponseReturnValue:
    """Sign out of this browser."""
    sign_out()
    flash(_("Anda telah keluar."), "done")
    return redirect(url_for("sign_in.show"), 303)
