"""Names of places found in a text, each with what the words beside it prove.

"Tebet" is a place by itself, "Sudirman" after a word of place, "Pulo" only as "kelurahan Pulo".
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from nlp.place_cues import cue_words
from nlp.place_index import NEEDS_CUE, NEEDS_SPAN, NEEDS_TYPE, SURE, Entry, PlaceIndex
from nlp.place_tagger import Span
from nlp.place_text import Tokens

_AT = cue_words("di")
_TOWARDS = cue_words("arah")
_FROM = cue_words("dari")
_PERSON = cue_words("orang")
_AFTER = cue_words("sesudah")
_LIKE = cue_words("seperti")
_TYPES = cue_words("jenis")
_CUES = _AT | _TOWARDS | _FROM
_SLIP = 0.7
# Of places found so in the flood reports of the half that was seen, about so many were right.
_PROBABILITY = {SURE: 0.8, NEEDS_CUE: 0.7, NEEDS_SPAN: 0.6, NEEDS_TYPE: 0.75}


@dataclass(frozen=True, slots=True)
class Match:
    """A name found: tokens ``first`` to ``last`` (exclusive), and what it may mean.

    ``way`` is 2 for the spot itself, 1 where something starts from, 0 for a mere direction;
    ``common`` marks a street that most towns have; ``note`` goes into the reason; ``span`` is the
    span that holds it, ``None`` for a name that is mentioned without being where.
    """

    first: int
    last: int
    entries: tuple[Entry, ...]
    probability: float
    way: int
    common: bool = False
    note: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern of the index at tokens ``first`` to ``last`` (exclusive), whatever it proves."""

    pattern: int
    first: int
    last: int


def hits_of(tokens: Tokens, index: PlaceIndex) -> list[Hit]:
    """Every written form of the index in the text, the longest where several begin."""
    words = tokens.words
    haystack = f" {'  '.join(words)} "
    token_at: dict[int, int] = {}
    position = 0
    for number, word in enumerate(words):
        token_at[position] = number
        position += len(word) + 2
    found = index.automaton.find_matches_as_indexes(haystack)
    return [Hit(p, token_at[start], token_at.get(end, len(words))) for p, start, end in found]


def classes_of(hits: list[Hit], tokens: Tokens, index: PlaceIndex) -> list[str]:
    """What the index says of each token, in a word: nothing, or the class of the form it is in."""
    classes = [""] * len(tokens.words)
    for hit in hits:
        name = index.classes[hit.pattern]
        classes[hit.first] = f"b{name}"
        for i in range(hit.first + 1, hit.last):
            classes[i] = f"i{name}"
    return classes


def found_names(
    hits: list[Hit], spans: list[Span], tokens: Tokens, index: PlaceIndex
) -> Iterator[Match]:
    """Every name whose proof suffices, in the order of the text."""
    holding: dict[int, Span] = {i: span for span in spans for i in range(span.first, span.last)}
    for hit in hits:
        match = _proved(index, hit, holding.get(hit.first), tokens)
        if match is not None:
            yield match


def _proved(index: PlaceIndex, hit: Hit, span: Span | None, tokens: Tokens) -> Match | None:
    words, first, last = tokens.words, hit.first, hit.last
    before = words[first - 1] if first else ""
    after = words[last] if last < len(words) else ""
    cue = words[first - 2] if before in _TYPES and first > 1 else before
    if cue in _LIKE or (first > 1 and words[first - 2] in _LIKE):
        return None  # "macet kayak Sudirman" is elsewhere
    person = before in _PERSON
    cued = span is not None or cue in _CUES or after in _AFTER or _is_capital_alone(tokens, first)
    entries: list[Entry] = []
    probability = 0.0
    for option in index.options[hit.pattern]:
        entry = option.entry
        typed = before == entry.own_type or (before in _TYPES and before != "jl")
        if before == "jl" and (entry.code is None or entry.precision == "kota"):
            continue  # "Jl. Bandung" says nothing of Bandung
        needed = option.strength
        if needed == NEEDS_TYPE and before != entry.own_type:
            continue
        if needed == NEEDS_SPAN and span is None:
            continue
        if needed == NEEDS_CUE and (person or not (typed or cued)):
            continue
        entries.append(entry)
        probability = max(probability, _PROBABILITY[needed])
    if not entries:
        return None
    exact = [entry for entry in entries if entry.own_type == before]
    way = 0 if cue in _TOWARDS else 1 if cue in _FROM else 2
    return Match(first, last, tuple(exact or entries), probability, way, span=span)


def slipped_names(
    hits: list[Hit], spans: list[Span], tokens: Tokens, index: PlaceIndex
) -> Iterator[Match]:
    """Names with one slip, or run together, among the words of a span that no name covers."""
    words = tokens.words
    covered = {i for hit in hits for i in range(hit.first, hit.last)}
    for span in spans:
        at = span.first
        while at < span.last:
            if at in covered or not words[at].isalpha():
                at += 1
                continue
            for length in (3, 2, 1):
                last = at + length
                if last > span.last:
                    continue
                name = index.slips.nearest("".join(words[at:last]))
                if name is not None:
                    match = _proved(index, Hit(index.pattern_of[name], at, last), span, tokens)
                    if match is not None:
                        note = f"mungkin maksudnya “{name}”"
                        sure = match.probability * _SLIP
                        yield replace(match, probability=sure, note=note)
                        at = last - 1
                        break
            at += 1


def _is_capital_alone(tokens: Tokens, first: int) -> bool:
    """Whether the name is written large inside a sentence of small words: a name, not a word."""
    return bool(first) and tokens.capital[first] and not tokens.capital[first - 1]


def cue_before(tokens: Tokens, match: Match) -> str:
    """The word of place or type before a name, as written; empty where there is none."""
    if not match.first or tokens.words[match.first - 1] not in _CUES | _TYPES:
        return ""
    return tokens.typed[match.first - 1]
