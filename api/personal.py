"""Searching for words, not for people: what no search takes, on the pages and over the API."""

import re

from nlp import mask

_PERSONAL = re.compile(r"@|\d{5}")


def asks_for_person(text: str | None) -> bool:
    """Whether ``text`` looks for a number, an address or an account.

    Whoever looks for one must not learn from the answer that it stands in a post.
    """
    return text is not None and (_PERSONAL.search(text) is not None or mask(text) != text)
