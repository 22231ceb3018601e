"""API keys: made, recognised, revoked. A key is shown once; only its hash is kept."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from models import ApiKeyRow, Database, utc_now
from models.labels import SCOPES
from models.user import api_key_by_prefix

_SHAPE = re.compile(r"jjk_([a-z0-9]{8})_[0-9a-f]{64}")
# Compared against when no key has the prefix, so that an answer takes as long either way.
_NO_KEY = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
_STAMP_EVERY = timedelta(minutes=1)


class UnknownScope(ValueError):
    """A scope that does not exist; the message names those that do."""


def make_key(
    session: Session, name: str, scopes: Iterable[str], demo: bool = False
) -> tuple[ApiKeyRow, str]:
    """Store a new key and return it with its plain text, which nobody can show again.

    Who made it is for the caller to record. Raises ``UnknownScope`` when one of ``scopes`` is not
    in ``models.labels.SCOPES``.
    """
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown:
        raise UnknownScope(f"unknown scope {', '.join(unknown)}; there are {', '.join(SCOPES)}")
    alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
    prefix = "".join(secrets.choice(alphabet) for _ in range(8))
    plain = f"jjk_{prefix}_{secrets.token_hex(32)}"
    row = ApiKeyRow(name=name, prefix=prefix, key_sha256=_hash(plain), scopes=wanted, demo=demo)
    session.add(row)
    session.flush()
    return row, plain


def revoke_key(session: Session, key: ApiKeyRow) -> None:
    """Make a key useless from now on; who did it is for the caller to record."""
    key.revoked_at = key.revoked_at or utc_now()


def key_for(session: Session, plain: str) -> ApiKeyRow | None:
    """The usable key whose plain text this is; ``None`` for an unknown or revoked one."""
    shape = _SHAPE.fullmatch(plain)
    row = api_key_by_prefix(session, shape[1]) if shape else None
    same = hmac.compare_digest(_hash(plain), row.key_sha256 if row else _NO_KEY)
    return row if row is not None and same and row.revoked_at is None else None


def stamp_use(db: Database, key_id: int) -> None:
    """Note that a key was used, at most once a minute."""
    now = utc_now()
    with db.writing() as session:
        session.execute(
            update(ApiKeyRow)
            .where(
                ApiKeyRow.id == key_id,
                or_(
                    ApiKeyRow.last_used_at.is_(None),
                    ApiKeyRow.last_used_at <= now - _STAMP_EVERY,
                ),
            )
            .values(last_used_at=now)
        )


def stamp_is_due(key: ApiKeyRow) -> bool:
    """Whether ``stamp_use`` would write anything."""
    return key.last_used_at is None or key.last_used_at <= utc_now() - _STAMP_EVERY


def _hash(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()
