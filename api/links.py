"""The address of a post without the name of who wrote it."""

import re
from urllib.parse import urlsplit, urlunsplit

from collectors import post_link

_X = ("x.com", "twitter.com")
# Their addresses begin with the author's name, in one form or another.
_BY_AUTHOR = (
    "facebook.com", "fb.com", "instagram.com", "linkedin.com", "threads.net", "threads.com",
    "tiktok.com", "t.me", "telegram.me", "wa.me",
)  # fmt: skip
_X_POST = re.compile(r"/(?:i/web|[^/]+)/status(?:es)?/(\d+)/?", re.ASCII)


def link_without_handle(url: str | None) -> str | None:
    """An address that leads to the post and names nobody; ``None`` where there is none.

    X finds a post by its number whoever's name stands before it. Other addresses are given only
    when they lie on the web, carry no ``@`` and no user name.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    if _is_of(host, _X):
        post = _X_POST.fullmatch(parts.path)
        return post_link(post[1]) if post else None
    if _is_of(host, _BY_AUTHOR):
        return None
    named = "@" in url or "%40" in url.lower() or re.search(r"/(profile|users?|u)/", parts.path)
    return None if named else urlunsplit((parts.scheme, parts.netloc, parts.path, parts.query, ""))


def _is_of(host: str, sites: tuple[str, ...]) -> bool:
    return any(host == site or host.endswith("." + site) for site in sites)
