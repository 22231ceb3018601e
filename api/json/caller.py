"""Who calls: the API key of a request, what it may do, and how often."""

import logging
import time
from dataclasses import dataclass
from math import ceil
from threading import Lock
from typing import cast

from flask import Response, current_app, g, request
from flask_limiter.util import get_remote_address
from sqlalchemy.exc import DBAPIError

from api.context import context
from api.json.problems import ApiProblem
from api.json.words import Words
from api.keys import key_for, stamp_is_due, stamp_use
from api.protection import limiter
from models import Actor

log = logging.getLogger(__name__)

# One thread at a time may wait for the database to note a key's use; the others go on, and the
# next request that finds the note due makes it.
_stamping = Lock()

PER_MINUTE_WITH_KEY = "JSON_API_PER_MINUTE_WITH_KEY"
PER_MINUTE_OPEN = "JSON_API_PER_MINUTE_OPEN"


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that showed a valid key."""

    key_id: int
    prefix: str
    scopes: frozenset[str]

    @property
    def actor(self) -> Actor:
        """This program as the audit log names it."""
        return Actor(name=f"key:{self.prefix}", api_key_id=self.key_id)


def shown_key() -> str | None:
    """The key that the request shows, in either of the two headers."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    return request.headers.get("X-API-Key", "").strip() or None


def caller() -> Caller | None:
    """The program behind this request; ``None`` without a key or with one that is not valid."""
    if "json_api_caller" not in g:
        g.json_api_caller = _recognise()
    return cast(Caller | None, g.json_api_caller)


def known_caller() -> Caller:
    """The program behind a request that has passed ``require``."""
    found = caller()
    if found is None:
        raise ApiProblem("key-missing", headers=_challenge(""))
    return found


def require(scope: str) -> None:
    """Go on only for a caller whose key has ``scope``."""
    found = caller()
    if found is None:
        shown = shown_key()
        raise ApiProblem(
            "key-unknown" if shown else "key-missing",
            headers=_challenge(', error="invalid_token"' if shown else ""),
        )
    if scope not in found.scopes:
        raise ApiProblem(
            "scope-missing",
            Words(
                f"Kunci API ini tidak memiliki cakupan {scope}.",
                f"This API key lacks the scope {scope}.",
            ),
            headers=_challenge(f', error="insufficient_scope", scope="{scope}"'),
        )


def _recognise() -> Caller | None:
    shown = shown_key()
    if shown is None:
        return None
    db = context().db
    with db.reading() as session:
        key = key_for(session, shown)
    if key is None:
        return None
    g.json_api_stamp = key.id if stamp_is_due(key) else None
    return Caller(key.id, key.prefix, frozenset(key.scopes))


def _challenge(more: str) -> dict[str, str]:
    return {"WWW-Authenticate": f'Bearer realm="jajak"{more}'}


def remember_use(response: Response) -> Response:
    """Stamp the key's last use once the answer is out: nobody waits for it."""
    key_id = g.get("json_api_stamp")
    if key_id is not None:
        db = context().db

        def stamp() -> None:
            if not _stamping.acquire(blocking=False):
                return
            try:
                stamp_use(db, key_id)
            except DBAPIError as error:
                # The answer is given; a stamp is not worth an error.
                log.warning("the last use of key %s could not be noted: %s", key_id, error)
            finally:
                _stamping.release()

        response.call_on_close(stamp)
    return response


def client_name() -> str:
    """Whose requests are counted together: a valid key's, else an address's."""
    found = caller()
    return f"key:{found.prefix}" if found else f"address:{get_remote_address()}"


def allowance() -> str:
    """How many requests this client may make."""
    default = (PER_MINUTE_WITH_KEY, 600) if caller() else (PER_MINUTE_OPEN, 60)
    return f"{current_app.config.get(*default)} per minute"


def tell_allowance(response: Response) -> Response:
    """Say in every answer how much of the allowance is left (draft RateLimit headers).

    Must run after the limiter's own headers: it puts ``Retry-After`` into every answer, where a
    client would take it for a request to wait.
    """
    # The limiter's own dialect says the same once more, and the API's document knows one only.
    for name in ("Limit", "Remaining", "Reset"):
        response.headers.pop(f"X-RateLimit-{name}", None)
    limit = limiter.current_limit
    retry_after = g.get("json_api_retry_after")
    if limit is not None:
        name = "key" if g.get("json_api_caller") else "open"
        window = int(limit.limit.get_expiry())
        wait = min(max(ceil(limit.reset_at - time.time()), 1), window)
        response.headers["RateLimit-Policy"] = f'"{name}";q={limit.limit.amount};w={window}'
        response.headers["RateLimit"] = f'"{name}";r={max(limit.remaining, 0)};t={wait}'
        if response.status_code == 429:
            retry_after = str(wait)
    if retry_after is None:
        response.headers.pop("Retry-After", None)
    else:
        response.headers["Retry-After"] = retry_after
    return response
