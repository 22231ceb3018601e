"""Why a post was read so: the words without which the answer would be less sure (occlusion).

Zeiler and Fergus 2014: hide a part, look how the answer moves. Here a part is a word; it is left
out and the post read anew. What one word does alone is shown, not what words do together.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nlp.model import Model

_WORD = re.compile(r"\S+")
# Beyond this the shares are too small to tell, and each word costs a reading.
_MOST_WORDS = 80
_LEAST = 0.1
# Probabilities nearer to 0 or 1 than this are as good as that.
_NEAREST = 1e-6


@dataclass(frozen=True, slots=True)
class WordWeight:
    """A word's place in the text, and how many log-odds (nats) the answer loses without it."""

    start: int
    end: int
    weight: float


def explain(text: str, model: Model, codes: Mapping[str, str]) -> dict[str, list[WordWeight]]:
    """By head, the words of ``text`` that carry the head's answer in ``codes``, in their order.

    ``weight`` is the log-odds of the answer minus those without the word: a probability that is
    near 1 hardly moves, its odds do. Words that move them by less than 0.1 are left out. Only the
    first 80 words of a text are tried. The same for the same text and model.
    """
    found = [match.span() for match in _WORD.finditer(text)][:_MOST_WORDS]
    if len(found) < 2:
        return {head: [] for head in codes}
    asked = [text, *(text[:start] + text[end:] for start, end in found)]
    # All heads at once: each text is read only once, and reading is what takes the time.
    likely = model.probabilities_of(codes, asked)
    return {head: _weights(found, *likely[head]) for head in codes}


def _weights(found: Sequence[tuple[int, int]], whole: float, *without: float) -> list[WordWeight]:
    weights = [
        WordWeight(start, end, round(_log_odds(whole) - _log_odds(rest), 4))
        for (start, end), rest in zip(found, without, strict=True)
    ]
    return [word for word in weights if abs(word.weight) >= _LEAST]


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, _NEAREST), 1 - _NEAREST)
    return math.log(bounded / (1 - bounded))
