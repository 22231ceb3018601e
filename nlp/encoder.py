"""The encoder: one pass a text through ONNX Runtime, answering all heads and giving a vector.

Fast by: texts of like length together, each padded to a length of its own (so that its answer
depends on nothing but itself), copies answered once, and what the linear floor finds plainly
``luar`` left to the floor.
"""

import hashlib
import json
import os
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from threading import Lock

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray
from tokenizers import Tokenizer

from models.embedding import pack_embedding
from nlp.encoder_text import encoder_text, one_copy
from nlp.floor import Floats, Floor, load_floor, softmax
from nlp.model import HEADS, Answer, named_answer

LONGEST = 128
# A text is padded to the next multiple: few shapes to run, few pieces wasted.
_STEP = 8
_PIECES_AT_ONCE = 1_024
_REMEMBERED = 8_192
_LEAST = 1e-9
_PADDING = "<pad>"


@dataclass(frozen=True)
class Scores:
    """Raw output for some texts: scores by head (texts by classes) and vectors (by hidden)."""

    heads: dict[str, Floats]
    embeddings: NDArray[np.float32]


@dataclass(frozen=True)
class Encoder:
    """The trained encoder; deterministic, and safe to share between threads."""

    version: str
    classes: dict[str, tuple[str, ...]]
    temperatures: dict[str, float]
    thresholds: dict[str, float]
    tokenizer: Tokenizer
    session: onnxruntime.InferenceSession
    # Reads first, keeps what is plainly ``luar``, and has a say in the rest.
    floor: Floor | None = None
    # By head: how much of a say, 0 to 1.
    floor_share: dict[str, float] = field(default_factory=dict)
    _known: OrderedDict[bytes, Answer] = field(default_factory=OrderedDict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def answers(self, texts: Sequence[str]) -> list[Answer]:
        """One answer a text, in order; each the same whatever it is asked with."""
        originals = [one_copy(text) for text in texts]
        read = self._read_once(list(dict.fromkeys(originals)))
        return [read[text] for text in originals]

    def probabilities_of(
        self, codes: Mapping[str, str], texts: Sequence[str]
    ) -> dict[str, list[float]]:
        """How likely each head's code is for each text; by the floor where it answers the first."""
        if self.floor is not None and any(self._plain(self.floor.probabilities(texts[:1]))):
            return self.floor.probabilities_of(codes, texts)
        found = self.probabilities(texts)
        return {
            head: found[head][:, self.classes[head].index(code)].tolist()
            for head, code in codes.items()
        }

    def probabilities(self, texts: Sequence[str]) -> dict[str, Floats]:
        """Calibrated probabilities by head, texts by classes, remembering nothing."""
        originals = [one_copy(text) for text in texts]
        return self.calibrated(
            self.scores([encoder_text(text) for text in originals]),
            self.floor.probabilities(originals) if self.floor else None,
        )

    def calibrated(
        self, scores: Scores, of_floor: dict[str, Floats] | None = None
    ) -> dict[str, Floats]:
        """Scores as probabilities, with the floor's say where it is given.

        The two are pooled by a weighted geometric mean (a logarithmic opinion pool, Genest and
        Zidek 1986): it stays sure only where both are.
        """
        found = {}
        for name in HEADS:
            logs = np.log(np.maximum(softmax(scores.heads[name], 1.0), _LEAST))
            if of_floor is not None and self.floor is not None:
                said = _in_order(of_floor[name], self.floor.heads[name].classes, self.classes[name])
                share = self.floor_share.get(name, 0.0)
                logs = (1 - share) * logs + share * np.log(np.maximum(said, _LEAST))
            found[name] = softmax(logs, self.temperatures[name])
        return found

    def scores(self, spelt: Sequence[str]) -> Scores:
        """Raw scores and vectors of texts that are in the encoder's spelling."""
        rows = [
            found.ids if len(found.ids) <= LONGEST else [*found.ids[: LONGEST - 1], found.ids[-1]]
            for found in self.tokenizer.encode_batch(list(spelt))
        ]
        heads = {name: np.zeros((len(rows), len(self.classes[name]))) for name in HEADS}
        width = self.session.get_outputs()[0].shape[1]
        embeddings = np.zeros((len(rows), width), np.float32)
        batches = list(_batches([len(row) for row in rows]))

        def run(batch: list[int]) -> list[NDArray[np.float32]]:
            # It lets other threads work meanwhile: a core a batch wastes less than cores that wait
            # for each other in every small product.
            outputs: list[NDArray[np.float32]] = self.session.run(
                None, self._inputs([rows[number] for number in batch])
            )
            return outputs

        with ThreadPoolExecutor(_cores()) as pool:
            for batch, (vectors, *scores) in zip(batches, pool.map(run, batches), strict=True):
                embeddings[batch] = vectors[: len(batch)]
                for name, of_head in zip(HEADS, scores, strict=True):
                    heads[name][batch] = of_head[: len(batch)]
        return Scores(heads, embeddings)

    def _inputs(self, rows: Sequence[Sequence[int]]) -> dict[str, NDArray[np.int32]]:
        length = _padded_length(max(map(len, rows)))
        # Two texts at least: a single one would take another path through the matrix products
        # and come out different in the last digits.
        pieces = np.full(
            (max(2, len(rows)), length), self.tokenizer.token_to_id(_PADDING), np.int32
        )
        mask = np.zeros_like(pieces)
        for number, row in enumerate(rows):
            pieces[number, : len(row)] = row
            mask[number, : len(row)] = 1
        mask[len(rows) :, 0] = 1
        return {"pieces": pieces, "mask": mask}

    def _plain(self, of_floor: dict[str, Floats]) -> Iterator[tuple[int, Answer]]:
        if self.floor is None:
            return
        outside = of_floor["kind"][:, self.floor.heads["kind"].classes.index("luar")]
        for number in np.flatnonzero(outside >= self.floor.plain):
            yield int(number), self.floor.answer(of_floor, int(number))

    def _read_once(self, texts: Sequence[str]) -> dict[str, Answer]:
        # Remembered by their hashes: no text of anybody's stays in memory.
        keys = {
            text: hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
            for text in texts
        }
        with self._lock:
            found = {text: self._known[key] for text, key in keys.items() if key in self._known}
        new = [text for text in texts if text not in found]
        if new:
            found |= zip(new, self._answered(new), strict=True)
        with self._lock:
            for text, key in keys.items():
                self._known[key] = found[text]
                self._known.move_to_end(key)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found

    def _answered(self, texts: Sequence[str]) -> list[Answer]:
        of_floor = self.floor.probabilities(texts) if self.floor else None
        found = dict(self._plain(of_floor)) if of_floor else {}
        rest = [number for number in range(len(texts)) if number not in found]
        scores = self.scores([encoder_text(texts[number]) for number in rest])
        rows = {name: values[rest] for name, values in of_floor.items()} if of_floor else None
        found |= zip(rest, self._named(scores, rows), strict=True)
        return [found[number] for number in range(len(texts))]

    def _named(self, scores: Scores, of_floor: dict[str, Floats] | None) -> Iterator[Answer]:
        probabilities = self.calibrated(scores, of_floor)
        for number, vector in enumerate(scores.embeddings):
            own = {name: probabilities[name][number] for name in HEADS}
            yield named_answer(self.classes, own, self.thresholds, pack_embedding(vector))


def _in_order(rows: Floats, classes: Sequence[str], wanted: Sequence[str]) -> Floats:
    """``rows`` (texts by ``classes``) with the columns of ``wanted``, 0 where one is unknown."""
    found = np.zeros((len(rows), len(wanted)))
    for column, code in enumerate(wanted):
        if code in classes:
            found[:, column] = rows[:, classes.index(code)]
    return found


def _padded_length(length: int) -> int:
    return -(-length // _STEP) * _STEP


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Numbers of texts that are padded to the same length, a runful at a time."""
    by_length: dict[int, list[int]] = {}
    for number, length in enumerate(lengths):
        by_length.setdefault(_padded_length(length), []).append(number)
    for length, numbers in sorted(by_length.items()):
        most = max(2, _PIECES_AT_ONCE // length)
        for start in range(0, len(numbers), most):
            yield numbers[start : start + most]


def encoder_folder() -> Path:
    """Where the encoder's weights that come with Jajak lie."""
    return Path(str(files("nlp").joinpath("weights", "encoder")))


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def open_session(model: Path | bytes) -> onnxruntime.InferenceSession:
    """An inference session on the processor, one thread a call."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    source = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def load_encoder(folder: Path | None = None, with_floor: bool = True) -> Encoder:
    """The encoder from ``folder`` (default: that which comes with Jajak).

    Raises ``FileNotFoundError`` where there is none.
    """
    folder = folder or encoder_folder()
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    return Encoder(
        version=str(card["version"]),
        classes={name: tuple(card["classes"][name]) for name in HEADS},
        temperatures={name: float(card["temperature"][name]) for name in HEADS},
        thresholds=dict(card["threshold"]),
        tokenizer=Tokenizer.from_file(str(folder / "tokenizer.json")),
        session=open_session(folder / "encoder.onnx"),
        floor=load_floor() if with_floor else None,
        floor_share=dict(card.get("floor_share", {})),
    )
