"""Labelled posts as vectors: the nearest of them show what an answer was learnt from.

Only vectors and labels are kept, no text of anybody's.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.embedding import pack_embedding, unpack_embeddings
from nlp.encoder import encoder_folder

_FILE = "examples.npz"

Labels = tuple[str, str | None, str]  # kind, category, sentiment


@dataclass(frozen=True)
class Examples:
    """Vectors (posts by hidden, any length) and the labels of each."""

    vectors: NDArray[np.float32]
    labels: tuple[Labels, ...]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A labelled post near another: its labels and the cosine between the two, -1 to 1."""

    kind: str
    category: str | None
    sentiment: str
    cosine: float


def nearest_examples(embedding: bytes, count: int = 3) -> list[Neighbour]:
    """The ``count`` labelled training posts whose vectors are nearest to a packed one."""
    examples = load_examples()
    (vector,) = unpack_embeddings([embedding])
    cosines = examples.vectors @ vector
    nearest = [int(number) for number in np.argsort(-cosines, kind="stable")[:count]]
    return [
        Neighbour(kind, category, feel, round(float(cosines[number]), 3))
        for number, (kind, category, feel) in ((n, examples.labels[n]) for n in nearest)
    ]


def save_examples(examples: Examples, path: Path) -> None:
    """Write vectors, a byte a number, and labels; nothing pickled."""
    packed = np.frombuffer(b"".join(pack_embedding(row) for row in examples.vectors), np.int8)
    packed = packed.reshape(len(examples.vectors), -1)
    labels = np.array([[kind, category or "", feel] for kind, category, feel in examples.labels])
    np.savez_compressed(path, allow_pickle=False, vectors=packed, labels=labels)


@cache
def load_examples(folder: Path | None = None) -> Examples:
    """The examples that come with the encoder, their vectors of length 1."""
    with np.load((folder or encoder_folder()) / _FILE, allow_pickle=False) as arrays:
        vectors = unpack_embeddings([row.tobytes() for row in arrays["vectors"]])
        labels = tuple(
            (str(kind), str(category) or None, str(feel))
            for kind, category, feel in arrays["labels"]
        )
    return Examples(vectors, labels)
