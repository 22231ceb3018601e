"""Problem details (RFC 9457): the one table of what can go wrong, and how it is said."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from flask import Response, current_app, g, request
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from werkzeug.exceptions import HTTPException, default_exceptions

from api.json.words import Words, language, validation_words
from models.idempotency import StillRunning
from reports import InvalidCorrection, NotPossible, ReportNotFound, StaleReport

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of problem: its HTTP status, its title and what to do about it."""

    status: int
    title: Words
    remedy: Words


def _problem(status: int, id_: str, en: str, remedy_id: str, remedy_en: str) -> Problem:
    return Problem(status, Words(id_, en), Words(remedy_id, remedy_en))


# The codes are part of the API: they never change their meaning and never go away.
PROBLEMS: dict[str, Problem] = {
    "bad-request": _problem(
        400, "Permintaan tidak dapat dibaca", "The request cannot be read",
        "Periksa permintaan: alamat, header, dan isi.",
        "Check the request: its address, headers and body.",
    ),
    "malformed-json": _problem(
        400, "Isi permintaan bukan JSON", "The body is not JSON",
        "Kirim satu objek JSON yang sah dalam UTF-8.",
        "Send one valid JSON object in UTF-8.",
    ),
    "key-missing": _problem(
        401, "Kunci API diperlukan", "An API key is needed",
        "Kirim header Authorization: Bearer jjk_… atau X-API-Key: jjk_….",
        "Send the header Authorization: Bearer jjk_… or X-API-Key: jjk_….",
    ),
    "key-unknown": _problem(
        401, "Kunci API tidak berlaku", "The API key is not valid",
        "Kunci ini tidak dikenal atau sudah dicabut. Mintalah kunci baru kepada administrator.",
        "This key is unknown or revoked. Ask the administrator for a new one.",
    ),
    "scope-missing": _problem(
        403, "Kunci API tidak berwenang", "The API key may not do this",
        "Mintalah kunci dengan cakupan yang disebut kepada administrator.",
        "Ask the administrator for a key with the scope that is named.",
    ),
    "not-found": _problem(
        404, "Tidak ditemukan", "Not found",
        "Periksa alamat dan nomor yang diminta.", "Check the address and the id.",
    ),
    "method-not-allowed": _problem(
        405, "Metode tidak didukung di alamat ini", "This address has no such method",
        "Header Allow menyebut metode yang dapat dipakai.",
        "The Allow header names the methods that can be used.",
    ),
    "stale": _problem(
        409, "Laporan sudah berubah", "The report has changed",
        "Ambil laporan itu lagi, lihat perubahannya, lalu kirim dengan revisi yang baru.",
        "Get the report again, look at what changed, and send with its new revision.",
    ),
    "not-possible": _problem(
        409, "Tidak dapat dilakukan pada keadaan ini", "Not possible in this state",
        "Ambil laporan itu lagi dan lihat keadaannya.",
        "Get the report again and look at its state.",
    ),
    "idempotency-running": _problem(
        409, "Permintaan yang sama masih dikerjakan", "The same request is still running",
        "Tunggu sebentar, lalu kirim lagi dengan Idempotency-Key yang sama.",
        "Wait a moment, then send again with the same Idempotency-Key.",
    ),
    "gone": _problem(
        410, "Pos sudah dihapus di sumbernya", "The post was deleted at its source",
        "Hapus juga salinan Anda.", "Delete your copy as well.",
    ),
    "too-large": _problem(
        413, "Isi permintaan terlalu besar", "The body is too large",
        "Kirim paling banyak 64 KiB.", "Send at most 64 KiB.",
    ),
    "unsupported-media-type": _problem(
        415, "Jenis isi tidak didukung", "This media type is not supported",
        "Kirim header Content-Type: application/json.",
        "Send the header Content-Type: application/json.",
    ),
    "invalid": _problem(
        422, "Ada isian yang tidak dapat dipakai", "Some values cannot be used",
        "Setiap isian disebut di errors.", "Each of them is named in errors.",
    ),
    "cursor-invalid": _problem(
        422, "Kursor tidak berlaku", "The cursor is not valid",
        "Pakai kursor persis seperti yang diberikan, dengan saringan yang sama; "
        "atau mulai lagi tanpa kursor.",
        "Use a cursor exactly as it was given, with the same filters; or start without one.",
    ),
    "idempotency-reused": _problem(
        422, "Idempotency-Key sudah dipakai untuk permintaan lain",
        "This Idempotency-Key was used for another request",
        "Pakai satu kunci untuk satu permintaan.", "Use one key for one request.",
    ),
    "precondition-required": _problem(
        428, "Revisi laporan harus disebut", "The report's revision must be named",
        "Kirim If-Match dengan ETag laporan, atau revision di dalam isi.",
        "Send If-Match with the report's ETag, or revision in the body.",
    ),
    "rate-limited": _problem(
        429, "Terlalu banyak permintaan", "Too many requests",
        "Tunggu selama detik yang disebut di Retry-After.",
        "Wait for the seconds that Retry-After names.",
    ),
    "internal": _problem(
        500, "Ada kesalahan di sisi kami", "Something went wrong on our side",
        "Kesalahan ini sudah dicatat. Coba lagi nanti.",
        "The error has been logged. Try again later.",
    ),
    "unavailable": _problem(
        503, "Layanan sedang tidak tersedia", "The service is not available",
        "Coba lagi sesudah detik yang disebut di Retry-After.",
        "Try again after the seconds that Retry-After names.",
    ),
}  # fmt: skip

