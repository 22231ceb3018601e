"""The linear floor: hashed n-grams, three logistic regressions, temperature-scaled.

Words are hashed, not listed, so the weights hold nobody's vocabulary, and there is no pickle to
load. Each text is scored by itself: its answer never depends on what it is read with.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]
from sklearn.feature_extraction.text import HashingVectorizer  # type: ignore[import-untyped]
from sklearn.preprocessing import normalize  # type: ignore[import-untyped]

from nlp.model import HEADS, Answer, named_answer
from nlp.normalise import normalise
from nlp.stem import stem

BUCKETS = 2**15
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Head:
    """One question; ``weights`` is classes by ``2 * BUCKETS``, ``temperature`` tames its pride."""

    classes: tuple[str, ...]
    weights: Floats
    bias: Floats
    temperature: float

    def probabilities(self, features: csr_matrix) -> Floats:
        """Calibrated probabilities, texts by classes, each row summing to 1."""
        return softmax(np.asarray(features @ self.weights.T) + self.bias, self.temperature)


@dataclass(frozen=True)
class Floor:
    """The trained floor. ``rarity`` is the inverse document frequency of each bucket.

    At or above the probability ``plain`` of ``luar`` a post is plainly ``luar``: a slower model
    need not be asked.
    """

    version: str
    rarity: Floats
    heads: dict[str, Head]
    thresholds: dict[str, float]
    plain: float = 2.0

    def probabilities(self, texts: Sequence[str]) -> dict[str, Floats]:
        """Calibrated probabilities by head; ``category`` as if no text were ``luar``."""
        features = weigh(count_ngrams(texts), self.rarity)
        return {name: head.probabilities(features) for name, head in self.heads.items()}

    def answers(self, texts: Sequence[str]) -> list[Answer]:
        """One answer a text, in order."""
        found = self.probabilities(texts)
        return [self.answer(found, number) for number in range(len(texts))]

    def probabilities_of(
        self, codes: Mapping[str, str], texts: Sequence[str]
    ) -> dict[str, list[float]]:
        """How likely each head's code is for each text."""
        found = self.probabilities(texts)
        return {
            head: found[head][:, self.heads[head].classes.index(code)].tolist()
            for head, code in codes.items()
        }

    def answer(self, probabilities: dict[str, Floats], number: int) -> Answer:
        """The answer that one row of ``probabilities`` gives."""
        own = {name: probabilities[name][number] for name in HEADS}
        classes = {name: head.classes for name, head in self.heads.items()}
        return named_answer(classes, own, self.thresholds)


def softmax(scores: Floats, temperature: float) -> Floats:
    """Scores, texts by classes, as probabilities at a ``temperature`` above 0."""
    scaled = scores / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)


@cache
def _vectorizers() -> tuple[HashingVectorizer, HashingVectorizer]:
    shared = {"n_features": BUCKETS, "alternate_sign": False, "norm": None, "lowercase": False}
    return (
        HashingVectorizer(ngram_range=(1, 2), token_pattern=r"\S+", **shared),  # noqa: S106
        HashingVectorizer(ngram_range=(3, 5), analyzer="char_wb", **shared),
    )


def count_ngrams(texts: Sequence[str]) -> csr_matrix:
    """Counts of hashed word and character n-grams, texts by ``2 * BUCKETS``."""
    words, characters = _vectorizers()
    spelt = [normalise(text) for text in texts]
    stemmed = [stem(text) for text in spelt]
    return csr_matrix(hstack([words.transform(stemmed), characters.transform(spelt)]))


def weigh(counts: csr_matrix, rarity: Floats) -> csr_matrix:
    """Counts as features: logarithm of the count by rarity, words and characters each length 1."""
    weighed = counts.astype(np.float64)
    weighed.data = (1.0 + np.log(weighed.data)) * rarity[weighed.indices]
    halves = (weighed[:, :BUCKETS], weighed[:, BUCKETS:])
    return csr_matrix(hstack([normalize(half) for half in halves]))


def weights_folder() -> Path:
    """Where the weights that come with Jajak lie."""
    return Path(str(files("nlp").joinpath("weights", "floor")))


def save_floor(floor: Floor, folder: Path) -> None:
    """Write ``floor.npz``: half-precision arrays and class names, nothing pickled."""
    arrays: dict[str, NDArray[np.generic]] = {"rarity": floor.rarity.astype(np.float16)}
    for name, head in floor.heads.items():
        arrays[f"{name}_weights"] = head.weights.astype(np.float16)
        arrays[f"{name}_bias"] = head.bias.astype(np.float32)
        arrays[f"{name}_classes"] = np.array(head.classes)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "floor.npz", allow_pickle=False, **arrays)


def load_floor(folder: Path | None = None) -> Floor:
    """Read the floor from ``folder`` (default: the weights that come with Jajak).

    Raises ``FileNotFoundError`` where there is none.
    """
    folder = folder or weights_folder()
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    with np.load(folder / "floor.npz", allow_pickle=False) as arrays:
        heads = {
            name: Head(
                tuple(str(code) for code in arrays[f"{name}_classes"]),
                arrays[f"{name}_weights"].astype(np.float64),
                arrays[f"{name}_bias"].astype(np.float64),
                float(card["temperature"][name]),
            )
            for name in HEADS
        }
        rarity = arrays["rarity"].astype(np.float64)
    plain = float(card.get("plain_luar", 2.0))
    return Floor(str(card["version"]), rarity, heads, dict(card["threshold"]), plain)
