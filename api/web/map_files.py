"""What the map page gives away: its list as rows, its shapes as GeoJSON."""

from collections.abc import Iterator
from typing import Any

from api.context import context
from api.csv_export import Cell
from api.map_view import PER, Asked, Shown
from models.cells import MAP_RESOLUTION, Polygon, cell_at, cell_polygon


def table_rows(asked: Asked, found: Shown) -> Iterator[list[Cell]]:
    """The list beside the map, row by row."""
    if asked.view == "titik":
        for spot in found.spots:
            yield [spot.code, spot.name, spot.precision, spot.posts, None, None]
        return
    for row in found.rows:
        rate = round(row.rate, 3) if row.rate is not None else None
        area = row.area
        yield [area.code, area.name, area.level, row.posts, rate, area.population]
    yield ["", "lebih luas", "", found.vague, None, None]


def features(asked: Asked, found: Shown) -> Iterator[dict[str, Any]]:
    """What the map shows, as GeoJSON features."""
    city = context().city
    if asked.view == "sel":
        owner = city.cells.of_overview if asked.area is None else city.cells.of_map
        for cell, value in sorted(found.cells.items()):
            properties = {"h3": f"{cell:x}", "kode": owner[cell], "posting": round(value, 3)}
            yield _feature(properties, (cell_polygon(cell),))
    elif asked.view == "titik":
        for spot in found.spots:
            properties = {
                "kode": spot.code,
                "nama": spot.name,
                "ketelitian": spot.precision,
                "posting": spot.posts,
            }
            if spot.precision == "point":
                yield {
                    "type": "Feature",
                    "properties": properties,
                    "geometry": {"type": "Point", "coordinates": [spot.lon, spot.lat]},
                }
            else:
                cell = cell_at(spot.lat, spot.lon, MAP_RESOLUTION)
                yield _feature(properties, (cell_polygon(cell),))
    else:
        for row in found.rows:
            area = row.area
            rate = round(row.rate, 3) if row.rate is not None else None
            properties = {
                "kode": area.code,
                "nama": area.name,
                "tingkat": area.level,
                "posting": row.posts,
                f"per_{PER}_penduduk": rate,
                "penduduk": area.population,
            }
            yield _feature(properties, city.cells.outlines.get(area.code, ()))


def _feature(properties: dict[str, Any], polygons: tuple[Polygon, ...]) -> dict[str, Any]:
    """An area; without a shape where the pack has none."""

    def ring(corners: tuple[tuple[float, float], ...]) -> list[list[float]]:
        closed = (*corners, corners[0])
        return [[round(lon, 6), round(lat, 6)] for lat, lon in closed]

    shape = {
        "type": "MultiPolygon",
        "coordinates": [[ring(corners) for corners in polygon] for polygon in polygons],
    }
    return {"type": "Feature", "properties": properties, "geometry": shape if polygons else None}
