"""Where a text speaks of the place it is about: spans, found by a linear chain over its words.

The names of a city are not needed for it: "jl. Melati no 5 rt 3" is a place by the words around it.
The weights (``jajak train --task places``) know their features by CRC-32 only. What they say of a
word is summed up once and kept, so reading a text is a few look-ups a word.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from threading import Lock
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from nlp.place_features import (
    EDGE,
    LOOK_REACH,
    TAGS,
    WORD_REACH,
    bucket,
    gaps_of,
    look_features,
    looks_features,
    place_features,
    place_key,
    repeats_of,
    shapes_of,
    text_features,
    word_features,
    words_features,
)
from nlp.place_text import Tokens

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_TAGS = len(TAGS)
_KEPT = 100_000  # rows of a table before it is begun anew
_CLUSTERS = 3
_EDGE_LOOK = (EDGE, EDGE)


@dataclass(frozen=True)
class TaggerWeights:
    """What training found. Keys are CRC-32 of features and words, sorted.

    ``outside`` is added to the score of "no place": above 0 finds less and errs less.
    """

    keys: NDArray[np.uint32]
    scores: Floats
    steps: Floats
    word_keys: NDArray[np.uint32]
    clusters: NDArray[np.int16]
    text_keys: NDArray[np.uint32]
    text_scores: Floats
    text_bias: Floats
    outside: float


class _Table:
    """Rows of numbers by key, made when first asked for."""

    def __init__(self, shape: tuple[int, ...], make: Callable[..., Floats]) -> None:
        self.rows = np.zeros((1024, *shape), dtype=np.float32)
        self._make = make
        self._at: dict[Hashable, int] = {}
        self._lock = Lock()

    def at(self, key: Hashable) -> int:
        found = self._at.get(key)
        return self._new(key) if found is None else found

    def all_at(self, keys: Sequence[Hashable]) -> list[int]:
        get = self._at.get
        found = [get(key, -1) for key in keys]
        if -1 in found:
            found = [self._new(key) if at < 0 else at for at, key in zip(found, keys, strict=True)]
        return found

    def _new(self, key: Hashable) -> int:
        row = self._make(key)
        with self._lock:
            at = self._at.get(key)
            if at is None:
                at = len(self._at)
                if at == len(self.rows):
                    self.rows = np.concatenate([self.rows, np.zeros_like(self.rows)])
                self.rows[at] = row
                self._at[key] = at
        return at

    def full(self) -> bool:
        return len(self._at) > _KEPT


@dataclass(frozen=True)
class _Tables:
    """Everything that was summed up so far; replaced as a whole when it grows too large."""

    word: _Table
    words: _Table
    look: _Table
    looks: _Table
    place: _Table
    text: _Table
    about: _Table

    def full(self) -> bool:
        return any(table.full() for table in (self.word, self.words, self.looks, self.text))


@dataclass(frozen=True, slots=True)
class Span:
    """Tokens ``first`` to ``last`` (exclusive) that tell where; the surer, the higher ``score``."""

    first: int
    last: int
    score: float


@dataclass
class Tagger:
    """Finds spans; safe to share between threads, each text read by itself."""

    weights: TaggerWeights
    _row_of: dict[int, int] = field(init=False, repr=False)
    _cluster_of: dict[int, int] = field(init=False, repr=False)
    _about_of: dict[int, int] = field(init=False, repr=False)
    _tables: _Tables = field(init=False, repr=False)

    def __post_init__(self) -> None:
        weights = self.weights
        self._row_of = {int(key): i for i, key in enumerate(weights.keys)}
        self._cluster_of = {int(key): i for i, key in enumerate(weights.word_keys)}
        self._about_of = {int(key): i for i, key in enumerate(weights.text_keys)}
        self._tables = self._new_tables()

    def spans(self, text: str, tokens: Tokens, classes: Sequence[str]) -> list[Span]:
        """The spans of a text; ``classes`` is what the gazetteer says of each token."""
        if not tokens.words:
            return []
        tables = self._tables
        if tables.full():
            self._tables = tables = self._new_tables()
        scores = self._scores(text, tokens, classes, tables)
        return _spans(scores, self._best(scores))

    def scores_of(self, text: str, tokens: Tokens, classes: Sequence[str]) -> Floats:
        """What speaks for each tag of each token (at least one), tokens by tags."""
        return self._scores(text, tokens, classes, self._tables)

    def _about(self, words: Sequence[str], tables: _Tables) -> tuple[float, float]:
        at = tables.about.all_at(list(dict.fromkeys(words)))
        place, off, known = tables.about.rows[at].sum(axis=0).tolist()
        size = max(1.0, known) ** 0.5
        bias = self.weights.text_bias
        return place / size + float(bias[0]), off / size + float(bias[1])

    def _scores(self, text: str, tokens: Tokens, classes: Sequence[str], tables: _Tables) -> Floats:
        words, n = tokens.words, len(tokens.words)
        at = np.array(tables.word.all_at([EDGE] * WORD_REACH + words + [EDGE] * WORD_REACH))
        scores = np.zeros((n, _TAGS), dtype=np.float32)
        rows = tables.word.rows[at]
        for offset in range(2 * WORD_REACH + 1):
            scores += rows[offset : offset + n, offset]
        pair = tables.words.rows[tables.words.all_at(list(pairwise(words)))]
        scores[:-1] += pair[:, 0]
        scores[1:] += pair[:, 1]

        looks = list(zip(classes, shapes_of(text, tokens), strict=True))
        edge = [_EDGE_LOOK] * LOOK_REACH
        rows = tables.look.rows[tables.look.all_at([*edge, *looks, *edge])]
        for offset in range(2 * LOOK_REACH + 1):
            scores += rows[offset : offset + n, offset]
        gaps = gaps_of(text, tokens)
        sides = zip([_EDGE_LOOK, *looks], gaps, [*looks, _EDGE_LOOK], strict=True)
        pair = tables.looks.rows[tables.looks.all_at(list(sides))]
        scores += pair[1:, 0]
        scores += pair[:-1, 1]

        repeats = repeats_of(words)
        places = [place_key(i, n, again) for i, again in enumerate(repeats)]
        scores += tables.place.rows[tables.place.all_at(places)]
        about = self._about(words, tables)
        buckets = (bucket(about[0]), bucket(about[1]))
        scores += tables.text.rows[tables.text.all_at([(*buckets, name) for name in classes])]
        scores[:, 0] += self.weights.outside
        return scores

    def _best(self, scores: Floats) -> list[int]:
        """The best chain of tags (Viterbi), a place's inside only after its beginning."""
        (oo, ob, _), (bo, bb, bi), (io, ib, ii) = self.weights.steps.tolist()
        ways: list[tuple[int, int, int]] = []
        rows = scores.tolist()
        out, begin, inside = rows[0][0], rows[0][1], -1e9
        for score_out, score_begin, score_inside in rows[1:]:
            a, b, c = out + oo, begin + bo, inside + io
            best_out, way_out = (a, 0) if a >= b and a >= c else (b, 1) if b >= c else (c, 2)
            a, b, c = out + ob, begin + bb, inside + ib
            best_begin, way_begin = (a, 0) if a >= b and a >= c else (b, 1) if b >= c else (c, 2)
            b, c = begin + bi, inside + ii
            best_inside, way_inside = (b, 1) if b >= c else (c, 2)
            out = best_out + score_out
            begin = best_begin + score_begin
            inside = best_inside + score_inside
            ways.append((way_out, way_begin, way_inside))
        tag = 0 if out >= begin and out >= inside else 1 if begin >= inside else 2
        tags = [tag]
        for way in reversed(ways):
            tag = way[tag]
            tags.append(tag)
        tags.reverse()
        return tags

    def _new_tables(self) -> _Tables:
        word, look = 2 * WORD_REACH + 1, 2 * LOOK_REACH + 1
        return _Tables(
            word=_Table((word, _TAGS), self._word),
            words=_Table((2, _TAGS), self._words),
            look=_Table((look, _TAGS), self._look),
            looks=_Table((2, _TAGS), self._looks),
            place=_Table((_TAGS,), self._place),
            text=_Table((_TAGS,), self._text),
            about=_Table((3,), self._about_word),
        )

    def _sum(self, features: Sequence[str]) -> Floats:
        at = [self._row_of[key] for f in features if (key := hashed(f)) in self._row_of]
        return np.asarray(self.weights.scores[at].sum(axis=0), dtype=np.float32)

    def clusters(self, word: str) -> tuple[int, ...] | None:
        """The clusters of words used alike that hold ``word``, from coarse to fine, if known."""
        at = self._cluster_of.get(hashed(word))
        return None if at is None else tuple(self.weights.clusters[at].tolist())

    def _word(self, word: str) -> Floats:
        near, own = word_features(word, self.clusters(word))
        return np.stack(
            [
                # A word at offset -2 of this token speaks of it as the word two before it.
                self._sum([f"{offset}{f}" for f in near] + (own if offset == 0 else []))
                for offset in range(-WORD_REACH, WORD_REACH + 1)
            ]
        )

    def _look(self, look: tuple[str, str]) -> Floats:
        features = look_features(*look)
        return np.stack(
            [
                self._sum([f"{offset}{f}" for f in features])
                for offset in range(-LOOK_REACH, LOOK_REACH + 1)
            ]
        )

    def _words(self, pair: tuple[str, str]) -> Floats:
        sides = words_features(*pair, (self._middle(pair[0]), self._middle(pair[1])))
        return np.stack([self._sum(side) for side in sides])

    def _middle(self, word: str) -> int:
        clusters = self.clusters(word)
        return -1 if clusters is None else clusters[1]

    def _looks(self, key: tuple[tuple[str, str], str, tuple[str, str]]) -> Floats:
        return np.stack([self._sum(side) for side in looks_features(*key)])

    def _place(self, key: int) -> Floats:
        step, length, repeated = key // 27, key // 3 % 9, key % 3
        position = step if step < 6 else 20 * (step - 6) if step > 6 else 6
        return self._sum(place_features(position, 15 * length, repeated))

    def _text(self, key: tuple[int, int, str]) -> Floats:
        return self._sum(text_features(key[:2], key[2]))

    def _about_word(self, word: str) -> Floats:
        at = self._about_of.get(hashed(word))
        if at is None:
            return np.zeros(3, dtype=np.float32)
        return np.append(self.weights.text_scores[at], np.float32(1.0))


