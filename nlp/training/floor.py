"""Training of the linear floor, from a corpus and the labels, the same for the same seed."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from nlp.evaluate import measure_posts, usual_answers
from nlp.floor import (
    BUCKETS,
    Floats,
    Floor,
    Head,
    count_ngrams,
    load_floor,
    save_floor,
    softmax,
    weigh,
)
from nlp.labelled import (
    LabelledPost,
    fold_of,
    read_corpus,
    read_demo,
    read_invented,
    read_labelled,
    read_topics,
    split_of,
)
from nlp.model import HEADS
from nlp.sentiment_corpus import read_feelings
from nlp.training.agreement import kappa
from nlp.training.calibrate import chosen_thresholds, fitted_temperature, plain_outside
from nlp.training.lessons import INVENTED_WEIGHT, of_feelings, of_topics
from nlp.training.material import Material

# How much a text counts beside a post that was labelled for this: a desk's topic or another
# corpus' sentiment only resembles ours.
_TOPIC_WEIGHT = 0.1
_SENTIMENT_WEIGHT = 0.02
_STRENGTH = 10.0
_FOLDS = 5
_DRAFT_PRECISION = 0.90
# Of all reports, so many may the floor take for plainly ``luar`` before the encoder sees them.
_LOST_REPORTS = 0.003
_UNHEARD_OF = -20.0  # the score of a class that a fold's model has never met

Sample = tuple[Sequence[str], Sequence[str], float]  # texts, answers, weight of each


@dataclass(frozen=True)
class _Prepared:
    """Everything that teaches a floor: posts by text, other texts with answers, rarity."""

    posts: list[LabelledPost]
    learned: list[LabelledPost]
    invented: list[LabelledPost]
    topics: tuple[list[str], list[str]]
    feelings: tuple[list[str], list[str]]
    unlabelled: int
    rarity: Floats

    def beside(self, head: str) -> "_Lessons":
        """The lessons of a head that are no labelled posts."""
        more = [(*_answers(self.invented, head), INVENTED_WEIGHT)]
        if head == "category":
            more.append((*self.topics, _TOPIC_WEIGHT))
        if head == "sentiment":
            more.append((*self.feelings, _SENTIMENT_WEIGHT))
        return _lessons(more, self.rarity)


def _prepare(material: Material, splits: Sequence[str]) -> _Prepared:
    rows = list(read_corpus(material.corpus))
    posts = read_labelled(material.labels, {str(row["id"]): str(row["text"]) for row in rows})
    learned = [post for post in posts if split_of(post.text) in splits]
    invented = read_invented(material.labels)
    invented += [post for path in material.demo for post in read_demo(path)]
    labelled = {post.text for post in posts}
    unlabelled = [
        row
        for row in rows
        if str(row["text"]) not in labelled and split_of(str(row["text"])) in splits
    ]
    of_topic = of_topics(rows, read_topics(material.labels), labelled, splits)
    return _Prepared(
        posts,
        learned,
        invented,
        (
            [lesson.text for lesson in of_topic],
            [str(lesson.category) for lesson in of_topic],
        ),
        _feelings(material),
        len(unlabelled),
        _rarity([str(row["text"]) for row in unlabelled] + [post.text for post in learned]),
    )


def floor_of_train(material: Material, like: Floor, seed: int = 0) -> Floor:
    """A floor that only the train split taught, with the temperatures of ``like``.

    What it says of the validation split is what the shipped floor would say of new posts.
    """
    prepared = _prepare(material, ("train",))
    heads = {}
    for name in HEADS:
        texts, answers = _answers(prepared.learned, name)
        lessons = _lessons([(texts, answers, 1.0)], prepared.rarity)
        head = _fit([lessons, prepared.beside(name)], seed)
        heads[name] = replace(head, temperature=like.heads[name].temperature)
    return Floor("train", prepared.rarity, heads, like.thresholds, like.plain)


def train_floor(material: Material, out: Path, seed: int = 0) -> dict[str, object]:
    """Train the floor and write ``floor.npz`` and ``card.json`` into ``out``; gives the card.

    The test split teaches nothing. Temperatures and thresholds come from what five models, each
    without a fifth of the other posts, say of the fifth that they have not seen.
    Raises ``LabelError`` when corpus or labels cannot be used.
    """
    prepared = _prepare(material, ("train", "validation"))
    posts, learned, rarity = prepared.posts, prepared.learned, prepared.rarity
    heads, unseen = {}, {}
    for name in HEADS:
        extra = prepared.beside(name)
        texts, answers = _answers(learned, name)
        lessons = _lessons([(texts, answers, 1.0)], rarity)
        folds = np.array([fold_of(text, _FOLDS) for text in texts])
        head = _fit([lessons, extra], seed)
        scores = _unseen_scores(lessons, extra, folds, head.classes, seed)
        heads[name] = replace(head, temperature=fitted_temperature(scores, head.classes, answers))
        unseen[name] = softmax(scores, heads[name].temperature)
    classes = {name: head.classes for name, head in heads.items()}
    thresholds, reached = chosen_thresholds(classes, unseen, learned, _DRAFT_PRECISION)
    outside = unseen["kind"][:, heads["kind"].classes.index("luar")]
    plain, dropped = plain_outside(outside, [post.kind for post in learned], _LOST_REPORTS)
    floor = Floor("", rarity, heads, thresholds, plain)

    save_floor(floor, out)
    digest = hashlib.sha256(b"".join(_halves(floor))).hexdigest()
    card: dict[str, object] = {
        "version": f"floor-1-{digest[:8]}",
        "labelled": dict(sorted(Counter(split_of(post.text) for post in posts).items())),
        "drawn": dict(sorted(Counter(post.drawn for post in posts).items())),
        "invented_for_training": len(prepared.invented),
        "demo": [path.name for path in material.demo],
        "taught_by_topic": len(prepared.topics[0]),
        "taught_by_other_sentiment": len(prepared.feelings[0]),
        "unlabelled_for_rarity": prepared.unlabelled,
        "kappa": kappa(material.labels),
        "temperature": {name: heads[name].temperature for name in HEADS},
        "threshold": thresholds,
        "unseen_draft": reached,
        "plain_luar": plain,
        "plain_luar_unseen": dropped,
        "corpus": material.corpus.name,
        "other_sentiment": [path.name for path in material.sentiment],
        "seed": seed,
    }
    _write_card(card, out)
    test = [post for post in posts if split_of(post.text) == "test"]
    if test:
        usual = usual_answers([post for post in posts if split_of(post.text) == "train"])
        card["test"] = measure_posts(load_floor(out), test, usual, seed)
    _write_card(card, out)
    return card


def _write_card(card: dict[str, object], out: Path) -> None:
    (out / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def _answers(posts: Sequence[LabelledPost], head: str) -> tuple[list[str], list[str]]:
    """Texts and answers for one head; the category is only asked where there is one."""
    asked = [post for post in posts if head != "category" or post.category is not None]
    return [post.text for post in asked], [str(getattr(post, head)) for post in asked]


def _feelings(material: Material) -> tuple[list[str], list[str]]:
    apart = [feeling.text for path in material.apart for feeling in read_feelings(path)]
    found = [feeling for path in material.sentiment for feeling in read_feelings(path)]
    lessons = of_feelings(found, apart)
    return [lesson.text for lesson in lessons], [str(lesson.sentiment) for lesson in lessons]


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


def _halves(floor: Floor) -> list[bytes]:
    arrays = [floor.rarity, *(head.weights for head in floor.heads.values())]
    return [array.astype(np.float16).tobytes() for array in arrays]
