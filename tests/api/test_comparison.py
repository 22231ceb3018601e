"""A number beside the usual is called different only when chance would not make it so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.comparison import Comparison, compare

ORDER = ("much_fewer", "fewer", "usual", "more", "much_more")


@pytest.mark.parametrize(
    ("posts", "usual", "days", "said"),
    [
        (500, 100.0, 2, "unknown"),
        (0, 0.2, 14, "none"),
        (104, 100.0, 14, "usual"),
        (130, 100.0, 14, "more"),
        (240, 100.0, 14, "much_more"),
        (70, 100.0, 14, "fewer"),
        (20, 100.0, 14, "much_fewer"),
        (1, 0.0, 14, "usual"),
        (3, 0.0, 14, "much_more"),
    ],
)
def test_words_for_a_gap(posts: int, usual: float, days: int, said: Comparison) -> None:
    assert compare(posts, usual, days) == said


@given(st.integers(0, 5000), st.floats(0.5, 5000), st.integers(3, 30))
def test_one_post_more_never_makes_it_less(posts: int, usual: float, days: int) -> None:
    words = [compare(count, usual, days) for count in (posts, posts + 1)]
    first, second = (ORDER.index(word) for word in words)
    assert first <= second
