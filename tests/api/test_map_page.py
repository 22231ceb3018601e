"""The map: counts that lead to their posts, nothing more exact than it is known."""

import html
import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

import trends
from api import AppConfig, create_app
from api.map_drawing import Box, bounds_of_classes, class_of, main_and_insets
from models import City, load_city
from models.cells import Cells
from tests.api.test_posts_page import shown
from tests.api.visitors import Visitor, add_post

DAY = "dari=2025-11-20&sampai=2025-11-20"
KELURAHAN = {
    "place_name": "Tebet Timur",
    "place_code": "31.74.01.1001",
    "place_precision": "kelurahan",
    "place_lat": -6.2324,
    "place_lon": 106.8535,
}
STATION = {
    "place_name": "Stasiun Tebet",
    "place_code": "31.74.01.1001",
    "place_precision": "point",
    "place_lat": -6.2261,
    "place_lon": 106.8583,
}


def a_day(visitor: Visitor) -> None:
    """Floods known in every way that a place can be known."""
    for number in range(4):
        add_post(visitor.db, f"banjir kelurahan {number}", category="banjir", **KELURAHAN)
    for number in range(3):
        add_post(visitor.db, f"banjir stasiun {number}", category="banjir", **STATION)
    home = STATION | {"place_name": "RT 5 RW 3 Tebet Timur", "place_precision": "rt_rw"}
    add_post(visitor.db, "banjir rumah saya", category="banjir", **home)
    vague = {"place_name": "Jakarta Selatan", "place_code": "31.74", "place_precision": "kota"}
    add_post(visitor.db, "banjir jaksel", category="banjir", **vague)
    far = {"place_name": "Bekasi", "place_precision": "kota"}
    add_post(visitor.db, "banjir bekasi", category="banjir", **far)
    add_post(visitor.db, "banjir di mana-mana", category="banjir")
    add_post(visitor.db, "macet tebet", category="macet", kind="opini", **KELURAHAN)
    add_post(visitor.db, "hati banjir", category=None, kind="luar", **KELURAHAN)
    while trends.roll_up_batch(visitor.db, 500):
        pass


@pytest.fixture
def official(site: Flask) -> Visitor:
    visitor = Visitor(site).sign_in("official")
    a_day(visitor)
    return visitor


def links(page: str) -> set[tuple[str, int]]:
    found = re.findall(r'<a href="(/posting\?[^"]+)">([\d.]+)</a>', page)
    return {(html.unescape(href), int(count)) for href, count in found}


@pytest.mark.parametrize(
    "query", ["", "&tampil=kota", "&tampil=kelurahan", "&tampil=titik", "&wilayah=31.74.01"]
)
def test_every_count_leads_to_as_many_posts(official: Visitor, query: str) -> None:
    found = links(official.get(f"/peta?{DAY}{query}").text)
    assert found
    for address, count in found:
        assert len(shown(official.get(address).text)) == count, address


def test_filters_in_the_address_narrow_the_counts(official: Visitor) -> None:
    def tebet(query: str) -> int:
        page = official.get(f"/peta?{DAY}&tampil=kecamatan{query}").text
        return next(count for address, count in links(page) if "wilayah=31.74.01" in address)

    assert tebet("") == 9
    assert tebet("&kategori=banjir") == 8
    assert tebet("&jenis=opini") == 1
    assert tebet("&jenis=") == 10
    assert not links(official.get("/peta?dari=2025-11-01&sampai=2025-11-02").text)


def test_what_is_known_more_vaguely_is_told_and_not_drawn(official: Visitor) -> None:
    page = official.get(f"/peta?{DAY}&kategori=banjir&tampil=kecamatan").text
    assert "1 posting lain hanya diketahui wilayahnya yang lebih luas." in page
    assert "1 posting tidak menyebut tempat." in page
    assert "1 posting tentang tempat di luar kota." in page


def test_only_a_named_point_is_a_point(official: Visitor) -> None:
    page = official.get(f"/peta?{DAY}&tampil=titik&wilayah=31.74.01").text
    assert page.count("<circle") == 1 and "Stasiun Tebet: 3" in page
    features = official.get(f"/peta.geojson?{DAY}&tampil=titik").get_json()["features"]
    shapes = {one["properties"]["ketelitian"]: one["geometry"] for one in features}
    assert shapes["point"] == {"type": "Point", "coordinates": [106.8583, -6.2261]}
    # Where somebody lives is a hexagon of some 350 m, not a pin.
    assert shapes["rt_rw"]["type"] == "MultiPolygon" and len(features) == 2


