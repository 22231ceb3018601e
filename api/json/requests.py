"""What a request that changes something must bring: a small JSON body, revision, key."""

import hashlib
import re
from collections.abc import Callable
from typing import Annotated

from flask import Response, request
from pydantic import Field
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from api.json.caller import Caller
from api.json.fields import AskedInHeaders, Shape
from api.json.problems import ApiProblem, Fault
from api.json.words import Words
from models.idempotency import IdempotencyRow, answer_kept


class WriteHeaders(AskedInHeaders):
    """What a request that changes a report says beside its body."""

    if_match: str | None = Field(
        None, alias="If-Match", max_length=200, description="The report's ETag, as it was read"
    )
    idempotency_key: (
        Annotated[
            str,
            Shape(
                r'"?[\x21\x23-\x7e]{1,255}"?',
                "Harus 1 sampai 255 karakter ASCII tanpa spasi, misalnya sebuah UUID.",
                "It must be 1 to 255 ASCII characters without spaces, such as a UUID.",
            ),
        ]
        | None
    ) = Field(
        None,
        alias="Idempotency-Key",
        description="Names this request for 7 days: sent again, it is not done again",
    )


MAX_BODY_BYTES = 64 * 1024
_ETAG = re.compile(r'"r([1-9]\d{0,8})"', re.ASCII)


def check_body() -> None:
    """Refuse a body that is too large, not declared as JSON, or not JSON.

    Without any body and without its type the request is one with an empty object, as long as it
    names the revision that it decides on in ``If-Match``.
    """
    if request.method not in ("POST", "PUT", "PATCH"):
        return
    request.max_content_length = MAX_BODY_BYTES
    if not request.mimetype and not request.get_data(cache=True):
        if not request.headers.get("If-Match", "").strip():
            raise ApiProblem("precondition-required")
        return
    if request.mimetype != "application/json":
        raise ApiProblem("unsupported-media-type")
    # Raises 413 for a body that is too large, whatever its Content-Length says.
    request.get_data(cache=True)
    try:
        body = request.get_json()
    except (BadRequest, RecursionError):
        raise ApiProblem("malformed-json") from None
    if not isinstance(body, dict):
        words = Words("Harus berupa objek JSON.", "It must be a JSON object.")
        raise ApiProblem("invalid", faults=(Fault("", "model_type", words),))


def report_etag(revision: int) -> str:
    """The entity tag of a report: its revision names its state."""
    return f"r{revision}"


def named_revision(in_body: int | None, current: Callable[[], int]) -> int:
    """The revision that the client has seen, from ``If-Match`` or the body.

    ``If-Match: *`` means the ``current`` one. Raises ``ApiProblem`` when neither names one, when
    they disagree, or when ``If-Match`` is no tag of ours (which cannot be the current state).
    """
    header = request.headers.get("If-Match", "").strip()
    if not header:
        if in_body is None:
            raise ApiProblem("precondition-required")
        return in_body
    if header == "*":
        return current() if in_body is None else in_body
    tag = _ETAG.fullmatch(header)
    if tag is None:
        raise ApiProblem("stale")
    if in_body is not None and in_body != int(tag[1]):
        words = Words("revision berbeda dari If-Match.", "revision and If-Match do not agree.")
        raise ApiProblem("invalid", faults=(Fault("/revision", "if_match_differs", words),))
    return int(tag[1])


def done_once(session: Session, who: Caller, work: Callable[[], Response]) -> Response:
    """Do ``work`` once for each ``Idempotency-Key``; the same request again gets the same answer.

    The answer is stored in the transaction that does the work. A request that is refused leaves
    no trace and can be corrected and sent again with its key.
    """
    if "Idempotency-Key" not in request.headers:
        return work()
    # A structured-field string, or the same without its quotes.
    key = request.headers["Idempotency-Key"].strip().removeprefix('"').removesuffix('"')
    route = f"{request.method} {request.path}"
    kept = answer_kept(session, who.key_id, route, key)
    fingerprint = hashlib.sha256(
        b"\0".join((request.headers.get("If-Match", "").encode(), request.get_data()))
    ).hexdigest()
    if kept is not None:
        if kept.fingerprint != fingerprint:
            raise ApiProblem("idempotency-reused")
        response = Response(kept.body, kept.status, mimetype="application/json")
        response.headers.update(kept.headers)
        response.headers["Idempotency-Replayed"] = "true"
        return response
    response = work()
    session.add(
        IdempotencyRow(
            api_key_id=who.key_id,
            route=route,
            key=key,
            fingerprint=fingerprint,
            status=response.status_code,
            headers={"ETag": response.headers["ETag"]} if "ETag" in response.headers else {},
            body=response.get_data(as_text=True),
        )
    )
    return response
