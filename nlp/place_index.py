"""The gazetteer in search order: every way to write a place's name, and how much it proves.

Built once from a city pack and from ``nlp/words``: ``other_regions.tsv`` (places elsewhere in
Indonesia) and ``place_words.tsv`` (names that are also words, persons' names or street names of
every town).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from models import City
from models.city import Area, NamedPoint
from models.place import distance_km
from nlp.place_cues import cue_words, words_file
from nlp.place_text import spelled

# How much a written form proves by itself.
SURE = 3  # it is the place
NEEDS_CUE = 2  # it is, after a word like "di", "arah", "depan"
NEEDS_TYPE = 1  # only after "kelurahan", "jl", "stasiun", or beside another place of the city

LEVELS = {"kota": 1, "kecamatan": 2, "kelurahan": 3}
# Kinds whose names people say without the word for the kind ("Kampung Rambutan" the terminal).
_SAID_BARE = frozenset({"halte", "stasiun", "terminal", "gerbang_tol"})
_STREETS = frozenset({"jalan", "tol"})
_LINES = frozenset({"kali"})  # as long as a street, and as vague
_TITLES = cue_words("gelar")
_TYPE_VARIANTS = (
    ("flyover", "fly over"),
    ("underpass", "under pass"),
    ("rs", "rumah sakit"),
    ("gerbang tol", "gt"),
    ("gerbang tol", "pintu tol"),
    ("simpang", "tl"),
    ("simpang", "lampu merah"),
    ("pintu air", "pa"),
    ("rumah pompa", "pompa"),
)
_NEAR_KM = 60.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One place that a written form may mean.

    ``code`` is ``None`` outside the city. ``own_type`` is the word that, written before the
    name, says that this kind is meant; ``form`` is the name as spelled.
    ``plain`` marks a name so plain ("Jalan Melati") that only its neighbourhood tells where.
    """

    name: str
    code: str | None
    precision: str
    lat: float | None
    lon: float | None
    own_type: str
    form: str = ""
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """An entry, and how much the written form proves it."""

    entry: Entry
    strength: int


@dataclass(frozen=True)
class PlaceIndex:
    """What ``locate`` searches with; made by ``build_index``, safe to share between threads.

    ``options`` are what the automaton's patterns mean, in their order; ``common`` are the street
    names that most towns have ("Sudirman"); ``area`` holds the city and its areas by code.
    """

    city: City
    automaton: AhoCorasick
    options: tuple[tuple[Option, ...], ...]
    common: frozenset[str]
    kelurahan: tuple[Entry, ...]
    area: dict[str, Entry]


_Add = Callable[[str, Entry, int], None]


def build_index(city: City) -> PlaceIndex:
    """Put every name and alias of ``city``, and the regions around it, into one automaton."""
    classes: dict[str, set[str]] = defaultdict(set)
    for row in words_file("place_words.tsv"):
        classes[row["class"]].add(spelled(row["name"]))
    forms: dict[str, dict[Entry, int]] = defaultdict(dict)

    def add(form: str, entry: Entry, strength: int) -> None:
        form = spelled(form)
        if len(form) < 2 or form.isdigit() or form in classes["bukan"]:
            return
        if form in classes["kata"]:
            strength = min(strength, NEEDS_TYPE)
        elif form in classes["nama"] or form in classes["pahlawan"]:
            strength = min(strength, NEEDS_CUE)
        forms[form][entry] = max(strength, forms[form].get(entry, 0))
        joined = form.replace(" ", "")
        if joined != form and len(joined) >= 8 and joined.isalpha():
            forms[joined].setdefault(entry, strength)

    areas = _add_areas(city, add)
    for point in city.points:
        _add_point(city, point, areas, add)
    own = set(forms)
    for row in words_file("other_regions.tsv"):
        _add_region(row, city.area_prefix, areas[city.area_prefix], own, add)
    for form in classes["bukan"]:
        forms[form] = {}
    ordered = sorted(forms)
    return PlaceIndex(
        city=city,
        automaton=AhoCorasick(
            [f" {form.replace(' ', '  ')} " for form in ordered],
            matchkind=MatchKind.LeftmostLongest,
        ),
        options=tuple(
            tuple(Option(entry, strength) for entry, strength in forms[form].items())
            for form in ordered
        ),
        common=frozenset(classes["pahlawan"]),
        kelurahan=tuple(entry for entry in areas.values() if entry.precision == "kelurahan"),
        area=areas,
    )


