"""Which posts tell of the same thing: a symmetric relation, and what hangs together by it.

Nothing here knows the database. Whether two posts are linked depends on these two alone, and an
incident is what hangs together by links, so it cannot matter in which order posts arrive.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import combinations_with_replacement, pairwise

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer  # type: ignore[import-untyped]

from models.incident import Telling
from models.labels import PRECISIONS
from reports.words import content_words

# Of two posts that name the same kelurahan and no more, at least this share of their words must
# be common (Jaccard over stems, the place's own name left out). A fraction, so that no rounding
# decides.
WORDS_IN_COMMON = Fraction(3, 10)

# A place this exact is enough by itself; "coordinate" is not, because it is named after its area.
EXACT = ("street", "point", "rt_rw")
# What befalls an area at once (a flood) is one thing in a whole kelurahan.
AREA_WIDE = (*EXACT, "kelurahan")
# The vaguest place that may link at all.
_VAGUEST = PRECISIONS.index("kelurahan")
_ROWS_AT_ONCE = 256

PlaceLabel = tuple[str | None, str]


def label(post: Telling) -> PlaceLabel | None:
    """The place of a post by code and name; ``None`` where it names none."""
    return None if post.place_name is None else (post.place_code, post.place_name)


def links_by_place(post: Telling) -> bool:
    """Whether a post has a time and a place inside the city, exact enough to link it to others."""
    return (
        post.place_code is not None
        and post.place_name is not None
        and post.posted_at is not None
        and PRECISIONS.index(post.place_precision or "kota") >= _VAGUEST
    )


@dataclass(frozen=True, slots=True)
class Joined:
    """Loose posts that belong together, and the incidents that hold posts linked to them."""

    posts: tuple[Telling, ...]
    incidents: frozenset[int]


def join(
    loose: Sequence[Telling],
    settled: Sequence[Telling],
    window: timedelta,
    held: Mapping[int, int],
    enough: tuple[str, ...] = EXACT,
) -> list[Joined]:
    """Put the ``loose`` posts of one category together, with each other and with ``settled``.

    ``settled`` are posts that stand in an incident already, at least all that could be linked to
    a loose one; links between two of them are old news and are not looked at. ``held`` says of
    some loose posts (by post id) in which incident they have to stay whatever their words say.
    Places of a precision in ``enough`` link by themselves, vaguer ones need words in common too.
    """
    posts = [*loose, *settled]
    union = _Union(len(posts))
    first_of_incident: dict[int, int] = {}
    for index in range(len(loose), len(posts)):
        incident_id = posts[index].incident_id or 0
        union.join(index, first_of_incident.setdefault(incident_id, index))
    for pair in _links(posts, len(loose), window, enough):
        union.join(*pair)

    members: dict[int, list[Telling]] = defaultdict(list)
    incidents: dict[int, set[int]] = defaultdict(set)
    for index, post in enumerate(posts):
        root = union.root(index)
        if index < len(loose):
            members[root].append(post)
            incidents[root].update([held[post.post_id]] if post.post_id in held else [])
        elif post.incident_id is not None:
            incidents[root].add(post.incident_id)
    return [Joined(tuple(told), frozenset(incidents[root])) for root, told in members.items()]


class _Union:
    """Disjoint sets of indices."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def root(self, index: int) -> int:
        """The index that stands for the set of ``index``."""
        parent = self._parent
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    def join(self, one: int, other: int) -> None:
        """Make one set of two; the smaller index stands for it."""
        low, high = sorted((self.root(one), self.root(other)))
        self._parent[high] = low


def _links(
    posts: Sequence[Telling], loose: int, window: timedelta, enough: tuple[str, ...]
) -> Iterator[tuple[int, int]]:
    """Enough links, each with a loose post in it, to hold together what hangs together."""
    by_words: dict[tuple[str, bool], list[int]] = defaultdict(list)
    by_place: dict[PlaceLabel, list[int]] = defaultdict(list)
    for index, post in enumerate(posts):
        if post.near_duplicate_key:
            by_words[post.near_duplicate_key, post.posted_at is None].append(index)
        if links_by_place(post):
            by_place[post.place_code, post.place_name or ""].append(index)
    for indices in by_words.values():
        if indices[0] < loose and len(indices) > 1:
            yield from _same_words(posts, indices, loose, window)
    for indices in by_place.values():
        if indices[0] < loose and len(indices) > 1:
            exact = [index for index in indices if posts[index].place_precision in enough]
            yield from _near_in_time(posts, exact, loose, window)
            if len(exact) < len(indices):
                yield from _alike_in_words(posts, indices, loose, window, enough)


