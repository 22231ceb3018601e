"""Posts a second through the encoder against a BERT-base of three heads in ``transformers``.

    python benchmarks/encoder.py POSTS.jsonl.gz [--posts 2000] [--peer 200]

Both read the same posts, drawn at random, in one process, from text to three answers; ours does
what Jajak does for each post (normalising, the floor's first pass, place, near-duplicate key).
The peer has random weights, which cost what trained ones do. Needs the extra ``train``.

Printed besides: where our time goes, by ONNX operator and by step, how far the matrix products
are from the largest product of this machine, and how time grows with the number of posts.
"""

import argparse
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper
from transformers import BertConfig, BertForSequenceClassification

from models import load_city
from nlp import load_reader, near_duplicate_key
from nlp.encoder import Encoder, encoder_folder, load_encoder, open_session
from nlp.encoder_text import encoder_text
from nlp.labelled import read_corpus
from nlp.locate import locate

_LONGEST = 128


def timed(work: Callable[[], object]) -> float:
    """Seconds that ``work`` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def fresh(encoder: Encoder) -> Encoder:
    """The same encoder with nothing remembered."""
    return replace(encoder, _known=type(encoder._known)())


def peer_times(texts: list[str], encoder: Encoder) -> dict[str, float]:
    """Seconds of the peer: one by one, in batches of 32 as they come, and sorted by length."""
    network = BertForSequenceClassification(
        BertConfig(vocab_size=encoder.tokenizer.get_vocab_size(), num_labels=5 + 19 + 3)
    ).eval()

    def run(size: int, ordered: list[str]) -> None:
        for start in range(0, len(ordered), size):
            rows = [
                found.ids[:_LONGEST]
                for found in encoder.tokenizer.encode_batch(ordered[start : start + size])
            ]
            longest = max(map(len, rows))
            pieces = torch.tensor([row + [1] * (longest - len(row)) for row in rows])
            with torch.inference_mode():
                network(input_ids=pieces, attention_mask=(pieces != 1).long()).logits.softmax(-1)

    run(1, texts[:4])
    return {
        "one by one": timed(lambda: run(1, texts)),
        "batches of 32": timed(lambda: run(32, texts)),
        "batches of 32, sorted": timed(lambda: run(32, sorted(texts, key=len))),
    }


def machine_limit() -> float:
    """Billions of int8 operations a second in one large matrix product."""
    m, k, n = 4_096, 1_536, 1_536
    node = helper.make_node("MatMulInteger", ["a", "b"], ["y"])
    weights = np.random.default_rng(0).integers(-127, 127, (k, n), np.int8)
    graph = helper.make_graph(
        [node],
        "limit",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, [m, k])],
        [helper.make_tensor_value_info("y", TensorProto.INT32, [m, n])],
        [onnx.numpy_helper.from_array(weights, "b")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    session = open_session(model.SerializeToString())
    asked = {"a": np.random.default_rng(1).integers(0, 255, (m, k)).astype(np.uint8)}
    session.run(None, asked)
    best = min(timed(lambda: session.run(None, asked)) for _ in range(10))
    return 2 * m * k * n / best / 1e9


def by_operator(encoder: Encoder, texts: list[str]) -> Counter[str]:
    """Seconds that each ONNX operator takes over ``texts``."""
    with tempfile.TemporaryDirectory() as folder:
        options = onnxruntime.SessionOptions()
        options.enable_profiling = True
        options.profile_file_prefix = str(Path(folder) / "profile")
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(str(encoder_folder() / "encoder.onnx"), options)
        replace(fresh(encoder), session=session).scores([encoder_text(text) for text in texts])
        events = json.loads(Path(session.end_profiling()).read_text())
    spent: Counter[str] = Counter()
    for event in events:
        if event.get("cat") == "Node" and event["name"].endswith("kernel_time"):
            spent[event["args"]["op_name"]] += event["dur"] / 1e6
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--posts", type=int, default=2_000)
    parser.add_argument("--peer", type=int, default=200, help="posts for the slow peer")
    given = parser.parse_args()

    rows = list(read_corpus(given.corpus))
    random.Random(1).shuffle(rows)
    texts = [str(row["text"]) for row in rows[: given.posts]]
    city = load_city("jakarta")
    reader, encoder = load_reader(city), load_encoder()
    reader.read(texts[:64])

    print(f"{len(texts)} posts, {onnxruntime.__version__=}, {torch.get_num_threads()} threads")
    for size in (len(texts) // 4, len(texts) // 2, len(texts)):
        ours = timed(
            lambda size=size: replace(reader, model=fresh(encoder)).read(texts[:size])  # type: ignore[misc]
        )
        print(f"ours, text to annotation, {size} posts: {ours:.1f} s, {size / ours:.1f} posts/s")
    rate = len(texts) / ours
    few = texts[: given.peer]
    for name, spent in peer_times(few, encoder).items():
        print(f"peer {name}: {len(few) / spent:.1f} posts/s, ratio {rate * spent / len(few):.1f}")

    spelt = [encoder_text(text) for text in texts]
    steps = {
        "spelling": timed(lambda: [encoder_text(text) for text in texts]),
        "floor": timed(lambda: encoder.floor and encoder.floor.probabilities(texts)),
        "encoder alone, every post": timed(lambda: fresh(encoder).scores(spelt)),
        "place": timed(lambda: [locate(text, reader.places, None) for text in texts]),
        "near-duplicate key": timed(lambda: [near_duplicate_key(text) for text in texts]),
    }
    for step, spent in steps.items():
        print(f"step {step}: {spent:.2f} s")
    spent_by = by_operator(encoder, texts)
    pieces = sum(
        -(-min(_LONGEST, len(found.ids)) // 8) * 8
        for found in encoder.tokenizer.encode_batch(spelt)
    )
    layers = 12 * (4 * 384 * 384 + 2 * 384 * 1_536)
    products = sum(spent for name, spent in spent_by.items() if name.startswith("MatMulInteger"))
    reached = 2 * pieces * layers / products / 1e9
    print(f"matrix products: {reached:.0f} of {machine_limit():.0f} billion operations a second")
    whole = sum(spent_by.values())
    for operator, spent in spent_by.most_common(8):
        print(f"operator {operator}: {spent:.2f} s, {spent / whole:.0%}")


if __name__ == "__main__":
    main()
