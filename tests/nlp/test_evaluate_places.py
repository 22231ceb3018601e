"""Training and measuring places on small invented data: the real ones are not in the repository."""

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

import nlp
from models import City
from nlp.labelled import LabelError, split_of
from nlp.place_tagger import load_tagger

_STREETS = ("Melati", "Kenanga", "Cendana", "Rajawali", "Garuda", "Pinus", "Cemara", "Delima")
_TROUBLES = ("lampu mati", "banjir selutut", "aspal berlubang", "sampah menumpuk")


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _posts() -> list[tuple[str, str, str]]:
    """Invented posts with the words that tell where, and whose they are."""
    found = []
    for i, street in enumerate(_STREETS):
        for j, trouble in enumerate(_TROUBLES):
            found.append(
                (f"{trouble} di jl {street} {j} sejak kemarin {i}", f"jl {street} {j}", "")
            )
            found.append((f"min {street} kapan ya {trouble} itu {i}{j}", "", ""))
            place = f"Jl. {street} kec. Rungkut"
            found.append((f"{i} tolong {trouble} {place} pak {j}", place, "surabaya_lama"))
    found.append(("banjir di tebet parah banget", "tebet", ""))
    return found


@pytest.fixture
def corpus(tmp_path: Path) -> tuple[Path, Path]:
    labels = tmp_path / "labels"
    labels.mkdir()
    rows, texts = [], []
    for text, place, source in _posts():
        start = text.find(place) if place else 0
        spans = [[start, start + len(place)]] if place else []
        kind = "laporan" if place else "luar"
        rows.append({"id": _id(text), "kind": kind, "place": spans, "drawn": "random"})
        texts.append({"id": _id(text), "text": text, "source": source})
    _write(labels / "posts.jsonl", rows)
    _write(tmp_path / "corpus.jsonl", texts)
    return tmp_path / "corpus.jsonl", labels


@pytest.fixture
def located(corpus: tuple[Path, Path], tmp_path: Path, city: City) -> Path:
    """Three reports that name a place (right, wrong, outside the city) and one that does not."""
    tebet = city.areas["31.74.01.1001"]
    reports = [
        (f"banjir di kelurahan {tebet.name}", tebet.lat, tebet.lon, tebet.code, True),
        ("banjir di kelurahan kapuk muara", tebet.lat, tebet.lon, tebet.code, True),
        ("banjir di perumahan entah di mana, bekasi", -6.24, 107.0, None, True),
        ("banjir lagi pak, tolong", tebet.lat, tebet.lon, tebet.code, False),
    ]
    path = tmp_path / "located.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        rows = csv.writer(lines)
        rows.writerow(["text", "lat", "lng"])
        rows.writerows([text, lat, lon] for text, lat, lon, _, _ in reports)
    _write(
        corpus[1] / "located.jsonl",
        [
            {"id": _id(text), "named": named, "code": code, "half": "unseen"}
            for text, _, _, code, named in reports
        ],
    )
    return path


@pytest.fixture
def fires(tmp_path: Path) -> Path:
    path = tmp_path / "fires.csv"
    path.write_text(
        "alamat_kejadian,rt,rw,kelurahan,kecamatan,wilayah\n"
        "Jl. Apa Saja No 3,5,2,Semper Barat,Cilincing,Jakarta Utara\n"
        "Jl. Lain,,,Antah,Berantah,Kota Lain\n",
        encoding="utf-8",
    )
    return path


def test_places_are_measured_on_spans_reports_and_addresses(
    corpus: tuple[Path, Path], located: Path, fires: Path, city: City
) -> None:
    result = nlp.evaluate_places(*corpus, city, located, fires)
    test = [text for text, _, _ in _posts() if split_of(text) == "test"]
    assert result["spans"]["n"] == len(test)
    assert 0.5 < result["spans"]["words"]["f1"]["value"] <= 1
    found = result["located"]
    assert (found["n"], found["not_named"]["n"], found["outside"]["n"]) == (2, 1, 1)
    assert found["right"]["value"] == 0.5
    assert found["wrong"]["value"] == 0.5
    assert found["not_named"]["claimed"]["value"] == 0
    assert (result["fires"]["n"], result["fires"]["kelurahan_not_of_the_city"]) == (1, 1)
    assert result["fires"]["right"]["value"] == 1
    page = nlp.places_markdown(result)
    assert "| gazetteer alone |" in page
    assert "fire records" in page


def test_a_report_that_is_not_labelled_is_not_measured_but_asked_about(
    corpus: tuple[Path, Path], located: Path, city: City, tmp_path: Path
) -> None:
    other = tmp_path / "other.csv"
    other.write_text("text,lat,lng\nlain sama sekali,-6.2,106.8\n", encoding="utf-8")
    with pytest.raises(LabelError, match="no report"):
        nlp.evaluate_places(*corpus, city, other)
    other.write_text("isi,lat\nx,1\n", encoding="utf-8")
    with pytest.raises(LabelError, match="no column text, lng"):
        nlp.evaluate_places(*corpus, city, other)


def test_training_twice_gives_the_same_weights_and_the_test_split_teaches_nothing(
    corpus: tuple[Path, Path], city: City, tmp_path: Path
) -> None:
    path, labels = corpus
    card = nlp.train_places(path, labels, city, tmp_path / "a")
    assert card["posts"] == sum(split_of(text) != "test" for text, _, _ in _posts())
    rows = [json.loads(line) for line in (labels / "posts.jsonl").read_text().splitlines()]
    texts = {_id(text): text for text, _, _ in _posts()}
    for row in rows:
        if split_of(texts[row["id"]]) == "test":
            row["place"] = [[0, 3]]
    _write(labels / "posts.jsonl", rows)
    nlp.train_places(path, labels, city, tmp_path / "b")
    for name in ("places.npz", "card.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert len(load_tagger(tmp_path / "a").weights.keys) == card["features"]


def test_a_span_outside_its_text_is_named(corpus: tuple[Path, Path], city: City) -> None:
    path, labels = corpus
    rows = [json.loads(line) for line in (labels / "posts.jsonl").read_text().splitlines()]
    rows[3]["place"] = [[5, 900]]
    _write(labels / "posts.jsonl", rows)
    with pytest.raises(LabelError, match=r"posts\.jsonl, line 4"):
        nlp.evaluate_places(path, labels, city)
