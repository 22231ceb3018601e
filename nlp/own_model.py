"""A model that a city brings itself: any ``transformers`` sequence classifier, run by torch.

A label map says what its labels mean: ``{"LABEL_0": {"kind": "laporan", "category": "banjir"}}``,
a code for each head that the label decides. It is read from ``jajak.json`` in the model's folder
(``labels``, and if wanted ``temperature`` and ``threshold``); without one, labels that are codes
themselves, or ``positive``, ``neutral``, ``negative``, are understood. Heads that no label decides
are answered by the encoder that comes with Jajak.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from models.labels import CATEGORIES, KINDS, SENTIMENTS
from nlp.clean import clean
from nlp.encoder import Encoder, load_encoder
from nlp.floor import Floats, softmax
from nlp.model import HEADS, Answer, ModelError, is_sure

_CODES = {"kind": KINDS, "category": CATEGORIES, "sentiment": SENTIMENTS}
_ENGLISH = {"positive": "positif", "neutral": "netral", "negative": "negatif"}
_MAP = "jajak.json"
_LONGEST = 256
_AT_ONCE = 16
# What a model is held to that says nothing of its own: an uncalibrated one is often too sure.
_THRESHOLD = {"kind": 0.9, "category": 0.9}

LabelMap = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class OwnModel:
    """The city's classifier, with the encoder for the heads that it leaves open."""

    version: str
    tokenizer: Any
    network: Any
    # For each head that it decides: its codes, and labels by codes, 1 where a label means a code.
    meaning: dict[str, tuple[tuple[str, ...], Floats]]
    temperature: float
    thresholds: dict[str, float]
    encoder: Encoder | None

    def answers(self, texts: Sequence[str]) -> list[Answer]:
        """One answer a text, in order; copies and neighbours change none by more than 1e-4."""
        own = self._probabilities([clean(text) for text in texts])
        others = self.encoder.answers(texts) if self.encoder else [None] * len(texts)
        found = []
        for number, other in enumerate(others):
            codes = dict(other.codes) if other else {}
            likely = dict(other.probabilities) if other else {}
            for head, (names, _) in self.meaning.items():
                best = int(own[head][number].argmax())
                codes[head] = names[best]
                likely[head] = round(float(own[head][number, best]), 4)
            sure = other.sure if other else False
            if "kind" in self.meaning or "category" in self.meaning:
                sure = is_sure(self.thresholds, codes["kind"], likely["kind"], likely["category"])
            found.append(Answer(codes, likely, sure, other.embedding if other else None))
        return found

    def probabilities_of(
        self, codes: Mapping[str, str], texts: Sequence[str]
    ) -> dict[str, list[float]]:
        """How likely each head's code is for each text, by the model that decides that head."""
        found: dict[str, list[float]] = {}
        others = {head: code for head, code in codes.items() if head not in self.meaning}
        if others and self.encoder is not None:
            found |= self.encoder.probabilities_of(others, texts)
        if len(others) < len(codes):
            own = self._probabilities([clean(text) for text in texts])
            for head, code in codes.items():
                if head in self.meaning:
                    found[head] = own[head][:, self.meaning[head][0].index(code)].tolist()
        return found

    def _probabilities(self, texts: Sequence[str]) -> dict[str, Floats]:
        import torch

        labels = len(next(iter(self.meaning.values()))[1])
        found = np.zeros((len(texts), labels))
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        for start in range(0, len(order), _AT_ONCE):
            batch = order[start : start + _AT_ONCE]
            asked = self.tokenizer(
                [texts[number] for number in batch],
                padding=True,
                truncation=True,
                max_length=_LONGEST,
                return_tensors="pt",
            )
            with torch.inference_mode():
                scores = self.network(**asked).logits.double().numpy()
            found[batch] = softmax(scores, self.temperature)
        return {head: found @ means for head, (_, means) in self.meaning.items()}


def load_own_model(name: str) -> OwnModel:
    """Load the classifier ``name``, a folder or a name that ``transformers`` knows.

    Raises ``ModelError`` where torch is not installed, the model cannot be loaded, or its labels
    mean nothing here.
    """
    try:
        from transformers import AutoModelForSequenceClassification, AutoTokenizer
    except ImportError as error:
        raise ModelError("a model of your own needs torch: pip install 'jajak[train]'") from error
    try:
        tokenizer = AutoTokenizer.from_pretrained(name)
        network = AutoModelForSequenceClassification.from_pretrained(name).eval()
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ModelError(f"hf:{name} cannot be loaded: {reason}") from error
    said = _said(Path(name))
    labels = [str(network.config.id2label[number]) for number in range(network.config.num_labels)]
    meaning = _meaning(labels, said.get("labels") or _understood(labels), name)
    threshold = said.get("threshold") or _THRESHOLD
    return OwnModel(
        version=f"hf-{Path(name).name}"[:40] + f"-{_fingerprint(network, said)}",
        tokenizer=tokenizer,
        network=network,
        meaning=meaning,
        temperature=float(said.get("temperature", 1.0)),
        thresholds={head: float(threshold[head]) for head in ("kind", "category")},
        encoder=None if set(meaning) == set(HEADS) else load_encoder(),
    )


def _said(folder: Path) -> dict[str, Any]:
    path = folder / _MAP
    if not path.is_file():
        return {}
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelError(f"{path}: not JSON ({error}); correct it") from error
    if not isinstance(said, dict):
        raise ModelError(f'{path}: not an object with "labels"; correct it')
    return said


def _understood(labels: Sequence[str]) -> dict[str, dict[str, str]]:
    found = {}
    for label in labels:
        code = _ENGLISH.get(label.lower(), label.lower())
        heads = [head for head, codes in _CODES.items() if code in codes]
        found[label] = dict.fromkeys(heads, code)
    return found


def _meaning(
    labels: Sequence[str], label_map: LabelMap, name: str
) -> dict[str, tuple[tuple[str, ...], Floats]]:
    where = f"put a {_MAP} into the model's folder (see docs/training.md)"
    for label in labels:
        codes = label_map.get(label)
        if not isinstance(codes, Mapping) or not codes:
            raise ModelError(f"hf:{name}: nobody says what its label {label!r} means; {where}")
        for head, code in codes.items():
            if code not in _CODES.get(head, ()):
                raise ModelError(f"hf:{name}: {label!r} means {head} {code!r}, which is no code")
    found = {}
    for head in HEADS:
        named = [label_map[label].get(head) for label in labels]
        if not any(named):
            continue
        if not all(named):
            # A label that is silent about a head would leave its probability nowhere to go. Only
            # a post outside has no category: such labels count for none of them.
            silent = [label for label, code in zip(labels, named, strict=True) if code is None]
            outside = all(label_map[label].get("kind") == "luar" for label in silent)
            if head != "category" or not outside:
                raise ModelError(f"hf:{name}: label {silent[0]!r} says nothing of {head}; {where}")
        there = tuple(dict.fromkeys(code for code in named if code))
        found[head] = (there, np.array([[float(code == c) for c in there] for code in named]))
    return found


def _fingerprint(network: Any, said: dict[str, Any]) -> str:
    digest = hashlib.blake2b(json.dumps(said, sort_keys=True).encode(), digest_size=4)
    for _, value in sorted(network.state_dict().items()):
        digest.update(value.float().numpy().tobytes())
    return digest.hexdigest()