def _add_areas(city: City, add: _Add) -> dict[str, Entry]:
    areas: dict[str, Entry] = {}
    for area in city.areas.values():
        entry = Entry(
            area.name, area.code, area.level, area.lat, area.lon, area.level, spelled(area.name)
        )
        areas[area.code] = entry
        add(area.name, entry, SURE)
        add(f"{area.level} {area.name}", entry, SURE)
    if city.area_prefix not in areas:
        lat, lon = _centre([area for area in city.areas.values() if area.parent is None])
        areas[city.area_prefix] = Entry(city.name, city.area_prefix, "kota", lat, lon, "kota")
        add(city.name, areas[city.area_prefix], SURE)
    return areas


def _centre(areas: list[Area]) -> tuple[float | None, float | None]:
    """Where the middle of the people live: far islands with few of them hardly count."""
    weights = [area.population or 1 for area in areas]
    if not areas:
        return None, None
    return (
        sum(area.lat * weight for area, weight in zip(areas, weights, strict=True)) / sum(weights),
        sum(area.lon * weight for area, weight in zip(areas, weights, strict=True)) / sum(weights),
    )


def _add_point(city: City, point: NamedPoint, areas: dict[str, Entry], add: _Add) -> None:
    code = point.area_code or city.area_prefix
    name = spelled(point.name)
    if point.kind == "kawasan":
        area = areas.get(code)
        level = area.precision if area else "kota"
        same = area is not None and spelled(area.name) == name
        entry = (
            area
            if area and same
            else Entry(point.name, code, level, point.lat, point.lon, "kawasan", name)
        )
        for form in (point.name, *point.aliases):
            add(form, entry, SURE)
        return
    if point.kind in _STREETS:
        _add_street(point, code, name, add)
        return
    own_type = name.partition(" ")[0]
    if point.kind in _LINES:
        entry = Entry(point.name, code, "street", point.lat, point.lon, own_type, name)
        for form in (point.name, *point.aliases):
            add(form, entry, SURE)
        return
    # "SMPN 1" is in every town.
    numbered = name.count(" ") == 1 and name.rpartition(" ")[2].isdigit() and not point.aliases
    entry = Entry(point.name, code, "point", point.lat, point.lon, own_type, name, plain=numbered)
    for form in _with_variants(name):
        add(form, entry, SURE if " " in form or form == name else NEEDS_CUE)
    if point.kind in _SAID_BARE:
        bare = name.removeprefix("gt ").removeprefix("gerbang tol ").removeprefix(f"{own_type} ")
        if " " in bare and bare != name:
            add(bare, entry, NEEDS_CUE)
    for alias in point.aliases:
        for form in _with_variants(spelled(alias)):
            add(form, entry, SURE)


def _with_variants(name: str) -> Iterator[str]:
    yield name
    for kind, other in _TYPE_VARIANTS:
        if name.startswith(f"{kind} "):
            yield f"{other}{name[len(kind) :]}"


def _add_street(point: NamedPoint, code: str, name: str, add: _Add) -> None:
    core = name.removeprefix("jl ").removeprefix("raya ")
    core = core.removesuffix(" raya") if core.count(" ") else core
    plain = core.split(" ")
    while len(plain) > 1 and plain[0] in _TITLES:
        plain = plain[1:]
    short = " ".join(plain)
    forms = {spelled(alias).removeprefix("jl ") for alias in point.aliases}
    # With an alias the city's people vouch that the name means this street and no other.
    single = " " not in short and not point.aliases
    kind = "jl" if point.kind == "jalan" else "tol"
    entry = Entry(point.name, code, "street", point.lat, point.lon, kind, name, plain=single)
    if kind == "tol":
        for form in (name, *forms):
            add(form, entry, SURE)
        return
    for form in {core, short, f"raya {short}", f"{short} raya", *forms}:
        add(f"jl {form}", entry, SURE)
    for form in forms:
        add(form, entry, SURE)
    if core.count(" ") >= 2:
        add(core, entry, NEEDS_CUE)


def _add_region(row: dict[str, str], prefix: str, centre: Entry, own: set[str], add: _Add) -> None:
    code, level, name = row["code"], row["level"], row["name"]
    if code == prefix or code.startswith(f"{prefix}."):
        return
    lat = float(row["lat"]) if row["lat"] else None
    lon = float(row["lon"]) if row["lon"] else None
    entry = Entry(name, None, "kota", lat, lon, level)
    if level == "kabupaten" or (level == "kecamatan" and spelled(f"{level} {name}") not in own):
        add(f"{level} {name}", entry, SURE)
    if level in ("kabupaten", "kota"):
        add(f"kota {name}", entry, SURE)
    near = (
        None not in (lat, lon, centre.lat, centre.lon)
        and distance_km(lat or 0, lon or 0, centre.lat or 0, centre.lon or 0) < _NEAR_KM
    )
    for form in (name, *(alias for alias in row["aliases"].split("|") if alias)):
        # What the city itself calls so is the city's; a far kecamatan needs its title.
        if spelled(form) not in own:
            add(form, entry, SURE if near or level != "kecamatan" else NEEDS_CUE)
