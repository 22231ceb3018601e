"""Training and measuring on a small invented corpus: the real one is not in the repository."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from nlp.evaluate import calibration_error, evaluate_floor, evaluation_markdown, macro_f1
from nlp.labelled import LabelError, labels_folder, read_invented, split_of
from nlp.train import train_floor

Corpus = tuple[Path, Path]


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """A corpus and its labels, made of the texts invented for training."""
    posts = read_invented(labels_folder())[::4]
    ids = [hashlib.sha256(post.text.encode()).hexdigest() for post in posts]
    labels = tmp_path / "labels"
    labels.mkdir()
    rows: list[dict[str, object]] = [
        {
            "id": id_,
            "kind": post.kind,
            "category": post.category,
            "sentiment": post.sentiment,
            "place": [],
            "drawn": "random",
        }
        for id_, post in zip(ids, posts, strict=True)
    ]
    _write(labels / "posts.jsonl", rows)
    _write(labels / "readings.jsonl", [{**row, "reading": n} for row in rows[:20] for n in (1, 2)])
    _write(labels / "invented.jsonl", [])
    (labels / "topics.tsv").write_text("PJU\tpenerangan_jalan\n", encoding="utf-8")
    texts = [{"id": i, "text": post.text} for i, post in zip(ids, posts, strict=True)]
    extra = {"id": "0" * 64, "text": "pju gang buntu padam", "given_topic": "PJU"}
    _write(tmp_path / "corpus.jsonl", [*texts, extra])
    return tmp_path / "corpus.jsonl", labels


def test_training_twice_gives_the_same_weights(corpus: Corpus, tmp_path: Path) -> None:
    first = train_floor(*corpus, tmp_path / "a", seed=3)
    second = train_floor(*corpus, tmp_path / "b", seed=3)
    assert first == second
    assert str(first["version"]).startswith("floor-1-")
    for name in ("floor.npz", "card.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_test_split_teaches_nothing(corpus: Corpus, tmp_path: Path) -> None:
    path, labels = corpus
    before = train_floor(path, labels, tmp_path / "a")
    texts = {row["id"]: row["text"] for row in map(json.loads, path.read_text().splitlines())}
    rows = [json.loads(line) for line in (labels / "posts.jsonl").read_text().splitlines()]
    for row in rows:
        if split_of(texts[row["id"]]) == "test":
            row.update(kind="opini", category="lainnya", sentiment="positif")
    _write(labels / "posts.jsonl", rows)
    assert train_floor(path, labels, tmp_path / "b")["version"] == before["version"]


def test_the_measures_stand_beside_a_majority_guess(corpus: Corpus, tmp_path: Path) -> None:
    path, labels = corpus
    card = train_floor(path, labels, tmp_path / "w")
    result = evaluate_floor(path, labels, tmp_path / "w")
    assert result["version"] == card["version"]
    found = result["test"]
    for head in ("kind", "category", "sentiment"):
        f1 = found[head]["macro_f1"]
        assert f1["low"] <= f1["value"] <= f1["high"]
        assert 0 <= found[head]["majority"]["macro_f1"] < 1
    assert found["kind"]["macro_f1"]["value"] > found["kind"]["majority"]["macro_f1"]
    page = evaluation_markdown(result)
    assert "| kind |" in page
    assert "Drafts" in page


def test_a_corpus_without_the_labelled_posts_is_refused(corpus: Corpus, tmp_path: Path) -> None:
    _, labels = corpus
    _write(tmp_path / "other.jsonl", [{"id": "x", "text": "lain"}])
    with pytest.raises(LabelError, match="right corpus"):
        train_floor(tmp_path / "other.jsonl", labels, tmp_path / "w")


def test_a_broken_line_is_named(corpus: Corpus, tmp_path: Path) -> None:
    path, labels = corpus
    path.write_text(path.read_text() + "{broken\n")
    with pytest.raises(LabelError, match=r"corpus\.jsonl, line 110"):
        train_floor(path, labels, tmp_path / "w")


def test_macro_f1_weighs_every_class_alike() -> None:
    right = np.array(["a"] * 8 + ["b"] * 2)
    assert macro_f1(right, right) == 1.0
    # Class a: precision 0.8, recall 1; class b: nought.
    assert macro_f1(right, np.full(10, "a")) == pytest.approx((2 * 8 / 18) / 2)


def test_calibration_error_is_nought_when_probabilities_come_true() -> None:
    hit = np.array([True] * 7 + [False] * 3)
    assert calibration_error(np.full(10, 0.7), hit) == pytest.approx(0.0)
    assert calibration_error(np.full(10, 1.0), hit) == pytest.approx(0.3)
