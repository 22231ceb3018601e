"""Measures of a classifier's answers, each with a bootstrap interval."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

_RESAMPLES = 1000
_BINS = 15

Codes = NDArray[np.str_]
Hits = NDArray[np.bool_]


def macro_f1(right: Codes, said: Codes) -> float:
    """Mean F1 of the classes that occur in ``right``; 0 to 1."""
    classes, numbers = np.unique(np.concatenate([right, said]), return_inverse=True)
    of_right, of_said = numbers[: len(right)], numbers[len(right) :]
    size = len(classes)
    hit = np.bincount(of_right[of_right == of_said], minlength=size)
    there = np.bincount(of_right, minlength=size)
    f1 = 2 * hit / np.maximum(1, there + np.bincount(of_said, minlength=size))
    return float(f1[there > 0].mean())


def calibration_error(probabilities: NDArray[np.float64], hit: Hits) -> float:
    """Expected calibration error over 15 equal bins: how far probability and truth lie apart."""
    bins = np.minimum((probabilities * _BINS).astype(int), _BINS - 1)
    gaps = np.bincount(bins, weights=probabilities - hit, minlength=_BINS)
    return float(np.abs(gaps).sum() / max(1, len(hit)))


def share(part: Hits, whole: Hits) -> float:
    """Of ``whole``, the share that ``part`` is; 0 where there is nothing."""
    return float(part.sum() / whole.sum()) if whole.any() else 0.0


def with_interval(
    n: int, seed: int, measure: Callable[[NDArray[np.int64]], float]
) -> dict[str, float]:
    """The measure with its 95 % percentile bootstrap interval over the ``n`` posts.

    ``measure`` is given the numbers of the posts that a resample drew.
    """
    random = np.random.default_rng(seed)
    drawn = [measure(random.integers(0, n, n)) for _ in range(_RESAMPLES)]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return {
        "value": round(measure(np.arange(n)), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
    }


def measure_head(
    right: Sequence[str], said: Sequence[str], likely: Sequence[float], usual: str, seed: int
) -> dict[str, object]:
    """Macro-F1, accuracy and calibration error of one head, beside always answering ``usual``."""
    truth, answers = np.array(right), np.array(said)
    probabilities = np.array(likely)
    n = len(truth)
    hit = answers == truth
    guessed = np.full(n, usual)
    return {
        "n": n,
        "macro_f1": with_interval(n, seed, lambda i: macro_f1(truth[i], answers[i])),
        "accuracy": with_interval(n, seed, lambda i: float(hit[i].mean())),
        "ece": with_interval(n, seed, lambda i: calibration_error(probabilities[i], hit[i])),
        "majority": {
            "answer": usual,
            "macro_f1": round(macro_f1(truth, guessed), 4),
            "accuracy": round(float((guessed == truth).mean()), 4),
        },
        "each": {
            str(code): {
                "n": int((truth == code).sum()),
                "precision": round(share(hit & (answers == code), answers == code), 4),
                "recall": round(share(hit & (truth == code), truth == code), 4),
            }
            for code in sorted(set(truth.tolist()))
        },
    }
