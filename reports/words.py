"""The words by which two posts are found to tell of the same thing."""

from functools import cache, lru_cache

from Sastrawi.StopWordRemover.StopWordRemoverFactory import (  # type: ignore[import-untyped]
    StopWordRemoverFactory,
)

from nlp import normalise, root_of

# What complaints are full of and what says nothing of their object, beside Sastrawi's stop words.
_POLITE = """
    ? ! admin bang bapak bu dong halo ibu kak kakak kasih lah lapor mas mbak mohon nih pak
    pagi salam selamat siang sih sore malam terima tindak tolong lanjut ya yth
"""


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(StopWordRemoverFactory().get_stop_words()) | frozenset(_POLITE.split())


@lru_cache(maxsize=4096)
def content_words(text: str) -> frozenset[str]:
    """The stems of the words in ``text`` that say what it is about."""
    words = [word for word in normalise(text).split() if not word.startswith("_")]
    roots = {root_of(word) for word in words if word not in _stop_words()}
    return frozenset(roots - _stop_words())
