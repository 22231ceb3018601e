"""Authors become pseudonyms before anything of them is stored."""

import hashlib
import hmac
import unicodedata


def pseudonym(key: bytes, source: str, handle: str) -> str:
    """The pseudonym of ``handle`` at ``source``: 64 hexadecimal digits, HMAC-SHA256 under ``key``.

    ``@Budi``, ``budi`` and `` BUDI `` are one author; the same handle at two sources is two.
    Raises ``ValueError`` for an empty key, which would let anyone try names until one fits.
    """
    if not key:
        raise ValueError("pseudonyms need a secret key: set one before taking in posts")
    name = unicodedata.normalize("NFKC", handle).strip().lstrip("@").casefold()
    message = f"{source.casefold()}\0{name}".encode("utf-8", "surrogatepass")
    return hmac.new(key, message, hashlib.sha256).hexdigest()
