"""Where a post says something is: names found in its words, weighed by what stands beside them.

A name proves a place by itself ("Tebet"), after a word of place ("di Sudirman") or only with its
type ("kelurahan Pulo"); neighbours in the text decide between places of one name; a place in
another city is outside, not a wrong guess inside.
"""

from dataclasses import replace

from models import Place
from nlp.hint import Hint
from nlp.place_choice import apart, weighed, within
from nlp.place_cues import cue_words
from nlp.place_index import LEVELS, Entry, PlaceIndex, build_index, distance_km
from nlp.place_names import (
    Hit,
    Match,
    classes_of,
    cue_before,
    found_names,
    hits_of,
    slipped_names,
)
from nlp.place_numbers import blocks_of, kilometre_after
from nlp.place_tagger import Span, Tagger
from nlp.place_text import Tokens, tokens_of

__all__ = ["Hint", "PlaceIndex", "build_index", "locate", "place_spans"]

_IN_SPAN = cue_words("jenis") | cue_words("letak")
_STREET_TAIL = cue_words("ekor")
_EXACT = {"kota": 0, "kecamatan": 1, "kelurahan": 2, "street": 3, "point": 4}
_NEIGHBOUR_KM = 4.0
_SPAN_REACH = 3
_UNTOLD = 0.7
_FEW_WORDS = 5
_NAMES_REACH = 6
_HOLD_BLOCKS = frozenset({"kelurahan", "street"})


def locate(text: str, index: PlaceIndex, hint: Hint | None) -> Place | None:
    """The best place that ``text`` names, else what ``hint`` says, else ``None``.

    A place in another city has no ``code``. Never raises, whatever the text; linear in its length.
    """
    tagged = _tagged(hint, index)
    place = _named(text, index, hint, tagged)
    if place is None:
        return tagged
    vague = place.code is not None and place.precision == "kota"
    if vague and tagged and within(tagged.code, place.code) and tagged.code != place.code:
        return replace(tagged, reason=f"{tagged.reason}; teks menyebut {place.name}")
    return place


def _tagged(hint: Hint | None, index: PlaceIndex) -> Place | None:
    """The place of a tag or geotag, the more exact of the two."""
    if hint is None:
        return None
    tag = _named(hint.place_tag, index, is_tag=True) if hint.place_tag else None
    if tag is not None:
        tag = replace(tag, span=None, reason=f"tanda tempat dari sumber: {tag.name}")
    if tag is not None and _EXACT[tag.precision] > _EXACT["kelurahan"]:
        return tag
    return _geotagged(hint, index) or tag


def _geotagged(hint: Hint, index: PlaceIndex) -> Place | None:
    if hint.lat is None or hint.lon is None:
        return None
    nearest, best = None, _NEIGHBOUR_KM
    for entry in index.kelurahan:
        if entry.lat is None or entry.lon is None or not abs(entry.lat - hint.lat) < 0.05:
            continue
        away = distance_km(hint.lat, hint.lon, entry.lat, entry.lon)
        if away < best:
            nearest, best = entry, away
    if nearest is None:
        return None
    reason = f"koordinat dari sumber, kelurahan dengan titik tengah terdekat ({best:.1f} km)"
    return _place(nearest, 0.7, None, reason.replace(".", ","))


def place_spans(text: str, index: PlaceIndex) -> list[tuple[int, int]]:
    """Where ``text`` tells where: characters from and to, whether or not the city knows the name.

    Empty for most texts without a place. Never raises; linear in the length of ``text``.
    """
    tokens = tokens_of(text)
    spans = _spans(text, tokens, hits_of(tokens, index), index)
    return [(tokens.start[span.first], tokens.end[span.last - 1]) for span in spans]


def _spans(text: str, tokens: Tokens, hits: list[Hit], index: PlaceIndex) -> list[Span]:
    if index.tagger is None:
        return []
    return index.tagger.spans(text, tokens, classes_of(hits, tokens, index))


