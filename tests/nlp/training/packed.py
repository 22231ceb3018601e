"""A tiny model in the packed form that training starts from, with weights drawn at random."""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HIDDEN, LAYERS, INNER, POSITIONS = 64, 2, 128, 256
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_RNG = np.random.default_rng(5)


def pieces_of(words: list[str]) -> list[tuple[str, float]]:
    """Pieces with scores: the special ones, each letter, each word, the mask last."""
    letters = [chr(code) for code in range(33, 127)]
    plain = [*letters, "▁", *(f"▁{word}" for word in words)]
    scored = [(piece, -10.0 if len(piece) == 1 else -2.0) for piece in dict.fromkeys(plain)]
    return [*((piece, 0.0) for piece in SPECIAL), *scored, ("<mask>", 0.0)]


def pack_rows(rows: NDArray[np.float32]) -> bytes:
    """Q4_0: blocks of 32 numbers as a half-precision scale and 16 bytes of two nibbles each."""
    blocks = rows.reshape(-1, 32)
    scale = (np.abs(blocks).max(axis=1, keepdims=True) / 7).astype(np.float16)
    levels = np.clip(np.rint(blocks / scale.astype(np.float32)) + 8, 0, 15).astype(np.uint8)
    packed = levels[:, :16] | (levels[:, 16:] << 4)
    return np.concatenate([scale.view(np.uint8), packed], axis=1).tobytes()


def write_base(path: Path, words: list[str]) -> dict[str, NDArray[np.float32]]:
    """Write the file; gives the tensors that went into it, by their names in the file."""
    pieces = pieces_of(words)
    tensors: dict[str, NDArray[np.float32]] = {}

    def draw(name: str, *shape: int) -> None:
        tensors[name] = (_RNG.normal(size=shape) * 0.1).astype(np.float32)

    draw("emb.word", len(pieces), HIDDEN)
    draw("emb.pos", POSITIONS, HIDDEN)
    draw("emb.type", 1, HIDDEN)
    tensors["emb.ln.w"], tensors["emb.ln.b"] = np.ones(HIDDEN, "f4"), np.zeros(HIDDEN, "f4")
    for layer in range(LAYERS):
        for short, rows, columns in (
            ("q", HIDDEN, HIDDEN),
            ("k", HIDDEN, HIDDEN),
            ("v", HIDDEN, HIDDEN),
            ("ao", HIDDEN, HIDDEN),
            ("fi", INNER, HIDDEN),
            ("fo", HIDDEN, INNER),
        ):
            draw(f"l{layer}.{short}.w", rows, columns)
            draw(f"l{layer}.{short}.b", rows)
        for norm in ("aln", "oln"):
            tensors[f"l{layer}.{norm}.w"] = np.ones(HIDDEN, "f4")
            tensors[f"l{layer}.{norm}.b"] = np.zeros(HIDDEN, "f4")
    blobs = [piece.encode() for piece, _ in pieces]
    starts = np.cumsum([0, *map(len, blobs)]).astype("<u4")
    head = b"E5S1" + struct.pack(
        "<I7ifi", 1, HIDDEN, LAYERS, 2, INNER, len(pieces), POSITIONS, 1, 1e-12, 32
    )
    head += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, sum(map(len, blobs)))
    head += starts.tobytes() + np.array([s for _, s in pieces], "<f4").tobytes() + b"".join(blobs)
    head += struct.pack("<iI", 0, 0)
    bodies = {
        name: pack_rows(value) if name == "emb.word" or name[-3:] in _PACKED else value.tobytes()
        for name, value in tensors.items()
    }
    entries = sum(2 + len(name) + 1 + 4 + 8 + 8 for name in bodies)
    at = len(head) + 4 + entries
    directory = struct.pack("<i", len(bodies))
    for name, body in bodies.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", 0, 1, at, len(body))
        at += len(body)
    path.write_bytes(head + directory + b"".join(bodies.values()))
    return tensors


_PACKED = ("q.w", "k.w", "v.w", "o.w", "i.w")
