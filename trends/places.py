"""Counts over places, read from the rollups: what the map shows."""

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import RollupRow
from models.place import lies_within
from trends.counts import TrendFilter, conditions


def place_counts(
    session: Session,
    start: datetime,
    end: datetime,
    chosen: TrendFilter,
    about_city: bool = False,
) -> Counter[str]:
    """Posts in ``[start, end)`` by the code of the place that they tell of, as exact as known.

    ``""`` counts those without a place, ``OUTSIDE`` those of another city. ``about_city`` leaves
    out posts of kind ``luar``.
    """
    query = (
        select(RollupRow.place_code, func.sum(RollupRow.posts))
        .where(RollupRow.hour >= start, RollupRow.hour < end, *conditions(chosen))
        .group_by(RollupRow.place_code)
    )
    if about_city:
        query = query.where(RollupRow.kind != "luar")
    return Counter({code: int(posts) for code, posts in session.execute(query)})


def within(counts: Counter[str], area: str | None, depth: int) -> Counter[str]:
    """The counts of ``area`` (``None``: all) brought to areas whose codes have ``depth`` parts.

    Posts known only more vaguely than that are left out: nothing is made more exact than it is.
    """
    found: Counter[str] = Counter()
    for code, posts in counts.items():
        parts = code.split(".")
        if area is not None and not lies_within(code, area):
            continue
        if code[:1].isdigit() and len(parts) >= depth:
            found[".".join(parts[:depth])] += posts
    return found
