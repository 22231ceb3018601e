"""A key that is equal for texts with the same words: copies, retweets, the same news again."""

import hashlib
import re
from collections.abc import Iterator

from nlp.clean import join_surrogates
from nlp.normalise import LONGEST_TEXT, tokens

# How a copy says that it is one; whom it names follows.
COPY_MARK = r"^\W*(?:rt|re-?tweet(?:ed)?|quote)\b[:\s]*"
_RETWEET = re.compile(COPY_MARK + r"(?=@)", re.IGNORECASE)
_COUNTS = re.compile(
    r"(?<!\w)\d+(?:[.,]\d+)?\s?(?:k|rb|ribu)?\s?"
    r"(?:retweets?|likes?|replies|reposts?|kali dibagikan)\b",
    re.IGNORECASE,
)


def near_duplicate_key(text: str) -> str:
    """32 hexadecimal digits, equal for the same words after normalisation.

    Links, mentions, emoji, punctuation, "RT @…:" and counts of retweets do not matter; other
    numbers do. A text without any word has a key of its own characters.
    """
    words = " ".join(words_of(text))
    rest = text[LONGEST_TEXT:]
    counted = f"{words}\n{rest}" if words and rest else words or text.strip()
    return hashlib.sha256(join_surrogates(counted).encode()).hexdigest()[:32]


def words_of(text: str) -> Iterator[str]:
    """The words and numbers of ``text`` that make up its key, in order."""
    head = _COUNTS.sub(" ", _RETWEET.sub("", text[:LONGEST_TEXT]))
    for token in tokens(head, keep_numbers=True):
        if token[0] not in "_?!":
            yield token