def hashed(feature: str) -> int:
    """The number that stands for a feature or a word in the weights."""
    return crc32(feature.encode("utf-8", "replace"))


def _spans(scores: Floats, tags: list[int]) -> list[Span]:
    found: list[tuple[int, int]] = []
    for i, tag in enumerate(tags):
        if tag == 1:
            found.append((i, i + 1))
        elif tag == 2:
            found[-1] = (found[-1][0], i + 1)
    if not found:
        return []
    sure = (scores[:, 1:].max(axis=1) - scores[:, 0]).tolist()
    return [Span(a, b, sum(sure[a:b]) / (b - a)) for a, b in found]


def tagger_folder() -> Path:
    """Where the span weights that come with Jajak lie."""
    return Path(str(files("nlp").joinpath("weights", "places")))


@cache
def load_tagger(folder: Path | None = None) -> Tagger:
    """Read the span weights from ``folder`` (default: those that come with Jajak).

    Raises ``FileNotFoundError`` where there are none.
    """
    with np.load((folder or tagger_folder()) / "places.npz", allow_pickle=False) as arrays:
        return Tagger(
            TaggerWeights(
                keys=arrays["keys"],
                scores=arrays["scores"].astype(np.float32),
                steps=arrays["steps"].astype(np.float32),
                word_keys=arrays["word_keys"],
                clusters=arrays["clusters"],
                text_keys=arrays["text_keys"],
                text_scores=arrays["text_scores"].astype(np.float32),
                text_bias=arrays["text_bias"].astype(np.float32),
                outside=float(arrays["outside"]),
            )
        )
