import json
from pathlib import Path
from typing import Any

import h3
import h3.api.basic_int as h3int
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import City, load_city
from models.boundaries import boundary_cells, cells_csv
from models.cells import BoundaryError, Cells, compacted, expand, outline

# Two fields side by side in Tebet, some 600 m square, and an islet of 20 m.
WEST, EAST, SOUTH, NORTH, MIDDLE = 106.8500, 106.8612, -6.2345, -6.2290, 106.8556


def square(west: float, south: float, east: float, north: float) -> list[list[list[float]]]:
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def polygon(*corners: float) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": square(*corners)}


def geojson(path: Path, *features: Any) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
    return path


def test_the_kelurahan_that_holds_a_point_is_found(city: City) -> None:
    # Monas; the fountain of Bundaran HI; Pulau Pramuka; the sea; Bekasi.
    gambir, menteng = city.area_at(-6.17539, 106.82715), city.area_at(-6.1950, 106.8231)
    island = city.area_at(-5.7453, 106.6137)
    assert gambir is not None and gambir.name == "Gambir"
    assert menteng is not None and menteng.code.startswith("31.71.0")
    assert island is not None and island.name == "Pulau Panggang"
    assert city.area_at(-6.05, 106.9) is None
    assert city.area_at(-6.2383, 106.9756) is None


@given(st.floats(), st.floats())
def test_no_point_at_all_is_looked_up_in_vain_with_an_error(lat: float, lon: float) -> None:
    assert Cells({}).area_at(lat, lon) is None


def test_every_kelurahan_of_jakarta_has_cells_and_a_shape(city: City) -> None:
    kelurahan = {code for code, area in city.areas.items() if area.level == "kelurahan"}
    assert set(city.cells.owner.values()) == kelurahan
    assert set(city.cells.of_map.values()) == kelurahan
    assert set(city.areas) | {city.area_prefix} == set(city.cells.outlines)
    # Jakarta has 661 km² of land, with its islands.
    assert city.cells.km2["31"] == pytest.approx(661, rel=0.03)


def test_an_area_is_drawn_around_its_own_cells(city: City) -> None:
    tebet = city.cells.outlines["31.74.01"]
    cells = {c for c, code in city.cells.of_map.items() if code.startswith("31.74.01.")}
    drawn = h3int.h3shape_to_cells(h3.LatLngPoly(*tebet[0]), 9)
    assert len(tebet) == 1 and set(drawn) == cells


def test_cells_are_the_same_after_they_were_compacted(city: City) -> None:
    few = compacted(city.cells.owner)
    assert expand(few.items()) == city.cells.owner
    assert sum(map(len, few.values())) < len(city.cells.owner) / 2


def test_boundaries_become_cells_that_share_no_ground(city: City, tmp_path: Path) -> None:
    file = geojson(
        tmp_path / "b.geojson",
        feature(polygon(WEST, SOUTH, MIDDLE, NORTH), kode="31.74.01.1001", nama="satu"),
        feature(polygon(MIDDLE, SOUTH, EAST, NORTH), kode="3174011002", nama="dua"),
        feature(polygon(106.95, -6.2, 106.96, -6.19), kode="32.75.01.1001", nama="Bekasi"),
        feature(None, kode=None),
    )
    owner = boundary_cells(city, file)
    sizes = [list(owner.values()).count(code) for code in ("31.74.01.1001", "31.74.01.1002")]
    assert sum(sizes) == len(owner) and all(15 < size < 35 for size in sizes)
    assert Cells(owner).area_at(-6.2318, 106.8520) == "31.74.01.1001"
    assert Cells(owner).area_at(-6.2318, 106.8590) == "31.74.01.1002"
    assert Cells(owner).area_at(-6.2390, 106.8590) is None


def test_a_pack_with_the_cells_written_reads_them_back(city: City, tmp_path: Path) -> None:
    file = geojson(
        tmp_path / "b.geojson", feature(polygon(WEST, SOUTH, EAST, NORTH), kode="31.74.01.1001")
    )
    owner = boundary_cells(city, file)
    lines = cells_csv(owner).splitlines()
    assert lines[0] == "area_code,cells" and len(lines) == 2
    code, cells = lines[1].split(",")
    assert expand([(code, cells.split())]) == owner


