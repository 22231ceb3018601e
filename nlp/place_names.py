"""Names of places found in a text, each with what the words beside it prove.

"Tebet" is a place by itself, "Sudirman" after a word of place, "Pulo" only as "kelurahan Pulo".
"""

from collections.abc import Iterator
from dataclasses import dataclass

from nlp.place_cues import cue_words
from nlp.place_index import NEEDS_CUE, NEEDS_TYPE, SURE, Entry, PlaceIndex
from nlp.place_text import Tokens

_AT = cue_words("di")
_TOWARDS = cue_words("arah")
_FROM = cue_words("dari")
_PERSON = cue_words("orang")
_AFTER = cue_words("sesudah")
_LIKE = cue_words("seperti")
_TYPES = cue_words("jenis")
_CUES = _AT | _TOWARDS | _FROM
_PROBABILITY = {SURE: 0.92, NEEDS_CUE: 0.75, NEEDS_TYPE: 0.85}


@dataclass(frozen=True, slots=True)
class Match:
    """A name found: tokens ``first`` to ``last`` (exclusive), and what it may mean.

    ``way`` is 2 for the spot itself, 1 where something starts from, 0 for a mere direction;
    ``common`` marks a street that most towns have; ``note`` goes into the reason.
    """

    first: int
    last: int
    entries: tuple[Entry, ...]
    probability: float
    way: int
    common: bool = False
    note: str = ""


def found_names(tokens: Tokens, index: PlaceIndex) -> Iterator[Match]:
    """Every name whose proof suffices, longest first, in the order of the text."""
    words = tokens.words
    haystack = f" {'  '.join(words)} "
    token_at: dict[int, int] = {}
    position = 0
    for number, word in enumerate(words):
        token_at[position] = number
        position += len(word) + 2
    for pattern, start, end in index.automaton.find_matches_as_indexes(haystack):
        first = token_at[start]
        last = token_at.get(end, len(words))
        match = _proved(index, pattern, first, last, tokens)
        if match is not None:
            yield match


def _proved(index: PlaceIndex, pattern: int, first: int, last: int, tokens: Tokens) -> Match | None:
    words = tokens.words
    before = words[first - 1] if first else ""
    after = words[last] if last < len(words) else ""
    cue = words[first - 2] if before in _TYPES and first > 1 else before
    if cue in _LIKE or (first > 1 and words[first - 2] in _LIKE):
        return None  # "macet kayak Sudirman" is elsewhere
    person = before in _PERSON
    cued = cue in _CUES or after in _AFTER or _is_capital_alone(tokens, first)
    entries: list[Entry] = []
    probability = 0.0
    for option in index.options[pattern]:
        entry = option.entry
        typed = before == entry.own_type or (before in _TYPES and before != "jl")
        if before == "jl" and (entry.code is None or entry.precision == "kota"):
            continue  # "Jl. Bandung" says nothing of Bandung
        needed = option.strength
        if needed == NEEDS_TYPE and before != entry.own_type:
            continue
        if needed == NEEDS_CUE and (person or not (typed or cued)):
            continue
        entries.append(entry)
        probability = max(probability, _PROBABILITY[needed])
    if not entries:
        return None
    exact = [entry for entry in entries if entry.own_type == before]
    way = 0 if cue in _TOWARDS else 1 if cue in _FROM else 2
    return Match(first, last, tuple(exact or entries), probability, way)


def _is_capital_alone(tokens: Tokens, first: int) -> bool:
    """Whether the name is written large inside a sentence of small words: a name, not a word."""
    return bool(first) and tokens.capital[first] and not tokens.capital[first - 1]


def cue_before(tokens: Tokens, match: Match) -> str:
    """The word of place or type before a name, as written; empty where there is none."""
    if not match.first or tokens.words[match.first - 1] not in _CUES | _TYPES:
        return ""
    return tokens.typed[match.first - 1]
