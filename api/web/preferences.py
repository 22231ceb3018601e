"""Language and theme: two cookies that say nothing about the person."""

from collections.abc import Mapping

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from api.auth import safe_path, viewer
from api.context import context
from api.language import COOKIE, COOKIE_SECONDS, LANGUAGES
from api.web.shell import THEME_COOKIE, THEMES
from models.user import user_by_id

pages = Blueprint("preferences", __name__)


@pages.post("/bahasa")
def choose_language() -> ResponseReturnValue:
    """Remember a language in a cookie, and with the person where somebody is signed in."""
    answer, chosen = _remember(COOKIE, request.form.get("bahasa"), LANGUAGES)
    person = viewer()
    if chosen is not None and person is not None and person.language != chosen:
        with context().db.writing() as session:
            user = user_by_id(session, person.id)
            if user is not None:
                user.language = chosen
    return answer


@pages.post("/tema")
def choose_theme() -> ResponseReturnValue:
    """Remember a theme in a cookie."""
    return _remember(THEME_COOKIE, request.form.get("tema"), THEMES)[0]


def _remember(
    cookie: str, chosen: str | None, known: Mapping[str, object]
) -> tuple[Response, str | None]:
    """Back to the page, with a cookie if the choice is one that there is."""
    answer = redirect(safe_path(request.form.get("kembali")) or "/", 303)
    if chosen is None or chosen not in known:
        return answer, None
    answer.set_cookie(
        cookie,
        chosen,
        max_age=COOKIE_SECONDS,
        secure=context().config.https,
        httponly=True,
        samesite="Lax",
    )
    return answer, chosen
