import csv
from pathlib import Path

import pytest

from models import City, CityPackError, load_city
from models.labels import CATEGORIES
from tests.models.packs import Edit, append, copy_of_jakarta, replaced, without_column


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the Jakarta pack that a test may spoil."""
    return copy_of_jakarta(tmp_path)


def test_the_jakarta_pack_has_all_official_areas(city: City) -> None:
    levels = [area.level for area in city.areas.values()]
    assert [levels.count(level) for level in ("kota", "kecamatan", "kelurahan")] == [6, 44, 267]
    assert city.areas["31.74"].name == "Jakarta Selatan"
    assert all(code.startswith(f"{city.area_prefix}.") for code in city.areas)


def test_every_area_lies_in_its_parent_by_code_and_level(city: City) -> None:
    above = {"kelurahan": "kecamatan", "kecamatan": "kota"}
    for area in city.areas.values():
        if area.level == "kota":
            assert area.parent is None
            assert area.population is not None and area.population > 10_000
        else:
            assert area.parent == area.code.rpartition(".")[0]
            assert city.areas[area.parent].level == above[area.level]


def test_every_category_is_named_and_routed_everywhere(city: City) -> None:
    assert tuple(city.categories) == CATEGORIES
    for category in city.categories.values():
        assert category.name_id and category.name_en
        assert category.target_hours > 0 and category.grouping_hours > 0
        assert city.agency_for(category.code, None) is not None
        for area in city.areas:
            assert city.agency_for(category.code, area) is not None


def test_the_rule_of_the_nearest_area_wins(city: City) -> None:
    on_the_islands = city.agency_for("layanan_publik", "31.01.02.1002")
    in_town = city.agency_for("layanan_publik", "31.74.03.1001")
    assert on_the_islands is not None and on_the_islands.code == "kepulauan_seribu"
    assert in_town is not None and in_town.code == "biro_pemerintahan"


def test_a_category_may_have_several_agencies_and_one_of_them_is_in_charge(city: City) -> None:
    agencies = [agency.code for agency in city.agencies_for("banjir", "31.74.03.1001")]
    assert agencies == ["sda", "bpbd", "kelurahan"]
    assert city.agency_for("banjir", None) == city.agencies["sda"]
    assert city.agencies_for("no such category", None) == ()


def test_an_area_is_written_as_people_write_it(city: City) -> None:
    assert city.area_label("31.74.01.1001") == "Tebet Timur, Tebet, Jakarta Selatan"
    assert city.area_label(None) == ""


def test_every_point_lies_in_an_area_and_near_its_centroid(city: City) -> None:
    assert len(city.points) > 2_500
    for point in city.points:
        assert -6.40 < point.lat < -5.0 and 106.3 < point.lon < 107.0, point
        if point.area_code is None:
            assert point.kind in ("jalan", "tol", "kali", "kawasan"), point
            continue
        area = city.areas[point.area_code]
        if area.level == "kelurahan":
            assert abs(area.lat - point.lat) < 0.15 and abs(area.lon - point.lon) < 0.06, point


def test_an_unknown_city_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(
        CityPackError, match=r"city\.toml: no such city pack; check the name 'solo'"
    ):
        load_city("solo", tmp_path)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            replaced("city.toml", 'name = "Jakarta"', "name ="),
            r"city\.toml, row 2: not TOML .*docs/city-pack\.md",
        ),
        (replaced("city.toml", "time_zone =", "zone ="), r"city\.toml: .*time_zone.*city-pack"),
        (
            append("categories.csv", "x,X,X,7,1,1"),
            r"categories\.csv, row 21: urgency must be 1 to 4, not 7; correct it",
        ),
        (
            append("categories.csv", "x,X,X,1,soon,1"),
            r"categories\.csv, row 21: .*'soon'; correct it",
        ),
        (
            without_column("categories.csv", "name_en"),
            r"categories\.csv: column 'name_en' is missing; add it",
        ),
        (
            replaced("categories.csv", "\nparkir,", "\nparker,"),
            r"categories\.csv: parkir is missing; add a row for parkir",
        ),
        (
            without_column("agencies.csv", "name"),
            r"agencies\.csv: column 'name' is missing; add it",
        ),
        (
            append("routing.csv", "macet,31.01,nobody"),
            r"routing\.csv, row 24: unknown agency 'nobody'; add it to its own file or correct",
        ),
        (
            append("routing.csv", "mcet,,dishub"),
            r"routing\.csv, row 24: unknown category 'mcet'; add",
        ),
        (
            append("routing.csv", "macet,99.99,dishub"),
            r"routing\.csv, row 24: unknown area_code '99\.99'; add it",
        ),
        (
            append("areas.csv", "31.99,X,desa,,-6,106,"),
            r"areas\.csv, row 319: level must be kota, kecamatan or kelurahan, not 'desa'; correct",
        ),
        (append("areas.csv", "31.99,X,kota,,north,106,"), r"areas\.csv, row 319: .*'north'"),
        (append("areas.csv", "31.99,X,kota"), r"areas\.csv, row 319: .*correct it"),
        (
            append("areas.csv", "31.99.01,X,kecamatan,31.99,-6,106,"),
            r"areas\.csv, row 319: parent '31\.99' of 31\.99\.01 is not in the file; add it",
        ),
        (append("points.csv", "X,pasar,,106,,"), r"points\.csv, row \d+: .*correct it"),
        (lambda folder: (folder / "points.csv").unlink(), r"points\.csv: cannot be read"),
    ],
)
def test_a_pack_that_cannot_be_used_names_file_row_and_remedy(
    pack: Path, edit: Edit, message: str
) -> None:
    edit(pack)
    with pytest.raises(CityPackError, match=message):
        load_city("jakarta", pack.parent)


def test_a_pack_saved_by_a_spreadsheet_with_a_byte_order_mark_loads(pack: Path) -> None:
    for path in pack.glob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert len(load_city("jakarta", pack.parent).areas) == 317


def test_a_pack_saved_with_semicolons_and_decimal_commas_loads(pack: Path, city: City) -> None:
    for name in ("areas.csv", "agencies.csv", "categories.csv", "routing.csv"):
        with (pack / name).open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))
        places = {rows[0].index(key) for key in ("lat", "lon") if key in rows[0]}
        with (pack / name).open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines, delimiter=";")
            for row in rows:
                writer.writerow(
                    cell.replace(".", ",") if at in places else cell for at, cell in enumerate(row)
                )
    loaded = load_city("jakarta", pack.parent)
    assert loaded.areas == city.areas and loaded.agencies == city.agencies
    assert loaded.routing == city.routing and loaded.categories == city.categories
