"""RT, RW and kilometres: the numbers that make a place in words smaller."""

from collections.abc import Iterator
from dataclasses import dataclass

from nlp.place_text import Tokens

_LARGEST = 40
_SEPARATORS = frozenset({"no", "nomor", "dan", "n"})


@dataclass(frozen=True, slots=True)
class Block:
    """An RT and RW as said, at tokens ``first`` to ``last`` (exclusive); 0 where not said."""

    rt: int
    rw: int
    first: int
    last: int


def blocks_of(tokens: Tokens) -> Iterator[Block]:
    """Every "RT 5 RW 3", "rt 005/03", "RT/RW 5/3", "rw 03" of the text, in order."""
    words = tokens.words
    at = 0
    while at < len(words):
        if words[at] not in ("rt", "rw"):
            at += 1
            continue
        block = _block(words, at)
        if block is None:
            at += 1
        else:
            yield block
            at = block.last


def _block(words: list[str], first: int) -> Block | None:
    said: list[str] = []
    numbers: list[int] = []
    at = first
    while at < len(words) and len(said) < 4 and at - first < 6:
        word = words[at]
        if word in ("rt", "rw"):
            if word in said:
                break
            said.append(word)
        elif word.isdigit():
            if not 0 < int(word) <= _LARGEST or len(numbers) == 2:
                break
            numbers.append(int(word))
        elif word not in _SEPARATORS:
            break
        at += 1
    if not numbers or (said == ["rw"] and len(numbers) > 1):
        # "RW 03 5 orang": the second number is another thing's.
        return Block(0, numbers[0], first, first + 2) if numbers else None
    if len(numbers) == 1:
        rt, rw = (0, numbers[0]) if said[0] == "rw" else (numbers[0], 0)
    else:
        rt, rw = numbers if said[0] == "rt" else reversed(numbers)
    return Block(rt, rw, first, at)


def kilometre_after(tokens: Tokens, at: int) -> tuple[str, int] | None:
    """The kilometre said within two words after token ``at``, and the token after it."""
    words = tokens.words
    for first in range(at, min(at + 3, len(words) - 1)):
        if words[first] == "km" and words[first + 1].isdigit():
            return words[first + 1], first + 2
    return None
