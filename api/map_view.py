"""What the map page shows, before it is drawn: counts a place, and how exactly each is known."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from models import City
from models.cells import MAP_RESOLUTION, OVERVIEW_RESOLUTION, cell_at
from models.city import Area
from models.place import lies_within
from models.post_places import Spot, spots
from models.post_search import Origins, PostFilter
from trends import OUTSIDE, TrendFilter, local_day, place_counts, within

LEVELS = ("kota", "kecamatan", "kelurahan")
VIEWS = ("sel", *LEVELS, "titik")
MEASURES = ("jumlah", "penduduk")
# Rates are told per so many residents.
PER = 100_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which posts, of which days, where, and how they are to be shown."""

    area: str | None
    category: str | None
    kind: str | None
    about_city: bool
    since: date
    until: date
    invented: bool | None
    origins: Origins
    view: str
    measure: str

    def span(self, city: City) -> tuple[datetime, datetime]:
        """The days as moments: from the first of ``since`` to the first after ``until``."""
        return local_day(self.since, city)[0], local_day(self.until, city)[1]


@dataclass(frozen=True, slots=True)
class Row:
    """One area: its posts, and per ``PER`` residents where those are known."""

    area: Area
    posts: int
    rate: float | None


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the page says. ``vague`` counts posts of the area known only more vaguely than rows.

    ``rows`` are in order of the measure; ``cells`` has how many posts fall into each H3 cell, a
    post that is known to its kelurahan being spread evenly over it.
    """

    level: str
    total: int
    rows: tuple[Row, ...]
    vague: int
    placeless: int
    outside: int
    spots: tuple[Spot, ...]
    cells: dict[int, float]
    measure: str

    def value(self, row: Row) -> float:
        """What the map is coloured by."""
        return (row.rate or 0.0) if self.measure == "penduduk" else float(row.posts)


def shown(session: Session, city: City, asked: Asked) -> Shown:
    """Count what is asked for."""
    start, end = asked.span(city)
    chosen = TrendFilter(category=asked.category, kind=asked.kind, invented=asked.invented)
    counts = place_counts(session, start, end, chosen, asked.about_city)
    level, measure = _level(city, asked)
    here = {code: n for code, n in counts.items() if _inside(code, asked.area, city)}
    total = sum(here.values())
    rows = _rows(city, asked.area, level, counts, measure)
    found: tuple[Spot, ...] = ()
    cells: dict[int, float] = {}
    if asked.view in ("sel", "titik"):
        found = spots(session, _post_filter(asked, start, end))
    if asked.view == "sel":
        cells = _spread(city, asked.area, Counter(here), found)
    return Shown(
        level=level,
        total=total,
        rows=rows,
        vague=total - sum(row.posts for row in rows),
        placeless=counts[""] if asked.area is None else 0,
        outside=counts[OUTSIDE] if asked.area is None else 0,
        spots=found,
        cells=cells,
        measure=measure,
    )


def usual_view(city: City, area: str | None) -> str:
    """How a map is shown when nobody says otherwise."""
    if area is None and city.cells:
        return "sel"
    if area is not None and city.areas[area].level == "kelurahan":
        return "titik"
    return level_below(city, area)


def level_below(city: City, area: str | None) -> str:
    """The level that a map of ``area`` is divided by when nobody says otherwise."""
    if area is None:
        several = sum(one.level == "kota" for one in city.areas.values()) > 1
        return "kota" if several else "kecamatan"
    return {"kota": "kecamatan"}.get(city.areas[area].level, "kelurahan")


def _level(city: City, asked: Asked) -> tuple[str, str]:
    """The level of the rows and the measure, as far as the pack knows residents."""
    level = asked.view if asked.view in LEVELS else level_below(city, asked.area)
    if asked.view == "sel" and asked.area is None:
        level = "kecamatan"
    measure = asked.measure if asked.view in LEVELS else "jumlah"
    return level, measure


def residents_known(city: City, area: str | None, level: str) -> bool:
    """Whether any area of a level within ``area`` has a population."""
    return any(one.population for one in _areas(city, area, level))


def _areas(city: City, area: str | None, level: str) -> Iterator[Area]:
    for one in city.areas.values():
        if one.level == level and (area is None or lies_within(one.code, area)):
            yield one


def _inside(code: str, area: str | None, city: City) -> bool:
    return lies_within(code, area or city.area_prefix)


def _rows(
    city: City, area: str | None, level: str, counts: Counter[str], measure: str
) -> tuple[Row, ...]:
    depth = {"kota": 2, "kecamatan": 3, "kelurahan": 4}[level]
    at_level = within(counts, area, depth)
    rows = [
        Row(
            one,
            at_level[one.code],
            PER * at_level[one.code] / one.population if one.population else None,
        )
        for one in _areas(city, area, level)
    ]
    by_rate = measure == "penduduk"
    return tuple(
        sorted(rows, key=lambda row: (-((row.rate or 0) if by_rate else row.posts), row.area.code))
    )


def _post_filter(asked: Asked, start: datetime, end: datetime) -> PostFilter:
    return PostFilter(
        kind=asked.kind,
        category=asked.category,
        area=asked.area,
        since=start,
        until=end,
        about_city=True if asked.about_city else None,
        invented=asked.invented,
    )


def resolution(asked: Asked) -> int:
    """How large the cells are that a map is drawn from."""
    return OVERVIEW_RESOLUTION if asked.area is None else MAP_RESOLUTION


def _spread(
    city: City, area: str | None, counts: Counter[str], found: tuple[Spot, ...]
) -> dict[int, float]:
    """Posts a cell: those of a spot in its cell, those of a kelurahan evenly over its cells."""
    whole = city.cells.of_overview if area is None else city.cells.of_map
    size = OVERVIEW_RESOLUTION if area is None else MAP_RESOLUTION
    cells = {cell: 0.0 for cell, code in whole.items() if _inside(code, area, city)}
    of_area: dict[str, list[int]] = {}
    for cell in cells:
        of_area.setdefault(whole[cell], []).append(cell)
    left = within(counts, area, 4)
    for spot in found:
        cell = cell_at(spot.lat, spot.lon, size)
        kelurahan = ".".join(spot.code.split(".")[:4])
        if cell in cells and left[kelurahan] >= spot.posts:
            cells[cell] += spot.posts
            left[kelurahan] -= spot.posts
    for kelurahan, posts in left.items():
        for cell in of_area.get(kelurahan, ()):
            cells[cell] += posts / len(of_area[kelurahan])
    return cells


def last_days(latest: date, days: int) -> tuple[date, date]:
    """The span of so many days that ends with ``latest``."""
    return latest - timedelta(days=days - 1), latest


def zoomed(asked: Asked, city: City, area: str) -> Asked:
    """The same question about one area, shown as a person who goes there would want it."""
    level = city.areas[area].level
    view = {"kota": "kecamatan", "kecamatan": "kelurahan"}.get(level, "titik")
    if asked.view == "sel" and level != "kelurahan":
        view = "sel"
    return replace(asked, area=area, view=view)
