"""Keys that live outside the database: made once, readable by their owner only."""

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

_BYTES = 32


class SecretError(RuntimeError):
    """A key that cannot be used safely; the message says what to do."""


@dataclass(frozen=True)
class Secrets:
    """``session_key`` signs cookies and cursors, ``author_key`` makes pseudonyms (32 bytes each).

    Without the author key no pseudonym can be made again or traced back: keep a copy of it
    apart from copies of the database.
    """

    session_key: bytes
    author_key: bytes


def load_secrets(home: Path) -> Secrets:
    """Read both keys from ``home``, making those that are not there yet.

    Raises ``SecretError`` when a key file can be read by others or is cut short.
    """
    try:
        # What lies here is for its owner: the posts too, not the keys alone.
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SecretError(
            f"{home} cannot be made: {error.strerror}; set JAJAK_HOME to a folder of yours"
        ) from error
    return Secrets(_key(home / "session.key"), _key(home / "author.key"))


def _key(path: Path) -> bytes:
    try:
        # Written aside and linked into place, so that a killed start leaves no half a key and
        # two that start at once agree on one.
        aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
        try:
            os.link(aside, path)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
        mode = stat.S_IMODE(path.stat().st_mode)
        content = path.read_bytes()
    except OSError as error:
        raise SecretError(f"{path}: {error.strerror}; make the folder writable") from error
    if mode & 0o077:
        raise SecretError(f"{path} can be read by others: run chmod 600 {path}")
    if len(content) != _BYTES:
        raise SecretError(f"{path} is not a key of {_BYTES} bytes: restore it from your copy")
    return content
