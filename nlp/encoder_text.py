"""The spelling in which the encoder reads a post: typed words made plain, sentences kept.

Unlike ``normalise``, which makes a bag of words for the linear floor, it keeps punctuation and
numbers as they stand: the encoder was taught by whole sentences.
"""

import re

from nlp.clean import clean
from nlp.near_duplicate import COPY_MARK
from nlp.normalise import SKIN_TONES, formal
from nlp.vocabulary import emoji_meanings

# More than the encoder reads of any text, little enough to clean at once.
_LONGEST = 4_000
_RETWEET = re.compile(COPY_MARK + r"@[\w.]+:?", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_MENTION = re.compile(r"[@\uff20]\w[\w.]*")
_PART = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|\d+|_|[^\w\s]|\s+")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")


def one_copy(text: str) -> str:
    """``text`` as all its copies have it: without "RT @…:" before it, and with every link alike."""
    return _LINK.sub("https://tautan", _RETWEET.sub("", text))


def encoder_text(text: str) -> str:
    """``text`` in lower case and one spelling: slang and drawn-out letters undone, emoji as words.

    Links become ``tautan``, mentions ``@``, laughter ``wkwk``; "RT" and whom it names go, so
    that a copy is read like its original. Deterministic, takes any ``str``, reads its first 4,000
    characters, never raises.
    """
    told = _RETWEET.sub("", clean(text[:_LONGEST]))
    plain = _MENTION.sub(" @ ", _LINK.sub(" tautan ", told)).lower()
    said = "".join([_plain_part(part.group()) for part in _PART.finditer(plain)])
    return " ".join(_DRAWN_OUT.sub(r"\1\1", said.replace("_tawa", "wkwk")).split())


def _plain_part(part: str) -> str:
    first = part[0]
    if first.isalpha():
        word = part.replace("\u2019", "'")
        return formal(word) if word.isascii() else _DRAWN_OUT.sub(r"\1\1", word)
    if first in emoji_meanings():
        return f" {emoji_meanings()[first].replace('_', ' ')} "
    if "\U0001f000" <= first <= "\U0001faff":
        return " " if first in SKIN_TONES else " emoji "
    return part