def test_cells_hold_each_post_once_and_spread_a_kelurahan_evenly(official: Visitor) -> None:
    answer = official.get(f"/peta.geojson?{DAY}&kategori=banjir").get_json()
    cells = [one["properties"] for one in answer["features"]]
    assert sum(cell["posting"] for cell in cells) == pytest.approx(8, abs=0.05)
    own = sorted(cell["posting"] for cell in cells if cell["kode"] == "31.74.01.1001")
    assert own[0] > 0 and own[-1] > 3.9
    assert answer["jajak"]["posting_luar_kota"] == 1


def test_per_resident_stands_beside_the_count(official: Visitor, city: City) -> None:
    page = official.get(f"/peta?{DAY}&tampil=kota&ukur=penduduk").text
    residents = city.areas["31.74"].population
    assert residents is not None
    rate = f"{10 * 100_000 / residents:.1f}".replace(".", ",")
    assert "Posting per 100.000 penduduk" in page and f'<td class="n">{rate}</td>' in page
    page = official.get(f"/peta?{DAY}&tampil=kelurahan&ukur=penduduk").text
    assert "Jumlah penduduk wilayah ini belum ada di paket kota" in page


def test_the_list_can_be_taken_away(official: Visitor) -> None:
    answer = official.get(f"/peta.csv?{DAY}&tampil=kecamatan")
    rows = [line.split(";") for line in answer.text.splitlines()]
    assert answer.mimetype == "text/csv" and len(rows) == 1 + 44 + 1
    assert rows[1][:4] == ["31.74.01", "Tebet", "kecamatan", "9"]


def test_a_filter_that_is_not_known_is_told(official: Visitor) -> None:
    page = official.get("/peta?wilayah=99.99&kategori=ufo&jenis=x&dari=kemarin&tampil=ufo").text
    for value in ("99.99", "ufo", "“x”", "kemarin"):
        assert value in page
    wrong = official.get("/peta?dari=2025-11-21&sampai=2025-11-20").text
    assert "Tanggal awal sesudah tanggal akhir" in wrong


def test_a_city_without_boundaries_has_its_list_all_the_same(official: Visitor) -> None:
    bare = replace(load_city("jakarta"), cells=Cells({}))
    visitor = Visitor(create_app(official.db, bare, AppConfig(secret_key=b"k" * 32)))
    visitor.get("/masuk")
    visitor.sign_in("official", username="budi")
    page = visitor.get(f"/peta?{DAY}").text
    assert "Batas wilayah belum dimuat" in page and "jajak city cells" in page
    assert "Jakarta Selatan" in page and links(page)
    features = visitor.get(f"/peta.geojson?{DAY}").get_json()["features"]
    assert len(features) == 6 and all(one["geometry"] is None for one in features)


def test_strangers_are_asked_to_sign_in(visitor: Visitor) -> None:
    for path in ("/peta", "/peta.csv", "/peta.geojson"):
        answer = visitor.get(path)
        assert answer.status_code == 303 and "/masuk" in answer.headers["Location"]


@given(st.lists(st.floats(0, 1e6), max_size=50))
def test_classes_rise_with_their_values(values: list[float]) -> None:
    bounds = bounds_of_classes(values, whole=False)
    assert list(bounds) == sorted(set(bounds)) and len(bounds) <= 4
    classes = [class_of(value, bounds) for value in sorted(values)]
    assert classes == sorted(classes) and all(0 <= one <= 5 for one in classes)
    assert classes.count(0) == sum(value <= 0 for value in values)


def test_a_far_part_is_drawn_apart_and_near_ones_together() -> None:
    boxes: dict[str, Any] = {
        "town": Box(-6.3, 106.7, -6.1, 106.9),
        "east": Box(-6.3, 106.9, -6.1, 107.0),
        "isles": Box(-5.8, 106.4, -5.4, 106.6),
    }
    ground = {"town": 300.0, "east": 150.0, "isles": 9.0}
    assert main_and_insets(boxes, ground) == (["east", "town"], ["isles"])
    # What is large is never the small drawing, however far it lies.
    assert main_and_insets(boxes, ground | {"isles": 400.0})[1] == []
    assert main_and_insets({"town": boxes["town"]}, ground) == (["town"], [])
