"""Areas as H3 cells: which kelurahan holds a point, and what an area looks like on a map.

A kelurahan is the set of cells of resolution 10 (some 130 m across) whose centre its boundary
holds, stored compacted. Looking a point up is one step in a dictionary; the map is drawn from
cells of resolution 9, each given to the kelurahan that holds most of it.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import h3  # type: ignore[import-untyped]
import h3.api.basic_int as h3int  # type: ignore[import-untyped]

LOOK_UP_RESOLUTION = 10
MAP_RESOLUTION = 9
OVERVIEW_RESOLUTION = 8

# A ring of (lat, lon) corners; a polygon is its outer ring and the rings of its holes.
Ring = tuple[tuple[float, float], ...]
Polygon = tuple[Ring, ...]


class BoundaryError(ValueError):
    """Boundaries that cannot be turned into cells; the message says what to do."""


@dataclass(frozen=True)
class Cells:
    """The cells of a city's kelurahan: ``owner`` has the area code of each cell of resolution 10.

    Empty for a pack without ``cells.csv``.
    """

    owner: Mapping[int, str]

    def __bool__(self) -> bool:
        return bool(self.owner)

    def area_at(self, lat: float, lon: float) -> str | None:
        """The code of the kelurahan that holds a point (WGS 84 degrees), if one does."""
        if not (math.isfinite(lat) and math.isfinite(lon)):
            return None
        return self.owner.get(h3int.latlng_to_cell(lat, lon, LOOK_UP_RESOLUTION))

    @cached_property
    def of_map(self) -> dict[int, str]:
        """The kelurahan of each cell that the map is drawn from."""
        return self.at(MAP_RESOLUTION)

    @cached_property
    def of_overview(self) -> dict[int, str]:
        """The kelurahan of each larger cell, for a map of the whole city."""
        return self.at(OVERVIEW_RESOLUTION)

    def at(self, resolution: int) -> dict[int, str]:
        """The kelurahan that holds most of each cell of a coarser ``resolution``."""
        shares: dict[int, Counter[str]] = defaultdict(Counter)
        for cell, code in self.owner.items():
            shares[h3int.cell_to_parent(cell, resolution)][code] += 1
        kept = {
            cell: min(held, key=lambda code: (-held[code], code)) for cell, held in shares.items()
        }
        # An island may be smaller than a cell of the map: it keeps its largest share all the same.
        for code in set(self.owner.values()) - set(kept.values()):
            cell = max(shares, key=lambda cell: (shares[cell][code], cell))
            kept[cell] = code
        return kept

    @cached_property
    def outlines(self) -> dict[str, tuple[Polygon, ...]]:
        """The outline of every area, whatever its level, drawn from cells of the map."""
        within: dict[str, list[int]] = defaultdict(list)
        for cell, code in self.of_map.items():
            while code:
                within[code].append(cell)
                code = code.rpartition(".")[0]
        return {code: outline(cells) for code, cells in within.items()}

    @cached_property
    def km2(self) -> dict[str, float]:
        """The size of every area, whatever its level."""
        sizes: dict[str, float] = defaultdict(float)
        for cell, code in self.owner.items():
            size = h3int.cell_area(cell, "km^2")
            while code:
                sizes[code] += size
                code = code.rpartition(".")[0]
        return dict(sizes)


def cell_at(lat: float, lon: float, resolution: int) -> int:
    """The cell of a resolution that holds a point (WGS 84 degrees)."""
    return int(h3int.latlng_to_cell(lat, lon, resolution))


def cell_polygon(cell: int) -> Polygon:
    """The corners of one cell."""
    return (tuple(h3int.cell_to_boundary(cell)),)


def outline(cells: Iterable[int]) -> tuple[Polygon, ...]:
    """The polygons that some cells of one resolution make together."""
    shape = h3int.cells_to_h3shape(list(cells), tight=False)
    return tuple(
        (tuple(polygon.outer), *(tuple(hole) for hole in polygon.holes)) for polygon in shape
    )


def expand(rows: Iterable[tuple[str, Sequence[str]]]) -> dict[int, str]:
    """The owner of each cell of resolution 10, from compacted cells an area.

    Raises ``ValueError`` naming what is no cell, or a cell that two areas claim.
    """
    owner: dict[int, str] = {}
    for code, names in rows:
        for name in names:
            if not h3.is_valid_cell(name) or h3.get_resolution(name) > LOOK_UP_RESOLUTION:
                raise ValueError(f"{name!r} is no H3 cell of resolution 10 or coarser")
        for cell in h3int.uncompact_cells([h3.str_to_int(n) for n in names], LOOK_UP_RESOLUTION):
            other = owner.setdefault(cell, code)
            if other != code:
                raise ValueError(f"{code} and {other} both claim cell {h3.int_to_str(cell)}")
    return owner


def compacted(owner: Mapping[int, str]) -> dict[str, tuple[str, ...]]:
    """The cells of each area, as few as can be, in order of code: what ``cells.csv`` holds."""
    of_area: dict[str, list[int]] = defaultdict(list)
    for cell, code in owner.items():
        of_area[code].append(cell)
    return {
        code: tuple(sorted(h3.int_to_str(cell) for cell in h3int.compact_cells(of_area[code])))
        for code in sorted(of_area)
    }


def cells_of_boundaries(
    features: Sequence[Mapping[str, Any]], code_of: Mapping[int, str]
) -> dict[int, str]:
    """The owner of every cell, from GeoJSON features; ``code_of`` says which area each one is.

    A cell belongs to the boundary that holds its centre, the lower code where two do. A piece too
    small to hold a centre, as an islet is, keeps every free cell that it touches.
    """
    owner: dict[int, str] = {}
    small: list[tuple[str, h3.LatLngPoly]] = []
    for number, code in sorted(code_of.items(), key=lambda item: item[1]):
        for shape in _shapes(features[number].get("geometry"), code):
            held = h3int.h3shape_to_cells(shape, LOOK_UP_RESOLUTION)
            if not held:
                small.append((code, shape))
            for cell in held:
                owner.setdefault(cell, code)
    for code, shape in small:
        for cell in h3int.h3shape_to_cells_experimental(shape, LOOK_UP_RESOLUTION, "overlap"):
            owner.setdefault(cell, code)
    return owner


def _shapes(geometry: Any, code: str) -> list[h3.LatLngPoly]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise BoundaryError(
            f"the boundary of {code} is {kind or 'missing'}: export it as Polygon or MultiPolygon"
        )
    polygons = geometry["coordinates"] if kind == "MultiPolygon" else [geometry["coordinates"]]
    try:
        shapes = [
            h3.LatLngPoly(*([(float(at[1]), float(at[0])) for at in ring] for ring in polygon))
            for polygon in polygons
        ]
    except (TypeError, ValueError, IndexError) as error:
        raise BoundaryError(f"the boundary of {code} is no ring of points ({error})") from error
    for shape in shapes:
        if any(not (abs(lat) <= 90 and abs(lon) <= 180) for lat, lon in shape.outer):
            raise BoundaryError(
                f"the boundary of {code} is not in degrees: export it in WGS 84 (EPSG:4326)"
            )
    return shapes
