"""Opaque, signed cursors: where a page ended, of which list, under which filters."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import request
from itsdangerous import BadData, URLSafeSerializer

from api.context import context
from api.json.problems import ApiProblem, Fault
from api.json.words import Words


@dataclass(frozen=True, slots=True)
class Position:
    """The last row that a client has: the moment it is ordered by, and its id."""

    at: datetime | None
    id: int


def seal(position: Position, of: str, filters: dict[str, Any]) -> str:
    """A cursor for list ``of`` under ``filters`` that continues after ``position``."""
    at = position.at.isoformat() if position.at else None
    return str(_signer().dumps([of, _digest(filters), at, position.id]))


def unseal(cursor: str | None, of: str, filters: dict[str, Any]) -> Position | None:
    """Where to go on, ``None`` for the first page.

    Raises ``ApiProblem`` for a cursor that we did not make, or made for another list or filter.
    """
    if cursor is None:
        return None
    try:
        name, digest, at, id_ = _signer().loads(cursor)
        if (name, digest) != (of, _digest(filters)):
            raise ValueError("a cursor of another list")
        return Position(datetime.fromisoformat(at) if at else None, id_)
    except (BadData, ValueError, TypeError):
        words = Words(
            "Kursor ini tidak dibuat untuk daftar dan saringan ini.",
            "This cursor was not made for this list and these filters.",
        )
        fault = Fault("#query/cursor", "cursor_invalid", words)
        raise ApiProblem("cursor-invalid", faults=(fault,)) from None


def link_to_next(cursor: str) -> str:
    """The ``Link`` header that leads on from the present page."""
    arguments = [(name, value) for name, value in request.args.items(multi=True)]
    arguments = [*(pair for pair in arguments if pair[0] != "cursor"), ("cursor", cursor)]
    return f'<{request.base_url}?{urlencode(arguments)}>; rel="next"'


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(
        context().config.secret_key,
        salt="json-api-cursor",
        signer_kwargs={"digest_method": hashlib.sha256},
    )


def _digest(filters: dict[str, Any]) -> str:
    text = json.dumps(filters, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
