"""The gazetteer in search order: every way to write a place's name, and how much it proves.

Built once from a city pack and from ``nlp/words``: ``other_regions.tsv`` (places elsewhere in
Indonesia) and ``place_words.tsv`` (names that are also words, persons' names or street names of
every town).
"""

import csv
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from models import City
from models.city import Area, NamedPoint
from nlp.place_cues import cue_words, words_file
from nlp.place_fuzzy import Slips
from nlp.place_tagger import Tagger, load_tagger
from nlp.place_text import spelled
from nlp.stem import root_words

# How much a written form proves by itself.
SURE = 4  # it is the place
NEEDS_CUE = 3  # it is, after a word like "di", "arah", "depan", or in a span that tells where
NEEDS_SPAN = 2  # only in a span that tells where
NEEDS_TYPE = 1  # only after "kelurahan", "jl", "stasiun", or beside another place of the city

_PROOF = {SURE: "3", NEEDS_CUE: "2", NEEDS_SPAN: "1", NEEDS_TYPE: "1"}

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
    classes: tuple[str, ...]
    tagger: Tagger | None
    slips: Slips
    pattern_of: dict[str, int]
    blocks: dict[tuple[str, int], tuple[float, float]]


_Add = Callable[[str, Entry, int], None]


def build_index(city: City, with_spans: bool = True) -> PlaceIndex:
    """Put every name and alias of ``city``, and the regions around it, into one automaton.

    Without spans only names are found; training the tagger that finds spans needs no more.
    Raises ``FileNotFoundError`` where there are no span weights.
    """
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
    streets = Counter(_core(spelled(point.name)) for point in city.points if point.kind == "jalan")
    for point in city.points:
        _add_point(city, point, areas, streets, add)
    own = set(forms)
    for row in words_file("other_regions.tsv"):
        _add_region(row, city.area_prefix, areas[city.area_prefix], own, add)
    for point in city.points:
        _add_bare_street(point, forms)
    for row in words_file("far_kecamatan.tsv"):
        _add_far_kecamatan(row, city.area_prefix, own, add)
    for form in classes["bukan"]:
        forms[form] = {}
    ordered = sorted(forms)
    options = tuple(
        tuple(Option(entry, strength) for entry, strength in forms[form].items())
        for form in ordered
    )
    return PlaceIndex(
        city=city,
        automaton=AhoCorasick(
            [f" {form.replace(' ', '  ')} " for form in ordered],
            matchkind=MatchKind.LeftmostLongest,
        ),
        options=options,
        common=frozenset(classes["pahlawan"]),
        kelurahan=tuple(entry for entry in areas.values() if entry.precision == "kelurahan"),
        area=areas,
        classes=tuple(_class(each) for each in options),
        tagger=load_tagger() if with_spans else None,
        slips=Slips(_slippery(forms) if with_spans else ()),
        pattern_of={form: i for i, form in enumerate(ordered)},
        blocks=_blocks(city),
    )


def _slippery(forms: dict[str, dict[Entry, int]]) -> Iterator[str]:
    """The written forms that may be meant by one a slip away: places of the city, well proved."""
    for form, entries in forms.items():
        if any(entry.code and strength >= NEEDS_CUE for entry, strength in entries.items()):
            yield form


def _blocks(city: City) -> dict[tuple[str, int], tuple[float, float]]:
    """Where each RW of a kelurahan lies, where the city pack knows (``rw.csv``)."""
    path = city.folder / "rw.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return {
            (row["area_code"], int(row["rw"])): (float(row["lat"]), float(row["lon"]))
            for row in csv.DictReader(lines)
        }


def _class(options: tuple[Option, ...]) -> str:
    """What kinds of places a written form may mean and how much it proves, for the tagger."""
    if not options:
        return "-"
    kinds = {("i" if o.entry.code else "o") + o.entry.precision[:3] for o in options}
    return "".join(sorted(kinds))[:12] + _PROOF[max(option.strength for option in options)]


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


def _add_point(
    city: City, point: NamedPoint, areas: dict[str, Entry], streets: Counter[str], add: _Add
) -> None:
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
            if same and area is not None and _joined(form) == _joined(name):
                # "Kelurahan Jati Pulo" is Jatipulo, not Jati.
                add(f"{area.precision} {form}", entry, SURE)
        return
    if point.kind in _STREETS:
        _add_street(point, code, name, streets, add)
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


def _joined(name: str) -> str:
    return spelled(name).replace(" ", "")


def _with_variants(name: str) -> Iterator[str]:
    yield name
    for kind, other in _TYPE_VARIANTS:
        if name.startswith(f"{kind} "):
            yield f"{other}{name[len(kind) :]}"


def _core(name: str) -> str:
    """A street's name (spelled) without "jl", "raya" and what honours a person."""
    core = name.removeprefix("jl ").removeprefix("raya ")
    core = core.removesuffix(" raya") if core.count(" ") else core
    plain = core.split(" ")
    while len(plain) > 1 and plain[0] in _TITLES:
        plain = plain[1:]
    return " ".join(plain)


def _add_street(point: NamedPoint, code: str, name: str, streets: Counter[str], add: _Add) -> None:
    core = name.removeprefix("jl ").removeprefix("raya ")
    core = core.removesuffix(" raya") if core.count(" ") else core
    short = _core(name)
    forms = {spelled(alias).removeprefix("jl ") for alias in point.aliases}
    # With an alias the city's people vouch that the name means this street and no other; one word
    # that is no Indonesian word ("Albezia") is as good as two, if only one street has it.
    unique = streets[short] == 1 and short not in root_words()
    single = " " not in short and not point.aliases and not unique
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


def _add_bare_street(point: NamedPoint, forms: dict[str, dict[Entry, int]]) -> None:
    """A street of two words or more without "jl" ("Taruna 7"), unless that names something else."""
    core = _core(spelled(point.name))
    known = forms.get(f"jl {core}", {})
    if point.kind != "jalan" or " " not in core or (core in forms and not _bare(forms[core])):
        return
    for entry, strength in known.items():
        if entry.precision == "street" and strength > NEEDS_TYPE and not entry.plain:
            forms[core][entry] = NEEDS_SPAN


def _bare(entries: dict[Entry, int]) -> bool:
    return all(strength == NEEDS_SPAN for strength in entries.values())


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


def _add_far_kecamatan(row: dict[str, str], prefix: str, own: set[str], add: _Add) -> None:
    """A kecamatan by its title only: most of the seven thousand have a village's or word's name."""
    form = f"kecamatan {row['name']}"
    if row["code"].startswith(f"{prefix}.") or spelled(form) in own:
        return
    lat, lon = (float(row[key]) if row[key] else None for key in ("lat", "lon"))
    add(form, Entry(row["name"], None, "kota", lat, lon, "kecamatan"), SURE)


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Kilometres between two points (WGS 84 degrees), flat: good within a region."""
    east = (lon - other_lon) * 111.3 * math.cos(math.radians(lat))
    return math.hypot(east, (lat - other_lat) * 110.6)