def _same_words(
    posts: Sequence[Telling], indices: Sequence[int], loose: int, window: timedelta
) -> Iterator[tuple[int, int]]:
    """Links between posts of the same words, unless their places contradict each other.

    "lampu jalan mati" from two kelurahan is two lamps.
    """
    by_label: dict[PlaceLabel | None, list[int]] = defaultdict(list)
    for index in indices:
        by_label[label(posts[index])].append(index)
    for one, other in combinations_with_replacement(by_label, 2):
        if _compatible(one, other):
            both = by_label[one] if one == other else by_label[one] + by_label[other]
            yield from _near_in_time(posts, both, loose, window)


def _compatible(one: PlaceLabel | None, other: PlaceLabel | None) -> bool:
    """Whether two places can be one: the same, unknown, or one area inside the other."""
    if one is None or other is None or one == other:
        return True
    if one[0] is None or other[0] is None:
        return False
    return f"{one[0]}.".startswith(f"{other[0]}.") or f"{other[0]}.".startswith(f"{one[0]}.")


def _near_in_time(
    posts: Sequence[Telling], indices: Sequence[int], loose: int, window: timedelta
) -> Iterator[tuple[int, int]]:
    """Links of each post to the next in time: whoever is linked to a later one is to this."""
    if any(posts[index].posted_at is None for index in indices):
        ordered = list(indices)
    else:
        ordered = sorted(indices, key=lambda index: _time(posts[index]))
    for one, other in pairwise(ordered):
        if (one < loose or other < loose) and _within(posts[one], posts[other], window):
            yield one, other


def _time(post: Telling) -> float:
    return post.posted_at.timestamp() if post.posted_at is not None else 0.0


def _within(one: Telling, other: Telling, window: timedelta) -> bool:
    if one.posted_at is None or other.posted_at is None:
        return one.posted_at is other.posted_at
    return abs(one.posted_at - other.posted_at) <= window


def _alike_in_words(
    posts: Sequence[Telling],
    indices: Sequence[int],
    loose: int,
    window: timedelta,
    enough: tuple[str, ...],
) -> Iterator[tuple[int, int]]:
    """Links between posts of one place, at least one of them vague, that share enough words."""
    indices = sorted(indices, key=lambda index: _time(posts[index]))
    times = [_time(posts[index]) for index in indices]
    of_place = content_words(posts[indices[0]].place_name or "")
    words = [content_words(posts[index].text) - of_place for index in indices]
    if not any(words):
        return
    matrix = CountVectorizer(analyzer=list, binary=True, dtype=np.int64).fit_transform(words)
    sizes = np.array([len(found) for found in words], dtype=np.int64)
    rows = [row for row, index in enumerate(indices) if index < loose]
    reach = window.total_seconds()
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows[start : start + _ROWS_AT_ONCE]
        # Only the stretch of time that these rows can reach.
        low = bisect_left(times, times[some[0]] - reach - 1)
        high = bisect_right(times, times[some[-1]] + reach + 1)
        shared = (matrix[some] @ matrix[low:high].T).tocoo()
        row, column = np.array(some)[shared.row], shared.col + low
        together = sizes[row] + sizes[column] - shared.data
        alike = shared.data * WORDS_IN_COMMON.denominator >= together * WORDS_IN_COMMON.numerator
        for one, other in zip(row[alike], column[alike], strict=True):
            if one != other:
                first, second = posts[indices[one]], posts[indices[other]]
                vague = not {first.place_precision, second.place_precision} <= set(enough)
                if vague and _within(first, second, window):
                    yield indices[one], indices[other]
