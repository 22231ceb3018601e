"""The packed file to start from is read as it was written."""

from pathlib import Path

import numpy as np
import pytest

from nlp.training.base import BaseError, read_base
from tests.nlp.training.packed import SPECIAL, pieces_of, write_base


def test_pieces_scores_and_weights_come_back(tmp_path: Path) -> None:
    written = write_base(tmp_path / "base.bin", ["banjir", "jalan"])
    base = read_base(tmp_path / "base.bin")
    assert list(zip(base.pieces, base.scores, strict=True)) == pieces_of(["banjir", "jalan"])
    assert base.special == {"bos": 0, "eos": 2, "pad": 1, "unk": 3}
    assert base.pieces[:4] == SPECIAL
    places = base.tensors["embeddings.position_embeddings.weight"]
    assert np.array_equal(places, written["emb.pos"])
    for name, short in (
        ("embeddings.word_embeddings.weight", "emb.word"),
        ("encoder.layer.1.attention.self.key.weight", "l1.k.w"),
        ("encoder.layer.0.intermediate.dense.weight", "l0.fi.w"),
        ("encoder.layer.1.output.dense.weight", "l1.fo.w"),
    ):
        found = base.tensors[name]
        assert found.shape == written[short].shape
        # Four bits: a seventh of the largest of its block is the step.
        assert np.abs(found - written[short]).max() < np.abs(written[short]).max() / 7


def test_another_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "foto.jpg").write_bytes(b"\xff\xd8\xff\xe0 bukan model")
    with pytest.raises(BaseError, match=r"foto\.jpg: not a packed e5 model"):
        read_base(tmp_path / "foto.jpg")
