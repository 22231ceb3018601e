"""A city pack: everything local, read from plain files in ``cities/<city>/``.

The files and their columns are described in ``docs/city-pack.md``. Nothing here knows a city.
"""

import csv
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from models.labels import CATEGORIES

T = TypeVar("T")


class CityPackError(ValueError):
    """A city pack that cannot be used; the message names file, row and remedy."""


@dataclass(frozen=True, slots=True)
class Category:
    """A category as a city runs it: names, urgency (1 to 4), target and grouping time in hours.

    ``area_wide`` says that it befalls an area at once: all posts of one kelurahan tell of the same.
    """

    code: str
    name_id: str
    name_en: str
    urgency: int
    target_hours: int
    grouping_hours: int
    area_wide: bool


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency (dinas, BUMD, kelurahan) that reports are routed to."""

    code: str
    name: str
    short_name: str


@dataclass(frozen=True, slots=True)
class Area:
    """An official area: ``level`` is kota, kecamatan or kelurahan; codes nest by their prefix."""

    code: str
    name: str
    level: str
    parent: str | None
    lat: float
    lon: float
    population: int | None


@dataclass(frozen=True, slots=True)
class NamedPoint:
    """A point or street that people name: ``area_code`` is the smallest area that holds it."""

    name: str
    kind: str
    lat: float
    lon: float
    area_code: str | None
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class City:
    """A loaded city pack."""

    code: str
    name: str
    area_prefix: str
    zone: ZoneInfo
    zone_label: str
    folder: Path
    categories: dict[str, Category]
    agencies: dict[str, Agency]
    routing: dict[tuple[str, str], str]
    areas: dict[str, Area]
    points: tuple[NamedPoint, ...]

    def agency_for(self, category: str, area_code: str | None) -> Agency | None:
        """The agency for ``category`` at ``area_code``: the rule of the nearest area wins."""
        code = area_code or ""
        while True:
            agency = self.routing.get((category, code))
            if agency is not None:
                return self.agencies[agency]
            if not code:
                return None
            code = code.rpartition(".")[0]

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
    pack = (folder or cities_folder()) / code
    if not (pack / "city.toml").is_file():
        raise CityPackError(f"{pack / 'city.toml'}: no such city pack; check the name {code!r}")
    try:
        head = tomllib.loads((pack / "city.toml").read_text(encoding="utf-8"))
        name, prefix = str(head["name"]), str(head["area_prefix"])
        zone, zone_label = ZoneInfo(head["time_zone"]), str(head["time_zone_label"])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, OSError) as error:
        raise CityPackError(f"{pack / 'city.toml'}: {error!r}; see docs/city-pack.md") from error
    city = City(
        code=code,
        name=name,
        area_prefix=prefix,
        zone=zone,
        zone_label=zone_label,
        folder=pack,
        categories={c.code: c for c in _rows(pack / "categories.csv", _category)},
        agencies={a.code: a for a in _rows(pack / "agencies.csv", _agency)},
        routing=dict(_rows(pack / "routing.csv", _route)),
        areas={a.code: a for a in _rows(pack / "areas.csv", _area)},
        points=(*_rows(pack / "points.csv", _point), *_streets(pack / "streets.csv")),
    )
    _check_references(city)
    return city


def _rows(path: Path, parse: Callable[[dict[str, str]], T]) -> Iterator[T]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines), start=2):
                try:
                    yield parse(row)
                except KeyError as error:
                    raise CityPackError(f"{path}: column {error} is missing; add it") from error
                except (ValueError, TypeError, AttributeError) as error:
                    raise CityPackError(f"{path}, row {number}: {error}; correct it") from error
    except UnicodeDecodeError as error:
        raise CityPackError(f"{path}: not UTF-8; save it as CSV UTF-8") from error
    except OSError as error:
        raise CityPackError(f"{path}: cannot be read ({error.strerror})") from error


def _category(row: dict[str, str]) -> Category:
    urgency = int(row["urgency"])
    if not 1 <= urgency <= 4:
        raise ValueError(f"urgency must be 1 to 4, not {urgency}")
    return Category(
        row["code"],
        row["name_id"],
        row["name_en"],
        urgency,
        int(row["target_hours"]),
        int(row["grouping_hours"]),
        _yes_or_no(row["area_wide"]),
    )


def _yes_or_no(word: str) -> bool:
    if word.strip() not in ("yes", "no"):
        raise ValueError(f"area_wide must be yes or no, not {word!r}")
    return word.strip() == "yes"


def _agency(row: dict[str, str]) -> Agency:
    return Agency(row["code"], row["name"], row["short_name"])


def _route(row: dict[str, str]) -> tuple[tuple[str, str], str]:
    return (row["category"], row["area_code"].strip()), row["agency"]


def _area(row: dict[str, str]) -> Area:
    if row["level"] not in ("kota", "kecamatan", "kelurahan"):
        raise ValueError(f"level must be kota, kecamatan or kelurahan, not {row['level']!r}")
    population = row["population"].strip()
    return Area(
        row["code"],
        row["name"],
        row["level"],
        row["parent"].strip() or None,
        float(row["lat"]),
        float(row["lon"]),
        int(population) if population else None,
    )


def _point(row: dict[str, str]) -> NamedPoint:
    aliases = tuple(alias.strip() for alias in row["aliases"].split("|") if alias.strip())
    return NamedPoint(
        row["name"],
        row["kind"],
        float(row["lat"]),
        float(row["lon"]),
        row["area_code"].strip() or None,
        aliases,
    )


def _streets(path: Path) -> Iterator[NamedPoint]:
    """Small streets, in a file of their own because they are many; a pack may have none."""
    if path.is_file():
        yield from _rows(path, lambda row: _point({**row, "kind": "jalan"}))


def _check_references(city: City) -> None:
    missing = [code for code in CATEGORIES if code not in city.categories]
    if missing:
        raise CityPackError(f"{city.folder / 'categories.csv'}: add a row for {', '.join(missing)}")
    for (category, area), agency in city.routing.items():
        for known, value, what in (
            (city.categories, category, "category"),
            (city.agencies, agency, "agency"),
            (city.areas, area or None, "area_code"),
        ):
            if value is not None and value not in known:
                raise CityPackError(
                    f"{city.folder / 'routing.csv'}: unknown {what} {value!r}; "
                    "add it to its own file or correct it here"
                )
    for area_row in city.areas.values():
        if area_row.parent is not None and area_row.parent not in city.areas:
            raise CityPackError(
                f"{city.folder / 'areas.csv'}: parent {area_row.parent!r} of {area_row.code} "
                "is not in the file; add it"
            )
