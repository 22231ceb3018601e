"""A text as other people would have typed it: what a model's robustness is measured with.

Each change keeps what is meant and is drawn from a seeded generator; see ``CHANGES``.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files

Spellings = Mapping[str, Sequence[str]]

_WORD = re.compile(r"[A-Za-z]{2,}")
_EMOJI = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff\ufe0f\u200d]+")
_VOWELS = "aiueo"
_NEIGHBOURS = {
    "a": "s", "b": "v", "c": "x", "d": "s", "e": "r", "f": "g", "g": "h", "h": "j", "i": "o",
    "j": "k", "k": "l", "l": "k", "m": "n", "n": "m", "o": "p", "p": "o", "q": "w", "r": "t",
    "s": "a", "t": "y", "u": "i", "v": "c", "w": "e", "x": "z", "y": "u", "z": "x",
}  # fmt: skip


def typo(text: str, draw: random.Random, share: float = 0.2) -> str:
    """``share`` of the longer words with two letters swapped, one lost, doubled or misstruck."""

    def mistyped(match: re.Match[str]) -> str:
        word = match.group()
        if len(word) < 4 or draw.random() >= share:
            return word
        at = draw.randrange(1, len(word) - 1)
        kind = draw.randrange(4)
        if kind == 0:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if kind == 1:
            return word[:at] + word[at + 1 :]
        if kind == 2:
            return word[:at] + word[at] + word[at:]
        return word[:at] + _NEIGHBOURS.get(word[at].lower(), "a") + word[at + 1 :]

    return _WORD.sub(mistyped, text)


def elongation(text: str, draw: random.Random, share: float = 0.2) -> str:
    """``share`` of the words with a last vowel drawn out: parahhh, gelaaap."""

    def drawn_out(match: re.Match[str]) -> str:
        word = match.group()
        if draw.random() >= share:
            return word
        at = max((word.lower().rfind(vowel) for vowel in _VOWELS), default=-1)
        at = len(word) - 1 if at < 0 or draw.random() < 0.5 else at
        return word[: at + 1] + word[at] * draw.randint(2, 5) + word[at + 1 :]

    return _WORD.sub(drawn_out, text)


def without_vowels(text: str, draw: random.Random, share: float = 0.2) -> str:
    """``share`` of the words without their inner vowels: yg, tdk, jln."""

    def shortened(match: re.Match[str]) -> str:
        word = match.group()
        if not 3 <= len(word) <= 8 or draw.random() >= share:
            return word
        inner = "".join(letter for letter in word[1:-1] if letter.lower() not in _VOWELS)
        return word[0] + inner + word[-1]

    return _WORD.sub(shortened, text)


def slang(text: str, draw: random.Random, spellings: Spellings, share: float = 0.5) -> str:
    """``share`` of the words that have another spelling in ``spellings``, in one of those."""

    def informal(match: re.Match[str]) -> str:
        known = spellings.get(match.group().lower())
        return draw.choice(known) if known and draw.random() < share else match.group()

    return _WORD.sub(informal, text)


def lower_case(text: str, draw: random.Random) -> str:
    """Everything in small letters."""
    return text.lower()


def without_emoji(text: str, draw: random.Random) -> str:
    """No emoji."""
    return _EMOJI.sub(" ", text)


def code_mix(text: str, draw: random.Random, share: float = 0.5) -> str:
    """``share`` of the words that ``words/code_mix.tsv`` knows, in English or Javanese."""
    return slang(text, draw, mixed_words(), share)


@cache
def mixed_words() -> dict[str, tuple[str, ...]]:
    """``words/code_mix.tsv``: Indonesian word → English and Javanese ones."""
    rows = files("nlp").joinpath("words", "code_mix.tsv").read_text(encoding="utf-8").splitlines()
    return {word: tuple(others) for word, *others in (row.split("\t") for row in rows if row)}


# By name; ``slang`` stands apart, as it needs its list of spellings.
CHANGES: dict[str, Callable[[str, random.Random], str]] = {
    "typo": typo,
    "elongation": elongation,
    "lower_case": lower_case,
    "without_emoji": without_emoji,
    "code_mix": code_mix,
}
