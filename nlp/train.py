"""Training of the linear floor, from a corpus and the labels, the same for the same seed."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix, vstack  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import cohen_kappa_score  # type: ignore[import-untyped]

from nlp.evaluate import evaluate_floor
from nlp.floor import BUCKETS, HEADS, Floats, Floor, Head, count_ngrams, save_floor, softmax, weigh
from nlp.labelled import (
    LabelledPost,
    blind_readings,
    fold_of,
    read_corpus,
    read_demo,
    read_invented,
    read_labelled,
    read_topics,
    split_of,
)

# How much a text counts beside a post that was labelled for this: invented ones miss what real
# people write, a desk's topic or another corpus' sentiment only resembles ours.
_INVENTED_WEIGHT = 0.7
_TOPIC_WEIGHT = 0.1
_SENTIMENT_WEIGHT = 0.02
_PER_TOPIC = 60
_STRENGTH = 10.0
_FOLDS = 5
_DRAFT_PRECISION = 0.90
_FEWEST_DRAFTS = 20
_UNHEARD_OF = -20.0  # the score of a class that a fold's model has never met
_SMSA = {"negative": "negatif", "neutral": "netral", "positive": "positif"}

Sample = tuple[Sequence[str], Sequence[str], float]  # texts, answers, weight of each


def train_floor(
    corpus: Path,
    labels: Path,
    out: Path,
    seed: int = 0,
    sentiment: Path | None = None,
    demo: Sequence[Path] = (),
) -> dict[str, object]:
    """Train the floor and write ``floor.npz`` and ``card.json`` into ``out``; gives the card.

    ``corpus``     JSON Lines with ``id`` and ``text`` (``.gz`` or not) that holds the texts.
    ``labels``     folder with ``posts.jsonl``, ``readings.jsonl``, ``invented.jsonl``,
                   ``topics.tsv``.
    ``sentiment``  another corpus' training texts, ``text TAB positive|neutral|negative`` a line
                   (SmSA's format), for the sentiment head alone.
    ``demo``       files of a city pack's invented posts to learn from as well.

    The test split teaches nothing. Temperatures and thresholds come from what five models, each
    without a fifth of the other posts, say of the fifth that they have not seen.
    Raises ``LabelError`` when corpus or labels cannot be used.
    """
    rows = list(read_corpus(corpus))
    posts = read_labelled(labels, {str(row["id"]): str(row["text"]) for row in rows})
    learned = [post for post in posts if split_of(post.text) != "test"]
    invented = read_invented(labels) + [post for path in demo for post in read_demo(path)]
    labelled = {post.text for post in posts}
    unlabelled = [
        row
        for row in rows
        if str(row["text"]) not in labelled and split_of(str(row["text"])) != "test"
    ]
    topics = _by_topic(unlabelled, read_topics(labels))
    feelings = _read_sentiment(sentiment) if sentiment else ([], [])
    rarity = _rarity([str(row["text"]) for row in unlabelled] + [post.text for post in learned])

    heads, unseen = {}, {}
    for name in HEADS:
        more = [(*_answers(invented, name), _INVENTED_WEIGHT)]
        if name == "category":
            more.append((*topics, _TOPIC_WEIGHT))
        if name == "sentiment":
            more.append((*feelings, _SENTIMENT_WEIGHT))
        extra = _lessons(more, rarity)
        texts, answers = _answers(learned, name)
        lessons = _lessons([(texts, answers, 1.0)], rarity)
        folds = np.array([fold_of(text, _FOLDS) for text in texts])
        head = _fit([lessons, extra], seed)
        scores = _unseen_scores(lessons, extra, folds, head.classes, seed)
        heads[name] = replace(head, temperature=_temperature(scores, head.classes, answers))
        unseen[name] = softmax(scores, heads[name].temperature)
    thresholds, reached = _thresholds(heads, unseen, learned)
    floor = Floor("", rarity, heads, thresholds)

    save_floor(floor, out)
    digest = hashlib.sha256(b"".join(_halves(floor))).hexdigest()
    card: dict[str, object] = {
        "version": f"floor-1-{digest[:8]}",
        "labelled": dict(sorted(Counter(split_of(post.text) for post in posts).items())),
        "drawn": dict(sorted(Counter(post.drawn for post in posts).items())),
        "invented_for_training": len(invented),
        "demo": [path.name for path in demo],
        "taught_by_topic": len(topics[0]),
        "taught_by_other_sentiment": len(feelings[0]),
        "unlabelled_for_rarity": len(unlabelled),
        "kappa": _kappa(labels),
        "temperature": {name: heads[name].temperature for name in HEADS},
        "threshold": thresholds,
        "unseen_draft": reached,
        "corpus": corpus.name,
        "other_sentiment": sentiment.name if sentiment else None,
        "seed": seed,
    }
    _write_card(card, out)
    measured = evaluate_floor(corpus, labels, out, seed=seed)
    card["test"] = measured.get("test")
    _write_card(card, out)
    return card


def _write_card(card: dict[str, object], out: Path) -> None:
    (out / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


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


@dataclass(frozen=True)
class _Lessons:
    """Texts as features, what is right for each, and how much each counts."""

    features: csr_matrix
    answers: NDArray[np.str_]
    weights: Floats


def _lessons(samples: Sequence[Sample], rarity: Floats) -> _Lessons:
    texts = [text for texts, _, _ in samples for text in texts]
    return _Lessons(
        weigh(count_ngrams(texts), rarity) if texts else csr_matrix((0, 2 * BUCKETS)),
        np.array([code for _, codes, _ in samples for code in codes], dtype="U32"),
        np.concatenate([np.full(len(texts), weight) for texts, _, weight in samples]),
    )


def _fit(lessons: Sequence[_Lessons], seed: int) -> Head:
    features = csr_matrix(vstack([lesson.features for lesson in lessons]))
    # A bucket that no lesson fills keeps weight 0: leaving it out changes nothing but the time.
    filled = np.unique(features.indices)
    model = LogisticRegression(
        C=_STRENGTH, class_weight="balanced", solver="newton-cg", random_state=seed
    ).fit(
        features[:, filled],
        np.concatenate([lesson.answers for lesson in lessons]),
        sample_weight=np.concatenate([lesson.weights for lesson in lessons]),
    )
    weights = np.zeros((len(model.classes_), features.shape[1]))
    weights[:, filled] = model.coef_.astype(np.float16)
    return Head(
        tuple(str(code) for code in model.classes_),
        weights,
        model.intercept_.astype(np.float32).astype(np.float64),
        1.0,
    )


def _unseen_scores(
    lessons: _Lessons,
    extra: _Lessons,
    folds: NDArray[np.int64],
    classes: tuple[str, ...],
    seed: int,
) -> Floats:
    """Scores of each post by a model that has not seen its fold; texts by ``classes``."""
    scores = np.full((len(folds), len(classes)), _UNHEARD_OF)
    for fold in range(_FOLDS):
        others, held = folds != fold, folds == fold
        if not held.any():
            continue
        taught = _Lessons(
            lessons.features[others], lessons.answers[others], lessons.weights[others]
        )
        head = _fit([taught, extra], seed)
        columns = np.array([classes.index(code) for code in head.classes])
        rows = np.flatnonzero(held)
        scores[np.ix_(rows, columns)] = (
            np.asarray(lessons.features[held] @ head.weights.T) + head.bias
        )
    return scores


def _temperature(scores: Floats, classes: tuple[str, ...], answers: Sequence[str]) -> float:
    """The temperature at which the right answers are likeliest."""
    right = np.array([classes.index(code) for code in answers])

    def surprise(temperature: float) -> float:
        likely = softmax(scores, temperature)[np.arange(len(right)), right]
        return float(-np.log(np.maximum(likely, 1e-12)).mean())

    best = minimize_scalar(surprise, bounds=(0.1, 5.0), method="bounded")
    return round(float(best.x), 4)


def _thresholds(
    heads: dict[str, Head], unseen: dict[str, Floats], posts: Sequence[LabelledPost]
) -> tuple[dict[str, float], dict[str, float | int]]:
    """The thresholds that keep most drafts while nine in ten have kind and category right.

    ``unseen`` holds each post's probabilities by models that have not seen it; those of the
    category only for posts that have one. Where nine in ten cannot be reached with at least
    ``_FEWEST_DRAFTS``, the most precise are taken.
    """
    has_category = np.array([post.category is not None for post in posts])
    kinds = np.array(heads["kind"].classes)[unseen["kind"].argmax(axis=1)]
    kind_sure = unseen["kind"].max(axis=1)
    # A post that is luar has no category to be right about: it is a wrong draft at any sureness.
    categories = np.full(len(posts), "", dtype="U32")
    category_sure = np.ones(len(posts))
    categories[has_category] = np.array(heads["category"].classes)[
        unseen["category"].argmax(axis=1)
    ]
    category_sure[has_category] = unseen["category"].max(axis=1)
    reported = np.array([post.kind == "laporan" for post in posts])
    right = reported & (categories == np.array([str(post.category) for post in posts]))
    best: tuple[tuple[bool, float], dict[str, float], NDArray[np.bool_]] | None = None
    for kind, category in product(np.arange(0.40, 0.96, 0.05), np.arange(0.20, 0.96, 0.05)):
        drafted = (kinds == "laporan") & (kind_sure >= kind) & (category_sure >= category)
        if drafted.sum() < _FEWEST_DRAFTS:
            continue
        precision = float(right[drafted].mean())
        reaches = precision >= _DRAFT_PRECISION
        worth = (reaches, float((right & drafted).sum()) if reaches else precision)
        if best is None or worth > best[0]:
            chosen = {"kind": round(float(kind), 2), "category": round(float(category), 2)}
            best = (worth, chosen, drafted)
    if best is None:
        return {"kind": 0.5, "category": 0.5}, {"n": len(posts), "drafted": 0}
    _, chosen, drafted = best
    return chosen, {
        "precision": round(float(right[drafted].mean()), 4),
        "recall": round(float((right & drafted).sum() / reported.sum()), 4),
        "drafted": int(drafted.sum()),
        "n": len(posts),
    }


def _kappa(labels: Path) -> dict[str, float | int]:
    pairs = blind_readings(labels)
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
