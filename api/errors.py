"""Every error has a page in plain words, in the reader's language, that says what to do."""

import logging
from dataclasses import dataclass
from math import ceil
from time import time

from flask import Flask, Response, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l  # type: ignore[import-untyped]
from flask_babel import ngettext as _n
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from werkzeug.exceptions import HTTPException, InternalServerError

from api.auth import safe_path, viewer
from api.protection import limiter
from api.typed import form_page, typed_words

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Words:
    """The title of an error page and what the reader can do."""

    title: str
    advice: str


WORDS: dict[int, Words] = {
    400: Words(
        _l("Permintaan ini tidak dapat dibaca"),
        _l("Kembali ke halaman sebelumnya, muat ulang, lalu coba sekali lagi."),
    ),
    401: Words(
        _l("Sesi Anda sudah berakhir"),
        _l("Belum ada yang disimpan. Masuk lagi, lalu kirim ulang."),
    ),
    403: Words(
        _l("Halaman ini bukan untuk peran Anda"),
        _l("Minta administrator menambahkan peran atau wilayah jika Anda memerlukannya."),
    ),
    404: Words(
        _l("Halaman ini tidak ada"),
        _l("Periksa alamatnya, atau mulai lagi dari Ringkasan."),
    ),
    405: Words(
        _l("Tindakan ini tidak dapat dibuka langsung"),
        _l("Kembali ke halaman sebelumnya dan gunakan tombolnya."),
    ),
    413: Words(
        _l("Isian terlalu besar"),
        _l("Persingkat isian lalu kirim lagi. Berkas dimasukkan lewat baris perintah."),
    ),
    429: Words(
        _l("Terlalu banyak percobaan"),
        _l("Tunggu beberapa menit, lalu coba lagi. Tidak ada data yang hilang."),
    ),
    500: Words(
        _l("Ada kesalahan di pihak kami"),
        _l("Yang sudah tersimpan tetap aman. Coba lagi; bila terulang, beri tahu administrator."),
    ),
    503: Words(
        _l("Basis data sedang tidak dapat dihubungi"),
        _l("Yang sudah tersimpan tetap aman. Halaman ini akan kembali begitu tersambung lagi."),
    ),
}
_STALE_FORM = Words(
    _l("Formulir ini sudah kedaluwarsa"),
    _l("Belum ada yang disimpan. Buka lagi formulirnya, lalu kirim ulang."),
)


def init_errors(app: Flask) -> None:
    """Answer every error with its page (under ``/api/`` and ``/open311/``: problem details)."""
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(InterfaceError, _database_away)
    app.register_error_handler(NoFreeConnection, _database_away)
    app.register_error_handler(Exception, _unforeseen)


def _stale_form(error: CSRFError) -> ResponseReturnValue:
    # Without a session there is no token to compare with: that is no forgery, they were away.
    away = viewer() is None and request.endpoint != "sign_in.enter"
    return _answer(400, WORDS[401] if away else _STALE_FORM)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code < 400:
        return error
    words = WORDS.get(code) or WORDS[400 if code < 500 else 500]
    if code == 429 and (waits := _minutes_to_wait()):
        title = str(words.title)
        advice = _n(
            "Coba lagi dalam %(num)d menit. Tidak ada data yang hilang.",
            "Coba lagi dalam %(num)d menit. Tidak ada data yang hilang.",
            waits,
        )
        words = Words(title, advice)
    response = _answer(code, words)
    for name, value in error.get_headers():
        # Allow, Retry-After and the like belong to the answer, whatever it looks like.
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _minutes_to_wait() -> int:
    """Whole minutes until the limit that was reached lets this visitor in again; 0: not known."""
    limit = limiter.current_limit
    return max(1, ceil((limit.reset_at - time()) / 60)) if limit else 0


def _database_away(error: Exception) -> ResponseReturnValue:
    log.error("the database cannot be used: %s", error)
    g.database_away = True
    response = _answer(503, WORDS[503])
    response.headers["Retry-After"] = "30"
    return response


def _unforeseen(error: Exception) -> ResponseReturnValue:
    log.exception("%s %s failed", request.method, request.path, exc_info=error)
    return _http_error(InternalServerError())


def _answer(code: int, words: Words) -> Response:
    if request.path.startswith(("/api/", "/open311/")):
        response = jsonify(type="about:blank", title=str(words.title), status=code)
        response.mimetype = "application/problem+json"
    else:
        response = Response(
            render_template(
                "error.html",
                code=code,
                words=words,
                sign_in_again=words is WORDS[401],
                typed=typed_words() if code in (400, 401) else (),
                form_page=safe_path(form_page()) if code in (400, 401) else None,
            ),
            mimetype="text/html",
        )
    response.status_code = code
    return response
