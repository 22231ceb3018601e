"""What every language model gives the reader, whichever it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

HEADS = ("kind", "category", "sentiment")


class ModelError(ValueError):
    """A model that cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A model's answer to one text: for each head a code and its calibrated probability.

    ``category`` is answered as if the text were about the city. ``sure`` says whether kind and
    category lie above the model's thresholds. ``embedding`` is the text's vector as
    ``pack_embedding`` stores it, where the model has one.
    """

    codes: dict[str, str]
    probabilities: dict[str, float]
    sure: bool
    embedding: bytes | None = None


class Model(Protocol):
    """Answers each text by itself: never depending on what it is asked together with."""

    @property
    def version(self) -> str:
        """Names the weights; another version answers anew."""

    def answers(self, texts: Sequence[str]) -> list[Answer]:
        """One answer a text, in order; takes any ``str``."""

    def probabilities_of(
        self, codes: Mapping[str, str], texts: Sequence[str]
    ) -> dict[str, list[float]]:
        """How likely each head's code is for each text, by whatever answers the first of them."""


def named_answer(
    classes: Mapping[str, Sequence[str]],
    probabilities: Mapping[str, NDArray[np.float64]],
    thresholds: dict[str, float],
    embedding: bytes | None = None,
) -> Answer:
    """The answer that one text's ``probabilities`` give (by head, one a class), four decimals."""
    best = {name: int(probabilities[name].argmax()) for name in HEADS}
    codes = {name: classes[name][best[name]] for name in HEADS}
    likely = {name: round(float(probabilities[name][best[name]]), 4) for name in HEADS}
    sure = is_sure(thresholds, codes["kind"], likely["kind"], likely["category"])
    return Answer(codes, likely, sure, embedding)


def is_sure(thresholds: dict[str, float], kind: str, of_kind: float, of_category: float) -> bool:
    """Whether an answer is above its thresholds; ``luar`` needs no category."""
    if of_kind < thresholds["kind"]:
        return False
    return kind == "luar" or of_category >= thresholds["category"]
