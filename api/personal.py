"""Searching for words, not for people: what no search takes, on the pages and over the API."""

import re

from nlp import mask

# Words are found in any order: the parts of a number would find whoever it belongs to.
_PERSONAL = re.compile(r"@|\d{5}|\d{3}.*\D\d{3}", re.DOTALL)
_MARKS = re.compile('["“”„‟]')


def asks_for_person(text: str | None) -> bool:
    """Whether ``text`` looks for a number, an address or an account.

    Whoever looks for one must not learn from the answer that it stands in a post.
    """
    if text is None:
        return False
    # The search passes over quotation marks, so they must not hide a number either.
    bare = _MARKS.sub("", text)
    return _PERSONAL.search(bare) is not None or mask(bare) != bare
