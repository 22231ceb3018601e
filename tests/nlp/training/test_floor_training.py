"""Training and measuring on a small invented corpus: the real one is not in the repository."""

import json
from pathlib import Path

import numpy as np
import pytest

from nlp.evaluate import Yardsticks, evaluate
from nlp.evaluation_report import evaluation_markdown
from nlp.floor import load_floor
from nlp.labelled import LabelError, labels_folder, read_invented, split_of
from nlp.measures import calibration_error, macro_f1
from nlp.training import Material, train_floor
from tests.nlp.training.corpus import make_corpus, write_lines

Corpus = tuple[Path, Path]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """A corpus and its labels, made of the texts invented for training."""
    return make_corpus(tmp_path, read_invented(labels_folder())[::9])


def test_training_twice_gives_the_same_weights(corpus: Corpus, tmp_path: Path) -> None:
    first = train_floor(Material(*corpus), tmp_path / "a", seed=3)
    second = train_floor(Material(*corpus), tmp_path / "b", seed=3)
    assert first == second
    assert str(first["version"]).startswith("floor-1-")
    for name in ("floor.npz", "card.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_test_split_teaches_nothing(corpus: Corpus, tmp_path: Path) -> None:
    path, labels = corpus
    before = train_floor(Material(path, labels), tmp_path / "a")
    texts = {row["id"]: row["text"] for row in map(json.loads, path.read_text().splitlines())}
    rows = [json.loads(line) for line in (labels / "posts.jsonl").read_text().splitlines()]
    for row in rows:
        if split_of(texts[row["id"]]) == "test":
            row.update(kind="opini", category="lainnya", sentiment="positif")
    write_lines(labels / "posts.jsonl", rows)
    assert train_floor(Material(path, labels), tmp_path / "b")["version"] == before["version"]


def test_the_measures_stand_beside_floor_guess_and_people(corpus: Corpus, tmp_path: Path) -> None:
    path, labels = corpus
    card = train_floor(Material(path, labels), tmp_path / "w")
    feelings = tmp_path / "rasa.tsv"
    feelings.write_text("makanannya enak\tpositive\nkapok ke sini\tnegative\nbiasa\tneutral\n")
    taught = tmp_path / "ajar.tsv"
    taught.write_text("KAPOK ke sini!\tnegative\n")
    by = Yardsticks(
        path, labels, sentiment={"rasa": feelings}, taught=[taught], slang={"jalan": ["jln"]}
    )
    result = evaluate(load_floor(tmp_path / "w"), by)
    assert result["model"]["version"] == card["version"]
    assert result["floor"]["version"] == load_floor().version
    found = result["model"]["test"]
    for head in ("kind", "category", "sentiment"):
        f1 = found[head]["macro_f1"]
        assert f1["low"] <= f1["value"] <= f1["high"]
        assert 0 <= found[head]["majority"]["macro_f1"] < 1
        assert result["people"][head] == 1.0
    assert found["kind"]["macro_f1"]["value"] > found["kind"]["majority"]["macro_f1"]
    found = result["model"]["sentiment"]
    assert {name: one["n"] for name, one in found.items()} == {
        "rasa": 3,
        "rasa, shared with no training file": 2,
    }
    assert {"as_typed", "typo", "slang", "code_mix"} <= set(result["model"]["robustness"])
    page = evaluation_markdown(result)
    for said in (
        "| kind |",
        "sure reports",
        "| rasa | 3 |",
        "| typo |",
        "Two blind readings of 20",
    ):
        assert said in page


def test_a_corpus_without_the_labelled_posts_is_refused(corpus: Corpus, tmp_path: Path) -> None:
    _, labels = corpus
    write_lines(tmp_path / "other.jsonl", [{"id": "x", "text": "lain"}])
    with pytest.raises(LabelError, match="right corpus"):
        train_floor(Material(tmp_path / "other.jsonl", labels), tmp_path / "w")


def test_a_broken_line_is_named(corpus: Corpus, tmp_path: Path) -> None:
    path, labels = corpus
    path.write_text(path.read_text() + "{broken\n")
    with pytest.raises(LabelError, match=r"corpus\.jsonl, line \d+"):
        train_floor(Material(path, labels), tmp_path / "w")


def test_macro_f1_weighs_every_class_alike() -> None:
    right = np.array(["a"] * 8 + ["b"] * 2)
    assert macro_f1(right, right) == 1.0
    # Class a: precision 0.8, recall 1; class b: nought.
    assert macro_f1(right, np.full(10, "a")) == pytest.approx((2 * 8 / 18) / 2)


def test_calibration_error_is_nought_when_probabilities_come_true() -> None:
    hit = np.array([True] * 7 + [False] * 3)
    assert calibration_error(np.full(10, 0.7), hit) == pytest.approx(0.0)
    assert calibration_error(np.full(10, 1.0), hit) == pytest.approx(0.3)
