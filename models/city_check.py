"""``jajak city check``: everything about a city pack that a person should mend or know."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import h3.api.basic_int as h3int  # type: ignore[import-untyped]

from models.cells import LOOK_UP_RESOLUTION
from models.city import Area, CategoryQuery, City, NamedPoint, PackFault, Queries, read_city
from models.place import distance_km, lies_within

# As far may the named points and areas of a city lie from the nearest other area.
_FAR_KM = 25.0
# Some seven cells of resolution 10 are a kilometre: a stop may stand across the street.
_NEAR_CELLS = 7
_LONG = ("jalan", "tol", "kali", "kawasan")
_ABOVE = {"kelurahan": "kecamatan", "kecamatan": "kota"}
# What UTF-8 looks like when it was read as something else, and what is put where nothing fits.
_GARBLED = re.compile("Ã[\u0080-\u00bf]|â€|\ufffd")
_HANDLE = re.compile(r"\w[\w.@-]*", re.ASCII)


def check_city(code: str, folder: Path | None = None) -> list[PackFault]:
    """Every fault and warning of a pack, in the order of its files; never raises for a fault."""
    found: list[PackFault] = []
    city = read_city(code, folder, found.append)
    if city is None:
        return found
    looks = [_areas, _points, _routing, _cells, _rw, _texts, _sources]
    # A file that could not be read is told once, not once for everything that it lacks.
    if city.queries != Queries() or not any(f.path.name == "queries.toml" for f in found):
        looks.append(_queries)
    for look in looks:
        found += look(city)
    return sorted(found, key=lambda fault: (fault.warning, fault.path.name, fault.row or 0))


def _areas(city: City) -> Iterator[PackFault]:
    path, rows = city.folder / "areas.csv", city.rows["areas.csv"]
    uncounted = 0
    for area in city.areas.values():
        row = rows[area.code]
        uncounted += area.population is None
        if not lies_within(area.code, city.area_prefix):
            fault = f"{area.code} does not begin with the city's {city.area_prefix}"
            yield PackFault(path, row, fault, "correct it, or area_prefix in city.toml")
        above = _ABOVE.get(area.level)
        if above is None and area.parent is not None:
            yield PackFault(path, row, "a kota has no parent", "leave parent empty")
        if above is not None and area.parent != area.code.rpartition(".")[0]:
            fault = f"parent of {area.code} is {area.parent or 'empty'}"
            yield PackFault(path, row, fault, f"write {area.code.rpartition('.')[0]}")
        away = min(
            (
                distance_km(area.lat, area.lon, o.lat, o.lon)
                for o in city.areas.values()
                if o is not area
            ),
            default=0.0,
        )
        if away > _FAR_KM:
            fault = f"{area.name} lies {away:.0f} km from every other area, outside the city"
            yield PackFault(path, row, fault, "correct lat and lon")
    for (parent, level, name), times in Counter(
        (area.parent, area.level, area.name.casefold()) for area in city.areas.values()
    ).items():
        if times > 1:
            fault = f"{times} {level} of {parent or 'the city'} are named {name!r}"
            yield PackFault(path, None, fault, "correct all but one")
    if uncounted:
        fault = f"{uncounted} of {len(city.areas)} areas have no population"
        remedy = "add it where it is known: numbers per resident stay empty there"
        yield PackFault(path, None, fault, remedy, warning=True)


def _points(city: City) -> Iterator[PackFault]:
    path, rows = city.folder / "points.csv", city.rows["points.csv"]
    seen: dict[tuple[object, ...], int] = {}
    for number, point in enumerate(city.points):
        row = rows[number]
        same = seen.setdefault((point.name, point.kind, point.lat, point.lon), row)
        if same != row:
            yield PackFault(path, row, f"{point.name} stands in row {same} already", "take it away")
        if point.area_code is not None and point.area_code not in city.areas:
            fault = f"unknown area_code {point.area_code!r}"
            yield PackFault(path, row, fault, "use a code of areas.csv, or leave it empty")
            continue
        # Looking each point up goes before measuring its way to every area.
        away = 0.0 if city.area_at(point.lat, point.lon) else _nearest_km(city, point)
        if away > _FAR_KM:
            fault = f"{point.name} lies {away:.0f} km from the nearest area, outside the city"
            yield PackFault(path, row, fault, "correct lat and lon")
        elif point.area_code and point.kind not in _LONG and city.cells:
            yield from _misplaced(city, point, path, row)


def _nearest_km(city: City, point: NamedPoint) -> float:
    areas = city.areas.values()
    return min(
        (distance_km(point.lat, point.lon, area.lat, area.lon) for area in areas), default=0.0
    )


def _misplaced(city: City, point: NamedPoint, path: Path, row: int) -> Iterator[PackFault]:
    """A point whose coordinate and whose ``area_code`` do not go together."""
    cell = h3int.latlng_to_cell(point.lat, point.lon, LOOK_UP_RESOLUTION)
    around = {city.cells.owner.get(near, "") for near in h3int.grid_disk(cell, _NEAR_CELLS)}
    if any(lies_within(code, point.area_code) for code in around):
        return
    found = city.area_at(point.lat, point.lon)
    said = _named(city.areas.get(point.area_code or ""))
    fault = f"{point.name} lies in {_named(found)}, not near {said}"
    yield PackFault(path, row, fault, "correct area_code or the coordinate", warning=True)


def _named(area: Area | None) -> str:
    return f"{area.name} ({area.code})" if area else "no area"


def _routing(city: City) -> Iterator[PackFault]:
    path, rows = city.folder / "routing.csv", city.rows["routing.csv"]
    for key, agencies in city.routing.items():
        for agency, times in Counter(agencies).items():
            if times > 1:
                fault = f"{agency} stands twice"
                yield PackFault(path, rows[key], fault, "write each agency once")
    for code in city.categories:
        if (code, "") not in city.routing:
            remedy = f"add a row {code},,AGENCY with an empty area_code"
            yield PackFault(path, None, f"no rule for {code} in the whole city", remedy)


def _cells(city: City) -> Iterator[PackFault]:
    path = city.folder / "cells.csv"
    if not path.exists():
        fault = "there is none: geotags go by the nearest centroid, and the map draws no areas"
        remedy = "load the official boundaries: jajak city cells FILE"
        yield PackFault(path, None, fault, remedy, warning=True)
        return
    of_area = city.rows["cells.csv"]
    for code, row in of_area.items():
        if code not in city.areas:
            yield PackFault(path, row, f"unknown area_code {code!r}", "use a code of areas.csv")
    for area in city.areas.values():
        if area.level == "kelurahan" and area.code not in of_area:
            fault = f"{area.name} ({area.code}) has no cells"
            remedy = "add its boundary and run jajak city cells"
            yield PackFault(path, None, fault, remedy, warning=True)


def _rw(city: City) -> Iterator[PackFault]:
    path, rows = city.folder / "rw.csv", city.rows.get("rw.csv", {})
    for key, rw in city.rw.items():
        area = city.areas.get(rw.area_code)
        if area is None or area.level != "kelurahan":
            fault = f"{rw.area_code!r} is no kelurahan of areas.csv"
            yield PackFault(path, rows[key], fault, "correct area_code")
        elif (away := distance_km(rw.lat, rw.lon, area.lat, area.lon)) > _FAR_KM:
            fault = f"RW {rw.number} lies {away:.0f} km from {area.name}"
            yield PackFault(path, rows[key], fault, "correct lat and lon")


def _queries(city: City) -> Iterator[PackFault]:
    path = city.folder / "queries.toml"
    if not path.exists():
        fault = "there is none: collectors do not know what to look for"
        remedy = "copy the one of another city and change it"
        yield PackFault(path, None, fault, remedy, warning=True)
        return
    for code in city.queries.categories:
        if code not in city.categories:
            fault = f"[categories.{code}] is no category"
            yield PackFault(path, None, fault, "use a code of categories.csv")
    for code in city.categories:
        if code != "lainnya" and not _of(city, code).terms:
            fault = f"[categories.{code}] has no terms"
            yield PackFault(path, None, fault, "add some", warning=True)
    if not city.queries.city.terms:
        fault = "[city] has no terms: nothing tells a post of this city from others"
        yield PackFault(path, None, fault, "add the names that posts use")
    tables = {"city": city.queries.city} | {
        f"categories.{code}": query for code, query in city.queries.categories.items()
    }
    for name, query in tables.items():
        for key, words in (("hashtags", query.hashtags), ("accounts", query.accounts)):
            for word in words:
                if not _HANDLE.fullmatch(word):
                    fault = f"[{name}] {key}: {word!r}"
                    yield PackFault(path, None, fault, "write it without # or @, and no blanks")
        both = set(query.terms) & set(query.exclude)
        if both:
            fault = f"[{name}] both wants and excludes {', '.join(sorted(both))}"
            yield PackFault(path, None, fault, "take it out of one of the two")


def _of(city: City, code: str) -> CategoryQuery:
    return city.queries.categories.get(code, CategoryQuery())


def _texts(city: City) -> Iterator[PackFault]:
    """Letters that were read in another encoding than they were written in."""
    for path in sorted(city.folder.glob("*.csv")):
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError):
            continue  # told already
        for number, line in enumerate(lines, start=1):
            if garbled := _GARBLED.search(line):
                fault = f"{garbled[0]!r} is a letter that was read in the wrong encoding"
                yield PackFault(path, number, fault, "write it again and save as CSV UTF-8")


def _sources(city: City) -> Iterator[PackFault]:
    """Facts without a source: every file must be named in ``SOURCES.md``."""
    path = city.folder / "SOURCES.md"
    if not path.is_file():
        remedy = "write where each file's facts come from, and under which licence"
        yield PackFault(path, None, "there is none", remedy)
        return
    told = path.read_text(encoding="utf-8", errors="replace")
    for file in sorted((*city.folder.glob("*.csv"), *city.folder.glob("queries.toml"))):
        if f"`{file.name}`" not in told:
            fault = f"`{file.name}` is not named"
            yield PackFault(path, None, fault, "write where its facts come from")
