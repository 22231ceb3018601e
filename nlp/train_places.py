"""Teach the span tagger from the labelled spans and the texts of a corpus.

Words used alike are found in all texts but the test split's; two linear scores of a whole text
(names a place, is not about a city) come from models that had not seen that text; then a linear
chain over the words (CRFsuite) learns from the labels.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.cluster import MiniBatchKMeans  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.utils.extmath import randomized_svd  # type: ignore[import-untyped]

from models import City
from nlp.labelled import fold_of, read_corpus, split_of
from nlp.labelled_places import PlacedPost, read_placed
from nlp.place_features import (
    EDGE,
    LOOK_REACH,
    TAGS,
    WORD_REACH,
    again_features,
    bucket,
    gaps_of,
    look_features,
    looks_features,
    place_features,
    repeats_of,
    shapes_of,
    text_features,
    word_features,
    words_features,
)
from nlp.place_index import PlaceIndex, build_index
from nlp.place_names import classes_of, hits_of
from nlp.place_tagger import TaggerWeights, hashed
from nlp.place_text import Tokens, tokens_of

_CLUSTERS = (64, 256, 800)
_LEAST_SEEN = 3
_NEIGHBOURS = 4000
_DIMENSIONS = 64
_LONGEST = 200
_FOLDS = 5
_TEXT_STRENGTH = 5.0
_C1, _C2, _ROUNDS = 0.6, 0.3, 120
# Chosen on the validation split: the best F1 of words among 0, -0.3, -0.6, -0.9 and -1.2.
_OUTSIDE = -0.3


@dataclass(frozen=True)
class _Example:
    post: PlacedPost
    tokens: Tokens
    classes: list[str]
    tags: list[str]


def train_places(
    corpus: Path,
    labels: Path,
    city: City,
    out: Path,
    splits: Sequence[str] = ("train", "validation"),
    seed: int = 0,
) -> dict[str, Any]:
    """Train on the posts of ``splits``, write ``places.npz`` and ``card.json`` to ``out``.

    Gives what stands in the card. Raises ``LabelError`` when corpus or labels cannot be used.
    """
    texts = [str(row["text"]) for row in read_corpus(corpus)]
    read = [tokens_of(text).words[:_LONGEST] for text in texts if split_of(text) != "test"]
    clusters = _clusters(read, seed)
    index = build_index(city, with_spans=False)
    posts = [post for post in read_placed(corpus, labels) if split_of(post.text) in splits]
    examples = [found for post in posts if (found := _example(post, index)).tokens.words]
    text_weights = _text_weights([example.post for example in examples], seed)
    weights = _chain(examples, clusters, text_weights)
    out.mkdir(parents=True, exist_ok=True)
    _save(weights, out)
    card = {
        "splits": list(splits),
        "posts": len(examples),
        "spans": sum(len(example.post.spans) for example in examples),
        "unlabelled_texts": len(read),
        "features": len(weights.keys),
        "seed": seed,
    }
    (out / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return card


def _example(post: PlacedPost, index: PlaceIndex) -> _Example:
    tokens = tokens_of(post.text)
    classes = classes_of(hits_of(tokens, index), tokens, index)
    return _Example(post, tokens, classes, tags_of(tokens, post.spans))


def tags_of(tokens: Tokens, spans: Iterable[tuple[int, int]]) -> list[str]:
    """The tag of each token, from spans in characters."""
    tags = [TAGS[0]] * len(tokens.words)
    for first, last in spans:
        inside = [
            i
            for i, (start, end) in enumerate(zip(tokens.start, tokens.end, strict=True))
            if start < last and end > first
        ]
        for i in inside:
            tags[i] = TAGS[1] if i == inside[0] else TAGS[2]
    return tags


def _clusters(texts: Sequence[Sequence[str]], seed: int) -> dict[str, tuple[int, ...]]:
    """Words that stand among the same neighbours, in groups of three sizes."""
    counts = Counter(word for text in texts for word in text)
    words = sorted(word for word, count in counts.items() if count >= _LEAST_SEEN)
    at = {word: i for i, word in enumerate(words)}
    beside = {word: i for i, (word, _) in enumerate(counts.most_common(_NEIGHBOURS))}
    seen: Counter[tuple[int, int]] = Counter()
    for text in texts:
        for i, word in enumerate(text):
            if word not in at:
                continue
            for side, offset in enumerate((-2, -1, 1, 2)):
                if 0 <= i + offset < len(text) and text[i + offset] in beside:
                    seen[at[word], side * _NEIGHBOURS + beside[text[i + offset]]] += 1
    pairs = np.array(list(seen))
    together = csr_matrix(
        (np.array(list(seen.values()), dtype=float), (pairs[:, 0], pairs[:, 1])),
        shape=(len(words), 4 * _NEIGHBOURS),
    )
    dimensions = min(_DIMENSIONS, len(words))
    vectors, sizes, _ = randomized_svd(_surprise(together), dimensions, random_state=seed)
    vectors = vectors * np.sqrt(sizes)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    groups = [
        MiniBatchKMeans(min(size, len(words)), random_state=seed, batch_size=4096, n_init=3)
        .fit(vectors)
        .labels_
        for size in _CLUSTERS
    ]
    return {
        word: tuple(int(label) for label in each)
        for word, each in zip(words, zip(*groups, strict=True), strict=True)
    }


def _surprise(together: csr_matrix) -> csr_matrix:
    """How much oftener two words stand together than chance has it (positive PMI)."""
    total = together.sum()
    word = np.asarray(together.sum(axis=1)).ravel()
    neighbour = np.asarray(together.sum(axis=0)).ravel() ** 0.75
    neighbour = neighbour / neighbour.sum() * total
    cells = together.tocoo()
    often = np.log(cells.data * total / (word[cells.row] * neighbour[cells.col]))
    return csr_matrix((np.maximum(often, 0), (cells.row, cells.col)), shape=together.shape)


@dataclass(frozen=True)
class _TextWeights:
    """Linear scores of whole texts, and for each training text those of models blind to it."""

    words: dict[str, int]
    scores: NDArray[np.float64]
    bias: NDArray[np.float64]
    blind: dict[str, tuple[float, float]]


def _text_weights(posts: Sequence[PlacedPost], seed: int) -> _TextWeights:
    counts = Counter(word for post in posts for word in set(tokens_of(post.text).words))
    words = {w: i for i, w in enumerate(sorted(w for w, n in counts.items() if n >= _LEAST_SEEN))}
    features = _bags(posts, words)
    right = np.array([[bool(post.spans), post.kind == "luar"] for post in posts])
    folds = np.array([fold_of(post.text, _FOLDS) for post in posts])
    blind = np.zeros((len(posts), 2))
    models = []
    for head in range(2):
        for fold in range(_FOLDS):
            taught = _text_model(features[folds != fold], right[folds != fold, head], seed)
            blind[folds == fold, head] = taught.decision_function(features[folds == fold])
        models.append(_text_model(features, right[:, head], seed))
    return _TextWeights(
        words,
        np.stack([model.coef_[0] for model in models], axis=1),
        np.array([float(model.intercept_[0]) for model in models]),
        {post.text: (float(row[0]), float(row[1])) for post, row in zip(posts, blind, strict=True)},
    )


def _text_model(features: csr_matrix, right: NDArray[np.bool_], seed: int) -> LogisticRegression:
    model = LogisticRegression(C=_TEXT_STRENGTH, max_iter=1000, random_state=seed)
    return model.fit(features, right)


def _bags(posts: Sequence[PlacedPost], words: dict[str, int]) -> csr_matrix:
    rows, columns, values = [], [], []
    for i, post in enumerate(posts):
        known = [words[w] for w in dict.fromkeys(tokens_of(post.text).words) if w in words]
        rows += [i] * len(known)
        columns += known
        values += [max(1, len(known)) ** -0.5] * len(known)
    return csr_matrix((values, (rows, columns)), shape=(len(posts), len(words)))


def features_of(
    text: str,
    tokens: Tokens,
    classes: Sequence[str],
    clusters: Mapping[str, tuple[int, ...]],
    about: tuple[float, float],
) -> list[list[str]]:
    """Every feature of every token: what ``Tagger`` sums up from its tables."""
    words = tokens.words
    n = len(words)
    looks = list(zip(classes, shapes_of(text, tokens), strict=True))
    gaps = gaps_of(text, tokens)
    buckets = (bucket(about[0]), bucket(about[1]))
    found = [
        [*place_features(i, n), *again_features(again), *text_features(buckets, classes[i])]
        for i, again in enumerate(repeats_of(words))
    ]
    middle = [clusters[word][1] if word in clusters else -1 for word in words]
    for i in range(n):
        for offset in range(-WORD_REACH, WORD_REACH + 1):
            word = words[i + offset] if 0 <= i + offset < n else EDGE
            near, own = word_features(word, clusters.get(word))
            found[i] += [f"{offset}{f}" for f in near] + (own if offset == 0 else [])
        for offset in range(-LOOK_REACH, LOOK_REACH + 1):
            look = looks[i + offset] if 0 <= i + offset < n else (EDGE, EDGE)
            found[i] += [f"{offset}{f}" for f in look_features(*look)]
        if i + 1 < n:
            left, right = words_features(words[i], words[i + 1], (middle[i], middle[i + 1]))
            found[i] += left
            found[i + 1] += right
    edged = [(EDGE, EDGE), *looks, (EDGE, EDGE)]
    for i, gap in enumerate(gaps):
        left, right = looks_features(edged[i], gap, edged[i + 1])
        if i:
            found[i - 1] += left
        if i < n:
            found[i] += right
    return found


def _chain(
    examples: Sequence[_Example],
    clusters: dict[str, tuple[int, ...]],
    about: _TextWeights,
) -> TaggerWeights:
    # Only training needs it: reading sums up the weights itself.
    import pycrfsuite  # type: ignore[import-untyped]

    trainer = pycrfsuite.Trainer(verbose=False)
    for example in examples:
        scores = about.blind[example.post.text]
        features = features_of(example.post.text, example.tokens, example.classes, clusters, scores)
        trainer.append(features, example.tags)
    trainer.select("lbfgs")
    trainer.set_params({"c1": _C1, "c2": _C2, "max_iterations": _ROUNDS})
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "chain.crfsuite")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        learnt = tagger.info()
    learned: dict[int, list[float]] = {}
    for (feature, tag), score in learnt.state_features.items():
        learned.setdefault(hashed(feature), [0.0] * len(TAGS))[TAGS.index(tag)] += score
    steps = np.full((len(TAGS), len(TAGS)), -1e4)
    for (first, second), score in learnt.transitions.items():
        steps[TAGS.index(first), TAGS.index(second)] = score
    steps[0, 2] = -1e4
    keys = sorted(learned)
    by_word = sorted((hashed(word), groups) for word, groups in clusters.items())
    by_text = sorted((hashed(word), i) for word, i in about.words.items())
    return TaggerWeights(
        keys=np.array(keys, dtype=np.uint32),
        scores=np.array([learned[key] for key in keys], dtype=np.float32),
        steps=steps.astype(np.float32),
        word_keys=np.array([key for key, _ in by_word], dtype=np.uint32),
        clusters=np.array([groups for _, groups in by_word], dtype=np.int16),
        text_keys=np.array([key for key, _ in by_text], dtype=np.uint32),
        text_scores=about.scores[[i for _, i in by_text]].astype(np.float32),
        text_bias=about.bias.astype(np.float32),
        outside=_OUTSIDE,
    )


def _save(weights: TaggerWeights, folder: Path) -> None:
    """Half-precision scores and hashed keys, nothing pickled, no word of any text."""
    np.savez_compressed(
        folder / "places.npz",
        allow_pickle=False,
        keys=weights.keys,
        scores=weights.scores.astype(np.float16),
        steps=weights.steps,
        word_keys=weights.word_keys,
        clusters=weights.clusters,
        text_keys=weights.text_keys,
        text_scores=weights.text_scores.astype(np.float16),
        text_bias=weights.text_bias,
        outside=np.array(weights.outside),
    )
