"""``/api/v1/posts``: the posts behind every number, masked, newest first."""

from datetime import datetime
from typing import Any

from flask import Response
from pydantic import Field

from api.context import context
from api.json.blueprint import endpoint
from api.json.cursors import Position, seal, unseal
from api.json.fields import (
    AreaCode,
    Asked,
    Category,
    CursorText,
    Flag,
    Id,
    Kind,
    Moment,
    PageSize,
    Place,
    Sentiment,
    SourceName,
    Text,
    Told,
)
from api.json.pages import ITEM_HEADERS, PAGE_HEADERS, paged, tagged
from api.json.places import known_area
from api.json.problems import ApiProblem, Fault
from api.json.words import Words
from api.links import link_without_handle
from api.personal import asks_for_person
from models import AnnotationRow, City
from models.horizon import settled_before
from models.post_search import (
    Found,
    PostAfter,
    PostFilter,
    deleted_posts,
    find_posts,
    post_with_annotation,
)
from nlp import mask

_LIST, _DELETED = "posts", "posts/deleted"
_Q = 'Words that all stand in the post, in any order and case; `"lampu mati"` is one phrase'


class PostQuery(Asked):
    """Which posts, and which page of them."""

    q: Text | None = Field(None, description=_Q)
    kind: Kind | None = None
    category: Category | None = None
    sentiment: Sentiment | None = None
    sure: Flag | None = Field(None, description="`false`: only posts left *tidak yakin*")
    source: SourceName | None = None
    area: AreaCode | None = Field(None, description="Kemendagri code; holds all areas below it")
    since: Moment | None = Field(None, description="Written at or after this moment")
    until: Moment | None = Field(None, description="Written before this moment")
    cursor: CursorText | None = Field(None, description="`next` of the page before")
    limit: PageSize = 50


class DeletedQuery(Asked):
    """Which page of the deletions."""

    cursor: CursorText | None = Field(None, description="`next` of the page before")
    limit: PageSize = 50


class PostPath(Asked):
    """Which post."""

    id: Id


class Reading(Told):
    """What the model read in a post: codes with calibrated probabilities (0 to 1)."""

    kind: Kind
    kind_probability: float
    category: Category | None = Field(description="`null` when kind is `luar`")
    category_probability: float | None
    sentiment: Sentiment
    sentiment_probability: float
    sure: bool = Field(description="`false`: left to people, and in no draft report")
    place: Place | None
    model_version: str


class Post(Told):
    """One public post, with personal data masked and no word of who wrote it."""

    id: Id
    source: str
    text: str = Field(description="Phone numbers, NIK, plates, e-mail and handles are masked")
    url: str | None = Field(description="Where the post can be read, unless that names its author")
    posted_at: datetime | None
    collected_at: datetime
    invented: bool = Field(description="`true`: written for the demo city, by nobody")
    annotation: Reading | None = Field(description="`null` until the model has read it")


class PostPage(Told):
    """One page of posts."""

    items: list[Post]
    next: str | None = Field(description="Cursor of the page that follows; `null` on the last")
    has_more: bool


class Deletion(Told):
    """A post that was deleted at its source: copies of it must go too."""

    id: Id
    deleted_at: datetime


class DeletionPage(Told):
    """One page of deletions."""

    items: list[Deletion]
    next: str | None = Field(description="Keep it: the next look starts from here")
    has_more: bool


@endpoint("get", "/posts", tag="posts", scope="posts:read", answer=PostPage,
          problems=("cursor-invalid",), headers=PAGE_HEADERS)  # fmt: skip
def list_posts(query: PostQuery) -> Response:
    """Posts, newest first; posts without a time come last.

    Posts that arrive while you page through never shift a page. Deleted posts are not here:
    see `/posts/deleted`.
    """
    filters = query.model_dump(exclude={"cursor", "limit"}, exclude_none=True)
    position = unseal(query.cursor, _LIST, filters)
    _refuse_personal(query.q)
    check_span(query.since, query.until)
    city = context().city
    known_area(city, query.area)
    wanted = PostFilter(
        text=query.q,
        kind=query.kind,
        category=query.category,
        sentiment=query.sentiment,
        sure=query.sure,
        source=query.source,
        area=query.area,
        since=query.since,
        until=query.until,
    )
    after = PostAfter(position.at, position.id) if position else None
    with context().db.reading() as session:
        found = find_posts(session, wanted, after, query.limit + 1)
    page, more = found[: query.limit], len(found) > query.limit
    cursor = None
    if more:
        last = page[-1][0]
        cursor = seal(Position(last.posted_at, last.id), _LIST, filters)
    items = [as_post(city, row) for row in page]
    return paged(PostPage(items=items, next=cursor, has_more=more), cursor, more)


