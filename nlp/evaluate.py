"""How good a model is: on real posts that taught it nothing, beside the floor and a guess."""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nlp.floor import load_floor
from nlp.labelled import (
    LabelledPost,
    blind_readings,
    read_corpus,
    read_demo,
    read_labelled,
    split_of,
)
from nlp.measures import macro_f1, measure_head, share, with_interval
from nlp.model import HEADS, Model
from nlp.perturb import CHANGES, Spellings, slang
from nlp.sentiment_corpus import Feeling, letters, read_feelings

# So many times is each text changed: one draw would say as much of chance as of the model.
_DRAWS = 3


@dataclass(frozen=True)
class Yardsticks:
    """What a model is measured with.

    ``corpus``     JSON Lines with ``id`` and ``text`` (``.gz`` or not): the labels' texts.
    ``labels``     the folder of labels.
    ``demo``       a city pack's invented posts.
    ``sentiment``  other corpora's test files, by the name to report them under.
    ``taught``     training files of sentiment corpora: where a test file shares texts with them,
                   it is measured without those too (training leaves them out anyhow).
    ``slang``      formal word → how it is typed, from a list that is not Jajak's own.
    """

    corpus: Path
    labels: Path
    demo: Sequence[Path] = ()
    sentiment: Mapping[str, Path] = field(default_factory=dict)
    taught: Sequence[Path] = ()
    slang: Spellings = field(default_factory=dict)


def evaluate(model: Model, by: Yardsticks, seed: int = 0) -> dict[str, Any]:
    """Measure ``model``, and the floor beside it, on everything that ``by`` holds.

    Gives for ``model`` and ``floor``: ``version``; for ``test`` (the whole split), ``test_random``
    (only the posts drawn at random) and ``demo`` what ``measure_posts`` gives; ``sentiment`` by
    corpus; ``robustness``: category macro-F1 on the test split as it is and after each change.
    Raises ``LabelError`` when corpus or labels cannot be used.
    """
    texts = {str(row["id"]): str(row["text"]) for row in read_corpus(by.corpus)}
    posts = read_labelled(by.labels, texts)
    usual = usual_answers([post for post in posts if split_of(post.text) == "train"])
    test = [post for post in posts if split_of(post.text) == "test"]
    sets = {
        "test": test,
        "test_random": [post for post in test if post.drawn == "random"],
        "demo": [post for path in by.demo for post in read_demo(path)],
    }
    shared = {letters(f.text) for path in by.taught for f in read_feelings(path)}
    feelings = {}
    for name, path in by.sentiment.items():
        feelings[name] = read_feelings(path)
        alone = [f for f in feelings[name] if letters(f.text) not in shared]
        if len(alone) < len(feelings[name]):
            feelings[f"{name}, shared with no training file"] = alone
    found: dict[str, Any] = {"people": agreement(by.labels)}
    for name, one in (("model", model), ("floor", load_floor())):
        found[name] = {
            "version": one.version,
            **{of: measure_posts(one, some, usual, seed) for of, some in sets.items() if some},
            "sentiment": {
                of: _measure_feelings(one, some, usual, seed) for of, some in feelings.items()
            },
            "robustness": robustness(one, test, by.slang, seed),
        }
    return found


def measure_posts(
    model: Model, posts: Sequence[LabelledPost], usual: dict[str, str], seed: int
) -> dict[str, Any]:
    """``n``, each head's measures (see ``measure_head``), the share of sure answers, and drafts.

    The category is measured where there is one. ``draft`` is about sure ``laporan``: how many of
    them have kind and category right, and how many of all reports those are.
    """
    answers = model.answers([post.text for post in posts])
    result: dict[str, Any] = {
        "n": len(posts),
        "sure_share": round(float(np.mean([answer.sure for answer in answers])), 4),
    }
    for head in HEADS:
        asked = [
            (str(getattr(post, head)), answer)
            for post, answer in zip(posts, answers, strict=True)
            if getattr(post, head) is not None
        ]
        result[head] = measure_head(
            [right for right, _ in asked],
            [answer.codes[head] for _, answer in asked],
            [answer.probabilities[head] for _, answer in asked],
            usual[head],
            seed,
        )
    drafted = np.array([answer.sure and answer.codes["kind"] == "laporan" for answer in answers])
    reported = np.array([post.kind == "laporan" for post in posts])
    same = [
        post.category == answer.codes["category"]
        for post, answer in zip(posts, answers, strict=True)
    ]
    good = drafted & reported & np.array(same)
    result["draft"] = {
        "drafted": int(drafted.sum()),
        "reported": int(reported.sum()),
        "precision": with_interval(len(posts), seed, lambda i: share(good[i], drafted[i])),
        "recall": with_interval(len(posts), seed, lambda i: share(good[i], reported[i])),
    }
    return result


def robustness(
    model: Model, posts: Sequence[LabelledPost], spellings: Spellings, seed: int
) -> dict[str, float]:
    """Category macro-F1 of posts that have one, as they are (``as_typed``) and after each change.

    Each change is drawn three times and the mean is given; ``slang`` only where there are
    ``spellings``.
    """
    about_city = [post for post in posts if post.category is not None]
    right = np.array([str(post.category) for post in about_city])

    def measured(texts: Sequence[str]) -> float:
        said = np.array([answer.codes["category"] for answer in model.answers(texts)])
        return macro_f1(right, said)

    changes: dict[str, Callable[[str, random.Random], str]] = dict(CHANGES)
    if spellings:
        changes["slang"] = lambda text, draw: slang(text, draw, spellings)
    found = {"as_typed": round(measured([post.text for post in about_city]), 4)}
    for name, change in changes.items():
        draws = [random.Random(f"{seed} {number}") for number in range(_DRAWS)]  # noqa: S311
        scores = [measured([change(post.text, draw) for post in about_city]) for draw in draws]
        found[name] = round(float(np.mean(scores)), 4)
    return found


def agreement(labels: Path) -> dict[str, float | int]:
    """Macro-F1 of the second blind reading taken as answers to the first: what people reach."""
    pairs = blind_readings(labels)
    found: dict[str, float | int] = {"n": len(pairs)}
    for head in HEADS:
        both = [(str(a[head]), str(b[head])) for a, b in pairs]
        if head == "category":
            both = [(a, b) for a, b in both if a != "None"]
        right, said = (np.array(side) for side in zip(*both, strict=True))
        found[head] = round(macro_f1(right, said), 4)
    return found


def _measure_feelings(
    model: Model, feelings: Sequence[Feeling], usual: dict[str, str], seed: int
) -> dict[str, object]:
    answers = model.answers([feeling.text for feeling in feelings])
    return measure_head(
        [feeling.sentiment for feeling in feelings],
        [answer.codes["sentiment"] for answer in answers],
        [answer.probabilities["sentiment"] for answer in answers],
        usual["sentiment"],
        seed,
    )


def usual_answers(posts: Sequence[LabelledPost]) -> dict[str, str]:
    """The most common answer of each head: what a guess would be."""
    return {
        head: Counter(
            str(getattr(post, head)) for post in posts if getattr(post, head) is not None
        ).most_common(1)[0][0]
        for head in HEADS
    }
