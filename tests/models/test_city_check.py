"""What `jajak city check` says of a pack: file, row and remedy for every fault."""

import re
from pathlib import Path

import pytest

from models.city_check import check_city
from tests.models.packs import (
    Edit,
    append,
    copy_of_jakarta,
    encoded,
    replaced,
    without,
    without_column,
)


def told(pack: Path) -> list[str]:
    return [
        f"{fault.path.name} {fault.row or '-'}{' (warning)' if fault.warning else ''}: "
        f"{fault.fault}; {fault.remedy}"
        for fault in check_city(pack.name, pack.parent)
    ]


@pytest.mark.parametrize("code", ["jakarta", "surabaya"])
def test_the_packs_that_come_along_have_no_fault(code: str) -> None:
    assert [str(fault) for fault in check_city(code) if not fault.warning] == []


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (without("city.toml"), r"city\.toml -: no such city pack; check the name 'jakarta'"),
        (replaced("city.toml", '"31"', "31"), r"city\.toml -: area_prefix is missing or no text"),
        (
            replaced("city.toml", "Asia/Jakarta", "Asia/Batavia"),
            r"city\.toml -: time_zone 'Asia/Batavia' is not known; use an IANA name",
        ),
        (replaced("city.toml", '["id"]', '"id"'), r"city\.toml -: languages must be a list"),
        (encoded("city.toml", "utf-16"), r"city\.toml 1: not UTF-8; save it as CSV UTF-8"),
        # areas
        (
            append("areas.csv", "31.74.01.1001,Tebet Lagi,kelurahan,31.74.01,-6.23,106.85,"),
            r"areas\.csv 319: 31\.74\.01\.1001 stands in row \d+ already; take one",
        ),
        (
            append("areas.csv", "31.74.01.1009,Tebet Baru,kelurahan,31.74.02,-6.23,106.85,"),
            r"areas\.csv 319: parent of 31\.74\.01\.1009 is 31\.74\.02; write 31\.74\.01",
        ),
        (
            append("areas.csv", "31.74.01.1009,Tebet Baru,kelurahan,,-6.23,106.85,"),
            r"areas\.csv 319: parent of 31\.74\.01\.1009 is empty; write 31\.74\.01",
        ),
        (
            append("areas.csv", "31.79.01,Tebet Baru,kecamatan,31.79,-6.23,106.85,"),
            r"areas\.csv 319: parent '31\.79' of 31\.79\.01 is not in the file; add it",
        ),
        (
            append("areas.csv", "31.79,Jakarta Baru,kota,31,-6.23,106.85,"),
            r"areas\.csv 319: a kota has no parent; leave parent empty",
        ),
        (
            append("areas.csv", "32.75,Bekasi,kota,,-6.24,106.99,"),
            r"areas\.csv 319: 32\.75 does not begin with the city's 31; correct it, or",
        ),
        (
            append("areas.csv", "31.74.01.1009,Tebet Baru,kelurahan,31.74.01,,106.85,"),
            r"areas\.csv 319: lat is empty: a coordinate is missing; correct it",
        ),
        (
            append("areas.csv", "31.74.01.1009,Tebet Baru,kelurahan,31.74.01,-6230000,106.85,"),
            r"areas\.csv 319: lat must be degrees .* not '-6230000': a spreadsheet may",
        ),
        (
            append("areas.csv", "31.74.01.1009,Tebet Baru,kelurahan,31.74.01,106.85,-6.23,"),
            r"areas\.csv 319: lat must be degrees from -90 to 90, such as -6\.1754, not '106\.85'",
        ),
        (
            append("areas.csv", "31.74.01.1009,Tebet Baru,kelurahan,31.74.01,-7.25,112.75,"),
            r"areas\.csv 319: Tebet Baru lies 6\d\d km from every other area, outside the city",
        ),
        (
            append("areas.csv", "31.7,Jakarta Baru,kota,,-6.23,106.85,"),
            r"areas\.csv 319: the code of a kota looks like 31\.74, not '31\.7': a spreadsheet may",
        ),
        (
            append("areas.csv", "31.74.01.1009,Tebet Timur,kelurahan,31.74.01,-6.23,106.85,"),
            r"areas\.csv -: 2 kelurahan of 31\.74\.01 are named 'tebet timur'; correct all but one",
        ),
        (
            append("areas.csv", "31.79,Jakarta Baru,kota,,-6.23,106.85,1.200.000"),
            r"areas\.csv 319: population must be a whole number without dots, not '1\.200\.000'",
        ),
        (
            append("areas.csv", "31.79,Jakarta, Baru,kota,,-6.23,106.85,12"),
            r"areas\.csv 319: more cells than the 7 columns; put text with a comma between",
        ),
        (append("areas.csv", "31.79,,kota,,-6.23,106.85,"), r"areas\.csv 319: name is empty"),
        (
            append("areas.csv", "31.79,Jakarta CafÃ©,kota,,-6.23,106.85,"),
            r"areas\.csv 319: 'Ã©' is a letter that was read in the wrong encoding; write it again",
        ),
        (encoded("areas.csv", "latin-1"), r"areas\.csv 319: not UTF-8; save it as CSV UTF-8"),
        (without_column("areas.csv", "lat"), r"areas\.csv -: column 'lat' is missing; add it"),
        (without("areas.csv"), r"areas\.csv -: cannot be read .*; put it there"),
        # points
        (
            append("points.csv", "Pasar Uji,pasar,-6.2,106.8,31.99.01.1001,"),
            r"points\.csv \d+: unknown area_code '31\.99\.01\.1001'; use a code of areas\.csv",
        ),
        (
            append("points.csv", "Pasar Turi,pasar,-7.2450,112.7310,31.74.01.1001,"),
            r"points\.csv \d+: Pasar Turi lies 6\d\d km from the nearest area, outside the city",
        ),
        (
            append("points.csv", "Pasar Uji,pasar,-6.17539,106.82715,31.74.01.1001,"),
            r"points\.csv \d+ \(warning\): Pasar Uji lies in Gambir \(31\.71\.01\.1001\), not near "
            r"Tebet Timur \(31\.74\.01\.1001\); correct area_code or the coordinate",
        ),
        (
            append("points.csv", "Pasar Uji,pasar,-6.2,106.8,,\nPasar Uji,pasar,-6.2,106.8,,"),
            r"points\.csv \d+: Pasar Uji stands in row \d+ already; take it away",
        ),
        (append("points.csv", "Pasar Uji,,-6.2,106.8,,"), r"points\.csv \d+: kind is empty"),
        # categories, agencies, routing
        (append("categories.csv", "ufo,U,U,1,1,1,no,"), r"categories\.csv 21: unknown category"),
        (
            replaced("categories.csv", ",yes,", ",ya,"),
            r"categories\.csv \d+: area_wide must be yes or no, not 'ya'; correct it",
        ),
        (
            append("agencies.csv", "uji,Dinas Uji,Uji,kantor"),
            r"agencies\.csv \d+: kind must be dinas, .* or lain, not 'kantor'; correct it",
        ),
        (
            append("agencies.csv", "sda,Dinas Uji,Uji,dinas"),
            r"agencies\.csv \d+: sda stands in row 3 already; take one of the two away",
        ),
        (
            append("routing.csv", "banjir,31.74,sda|tidak_ada"),
            r"routing\.csv \d+: unknown agency 'tidak_ada'; add it to its own file or correct",
        ),
        (append("routing.csv", "banjr,,sda"), r"routing\.csv \d+: unknown category 'banjr'"),
        (append("routing.csv", "banjir,31.99,sda"), r"routing\.csv \d+: unknown area_code '31\.99"),
        (append("routing.csv", "banjir,31.74,sda|sda"), r"routing\.csv \d+: sda stands twice"),
        (append("routing.csv", "banjir,31.74,"), r"routing\.csv \d+: agency is empty"),
        (
            append("routing.csv", "banjir,,bpbd"),
            r"routing\.csv \d+: banjir stands in row \d+ already; take one of the two away",
        ),
        (
            replaced("routing.csv", "parkir,,dishub\n", ""),
            r"routing\.csv -: no rule for parkir in the whole city; add a row parkir,,AGENCY",
        ),
        (
            replaced("routing.csv", "parkir,,dishub", "parkir,,tak_ada"),
            r"routing\.csv \d+: unknown agency 'tak_ada'",
        ),
        # cells and RW
        (
            without("cells.csv"),
            r"cells\.csv - \(warning\): there is none: .*; load .*: jajak city cells FILE",
        ),
        (
            append("cells.csv", "31.74.01.1001,zz"),
            r"cells\.csv \d+: 31\.74\.01\.1001 stands in",
        ),
        (append("cells.csv", "31.74.01.1099,zz"), r"cells\.csv -: 'zz' is no H3 cell .*; make it"),
        (
            append("cells.csv", "31.74.01.1099,8a19b5b2c2c7fff"),
            r"cells\.csv \d+: unknown area_code '31\.74\.01\.1099'; use a code of areas\.csv",
        ),
        (
            append("areas.csv", "31.74.01.1009,Tebet Baru,kelurahan,31.74.01,-6.23,106.85,"),
            r"cells\.csv - \(warning\): Tebet Baru \(31\.74\.01\.1009\) has no cells; add its",
        ),
        (append("rw.csv", "31.74.01,1,-6.2,106.8"), r"rw\.csv \d+: '31\.74\.01' is no kelurahan"),
        (append("rw.csv", "31.74.01.1001,dua,-6.2,106.8"), r"rw\.csv \d+: rw must be a whole numb"),
        (
            append("rw.csv", "31.74.01.1001,99,-7.2,112.8"),
            r"rw\.csv \d+: RW 99 lies \d+ km",
        ),
        # queries
        (without("queries.toml"), r"queries\.toml - \(warning\): there is none: collectors do not"),
        (append("queries.toml", "terms = [1"), r"queries\.toml .*: not TOML"),
        (
            append("queries.toml", "[categories.ufo]\nterms = ['ufo']"),
            r"queries\.toml -: \[categories\.ufo\] is no category; use a code of categories\.csv",
        ),
        (
            append("queries.toml", "[kota]\nterms = ['ufo']"),
            r"queries\.toml -: unknown table \[kota\]; use \[city\] or \[categories\.CODE\]",
        ),
        (
            append("queries.toml", "acounts = ['x']"),
            r"\[categories\.lainnya\] has an unknown key 'acounts'; use terms, exclude",
        ),
        (
            append("queries.toml", "hashtags = 'x'"),
            r"\[categories\.lainnya\] hashtags must be a list of words; write hashtags = ",
        ),
        (
            append("queries.toml", "accounts = ['@DKIJakarta']"),
            r"\[categories\.lainnya\] accounts: '@DKIJakarta'; write it without # or @",
        ),
        (
            append("queries.toml", "exclude = ['x']\n[categories.x]\nterms=['a']\nexclude=['a']"),
            r"\[categories\.x\] both wants and excludes a; take it out of one of the two",
        ),
        (
            replaced("queries.toml", "[categories.parkir]", "[categories.parkiran]"),
            r"queries\.toml - \(warning\): \[categories\.parkir\] has no terms; add some",
        ),
        (
            replaced("queries.toml", "[city]\nterms", "[city]\nnames"),
            r"queries\.toml -: \[city\] has no terms: nothing tells a post of this city",
        ),
        # sources
        (without("SOURCES.md"), r"SOURCES\.md -: there is none; write where each file's facts"),
        (replaced("SOURCES.md", "`rw.csv`", "RW"), r"SOURCES\.md -: `rw\.csv` is not named; write"),
        (
            lambda folder: (folder / "bridges.csv").write_text("name\n"),
            r"SOURCES\.md -: `bridges\.csv` is not named; write where its facts come from",
        ),
    ],
)
def test_every_fault_names_file_row_and_remedy(tmp_path: Path, edit: Edit, message: str) -> None:
    pack = copy_of_jakarta(tmp_path)
    edit(pack)
    found = told(pack)
    assert any(re.search(message, line) for line in found), found


def test_one_look_tells_of_all_faults_and_faults_before_warnings(tmp_path: Path) -> None:
    pack = copy_of_jakarta(tmp_path)
    for edit in (
        append("areas.csv", "31.79,Jakarta Baru,kota,,,106.85,"),
        append("routing.csv", "banjir,31.74,tidak_ada"),
        append("points.csv", "Pasar Uji,pasar,-7.2,112.8,,"),
        append("points.csv", "Pasar Uji,pasar,utara,112.8,,"),
        without("cells.csv"),
    ):
        edit(pack)
    found = check_city("jakarta", tmp_path)
    assert [fault.path.name for fault in found if not fault.warning] == [
        "areas.csv",
        "points.csv",
        "points.csv",
        "routing.csv",
    ]
    assert [fault.warning for fault in found] == sorted(fault.warning for fault in found)
