"""Where a post says something is: names found in its words, weighed by what stands beside them.

A name proves a place by itself ("Tebet"), after a word of place ("di Sudirman") or only with its
type ("kelurahan Pulo"); neighbours in the text decide between places of one name; a place in
another city is outside, not a wrong guess inside.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from models import Place
from models.place import distance_km, lies_within
from nlp.hint import Hint
from nlp.place_cues import cue_words
from nlp.place_index import LEVELS, Entry, PlaceIndex, build_index
from nlp.place_names import Match, cue_before, found_names
from nlp.place_text import Tokens, tokens_of

__all__ = ["Hint", "PlaceIndex", "build_index", "locate"]

_IN_SPAN = cue_words("jenis") | cue_words("letak")
_STREET_TAIL = cue_words("ekor")
_EXACT = {"kota": 0, "kecamatan": 1, "kelurahan": 2, "street": 3, "point": 4}
_NEIGHBOUR_KM = 4.0
_SPAN_REACH = 3
_NAMES_REACH = 6


def locate(text: str, index: PlaceIndex, hint: Hint | None) -> Place | None:
    """The best place that ``text`` names, else what ``hint`` says, else ``None``.

    A place in another city has no ``code``. Never raises, whatever the text; linear in its length.
    """
    tagged = _tagged(hint, index)
    place = _named(text, index, tagged)
    if place is None:
        return tagged
    vague = place.code is not None and place.precision == "kota"
    if vague and tagged and lies_within(tagged.code, place.code) and tagged.code != place.code:
        return replace(tagged, reason=f"{tagged.reason}; teks menyebut {place.name}")
    return place


def _tagged(hint: Hint | None, index: PlaceIndex) -> Place | None:
    """The place of a tag or geotag, the more exact of the two."""
    if hint is None:
        return None
    tag = _named(hint.place_tag, index, None) if hint.place_tag else None
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


def _named(text: str, index: PlaceIndex, tagged: Place | None) -> Place | None:
    tokens = tokens_of(text)
    found = list(found_names(tokens, index))
    if not found:
        return None
    inside, outside = _weighed(found, tokens, tagged, index)
    inside, outside = _apart(inside, outside, tokens, tagged, index)
    if inside:
        return _best_inside(inside, bool(outside), tokens)
    return _best_outside(outside, tokens) if outside else None


def _weighed(
    found: list[Match], tokens: Tokens, tagged: Place | None, index: PlaceIndex
) -> tuple[list[Match], list[Match]]:
    """Each match with one entry only, chosen by the areas that the other matches name."""
    meant = [_largest(match.entries) for match in found]
    context: Counter[str] = Counter()
    for code in meant:
        context.update(_prefixes(code, index))
    from_tag = set(_prefixes(tagged.code, index)) if tagged else set()
    inside: list[Match] = []
    outside: list[Match] = []
    for match, code in zip(found, meant, strict=True):
        said = " ".join(tokens.words[match.first : match.last])
        own = set(_prefixes(code, index))
        support = {entry: _support(entry, context, own, from_tag, index) for entry in match.entries}
        choice = _chosen(support, said, index)
        if choice is None:
            continue
        entry, sure, note = choice
        name = said.removeprefix("jl ").removeprefix("raya ")
        common = entry.precision == "street" and name in index.common
        chosen = replace(
            match,
            entries=(entry,),
            probability=match.probability * sure,
            common=common,
            note=note,
        )
        (outside if entry.code is None else inside).append(chosen)
    if any(not match.common for match in inside) or from_tag:
        return inside, outside
    note = "nama jalan yang ada di banyak kota"
    vague = [replace(m, probability=m.probability * 0.65, note=note) for m in inside]
    return vague, outside


def _largest(entries: tuple[Entry, ...]) -> str | None:
    """The code that holds all ``entries``, if one of them does (a kecamatan and its kelurahan)."""
    codes = [entry.code for entry in entries if entry.code is not None]
    shortest = min(codes, key=len, default=None)
    return shortest if all(lies_within(code, shortest) for code in codes) else None


def _prefixes(code: str | None, index: PlaceIndex) -> Iterator[str]:
    """The areas that hold ``code``, without the city itself: they tell places apart."""
    while code and code != index.city.area_prefix:
        yield code
        code = code.rpartition(".")[0]


def _support(
    entry: Entry, context: Counter[str], own: set[str], from_tag: set[str], index: PlaceIndex
) -> int:
    """How small an area around ``entry`` the other names or the tag name; 0 for none."""
    for prefix in _prefixes(entry.code, index):
        if context[prefix] > (prefix in own) or prefix in from_tag:
            return prefix.count(".") + 1
    return 0


def _chosen(
    support: dict[Entry, int], said: str, index: PlaceIndex
) -> tuple[Entry, float, str] | None:
    """The entry meant, what to multiply its probability by, and a note for the reason."""
    most = max(support.values())
    best = [entry for entry, much in support.items() if much == most and (most or not entry.plain)]
    if not best:
        return None
    if len(best) > 1 and not most:
        # Without a neighbour to tell, a place's own name goes before another's nickname.
        best = [entry for entry in best if entry.form == said] or best
    if len(best) > 1:
        # An area before a spot, the larger area before the smaller: no more exact than said.
        areas = [entry for entry in best if entry.precision in LEVELS]
        areas.sort(key=lambda entry: LEVELS[entry.precision])
        if areas and (areas[0].code is None or _all_within(best, areas[0].code)):
            return areas[0], 1.0, ""
        best = [entry for entry in best if entry.code is not None] or best
        if len(best) > 1 and not _near(best):
            held = index.area.get(_common([entry.code or "" for entry in best]))
            if held is None:
                return None
            vague = replace(held, name=best[0].name)
            return vague, 0.45, f"ada {len(best)} tempat bernama begini di {held.name}"
    return best[0], 1.0, ""


def _all_within(entries: Iterable[Entry], area: str) -> bool:
    return all(entry.code is None or lies_within(entry.code, area) for entry in entries)


def _near(entries: list[Entry]) -> bool:
    first = entries[0]
    return all(
        first.lat is not None
        and first.lon is not None
        and entry.lat is not None
        and entry.lon is not None
        and distance_km(first.lat, first.lon, entry.lat, entry.lon) < 1.5
        for entry in entries
    )


def _common(codes: list[str]) -> str:
    shared = codes[0]
    while not all(lies_within(code, shared) for code in codes) and "." in shared:
        shared = shared.rpartition(".")[0]
    return shared


def _apart(
    inside: list[Match],
    outside: list[Match],
    tokens: Tokens,
    tagged: Place | None,
    index: PlaceIndex,
) -> tuple[list[Match], list[Match]]:
    """Take out of ``inside`` what the words place in another city ("Jl. Sudirman, Bandung")."""
    elsewhere = tagged is not None and tagged.code is None
    if elsewhere and not outside:
        kept = [match for match in inside if not match.common]
        return kept, outside
    if not outside or not inside:
        return inside, outside
    followed = {match.first for match in outside if match.way == 2}
    kept = []
    for match in inside:
        after = range(match.last, min(match.last + 3, len(tokens.words)))
        city_after = any(place in followed for place in after)
        if city_after and "dan" not in tokens.words[match.last : match.last + 2]:
            continue
        kept.append(match)
    firm = [m for m in kept if not m.common and m.way > 0]
    if not firm:
        spot = any(match.way == 2 for match in outside)
        return ([], outside) if spot or not kept else (kept, outside)
    if all(match.entries[0] == index.area[index.city.area_prefix] for match in firm):
        # Only the city's own name against another's: the one that is the spot, then the first.
        mine, theirs = firm[0], max(outside, key=lambda match: (match.way, -match.first))
        if (theirs.way, -theirs.first) > (mine.way, -mine.first):
            return [], outside
    return kept, outside


def _best_inside(inside: list[Match], outside_too: bool, tokens: Tokens) -> Place:
    best = max(
        inside,
        key=lambda match: (
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
            words += f", bagian yang di {held.name}"
            if 0 <= area.first - best.last <= 2:
                span = (span[0], tokens.end[area.last - 1])
    return _place(entry, probability, span, words)


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
            and lies_within(entry.code, code)
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
    """The words of the match with the type or position words before it, as in the original."""
    first, last = match.first, match.last
    while first and match.first - first < _SPAN_REACH and tokens.words[first - 1] in _IN_SPAN:
        first -= 1
    if match.first and tokens.words[match.first - 1] == "jl":
        while last < len(tokens.words) and tokens.words[last] in _STREET_TAIL:
            last += 1
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
