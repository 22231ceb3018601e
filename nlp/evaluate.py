"""How good the floor is: on real posts that taught it nothing, and on a city's demo posts."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.floor import HEADS, Floor, load_floor
from nlp.labelled import LabelledPost, read_corpus, read_demo, read_labelled, split_of

_RESAMPLES = 1000
_BINS = 15

Codes = NDArray[np.str_]


@dataclass(frozen=True)
class _Answers:
    """What the floor said of one head beside what is right; ``usual`` is the majority's guess."""

    said: Codes
    right: Codes
    sure: NDArray[np.float64]
    usual: str


def evaluate_floor(
    corpus: Path,
    labels: Path,
    weights: Path | None = None,
    demo: Sequence[Path] = (),
    seed: int = 0,
) -> dict[str, Any]:
    """Measure the floor on the test split of ``labels`` and on ``demo`` files.

    Gives ``version`` and, for ``test``, ``test_random`` (only the posts drawn at random) and
    ``demo``: ``n``, for each head macro-F1, accuracy and ECE with 95 % bootstrap intervals
    beside a guess of the training split's most common answer, and ``draft``: precision and
    recall of sure ``laporan`` with the right category. Raises ``LabelError`` when corpus or
    labels cannot be used.
    """
    floor = load_floor(weights)
    texts = {str(row["id"]): str(row["text"]) for row in read_corpus(corpus)}
    posts = read_labelled(labels, texts)
    usual = _usual([post for post in posts if split_of(post.text) == "train"])
    test = [post for post in posts if split_of(post.text) == "test"]
    sets = {
        "test": test,
        "test_random": [post for post in test if post.drawn == "random"],
        "demo": [post for path in demo for post in read_demo(path)],
    }
    return {
        "version": floor.version,
        **{name: _measure(floor, found, usual, seed) for name, found in sets.items() if found},
    }


def evaluation_markdown(result: dict[str, Any]) -> str:
    """The result of ``evaluate_floor`` as Markdown tables."""
    lines = [f"Model `{result['version']}`.", ""]
    for name in ("test", "test_random", "demo"):
        if name not in result:
            continue
        found = result[name]
        lines += [
            f"### `{name}` ({found['n']} posts)",
            "",
            "| head | n | macro-F1 | majority | accuracy | majority | ECE |",
            "|---|---|---|---|---|---|---|",
        ]
        for head in HEADS:
            of = found[head]
            lines.append(
                f"| {head} | {of['n']} | {_with_interval(of['macro_f1'])} "
                f"| {of['majority']['macro_f1']:.3f} | {_with_interval(of['accuracy'])} "
                f"| {of['majority']['accuracy']:.3f} | {_with_interval(of['ece'])} |"
            )
        draft = found["draft"]
        lines += [
            "",
            f"Drafts (sure `laporan`): {draft['drafted']} of {draft['reported']} reports; "
            f"kind and category right {_with_interval(draft['precision'])}, "
            f"of all reports {_with_interval(draft['recall'])}. "
            f"Sure of {found['sure_share']:.0%} of all posts.",
            "",
        ]
    return "\n".join(lines)


def _with_interval(value: dict[str, float]) -> str:
    return f"{value['value']:.3f} ({value['low']:.3f} to {value['high']:.3f})"


def _usual(posts: Sequence[LabelledPost]) -> dict[str, str]:
    return {
        head: Counter(
            str(getattr(post, head)) for post in posts if getattr(post, head) is not None
        ).most_common(1)[0][0]
        for head in HEADS
    }


def _measure(
    floor: Floor, posts: Sequence[LabelledPost], usual: dict[str, str], seed: int
) -> dict[str, Any]:
    found = floor.probabilities([post.text for post in posts])
    said = {head: np.array(floor.heads[head].classes)[found[head].argmax(axis=1)] for head in HEADS}
    best = {head: found[head].max(axis=1) for head in HEADS}
    right = {head: np.array([str(getattr(post, head)) for post in posts]) for head in HEADS}
    sure = np.array(
        [
            floor.sure(str(kind), float(of_kind), float(of_category))
            for kind, of_kind, of_category in zip(
                said["kind"], best["kind"], best["category"], strict=True
            )
        ]
    )
    result: dict[str, Any] = {"n": len(posts), "sure_share": round(float(sure.mean()), 4)}
    for head in HEADS:
        asked = right[head] != "None"
        answers = _Answers(said[head][asked], right[head][asked], best[head][asked], usual[head])
        result[head] = _measure_head(answers, seed)
    drafted = sure & (said["kind"] == "laporan")
    reported = right["kind"] == "laporan"
    good = drafted & reported & (said["category"] == right["category"])
    result["draft"] = {
        "drafted": int(drafted.sum()),
        "reported": int(reported.sum()),
        "precision": _interval(len(posts), seed, lambda i: _share(good[i], drafted[i])),
        "recall": _interval(len(posts), seed, lambda i: _share(good[i], reported[i])),
    }
    return result


def _measure_head(answers: _Answers, seed: int) -> dict[str, Any]:
    n = len(answers.right)
    hit = answers.said == answers.right
    guessed = np.full(n, answers.usual)
    return {
        "n": n,
        "macro_f1": _interval(n, seed, lambda i: macro_f1(answers.right[i], answers.said[i])),
        "accuracy": _interval(n, seed, lambda i: float(hit[i].mean())),
        "ece": _interval(n, seed, lambda i: calibration_error(answers.sure[i], hit[i])),
        "majority": {
            "answer": answers.usual,
            "macro_f1": round(macro_f1(answers.right, guessed), 4),
            "accuracy": round(float((guessed == answers.right).mean()), 4),
        },
        "each": {
            str(code): {
                "n": int((answers.right == code).sum()),
                "precision": round(_share(hit & (answers.said == code), answers.said == code), 4),
                "recall": round(_share(hit & (answers.right == code), answers.right == code), 4),
            }
            for code in sorted(set(answers.right.tolist()))
        },
    }


def calibration_error(probabilities: NDArray[np.float64], hit: NDArray[np.bool_]) -> float:
    """Expected calibration error over 15 equal bins: how far probability and truth lie apart."""
    bins = np.minimum((probabilities * _BINS).astype(int), _BINS - 1)
    gaps = np.bincount(bins, weights=probabilities - hit, minlength=_BINS)
    return float(np.abs(gaps).sum() / max(1, len(hit)))


def macro_f1(right: Codes, said: Codes) -> float:
    """Mean F1 of the classes that occur in ``right``; 0 to 1."""
    classes, numbers = np.unique(np.concatenate([right, said]), return_inverse=True)
    of_right, of_said = numbers[: len(right)], numbers[len(right) :]
    size = len(classes)
    hit = np.bincount(of_right[of_right == of_said], minlength=size)
    there = np.bincount(of_right, minlength=size)
    f1 = 2 * hit / np.maximum(1, there + np.bincount(of_said, minlength=size))
    return float(f1[there > 0].mean())


def _share(part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> float:
    return float(part.sum() / whole.sum()) if whole.any() else 0.0


def _interval(n: int, seed: int, measure: Callable[[NDArray[np.int64]], float]) -> dict[str, float]:
    """The measure with its 95 % percentile bootstrap interval over the ``n`` posts."""
    random = np.random.default_rng(seed)
    drawn = [measure(random.integers(0, n, n)) for _ in range(_RESAMPLES)]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return {
        "value": round(measure(np.arange(n)), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
    }
