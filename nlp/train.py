"""Training of the linear floor, from a corpus and the labels, the same for the same seed."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix, vstack  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import cohen_kappa_score  # type: ignore[import-untyped]

from nlp.floor import BUCKETS, HEADS, Floats, Floor, Head, count_ngrams, save_floor, softmax, weigh
from nlp.labelled import (
    LabelledPost,
    read_corpus,
    read_invented,
    read_labelled,
    read_topics,
    second_readings,
    split_of,
)

# How much a text counts beside a post that was labelled for this: invented ones miss what real
# people write, a desk's topic or another corpus' sentiment only resembles ours.
_INVENTED_WEIGHT = 0.7
_TOPIC_WEIGHT = 0.1
_SENTIMENT_WEIGHT = 0.02
_PER_TOPIC = 60
_STRENGTH = 10.0
_DRAFT_PRECISION = 0.90
_SMSA = {"negative": "negatif", "neutral": "netral", "positive": "positif"}

Sample = tuple[Sequence[str], Sequence[str], float]  # texts, answers, weight of each


def train_floor(
    corpus: Path, labels: Path, out: Path, seed: int = 0, sentiment: Path | None = None
) -> dict[str, object]:
    """Train the floor and write ``floor.npz`` and ``card.json`` into ``out``; gives the card.

    ``corpus``     JSON Lines with ``id`` and ``text`` (``.gz`` or not) that holds the texts.
    ``labels``     folder with ``posts.jsonl``, ``second.jsonl``, ``invented.jsonl``,
                   ``topics.tsv``.
    ``sentiment``  another corpus' training texts, ``text TAB positive|neutral|negative`` a line
                   (SmSA's format), for the sentiment head alone.

    Only the training split teaches; temperatures and thresholds come from the validation split.
    Raises ``LabelError`` when corpus or labels cannot be used.
    """
    rows = list(read_corpus(corpus))
    texts = {str(row["id"]): str(row["text"]) for row in rows}
    posts = read_labelled(labels, texts)
    labelled = {post.text for post in posts}
    unlabelled = [
        row
        for row in rows
        if str(row["text"]) not in labelled and split_of(str(row["text"])) == "train"
    ]
    train = [post for post in posts if split_of(post.text) == "train"]
    validation = [post for post in posts if split_of(post.text) == "validation"]
    invented = read_invented(labels)
    topics = _by_topic(unlabelled, read_topics(labels))
    feelings = _read_sentiment(sentiment) if sentiment else ([], [])

    background = [str(row["text"]) for row in unlabelled] + [post.text for post in train]
    rarity = _rarity(background)
    heads = {}
    for name in HEADS:
        samples: list[Sample] = [
            (*_answers(train, name), 1.0),
            (*_answers(invented, name), _INVENTED_WEIGHT),
        ]
        if name == "category":
            samples.append((*topics, _TOPIC_WEIGHT))
        if name == "sentiment":
            samples.append((*feelings, _SENTIMENT_WEIGHT))
        head = _fit(samples, rarity, seed)
        heads[name] = _calibrated(head, *_answers(validation, name), rarity)
    floor = Floor("", rarity, heads, {"kind": 0.0, "category": 0.0})
    thresholds, reached = _thresholds(floor, validation)

    save_floor(floor, out)
    digest = hashlib.sha256(b"".join(_halves(floor))).hexdigest()
    card: dict[str, object] = {
        "version": f"floor-1-{digest[:8]}",
        "labelled": {
            name: sum(split_of(post.text) == name for post in posts)
            for name in ("train", "validation", "test")
        },
        "drawn": dict(sorted(Counter(post.drawn for post in posts).items())),
        "invented_for_training": len(invented),
        "taught_by_topic": len(topics[0]),
        "taught_by_other_sentiment": len(feelings[0]),
        "unlabelled_for_rarity": len(unlabelled),
        "kappa": _kappa(labels),
        "temperature": {name: round(heads[name].temperature, 4) for name in HEADS},
        "threshold": thresholds,
        "validation_draft": reached,
        "seed": seed,
    }
    (out / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return card


def _answers(posts: Sequence[LabelledPost], head: str) -> tuple[list[str], list[str]]:
    """Texts and answers for one head; the category is only asked where there is one."""
    asked = [post for post in posts if head != "category" or post.category is not None]
    return [post.text for post in asked], [str(getattr(post, head)) for post in asked]


def _by_topic(
    rows: Sequence[dict[str, object]], topics: dict[str, str]
) -> tuple[list[str], list[str]]:
    taken: Counter[str] = Counter()
    texts, answers = [], []
    for row in rows:
        topic = str(row.get("given_topic"))
        if topic in topics and taken[topic] < _PER_TOPIC:
            taken[topic] += 1
            texts.append(str(row["text"]))
            answers.append(topics[topic])
    return texts, answers


def _read_sentiment(path: Path) -> tuple[list[str], list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = [(text, _SMSA[code]) for text, _, code in (x.rpartition("\t") for x in lines) if text]
    return [text for text, _ in pairs], [code for _, code in pairs]


def _rarity(texts: Sequence[str]) -> Floats:
    """Smoothed inverse document frequency of each bucket, at half precision as it is stored."""
    seen = np.zeros(2 * BUCKETS)
    for start in range(0, len(texts), 2000):
        counts = count_ngrams(texts[start : start + 2000])
        seen += np.bincount(counts.indices, minlength=2 * BUCKETS)
    rarity = np.log((1 + len(texts)) / (1 + seen)) + 1
    return rarity.astype(np.float16).astype(np.float64)


def _fit(samples: Sequence[Sample], rarity: Floats, seed: int) -> Head:
    filled = [sample for sample in samples if sample[0]]
    features = csr_matrix(vstack([weigh(count_ngrams(texts), rarity) for texts, _, _ in filled]))
    answers = np.concatenate([np.array(codes) for _, codes, _ in filled])
    weights = np.concatenate([np.full(len(texts), weight) for texts, _, weight in filled])
    model = LogisticRegression(
        C=_STRENGTH, class_weight="balanced", max_iter=500, random_state=seed
    ).fit(features, answers, sample_weight=weights)
    return Head(
        tuple(str(code) for code in model.classes_),
        model.coef_.astype(np.float16).astype(np.float64),
        model.intercept_.astype(np.float32).astype(np.float64),
        1.0,
    )


def _calibrated(head: Head, texts: Sequence[str], answers: Sequence[str], rarity: Floats) -> Head:
    """``head`` with the temperature at which the validation answers are likeliest."""
    scores = np.asarray(weigh(count_ngrams(texts), rarity) @ head.weights.T) + head.bias
    right = np.array([head.classes.index(code) for code in answers])

    def surprise(temperature: float) -> float:
        likely = softmax(scores, temperature)[np.arange(len(right)), right]
        return float(-np.log(np.maximum(likely, 1e-12)).mean())

    best = minimize_scalar(surprise, bounds=(0.1, 5.0), method="bounded")
    return replace(head, temperature=round(float(best.x), 4))


def _thresholds(
    floor: Floor, posts: Sequence[LabelledPost]
) -> tuple[dict[str, float], dict[str, float | int]]:
    """The thresholds that keep most drafts while nine in ten have kind and category right."""
    found = floor.probabilities([post.text for post in posts])
    kinds = np.array(floor.heads["kind"].classes)[found["kind"].argmax(axis=1)]
    categories = np.array(floor.heads["category"].classes)[found["category"].argmax(axis=1)]
    reported = np.array([post.kind == "laporan" for post in posts])
    right = reported & (categories == np.array([str(post.category) for post in posts]))
    best: tuple[bool, float, float, float, NDArray[np.bool_]] | None = None
    for kind, category in product(np.arange(0.4, 0.96, 0.05), np.arange(0.2, 0.96, 0.05)):
        drafted = (
            (kinds == "laporan")
            & (found["kind"].max(axis=1) >= kind)
            & (found["category"].max(axis=1) >= category)
        )
        if drafted.sum() < 20:
            continue
        precision = float(right[drafted].mean())
        recall = float((right & drafted).sum() / max(1, reported.sum()))
        reaches = precision >= _DRAFT_PRECISION
        # Where nine in ten cannot be reached, the most precise; else the most complete.
        choice = (reaches, recall if reaches else precision, kind, category, drafted)
        if best is None or choice[:2] > best[:2]:
            best = choice
    if best is None:
        return {"kind": 0.5, "category": 0.5}, {"n": 0}
    _, _, kind, category, drafted = best
    return (
        {"kind": round(float(kind), 2), "category": round(float(category), 2)},
        {
            "precision": round(float(right[drafted].mean()), 4),
            "recall": round(float((right & drafted).sum() / reported.sum()), 4),
            "drafted": int(drafted.sum()),
            "n": len(posts),
        },
    )


def _kappa(labels: Path) -> dict[str, float | int]:
    pairs = second_readings(labels)
    agreed: dict[str, float | int] = {
        head: round(
            float(
                cohen_kappa_score(
                    [str(a[head]) for a, _ in pairs], [str(b[head]) for _, b in pairs]
                )
            ),
            3,
        )
        for head in HEADS
    }
    return {**agreed, "n": len(pairs)}


def _halves(floor: Floor) -> list[bytes]:
    arrays = [floor.rarity, *(head.weights for head in floor.heads.values())]
    return [array.astype(np.float16).tobytes() for array in arrays]
