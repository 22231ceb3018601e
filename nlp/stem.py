"""Sastrawi stemming, where each distinct word is stemmed once a process."""

from functools import cache, lru_cache
from typing import Any

from Sastrawi.Dictionary.ArrayDictionary import ArrayDictionary  # type: ignore[import-untyped]
from Sastrawi.Stemmer.Stemmer import Stemmer  # type: ignore[import-untyped]
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory  # type: ignore[import-untyped]

# The longest Indonesian words in use have 24 letters; what is longer is noise and slow to stem.
LONGEST_WORD = 30

_REMEMBERED = 262_144


@cache
def root_words() -> frozenset[str]:
    """The root words of Sastrawi's dictionary."""
    return frozenset(word for word in StemmerFactory().get_words() if word)


@cache
def _stemmer() -> Any:
    # Without Sastrawi's own cache, which never forgets; the one below is bounded.
    return Stemmer(ArrayDictionary(sorted(root_words())))


@lru_cache(maxsize=_REMEMBERED)
def root_of(word: str) -> str:
    """The root of one lower-case ``word``; the word itself where there is none to find."""
    if not 3 < len(word) <= LONGEST_WORD or word in root_words():
        return word
    if not word.replace("-", "").isalpha() or not word.isascii():
        return word
    return str(_stemmer().stem_word(word)) or word


def stem(text: str) -> str:
    """``text`` (normalised: lower case, words apart by spaces) with every word at its root."""
    return " ".join([root_of(word) for word in text.split()])
