"""The word lists of the house, and whether a word is one that Indonesian knows."""

from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType

from nlp.stem import LONGEST_WORD, root_of, root_words


def word_list(name: str) -> frozenset[str]:
    """The words of ``nlp/words/<name>``, one a line."""
    return frozenset(files("nlp").joinpath("words", name).read_text(encoding="utf-8").split())


def _table(name: str) -> MappingProxyType[str, str]:
    rows: dict[str, str] = {}
    text = files("nlp").joinpath("words", name).read_text(encoding="utf-8")
    for line in text.splitlines():
        key, _, value = line.partition("\t")
        if value:
            rows[key] = value
    return MappingProxyType(rows)


@cache
def slang() -> MappingProxyType[str, str]:
    """Informal word → formal word or words (``nlp/words/slang.tsv``)."""
    return _table("slang.tsv")


@cache
def emoji_meanings() -> MappingProxyType[str, str]:
    """Emoji → what it means (``nlp/words/emoji.tsv``); skin tones and joiners left out."""
    return _table("emoji.tsv")


@cache
def roots() -> frozenset[str]:
    """Root words: Sastrawi's dictionary and the words that the slang list leads to."""
    return root_words() | {word for value in slang().values() for word in value.split()}


@lru_cache(maxsize=262_144)
def is_known(word: str) -> bool:
    """Whether the lower-case ``word`` is a root word, or formed from one."""
    if word in roots():
        return True
    return 4 < len(word) <= LONGEST_WORD and root_of(word) in roots()
