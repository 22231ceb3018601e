"""A city pack: everything local, read from plain files in ``cities/<city>/``.

The files and their columns are described in ``docs/city-pack.md``. Nothing here knows a city.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from models import city_files
from models.cells import Cells, expand
from models.city_parts import (
    Agency,
    Area,
    Category,
    CategoryQuery,
    CityPackError,
    NamedPoint,
    Neighbourhood,
    PackFault,
    Queries,
    Tell,
)
from models.labels import CATEGORIES

__all__ = [
    "Agency",
    "Area",
    "Category",
    "CategoryQuery",
    "City",
    "CityPackError",
    "NamedPoint",
    "Neighbourhood",
    "PackFault",
    "Queries",
    "cities_folder",
    "load_city",
    "read_city",
]

T = TypeVar("T")


@dataclass(frozen=True)
class City:
    """A loaded city pack.

    ``languages`` are those that posts are written in, as ISO 639 codes. ``routing`` has the
    agencies for a category in an area, the one in charge first. ``rw`` has the RW of a kelurahan
    by its code and number. ``rows`` says in which row of a file a thing stands, by file and key.
    """

    code: str
    name: str
    area_prefix: str
    zone: ZoneInfo
    zone_label: str
    folder: Path
    categories: dict[str, Category]
    agencies: dict[str, Agency]
    routing: dict[tuple[str, str], tuple[str, ...]]
    areas: dict[str, Area]
    points: tuple[NamedPoint, ...]
    languages: tuple[str, ...] = ("id",)
    rw: dict[tuple[str, int], Neighbourhood] = field(default_factory=dict)
    cells: Cells = field(default_factory=lambda: Cells({}))
    queries: Queries = field(default_factory=Queries)
    rows: dict[str, dict[Any, int]] = field(default_factory=dict, repr=False)

    def agency_for(self, category: str, area_code: str | None) -> Agency | None:
        """The agency in charge of ``category`` at ``area_code``."""
        return next(iter(self.agencies_for(category, area_code)), None)

    def agencies_for(self, category: str, area_code: str | None) -> tuple[Agency, ...]:
        """All agencies for ``category`` at ``area_code``, the one in charge first.

        The rule of the nearest area wins.
        """
        code = area_code or ""
        while True:
            agencies = self.routing.get((category, code))
            if agencies is not None:
                return tuple(self.agencies[agency] for agency in agencies)
            if not code:
                return ()
            code = code.rpartition(".")[0]

    def area_at(self, lat: float, lon: float) -> Area | None:
        """The kelurahan that holds a point (WGS 84 degrees); ``None`` outside, or without cells."""
        return self.areas.get(self.cells.area_at(lat, lon) or "")

    def area_path(self, code: str | None) -> list[Area]:
        """The area with ``code`` and all that hold it, smallest first."""
        path: list[Area] = []
        while code and code in self.areas:
            path.append(self.areas[code])
            code = self.areas[code].parent
        return path

    def area_label(self, code: str | None) -> str:
        """The area as people write it: kelurahan, kecamatan, kota."""
        return ", ".join(area.name for area in self.area_path(code))


def cities_folder() -> Path:
    """Where the city packs that come with Jajak lie."""
    # Beside this package, in a checkout as in an installation: data only, it is no package itself.
    return Path(__file__).resolve().parent.parent / "cities"


def load_city(code: str, folder: Path | None = None) -> City:
    """Read the pack ``code`` from ``folder`` (default: the packs that come with Jajak).

    Raises ``CityPackError`` with file, row and remedy when something in it cannot be used.
    """

    def refuse(fault: PackFault) -> None:
        if not fault.warning:
            raise CityPackError(str(fault))

    city = read_city(code, folder, refuse)
    if city is None:
        raise AssertionError("a city without a head is a fault, and faults were raised")
    return city


def read_city(code: str, folder: Path | None, tell: Tell) -> City | None:
    """Read a pack as far as it can be read, telling every fault; ``None`` without a head."""
    pack = (folder or cities_folder()) / code
    path = pack / "city.toml"
    if not path.is_file():
        tell(PackFault(path, None, "no such city pack", f"check the name {code!r}"))
        return None
    head = city_files.read_toml(path, tell)
    zone = _head(path, head, tell) if head is not None else None
    if head is None or zone is None:
        return None
    read = _Reading(pack, tell)
    points = city_files.read_rows(pack / "points.csv", city_files.point, tell)
    city = City(
        code=code,
        name=head["name"],
        area_prefix=head["area_prefix"],
        zone=zone,
        zone_label=head["time_zone_label"],
        languages=tuple(head.get("languages", ["id"])),
        folder=pack,
        categories=read.table("categories.csv", city_files.category, lambda one: one.code),
        agencies=read.table("agencies.csv", city_files.agency, lambda one: one.code),
        routing=dict(read.table("routing.csv", city_files.route, lambda one: one[0]).values()),
        areas=read.table("areas.csv", city_files.area, lambda one: one.code),
        points=tuple(point for _row, point in points),
        rw=read.optional("rw.csv", city_files.neighbourhood, lambda rw: (rw.area_code, rw.number)),
        cells=_cells(read),
        queries=read.queries(),
        rows=read.rows | {"points.csv": {i: row for i, (row, _point) in enumerate(points)}},
    )
    _check_references(city, tell)
    return city


def _head(path: Path, head: dict[str, Any], tell: Tell) -> ZoneInfo | None:
    """The time zone of ``city.toml``, once all that it needs is there."""
    remedy = "see docs/city-pack.md"
    whole = True
    for name in ("name", "area_prefix", "time_zone", "time_zone_label"):
        if not isinstance(head.get(name), str) or not head[name].strip():
            tell(PackFault(path, None, f"{name} is missing or no text", f"add it, {remedy}"))
            whole = False
    languages = head.get("languages", ["id"])
    if not isinstance(languages, list) or not all(isinstance(one, str) for one in languages):
        tell(PackFault(path, None, "languages must be a list of codes", 'write ["id", "jv"]'))
        whole = False
    if not whole:
        return None
    try:
        return ZoneInfo(head["time_zone"])
    except (ValueError, OSError, LookupError):
        fault = f"time_zone {head['time_zone']!r} is not known"
        tell(PackFault(path, None, fault, f"use an IANA name such as Asia/Jakarta, {remedy}"))
        return None


@dataclass(frozen=True)
class _Reading:
    """A pack being read: where it lies, who is told of faults, which row a thing came from."""

    pack: Path
    tell: Tell
    rows: dict[str, dict[Any, int]] = field(default_factory=dict)

    def table(
        self, name: str, parse: Callable[[city_files.Row], T], key: Callable[[T], Any]
    ) -> dict[Any, T]:
        """The rows of a file by their key; of two with one key the second is told and left out."""
        path, found = self.pack / name, {}
        first = self.rows.setdefault(name, {})
        for number, value in city_files.read_rows(path, parse, self.tell):
            what = key(value)
            if what in found:
                parts = what if isinstance(what, tuple) else (what,)
                said = ", ".join(str(part) for part in parts if part)
                fault = f"{said} stands in row {first[what]} already"
                self.tell(PackFault(path, number, fault, "take one of the two away"))
                continue
            found[what], first[what] = value, number
        return found

    def optional(
        self, name: str, parse: Callable[[city_files.Row], T], key: Callable[[T], Any]
    ) -> dict[Any, T]:
        """The same for a file that a pack may lack."""
        return self.table(name, parse, key) if (self.pack / name).exists() else {}

    def queries(self) -> Queries:
        """What to look for; nothing in a pack that does not say."""
        path = self.pack / "queries.toml"
        return city_files.read_queries(path, self.tell) if path.exists() else Queries()


def _cells(read: _Reading) -> Cells:
    rows = list(read.optional("cells.csv", city_files.cells, lambda row: row[0]).values())
    try:
        return Cells(expand(rows))
    except ValueError as error:
        remedy = "make it anew with jajak city cells"
        read.tell(PackFault(read.pack / "cells.csv", None, str(error), remedy))
        return Cells({})


def _check_references(city: City, tell: Tell) -> None:
    """Tell of what one file says of another and is not so."""
    path, rows = city.folder / "categories.csv", city.rows["categories.csv"]
    for code in CATEGORIES:
        if code not in city.categories:
            tell(PackFault(path, None, f"{code} is missing", f"add a row for {code}"))
    for code in city.categories:
        if code not in CATEGORIES:
            remedy = f"use one of {', '.join(CATEGORIES)}"
            tell(PackFault(path, rows[code], f"unknown category {code!r}", remedy))
    path, rows = city.folder / "routing.csv", city.rows["routing.csv"]
    remedy = "add it to its own file or correct it here"
    for (category, area), agencies in city.routing.items():
        for known, values, what in (
            (city.categories, (category,), "category"),
            (city.agencies, agencies, "agency"),
            (city.areas, (area,) if area else (), "area_code"),
        ):
            for value in values:
                if value not in known:
                    fault = f"unknown {what} {value!r}"
                    tell(PackFault(path, rows[category, area], fault, remedy))
    path, rows = city.folder / "areas.csv", city.rows["areas.csv"]
    for one in city.areas.values():
        if one.parent is not None and one.parent not in city.areas:
            fault = f"parent {one.parent!r} of {one.code} is not in the file"
            tell(PackFault(path, rows[one.code], fault, "add it"))
