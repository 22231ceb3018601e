"""Passwords: kept as Argon2id, checked in constant time, and long enough to hold."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# argon2-cffi's defaults are RFC 9106's low-memory choice: 64 MiB, three passes.
_hasher = PasswordHasher()

MIN_LENGTH = 12
# Longer input only costs the server time; a pass phrase of this length is already out of reach.
MAX_LENGTH = 256

# The words that people in this office would try first.
_EASY = (
    "password",
    "katasandi",
    "rahasia",
    "qwerty",
    "jakarta",
    "indonesia",
    "administrator",
    "verifikator",
    "jajak",
    "bismillah",
    "sayang",
    "123456",
    "654321",
    "abcdef",
)


# Verified when no such user exists, so that an unknown name takes as long as a wrong password.
_NOBODY = _hasher.hash("the password of nobody at all")


class WeakPassword(ValueError):
    """A password that would not hold; ``reason`` is ``short``, ``long``, ``name`` or ``easy``."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(_ADVICE[reason])


_ADVICE = {
    "short": f"use at least {MIN_LENGTH} characters; several words make a good password",
    "long": f"use at most {MAX_LENGTH} characters",
    "name": "leave the user name out of the password",
    "easy": "this is easily guessed; use several words that do not belong together",
}


def hash_password(password: str, username: str = "") -> str:
    """The Argon2id hash to store, with a fresh salt. Raises ``WeakPassword``."""
    reason = weakness(password, username)
    if reason is not None:
        raise WeakPassword(reason)
    return _hasher.hash(password)


def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether ``password`` belongs to the hash; ``None`` stands for a user that does not exist."""
    if len(password) > MAX_LENGTH:
        return False
    try:
        return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def renewed_hash(password_hash: str, password: str) -> str | None:
    """The hash to store instead, if the stored one was made with weaker settings than today's."""
    return _hasher.hash(password) if _hasher.check_needs_rehash(password_hash) else None


def weakness(password: str, username: str = "") -> str | None:
    """Why ``password`` cannot be used: ``short``, ``long``, ``name``, ``easy``, or ``None``.

    Length is what protects; signs and digits are not asked for. What is left of the password
    without its easiest words must still be eight characters long, of at least five kinds.
    """
    if len(password) < MIN_LENGTH:
        return "short"
    if len(password) > MAX_LENGTH:
        return "long"
    rest = password.lower()
    if len(username) >= 3 and username.lower() in rest:
        return "name"
    for word in _EASY:
        rest = rest.replace(word, "")
    if len(rest) < 8 or len(set(rest)) < 5:
        return "easy"
    return None