def test_an_islet_smaller_than_a_cell_is_not_lost(city: City, tmp_path: Path) -> None:
    islet = polygon(106.6000, -5.7400, 106.60015, -5.73985)
    owner = boundary_cells(city, geojson(tmp_path / "b.json", feature(islet, k="31.01.01.1001")))
    assert Cells(owner).area_at(-5.7399, 106.6001) == "31.01.01.1001"


def test_a_hole_belongs_to_whom_it_belongs(city: City, tmp_path: Path) -> None:
    outer = polygon(WEST, SOUTH, EAST, NORTH)
    hole = square(106.853, -6.233, 106.858, -6.230)
    outer["coordinates"] += hole
    owner = boundary_cells(
        city,
        geojson(
            tmp_path / "b.json",
            feature(outer, kode="31.74.01.1001"),
            feature({"type": "MultiPolygon", "coordinates": [hole]}, kode="31.74.01.1002"),
        ),
    )
    assert Cells(owner).area_at(-6.2315, 106.8555) == "31.74.01.1002"
    assert any(len(shape) == 2 for shape in outline(c for c, k in owner.items() if k[-1] == "1"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is not JSON .*export it as GeoJSON"),
        ("[" * 200_000, "is not JSON"),
        ("[]", "has no list of features; export it as a FeatureCollection"),
        ('{"features": [1]}', "has no list of features"),
        ('{"features": []}', "no feature has the code .*--code-property"),
        (
            '{"features": [{"properties": {"kode": "31.74.01.1001"}, "geometry": null}]}',
            r"boundary of 31\.74\.01\.1001 is missing: export it as Polygon",
        ),
        (
            '{"features": [{"properties": {"kode": 3174011001}, "geometry":'
            ' {"type": "LineString", "coordinates": []}}]}',
            "is LineString: export it as Polygon or MultiPolygon",
        ),
        (
            '{"features": [{"properties": {"kode": 3174011001.0}, "geometry":'
            ' {"type": "Polygon", "coordinates": [[1, 2]]}}]}',
            "is no ring of points",
        ),
        (
            '{"features": [{"properties": {"kode": "31.74.01.1001"}, "geometry": {"type":'
            ' "Polygon", "coordinates": [[[700000, 9300000], [700900, 9300000], [700000, 9300900],'
            " [700000, 9300000]]]}}]}",
            r"not in degrees: export it in WGS 84",
        ),
        (
            '{"features": [{"properties": {"kode": "31.74.01.1001"}, "geometry": {"type":'
            ' "Polygon", "coordinates": [[[-6.23, 89.0], [-6.22, 89.0], [-6.22, 89.01],'
            " [-6.23, 89.0]]]}}]}",
            r"lies \d+ km from its centroid .*longitude before latitude",
        ),
    ],
)
def test_boundaries_that_cannot_be_used_say_what_to_do(
    city: City, tmp_path: Path, content: str, message: str
) -> None:
    file = tmp_path / "b.geojson"
    file.write_text(content)
    with pytest.raises(BoundaryError, match=message):
        boundary_cells(city, file)


def test_boundaries_that_are_not_there_are_said_so(city: City, tmp_path: Path) -> None:
    with pytest.raises(BoundaryError, match="cannot be read"):
        boundary_cells(city, tmp_path / "none.geojson")


def test_cells_that_two_areas_claim_or_that_are_none_are_refused() -> None:
    cell = h3.latlng_to_cell(-6.2, 106.8, 10)
    with pytest.raises(ValueError, match=rf"b and a both claim cell {cell}"):
        expand([("a", [cell]), ("b", [cell])])
    with pytest.raises(ValueError, match="'8a' is no H3 cell"):
        expand([("a", ["8a"])])
    with pytest.raises(ValueError, match="no H3 cell of resolution 10 or coarser"):
        expand([("a", [h3.latlng_to_cell(-6.2, 106.8, 11)])])


def test_a_pack_without_cells_has_none_and_loads(tmp_path: Path) -> None:
    from tests.models.packs import copy_of_jakarta

    pack = copy_of_jakarta(tmp_path)
    (pack / "cells.csv").unlink()
    bare = load_city("jakarta", tmp_path)
    assert not bare.cells and bare.area_at(-6.17539, 106.82715) is None
