"""The ONNX graph computes what torch computes, and int8 stays near it."""

from pathlib import Path

import numpy as np
import pytest

from nlp.encoder import open_session
from nlp.training.base import Base, read_base
from nlp.training.graph import build_graph, quantise_rows
from tests.nlp.training.packed import HIDDEN, write_base

torch = pytest.importorskip("torch")


@pytest.fixture
def base(tmp_path: Path) -> Base:
    write_base(tmp_path / "base.bin", ["banjir", "jalan"])
    return read_base(tmp_path / "base.bin")


def test_the_graph_gives_what_the_network_gives(base: Base) -> None:
    from nlp.training.network import Encoder, padded

    network = Encoder(base.tensors, {"kind": 5, "category": 19, "sentiment": 3}, 0.1).eval()
    heads = {
        name: (head.weight.detach().numpy(), head.bias.detach().numpy())
        for name, head in network.heads.items()
    }
    pieces, mask = padded([[0, 5, 6, 7, 2], [0, 9, 2]], padding=1)
    asked = {"pieces": pieces.int().numpy(), "mask": mask.int().numpy()}
    with torch.inference_mode(), torch.autocast("cpu", enabled=False):
        states = network.bert(input_ids=pieces, attention_mask=mask).last_hidden_state
        pooled = (states * mask.unsqueeze(2)).sum(1) / mask.sum(1, keepdim=True)
        wanted = {name: head(pooled).numpy() for name, head in network.heads.items()}
    session = open_session(build_graph(base.tensors, heads, int8=False).SerializeToString())
    vectors, *scores = session.run(None, asked)
    assert np.allclose(vectors, pooled.numpy(), atol=1e-5)
    for name, found in zip(wanted, scores, strict=True):
        assert np.allclose(found, wanted[name], atol=1e-5), name
    small = open_session(build_graph(base.tensors, heads, int8=True).SerializeToString())
    rough = small.run(None, asked)[0]
    cosines = (rough * vectors).sum(1) / np.linalg.norm(rough, axis=1)
    assert (cosines / np.linalg.norm(vectors, axis=1) > 0.995).all()


def test_rows_of_bytes_are_within_half_a_step_of_the_weights() -> None:
    weights = np.random.default_rng(1).normal(size=(7, HIDDEN)).astype(np.float32)
    weights[3] = 0
    rows, scale = quantise_rows(weights)
    assert rows.dtype == np.int8
    assert (np.abs(rows * scale[:, None] - weights) <= scale[:, None] / 2 + 1e-6).all()
    assert not rows[3].any()
