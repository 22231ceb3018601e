"""Names with a slip of the fingers, or run together: "kampug melayu", "tanjungduern".

Two words that become equal when each loses a letter (or one of them does) are one slip apart:
a letter too many, too few, another, or two swapped. Every name is kept under each form that lost a
letter, so a look-up takes as long with ten names as with a million.
"""

from collections.abc import Iterable, Iterator

# Shorter words have too many neighbours that are words of their own.
SHORTEST = 7

Slips = dict[str, tuple[str, ...]]


def slips_of(names: Iterable[str]) -> Slips:
    """For each form of a name (spelled, spaces left out) that lost a letter, the names."""
    found: dict[str, set[str]] = {}
    for name in names:
        joined = name.replace(" ", "")
        if len(joined) < SHORTEST or not joined.isalpha():
            continue
        for form in _losing_one(joined):
            found.setdefault(form, set()).add(name)
    return {form: tuple(sorted(each)) for form, each in found.items()}


def nearest(word: str, slips: Slips) -> str | None:
    """The one name a slip away from ``word`` that begins with the same letter, if there is one."""
    if len(word) < SHORTEST:
        return None
    found = {
        name
        for form in _losing_one(word)
        for name in slips.get(form, ())
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


def _losing_one(word: str) -> Iterator[str]:
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
