"""Words for a number beside the usual: an official reads "lebih banyak", not a z-score."""

from math import sqrt
from typing import Literal

Comparison = Literal["unknown", "none", "usual", "more", "much_more", "fewer", "much_fewer"]

# With fewer days than this nobody can say what is usual.
MIN_DAYS = 3


def compare(posts: int, usual: float, days: int) -> Comparison:
    """How ``posts`` stands beside the mean ``usual`` of ``days`` days.

    Counts of posts scatter at least like a Poisson count, and the mean of few days is itself
    uncertain: only a gap of more than two standard errors of both is called a difference. Twice
    the usual, or half of it, is called much.
    """
    if days < MIN_DAYS:
        return "unknown"
    if posts == 0 and usual < 0.5:
        return "none"
    gap = posts - usual
    if abs(gap) <= 2 * sqrt(max(usual, 1.0) * (1 + 1 / days)):
        return "usual"
    if gap > 0:
        return "much_more" if posts >= 2 * usual else "more"
    return "much_fewer" if posts <= usual / 2 else "fewer"