_CODE_OF_STATUS = {
    400: "bad-request",
    401: "key-missing",
    403: "scope-missing",
    404: "not-found",
    405: "method-not-allowed",
    410: "gone",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid",
    428: "precondition-required",
    429: "rate-limited",
    500: "internal",
    503: "unavailable",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One value that cannot be used: where it stands, its stable code, what is wrong with it.

    ``pointer`` is a JSON pointer into the body (``/revision``) or names a parameter
    (``#query/limit``).
    """

    pointer: str
    code: str
    detail: Words


@dataclass(eq=False)
class ApiProblem(Exception):
    """Raised by a view: a code of ``PROBLEMS`` and, where there is more to say, in what case."""

    code: str
    detail: Words | None = None
    faults: tuple[Fault, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


def problem_url(code: str) -> str:
    """The stable address of a kind of problem; it answers with what the problem means."""
    return f"{request.script_root}/api/v1/problems/{code}"


def problem_response(error: Exception) -> Response:
    """Any error as problem details, in the language that the client prefers."""
    problem = as_problem(error)
    kind = PROBLEMS[problem.code]
    status = kind.status
    if isinstance(error, HTTPException) and error.code and problem.code == "bad-request":
        status = error.code
    if status >= 500:
        current_app.logger.error("%s %s failed", request.method, request.path, exc_info=error)
    speak = language()
    body: dict[str, Any] = {
        "type": problem_url(problem.code),
        "title": kind.title.to(speak),
        "status": status,
        "detail": (problem.detail or kind.remedy).to(speak),
        "instance": request.script_root + request.path,
        "code": problem.code,
    }
    if problem.faults:
        body["errors"] = [
            {"pointer": f.pointer, "code": f.code, "detail": f.detail.to(speak)}
            for f in problem.faults
        ]
    body |= problem.extra
    response = Response(json.dumps(body, ensure_ascii=False), status, mimetype=MEDIA_TYPE)
    response.headers["Content-Language"] = speak
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept-Language")
    response.headers.update(problem.headers)
    g.json_api_retry_after = problem.headers.get("Retry-After")
    return response


def as_problem(error: Exception) -> ApiProblem:
    """The problem that an exception of ours, of a library or of nobody means to a client."""
    if isinstance(error, ApiProblem):
        return error
    if isinstance(error, HTTPException):
        return _from_http(error)
    for kind, meaning in _FROM_ROOMS.items():
        if isinstance(error, kind):
            return meaning(error)
    return ApiProblem("internal")


# The one table of what the rooms' own errors, and the database's, mean to a client.
_FROM_ROOMS: dict[type[Exception], Callable[[Any], ApiProblem]] = {
    ReportNotFound: lambda _: ApiProblem("not-found"),
    StaleReport: lambda error: ApiProblem("stale", extra={"revision": error.revision}),
    NotPossible: lambda error: ApiProblem("not-possible", _indonesian(error.message)),
    InvalidCorrection: lambda error: ApiProblem(
        "invalid",
        faults=tuple(
            Fault(f"/{_escape(name)}", "refused", _indonesian(text))
            for name, text in error.errors.items()
        ),
    ),
    StillRunning: lambda _: ApiProblem("idempotency-running", headers={"Retry-After": "1"}),
    DBAPIError: lambda _: ApiProblem("unavailable", headers={"Retry-After": "5"}),
    NoFreeConnection: lambda _: ApiProblem("unavailable", headers={"Retry-After": "5"}),
}


def _indonesian(text: str) -> Words:
    """Words that a room has in Indonesian only: better said so than left out."""
    return Words(text, f"In Indonesian: {text}")


def _from_http(error: HTTPException) -> ApiProblem:
    code = _CODE_OF_STATUS.get(error.code or 500, "bad-request")
    if (error.code or 500) >= 500 and code == "bad-request":
        code = "internal"
    kept = {"Allow", "Retry-After", "WWW-Authenticate"}
    headers = {name: value for name, value in error.get_headers() if name in kept}
    return ApiProblem(code, headers=headers)


# Where the values of a request's model stood, by how the model's name ends.
_PLACES = {"Body": "", "Headers": "#header", "Query": "#query"}


def refuse_request(error: ValidationError) -> NoReturn:
    """Raise what the models of a request found wrong with it, as a problem.

    What an address cannot hold leads nowhere: such a path is not found.
    """
    if error.title.endswith("Path"):
        raise ApiProblem("not-found") from None
    place = next(mark for end, mark in _PLACES.items() if error.title.endswith(end))
    faults = tuple(
        Fault(
            f"{place}/" + "/".join(_escape(str(part)) for part in item["loc"]),
            item["type"],
            validation_words(item),
        )
        for item in error.errors(include_url=False)
    )
    raise ApiProblem("invalid", faults=faults) from None


def _escape(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


HANDLED: tuple[type[Exception] | int, ...] = (*default_exceptions, Exception)
