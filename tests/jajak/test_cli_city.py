"""`jajak city`: a pack is checked, a city's boundaries are loaded."""

import json
from pathlib import Path

import pytest

from models import load_city
from tests.jajak.command_line import CommandLine
from tests.models.packs import append, copy_of_jakarta


@pytest.fixture
def jajak(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """Commands that need no database."""
    return CommandLine(tmp_path / "rumah", monkeypatch, capsys)


def test_a_sound_pack_is_said_to_be_sound(jajak: CommandLine) -> None:
    answer = jajak("city", "check")
    assert answer.status == 0 and "jakarta: 0 faults, 1 warning" in answer.out


def test_faults_are_told_in_words_and_for_a_script(jajak: CommandLine, tmp_path: Path) -> None:
    pack = copy_of_jakarta(tmp_path)
    append("routing.csv", "banjir,31.74,tidak_ada")(pack)
    jajak.monkeypatch.setenv("JAJAK_CITIES_FOLDER", str(tmp_path))
    answer = jajak("city", "check", "jakarta")
    assert answer.status == 1
    assert "routing.csv, row 24" in answer.out and "unknown agency 'tidak_ada'" in answer.out
    assert "→ add it to its own file or correct it here" in answer.out
    answer = jajak("city", "check", "--json")
    (fault,) = [one for one in json.loads(answer.out) if not one["warning"]]
    assert answer.status == 1 and fault["row"] == 24
    assert fault["path"] == str(pack / "routing.csv")


def test_a_city_that_is_not_there_is_a_fault(jajak: CommandLine) -> None:
    answer = jajak("city", "check", "atlantis")
    assert answer.status == 1 and "check the name 'atlantis'" in answer.out


def test_boundaries_are_loaded_and_place_points(jajak: CommandLine, tmp_path: Path) -> None:
    pack = copy_of_jakarta(tmp_path)
    (pack / "cells.csv").unlink()
    jajak.monkeypatch.setenv("JAJAK_CITIES_FOLDER", str(tmp_path))
    ring = [[106.85, -6.24], [106.86, -6.24], [106.86, -6.23], [106.85, -6.23], [106.85, -6.24]]
    boundary = {
        "type": "Feature",
        "properties": {"KODE_DESA": "3174011001"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    file = tmp_path / "batas.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [boundary]}))
    answer = jajak("city", "cells", file)
    assert answer.status == 0
    assert "cells of 1 kelurahan" in answer.told and "No boundary for " in answer.told
    area = load_city("jakarta", tmp_path).area_at(-6.235, 106.855)
    assert area is not None and area.code == "31.74.01.1001"
    elsewhere = tmp_path / "elsewhere.csv"
    assert jajak("city", "cells", file, "--city", "jakarta", "--out", elsewhere).status == 0
    assert elsewhere.read_bytes() == (pack / "cells.csv").read_bytes()


def test_boundaries_that_cannot_be_used_are_told_in_one_sentence(
    jajak: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "batas.geojson"
    file.write_text("<kml>")
    answer = jajak("city", "cells", file)
    assert answer.status == 2 and "is not JSON" in answer.told
    assert "export it as GeoJSON" in answer.told
