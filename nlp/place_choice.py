"""Which of the places that one name may mean is meant: neighbours, tags and other cities decide."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from models import Place
from nlp.place_index import LEVELS, Entry, PlaceIndex, distance_km
from nlp.place_names import Match
from nlp.place_text import Tokens


def within(code: str | None, area: str | None) -> bool:
    """Whether the area ``code`` is ``area`` or lies in it; nothing is in or holds ``None``."""
    return code is not None and area is not None and f"{code}.".startswith(f"{area}.")


def weighed(
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
    return shortest if all(within(code, shortest) for code in codes) else None


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
    return all(entry.code is None or within(entry.code, area) for entry in entries)


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
    while not all(within(code, shared) for code in codes) and "." in shared:
        shared = shared.rpartition(".")[0]
    return shared


def apart(
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
