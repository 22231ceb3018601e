"""Where posts were located exactly: the spots that a map may draw as such."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.annotation import AnnotationRow
from models.post import PostRow
from models.post_search import CURRENT, PostFilter, conditions

# Known to a spot, or to less than a cell of the map; streets and areas are not.
EXACT = ("point", "rt_rw", "coordinate")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that posts name, and how many do."""

    name: str
    code: str
    precision: str
    lat: float
    lon: float
    posts: int


def spots(
    session: Session, wanted: PostFilter, precisions: Sequence[str] = EXACT
) -> tuple[Spot, ...]:
    """Every spot within the city that a post which matches was located at, most posts first."""
    row = AnnotationRow
    columns = (row.place_name, row.place_code, row.place_precision, row.place_lat, row.place_lon)
    posts = func.count().label("posts")
    query = (
        select(*columns, posts)
        .join(PostRow, CURRENT)
        .where(*conditions(wanted), row.place_precision.in_(precisions))
        .where(row.place_code.is_not(None), row.place_lat.is_not(None))
        .group_by(*columns)
        .order_by(posts.desc(), row.place_name, row.place_code)
    )
    return tuple(Spot(*found) for found in session.execute(query))  # type: ignore[arg-type]
