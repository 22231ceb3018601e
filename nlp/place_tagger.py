"""Where a text speaks of the place it is about: spans, found by a linear chain over its words.

The names of a city are not needed for it: "jl. Melati no 5 rt 3" is a place by the words around it.
The weights (``jajak train --task places``) know their features by CRC-32 only. What they say of a
word is summed up once and kept, so reading a text is a few look-ups a word.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
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
    again_features,
    bucket,
    gaps_of,
    look_features,
    looks_features,
    place_features,
    place_key,
    place_of,
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
_USUAL_LENGTH = 500
# A text that scores below and holds no name is not looked at: on the training and validation splits
# such are a fifth of all, and one in eighty tells a place.
_HOPELESS = -2.0
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
    """Rows of numbers by key, made when first asked for; the many that are nought share one."""

    def __init__(self, shape: tuple[int, ...], make: Callable[..., Floats | None]) -> None:
        self._rows = np.zeros((1024, *shape), dtype=np.float32)
        self._made = 1
        self._make = make
        self._at: dict[Hashable, int] = {}
        self._lock = Lock()

    def of(self, keys: Sequence[Hashable]) -> Floats:
        """The rows of ``keys``, in their order."""
        get = self._at.get
        found = [get(key, -1) for key in keys]
        if -1 in found:
            found = [self._new(key) if at < 0 else at for at, key in zip(found, keys, strict=True)]
        # Asked for last: a new key may have moved the rows.
        return self._rows[np.array(found, dtype=np.int64)]

    def _new(self, key: Hashable) -> int:
        row = self._make(key)
        if row is None:
            self._at[key] = 0
            return 0
        with self._lock:
            at = self._at.get(key, 0)
            if not at:
                at = self._made
                if at == len(self._rows):
                    self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
                self._rows[at] = row
                self._made += 1
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
    again: _Table
    text: _Table
    about: _Table
    by_length: dict[int, Floats] = field(default_factory=dict)

    def places(self, length: int) -> Floats:
        """What the mere places in a text of so many tokens say."""
        rows = self.by_length.get(length)
        if rows is None:
            rows = self.place.of([place_key(i, length) for i in range(length)])
            if length <= _USUAL_LENGTH:
                self.by_length[length] = rows
        return rows

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
        about = self._about(tokens.words, tables)
        if about[0] < _HOPELESS and not any(classes):
            return []
        scores = self._scores(text, tokens, classes, about, tables)
        sure = (scores[:, 1:].max(axis=1) - scores[:, 0]).tolist()
        return _spans(sure, self.best(scores))

    def scores_of(self, text: str, tokens: Tokens, classes: Sequence[str]) -> Floats:
        """What speaks for each tag of each token (at least one), tokens by tags."""
        about = self._about(tokens.words, self._tables)
        return self._scores(text, tokens, classes, about, self._tables)

    def tells_place(self, words: Sequence[str]) -> float:
        """How much the words of a text speak for its telling a place; 0 is even."""
        return self._about(words, self._tables)[0]

    def _about(self, words: Sequence[str], tables: _Tables) -> tuple[float, float]:
        place, off, known = tables.about.of(list(dict.fromkeys(words))).sum(axis=0).tolist()
        size = max(1.0, known) ** 0.5
        bias = self.weights.text_bias
        return place / size + float(bias[0]), off / size + float(bias[1])

    def _scores(
        self,
        text: str,
        tokens: Tokens,
        classes: Sequence[str],
        about: tuple[float, float],
        tables: _Tables,
    ) -> Floats:
        words, n = tokens.words, len(tokens.words)
        edges = [EDGE] * WORD_REACH
        scores = np.zeros((n, _TAGS), dtype=np.float32)
        rows = tables.word.of([*edges, *words, *edges])
        scores += _along(rows, n)
        pair = tables.words.of(list(pairwise(words)))
        scores[:-1] += pair[:, 0]
        scores[1:] += pair[:, 1]

        looks = list(zip(classes, shapes_of(text, tokens), strict=True))
        edge = [_EDGE_LOOK] * LOOK_REACH
        rows = tables.look.of([*edge, *looks, *edge])
        scores += _along(rows, n)
        gaps = gaps_of(text, tokens)
        sides = zip([_EDGE_LOOK, *looks], gaps, [*looks, _EDGE_LOOK], strict=True)
        pair = tables.looks.of(list(sides))
        scores += pair[1:, 0]
        scores += pair[:-1, 1]

        scores += tables.places(n)
        again = [(i, times) for i, times in enumerate(repeats_of(words)) if times]
        if again:
            scores[[i for i, _ in again]] += tables.again.of([times for _, times in again])
        buckets = (bucket(about[0]), bucket(about[1]))
        # Most tokens are in no name: one row for them, and the names' own in its stead.
        named = [i for i, name in enumerate(classes) if name]
        rows = tables.text.of([(*buckets, ""), *((*buckets, classes[i]) for i in named)])
        scores += rows[0]
        if named:
            scores[named] += rows[1:] - rows[0]
        scores[:, 0] += self.weights.outside
        return scores

    def best(self, scores: Floats) -> list[int]:
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
            again=_Table((_TAGS,), self._again),
            text=_Table((_TAGS,), self._text),
            about=_Table((3,), self._about_word),
        )

    def _sum(self, features: Iterable[str]) -> Floats | None:
        """The weights of ``features``, summed; ``None`` where none of them has any."""
        at = [found for f in features if (found := self._row_of.get(hashed(f))) is not None]
        return self.weights.scores[at].sum(axis=0) if at else None

    def _sums(self, sides: Iterable[Iterable[str]]) -> Floats | None:
        found = [self._sum(side) for side in sides]
        if all(each is None for each in found):
            return None
        nought = np.zeros(_TAGS, dtype=np.float32)
        return np.stack([nought if each is None else each for each in found])

    def clusters(self, word: str) -> tuple[int, ...] | None:
        """The clusters of words used alike that hold ``word``, from coarse to fine, if known."""
        at = self._cluster_of.get(hashed(word))
        return None if at is None else tuple(self.weights.clusters[at].tolist())

    def _word(self, word: str) -> Floats | None:
        near, own = word_features(word, self.clusters(word))
        return self._sums(
            # A word at offset -2 of this token speaks of it as the word two before it.
            [f"{offset}{f}" for f in near] + (own if offset == 0 else [])
            for offset in range(-WORD_REACH, WORD_REACH + 1)
        )

    def _look(self, look: tuple[str, str]) -> Floats | None:
        features = look_features(*look)
        return self._sums(
            [f"{offset}{f}" for f in features] for offset in range(-LOOK_REACH, LOOK_REACH + 1)
        )

    def _words(self, pair: tuple[str, str]) -> Floats | None:
        left, right = pair
        return self._sums(words_features(left, right, (self._middle(left), self._middle(right))))

    def _middle(self, word: str) -> int:
        clusters = self.clusters(word)
        return -1 if clusters is None else clusters[1]

    def _looks(self, key: tuple[tuple[str, str], str, tuple[str, str]]) -> Floats | None:
        return self._sums(looks_features(*key))

    def _place(self, key: int) -> Floats | None:
        return self._sum(place_features(*place_of(key)))

    def _again(self, times: int) -> Floats | None:
        return self._sum(again_features(times))

    def _text(self, key: tuple[int, int, str]) -> Floats | None:
        return self._sum(text_features(key[:2], key[2]))

    def _about_word(self, word: str) -> Floats | None:
        at = self._about_of.get(hashed(word))
        if at is None:
            return None
        return np.append(self.weights.text_scores[at], np.float32(1.0))


def _along(rows: Floats, n: int) -> Floats:
    """For each of ``n`` tokens the sum of what the tokens in reach say of it.

    Row ``i + offset`` speaks at ``offset`` of token ``i``: a walk down the diagonal, in one view.
    """
    _, reach, tags = rows.shape
    row, step, one = rows.strides
    diagonal = np.ndarray((n, reach, tags), rows.dtype, rows, 0, (row, row + step, one))
    return np.asarray(diagonal.sum(axis=1))


def hashed(feature: str) -> int:
    """The number that stands for a feature or a word in the weights."""
    return crc32(feature.encode("utf-8", "replace"))


def _spans(sure: list[float], tags: list[int]) -> list[Span]:
    found: list[tuple[int, int]] = []
    for i, tag in enumerate(tags):
        if tag == 1:
            found.append((i, i + 1))
        elif tag == 2:
            found[-1] = (found[-1][0], i + 1)
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
