"""Names with a slip of the fingers, or run together: "kampug melayu", "tanjungduern".

Two words that become equal when each loses a letter (or one of them does) are one slip apart:
a letter too many, too few, another, or two swapped. Every name is kept under each form that lost a
letter, so a look-up takes as long with ten names as with a million.
"""

from collections.abc import Iterable
from functools import lru_cache

# Shorter words have too many neighbours that are words of their own.
SHORTEST = 7

_REMEMBERED = 65_536


class Slips:
    """Names (spelled) to be found by what is one slip away from them, spaces left out."""

    def __init__(self, names: Iterable[str]) -> None:
        # Of one name with and without its spaces the one with them, sorted before.
        by_letters: dict[str, str] = {}
        for name in sorted(set(names)):
            by_letters.setdefault(name.replace(" ", ""), name)
        found: dict[str, list[str]] = {}
        for joined, name in by_letters.items():
            if len(joined) < SHORTEST or not joined.isalpha():
                continue
            for form in _losing_one(joined):
                found.setdefault(form, []).append(name)
        self._names = {form: tuple(each) for form, each in found.items()}
        self.nearest = lru_cache(_REMEMBERED)(self._nearest)

    def _nearest(self, word: str) -> str | None:
        """The one name a slip away from ``word`` that begins with the same letter, if any."""
        if len(word) < SHORTEST:
            return None
        found = {
            name
            for form in _losing_one(word)
            for name in self._names.get(form, ())
            if name[0] == word[0] and one_slip_apart(word, name.replace(" ", ""))
        }
        return found.pop() if len(found) == 1 else None


def one_slip_apart(one: str, other: str) -> bool:
    """Whether one letter added, lost, changed or swapped with its neighbour makes them equal."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    at = 0
    while at < len(one) and one[at] == other[at]:
        at += 1
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    swapped = one[at + 1 : at + 2] + one[at : at + 1] + one[at + 2 :]
    return one[at + 1 :] == other[at + 1 :] or swapped == other[at:]


def _losing_one(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