def _named(
    text: str,
    index: PlaceIndex,
    hint: Hint | None = None,
    tagged: Place | None = None,
    is_tag: bool = False,
) -> Place | None:
    """The best place that ``text`` names; in a tag every name is one, in a post those in spans."""
    tokens = tokens_of(text)
    hits = hits_of(tokens, index)
    if index.tagger is None or is_tag:
        found = list(found_names(hits, [], tokens, index))
    else:
        spans = _spans(text, tokens, hits, index)
        found = list(found_names(hits, spans, tokens, index))
        found = _told(found, spans, tokens, index.tagger)
        found += slipped_names(hits, spans, tokens, index)
    if not found:
        return None
    found.sort(key=lambda match: match.first)
    near = tagged or _stated(hint, index)
    inside, outside = weighed(found, tokens, near, index)
    inside, outside = apart(inside, outside, tokens, tagged, index)
    if inside:
        return _best_inside(_within_stated(inside, tokens), bool(outside), tokens, index)
    return _best_outside(outside, tokens) if outside else None


def _told(found: list[Match], spans: list[Span], tokens: Tokens, tagger: Tagger) -> list[Match]:
    """Without the names that are only mentioned.

    Where no span was found, a name may be it all the same: in a text of a few words ("pasming
    macet"), and if it is smaller than a kota in one whose words speak for a place.
    """
    told = [match for match in found if match.span is not None]
    if told or spans or not found:
        return told
    short = len(tokens.words) <= _FEW_WORDS
    if not short and tagger.tells_place(tokens.words) <= 0:
        return []
    return [
        replace(match, probability=match.probability * _UNTOLD)
        for match in found
        if short or any(entry.precision != "kota" for entry in match.entries)
    ]


def _stated(hint: Hint | None, index: PlaceIndex) -> Place | None:
    """Where the author says to live: it tells places of one name apart, and is never the place."""
    if hint is None or not hint.author_area:
        return None
    return _named(hint.author_area, index, is_tag=True)


def _within_stated(inside: list[Match], tokens: Tokens) -> list[Match]:
    """Without what lies outside an area that is named with its type ("Kel. Jati Kec. Pulogadung").

    Namesakes abound: the Jalan Paus that the city pack knows need not be the one of that kelurahan.
    """
    for level in ("kelurahan", "kecamatan"):
        stated = [
            match.entries[0].code
            for match in inside
            if match.entries[0].precision == level
            and level in tokens.words[max(0, match.first - 1) : match.first + 1]
        ]
        if stated:
            return [
                match
                for match in inside
                if any(
                    within(match.entries[0].code, code) or within(code, match.entries[0].code)
                    for code in stated
                )
            ]
    return inside


def _best_inside(
    inside: list[Match], outside_too: bool, tokens: Tokens, index: PlaceIndex
) -> Place:
    best = max(
        inside,
        key=lambda match: (
            match.span is not None,
            match.way,
            match.probability > 0.5,
            _exactness(match, inside),
            match.probability,
            -match.first,
        ),
    )
    entry = best.entries[0]
    probability = best.probability * (0.8 if outside_too else 1.0) * (1.0, 0.9, 1.0)[best.way]
    if best.way == 0:
        probability *= 0.75
    words = _reason(best, tokens)
    span = _span(best, tokens)
    if entry.precision == "street":
        entry, more = _numbered(best, entry, tokens)
        area = _area_of_street(best, inside)
        if area is not None:
            held = area.entries[0]
            entry = replace(
                entry,
                name=f"{entry.name}, {held.name}",
                code=held.code,
                lat=held.lat,
                lon=held.lon,
            )
            more += f", bagian yang di {held.name}"
            if 0 <= area.first - best.last <= 2:
                span = (span[0], tokens.end[area.last - 1])
        words += more
    entry, more = _within_block(best, entry, tokens, index)
    return _place(entry, probability, span, words + more)


