"""What all answers share: one page of a list, entity tags, who may read across origins."""

import hashlib

from flask import Response, request

from api.json.blueprint import SCOPE_OF, answered
from api.json.cursors import link_to_next
from api.json.fields import Told

OPEN_FOR_SECONDS = 300

PAGE_HEADERS = {"Link": 'The page that follows, as `rel="next"` (RFC 8288)'}
ITEM_HEADERS = {"ETag": "Names this state of the object; for If-None-Match and If-Match"}


def paged(page: Told, next_cursor: str | None, has_more: bool) -> Response:
    """A page of a list, with the link to the one that follows."""
    response = answered(page)
    if next_cursor is not None and has_more:
        response.headers["Link"] = link_to_next(next_cursor)
    return response


def tagged(body: Told, etag: str | None = None) -> Response:
    """One object with its entity tag; 304 without a body when the client has it already."""
    response = answered(body)
    response.set_etag(etag or hashlib.sha256(response.get_data()).hexdigest()[:32])
    response.make_conditional(request)
    return response


def finish(response: Response) -> Response:
    """The headers that depend on whether the endpoint is open to everybody."""
    scope = SCOPE_OF.get(request.endpoint or "", "")
    if scope is None and request.method in ("GET", "HEAD", "OPTIONS"):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag, Link, RateLimit, Retry-After"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
            response.headers["Access-Control-Allow-Headers"] = "If-None-Match, Accept-Language"
        elif response.status_code in (200, 304) and not response.cache_control.no_store:
            response.cache_control.public = True
            response.cache_control.max_age = response.cache_control.max_age or OPEN_FOR_SECONDS
    elif not response.cache_control.no_store:
        response.cache_control.no_store = True
    if scope:
        response.vary.update(("Authorization", "X-API-Key"))
    return response
