"""The whole course on a small invented corpus, from a tiny base: stopped, resumed, exported."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nlp.encoder import load_encoder
from nlp.examples import load_examples
from nlp.labelled import labels_folder, read_invented
from nlp.model import ModelError
from nlp.training import Material, train_encoder
from tests.nlp.training.corpus import make_corpus
from tests.nlp.training.packed import write_base

pytest.importorskip("torch")

Told = list[tuple[str, int, int]]


class Stopped(Exception):
    """Stands for a kill in the middle of training."""


@pytest.fixture
def material(tmp_path: Path) -> Material:
    posts = read_invented(labels_folder())[::10]
    corpus, labels = make_corpus(tmp_path, posts)
    words = sorted({word for post in posts for word in post.text.lower().split() if word.isalpha()})
    write_base(tmp_path / "base.bin", words[:400])
    (tmp_path / "rasa.tsv").write_text("enak sekali\tpositive\nkapok ke sini\tnegative\n" * 3)
    (tmp_path / "uji.tsv").write_text("kapok ke sini\tnegative\n")
    return Material(
        corpus,
        labels,
        sentiment=[tmp_path / "rasa.tsv"],
        apart=[tmp_path / "uji.tsv"],
        base=tmp_path / "base.bin",
    )


@pytest.fixture
def trained(material: Material, tmp_path: Path) -> Iterator[Path]:
    train_encoder(material, tmp_path / "out", 1, lambda *_: None)
    yield tmp_path / "out"
    load_examples.cache_clear()


def test_what_is_exported_is_what_jajak_reads_with(trained: Path) -> None:
    encoder = load_encoder(trained, with_floor=False)
    (answer,) = encoder.answers(["pengamen maksa di lampu merah"])
    assert answer.codes["kind"] in encoder.classes["kind"]
    assert len(answer.embedding or b"") == 64
    card = json.loads((trained / "card.json").read_text())
    assert card["version"] == encoder.version
    assert card["labelled"]["train"] > 0
    assert card["taught_by_other_sentiment"] == 1
    assert card["data"]["labels/posts.jsonl"]
    assert {"torch", "onnxruntime", "python"} <= set(card["versions"])
    assert card["temperature"]["kind"] > 0
    examples = load_examples(trained)
    assert len(examples.labels) == len(examples.vectors) == card["labelled"]["train"]
    assert np.allclose(np.linalg.norm(examples.vectors, axis=1), 1, atol=1e-3)


@pytest.mark.parametrize("stage", ["masked", "tune", "settle"])
def test_a_run_that_is_stopped_goes_on_and_ends_as_if_it_had_not_been(
    material: Material, tmp_path: Path, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Every step is kept, so that the stop loses none.
    monkeypatch.setattr("nlp.training.progress._EVERY_S", 0.0)
    told: Told = []

    def stop_there(name: str, step: int, steps: int, _loss: float, _left: float) -> None:
        told.append((name, step, steps))
        if name == stage and step == 2:
            raise Stopped

    with pytest.raises(Stopped):
        train_encoder(material, tmp_path / "a", 1, stop_there)
    again: Told = []
    cards = [
        train_encoder(material, tmp_path / name, 1, lambda *said: again.append(said[:3]))
        for name in ("a", "b")
    ]
    assert again[0][:2] == (stage, 2), "it went on with the step that was not done yet"
    assert cards[0]["version"] == cards[1]["version"]


def test_other_labels_or_another_seed_begin_anew(material: Material, tmp_path: Path) -> None:
    told: Told = []
    train_encoder(material, tmp_path / "a", 1, lambda *_: None)
    train_encoder(material, tmp_path / "a", 1, lambda *said: told.append(said[:3]))
    assert told == [], "everything was done already"
    train_encoder(replace(material, apart=[]), tmp_path / "a", 1, lambda *s: told.append(s[:3]))
    assert told[0][:2] == ("masked", 1)


def test_without_torch_the_remedy_is_named(
    material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nlp.training.material.find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r"jajak\[train\]"):
        train_encoder(material, tmp_path / "a", 1, lambda *_: None)