def _numbered(match: Match, street: Entry, tokens: Tokens) -> tuple[Entry, str]:
    """The street with the kilometre said of it: a better name, no more exact a place."""
    said = kilometre_after(tokens, match.last)
    if said is None:
        return street, ""
    return replace(street, name=f"{street.name} KM {said[0]}"), f", KM {said[0]}"


def _within_block(
    match: Match, entry: Entry, tokens: Tokens, index: PlaceIndex
) -> tuple[Entry, str]:
    """The RW said close to a kelurahan, or to a street that lies in one; else ``entry``."""
    code = entry.code or ""
    held = index.area.get(code)
    if held is None or held.precision != "kelurahan" or entry.precision not in _HOLD_BLOCKS:
        return entry, ""
    for block in blocks_of(tokens):
        together = match.span is not None and match.span.first <= block.first < match.span.last
        words_off = max(block.first - match.last, match.first - block.last)
        if not together and words_off > _NAMES_REACH:
            continue
        name = "/".join(
            f"{kind} {number:02}" for kind, number in (("RT", block.rt), ("RW", block.rw)) if number
        )
        lat, lon = index.blocks.get((code, block.rw), (entry.lat, entry.lon))
        smaller = replace(entry, name=f"{name} {entry.name}", precision="rt_rw", lat=lat, lon=lon)
        return smaller, f", {name}"
    return entry, ""


def _exactness(match: Match, inside: list[Match]) -> float:
    """How small the place is: the depth of its area, a street or a spot being within that."""
    entry = match.entries[0]
    code, within = entry.code or "", {"street": 0.5, "point": 1.0}.get(entry.precision, 0.0)
    if entry.precision == "street":
        area = _area_of_street(match, inside)
        code = (area.entries[0].code if area else None) or code
    return code.count(".") + within


def _area_of_street(street: Match, inside: list[Match]) -> Match | None:
    """The area named close to a street that is longer than the area, if there is one."""
    code = street.entries[0].code
    for match in inside:
        entry = match.entries[0]
        if (
            match.way == 2
            and 0 <= match.first - street.last <= _NAMES_REACH
            and entry.precision in LEVELS
            and entry.code != code
            and within(entry.code, code)
            and entry.precision != "kota"
        ):
            return match
    return None


def _best_outside(outside: list[Match], tokens: Tokens) -> Place:
    best = max(outside, key=lambda match: (match.way, match.probability, -match.first))
    reason = f"{_reason(best, tokens)}, di luar kota ini"
    return _place(best.entries[0], best.probability, _span(best, tokens), reason)


def _reason(match: Match, tokens: Tokens) -> str:
    typed = " ".join(tokens.typed[match.first : match.last])
    said = f"{cue_before(tokens, match)} {typed}".strip()
    kind = {"street": "nama jalan", "point": "nama titik"}.get(
        match.entries[0].precision, "nama wilayah"
    )
    return f"{kind} dalam teks: “{said}”" + (f"; {match.note}" if match.note else "")


def _span(match: Match, tokens: Tokens) -> tuple[int, int]:
    """The span that holds the match, or its words with those of type and position before it."""
    first, last = match.first, match.last
    while first and match.first - first < _SPAN_REACH and tokens.words[first - 1] in _IN_SPAN:
        first -= 1
    if match.first and tokens.words[match.first - 1] == "jl":
        while last < len(tokens.words) and tokens.words[last] in _STREET_TAIL:
            last += 1
    if match.span is not None:
        first, last = min(first, match.span.first), max(last, match.span.last)
    return tokens.start[first], tokens.end[last - 1]


def _place(entry: Entry, probability: float, span: tuple[int, int] | None, reason: str) -> Place:
    return Place(
        code=entry.code,
        name=entry.name,
        precision=entry.precision,
        lat=entry.lat,
        lon=entry.lon,
        probability=round(min(probability, 0.99), 4),
        span=span,
        reason=reason,
    )