@endpoint("get", "/posts/deleted", tag="posts", scope="posts:read", answer=DeletionPage,
          problems=("cursor-invalid",), headers=PAGE_HEADERS)  # fmt: skip
def list_deleted_posts(query: DeletedQuery) -> Response:
    """Posts deleted at their source, in the order in which we learnt of it.

    Keep `next` and come back with it: it leads to the deletions since. A deletion appears here
    a few seconds after it was learnt.
    """
    position = unseal(query.cursor, _DELETED, {})
    after = PostAfter(position.at, position.id) if position else None
    with context().db.reading() as session:
        found = deleted_posts(session, settled_before(session), after, query.limit + 1)
    page, more = found[: query.limit], len(found) > query.limit
    cursor = query.cursor
    if page:
        id_, deleted_at = page[-1]
        cursor = seal(Position(deleted_at, id_), _DELETED, {})
    items = [Deletion(id=str(id_), deleted_at=deleted_at) for id_, deleted_at in page]
    return paged(DeletionPage(items=items, next=cursor, has_more=more), cursor, more)


@endpoint("get", "/posts/<id>", tag="posts", scope="posts:read", answer=Post,
          problems=("not-found", "gone"), headers=ITEM_HEADERS)  # fmt: skip
def show_post(path: PostPath) -> Response:
    """One post; 410 with `deleted_at` when it was deleted at its source."""
    with context().db.reading() as session:
        found = post_with_annotation(session, int(path.id))
    if found is None:
        raise ApiProblem("not-found")
    deleted_at = found[0].deleted_at
    if deleted_at is not None:
        gone: dict[str, Any] = {"id": path.id, "deleted_at": deleted_at.isoformat()}
        raise ApiProblem("gone", extra=gone)
    return tagged(as_post(context().city, found))


def as_post(city: City, found: Found) -> Post:
    """A stored post as the API shows it."""
    row, annotation = found
    return Post(
        id=str(row.id),
        source=row.source,
        text=mask(row.text),
        url=link_without_handle(row.url),
        posted_at=row.posted_at,
        collected_at=row.collected_at,
        invented=row.invented,
        annotation=as_reading(city, annotation) if annotation else None,
    )


def as_place(
    city: City,
    code: str | None,
    name: str | None,
    precision: str | None,
    where: tuple[float | None, float | None],
) -> Place | None:
    """A stored place as the API shows it; ``None`` where none was named. ``where``: lat, lon."""
    if name is None:
        return None
    return Place(
        code=code,
        name=name,
        label=city.area_label(code) or name,
        precision=precision or "kota",
        lat=where[0],
        lon=where[1],
    )


def as_reading(city: City, row: AnnotationRow) -> Reading:
    """A stored annotation as the API shows it."""
    where = (row.place_lat, row.place_lon)
    return Reading(
        kind=row.kind,
        kind_probability=row.kind_probability,
        category=row.category,
        category_probability=row.category_probability,
        sentiment=row.sentiment,
        sentiment_probability=row.sentiment_probability,
        sure=row.sure,
        place=as_place(city, row.place_code, row.place_name, row.place_precision, where),
        model_version=row.model_version,
    )


def check_span(since: datetime | None, until: datetime | None) -> None:
    """Refuse a span that ends before it begins."""
    if since is not None and until is not None and until < since:
        words = Words("until mendahului since.", "until is before since.")
        raise ApiProblem("invalid", faults=(Fault("#query/until", "before_since", words),))


def _refuse_personal(text: str | None) -> None:
    if asks_for_person(text):
        words = Words(
            "Nomor, alamat surel, dan nama akun tidak dapat dicari.",
            "Numbers, e-mail addresses and account names cannot be searched for.",
        )
        raise ApiProblem("invalid", faults=(Fault("#query/q", "personal_data", words),))
