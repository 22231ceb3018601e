"""Honest probabilities: a temperature a head, and thresholds below which a post goes to people."""

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]

from nlp.floor import Floats, softmax
from nlp.labelled import LabelledPost

_FEWEST_DRAFTS = 20


def fitted_temperature(scores: Floats, classes: tuple[str, ...], answers: Sequence[str]) -> float:
    """The temperature at which the right answers are likeliest (Guo et al. 2017, section 4.2)."""
    right = np.array([classes.index(code) for code in answers])

    def surprise(temperature: float) -> float:
        likely = softmax(scores, temperature)[np.arange(len(right)), right]
        return float(-np.log(np.maximum(likely, 1e-12)).mean())

    best = minimize_scalar(surprise, bounds=(0.1, 5.0), method="bounded")
    return round(float(best.x), 4)


def chosen_thresholds(
    classes: dict[str, tuple[str, ...]],
    unseen: dict[str, Floats],
    posts: Sequence[LabelledPost],
    wanted: float,
) -> tuple[dict[str, float], dict[str, float | int]]:
    """The thresholds that keep most drafts while ``wanted`` of them have kind and category right.

    ``unseen`` holds each post's probabilities by models that have not seen it; those of the
    category for all posts, or only for those that have one. Where ``wanted`` cannot be reached
    with at least ``_FEWEST_DRAFTS``, the most precise are taken. Gives them with what they reach.
    """
    has_category = np.array([post.category is not None for post in posts])
    if len(unseen["category"]) == len(posts):
        has_category[:] = True
    kinds = np.array(classes["kind"])[unseen["kind"].argmax(axis=1)]
    kind_sure = unseen["kind"].max(axis=1)
    # A post that is luar has no category to be right about: it is a wrong draft at any sureness.
    categories = np.full(len(posts), "", dtype="U32")
    category_sure = np.ones(len(posts))
    categories[has_category] = np.array(classes["category"])[unseen["category"].argmax(axis=1)]
    category_sure[has_category] = unseen["category"].max(axis=1)
    reported = np.array([post.kind == "laporan" for post in posts])
    right = reported & (categories == np.array([str(post.category) for post in posts]))
    best: tuple[tuple[bool, float], dict[str, float], NDArray[np.bool_]] | None = None
    for kind, category in product(np.arange(0.40, 0.96, 0.05), np.arange(0.20, 0.96, 0.05)):
        drafted = (kinds == "laporan") & (kind_sure >= kind) & (category_sure >= category)
        if drafted.sum() < _FEWEST_DRAFTS:
            continue
        precision = float(right[drafted].mean())
        reaches = precision >= wanted
        worth = (reaches, float((right & drafted).sum()) if reaches else precision)
        if best is None or worth > best[0]:
            chosen = {"kind": round(float(kind), 2), "category": round(float(category), 2)}
            best = (worth, chosen, drafted)
    if best is None:
        return {"kind": 0.5, "category": 0.5}, {"n": len(posts), "drafted": 0}
    _, chosen, drafted = best
    return chosen, {
        "precision": round(float(right[drafted].mean()), 4),
        "recall": round(float((right & drafted).sum() / reported.sum()), 4),
        "drafted": int(drafted.sum()),
        "n": len(posts),
    }


def plain_outside(
    outside: Floats, kinds: Sequence[str], lost: float
) -> tuple[float, dict[str, float]]:
    """From which probability of ``luar`` on the floor may be believed without the encoder.

    ``outside`` holds the floor's probability of ``luar`` for posts of ``kinds``. Gives the lowest
    probability, in hundredths from 0.5, that costs at most the share ``lost`` of the reports, and
    what it drops: the share of all posts, of reports, and of posts that are not ``luar``.
    """
    said = np.array(kinds)
    for cut in np.arange(0.50, 1.0, 0.01):
        dropped = outside >= cut
        if dropped[said == "laporan"].mean() <= lost:
            break
    else:
        cut, dropped = 2.0, np.zeros(len(said), dtype=bool)
    return round(float(cut), 2), {
        "dropped": round(float(dropped.mean()), 4),
        "reports_lost": round(float(dropped[said == "laporan"].mean()), 4),
        "about_city_lost": round(float(dropped[said != "luar"].mean()), 4),
    }
