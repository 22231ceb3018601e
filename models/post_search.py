"""Finding posts: the search behind the Posting page and ``/api/v1/posts``."""

import operator
import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from models.annotation import AnnotationRow
from models.post import PostRow
from models.rollup import RollupRow

Found = tuple[PostRow, AnnotationRow | None]

CURRENT = and_(AnnotationRow.post_id == PostRow.id, AnnotationRow.current.is_(True))


@dataclass(frozen=True, slots=True)
class PostFilter:
    """Which posts are wanted; ``None`` leaves a question open. Deleted posts never match.

    ``text``     words that all stand in the post, see ``search_terms``, whatever their order, their
                 case and what surrounds them (``%`` and ``_`` are themselves).
    ``area``     a Kemendagri code of any level: ``31.74`` holds ``31.74.03.1001``.
    ``sure``     ``False`` finds the posts that the model left *tidak yakin*.
    ``since``    aware, inclusive; ``until`` aware, exclusive; both leave out posts without a time.
    ``about_city`` ``True`` finds what was read and is not of kind ``luar``.
    ``place_name`` finds the posts that were located at a place of just this name.
    ``near_duplicate_key`` finds the posts that say the same, as their annotations tell.
    """

    text: str | None = None
    kind: str | None = None
    category: str | None = None
    sentiment: str | None = None
    sure: bool | None = None
    source: str | None = None
    area: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    about_city: bool | None = None
    near_duplicate_key: str | None = None
    invented: bool | None = None
    place_name: str | None = None


@dataclass(frozen=True, slots=True)
class Origins:
    """Whether there are posts that people wrote, and posts invented for a demo."""

    real: bool
    invented: bool


@dataclass(frozen=True, slots=True)
class PostAfter:
    """Where a page ended: the ``posted_at`` and ``id`` of its last post."""

    posted_at: datetime | None
    id: int


_TERM = re.compile(r'"([^"]*)"|([^\s"]+)')
_CURLY = str.maketrans("“”„‟", '""""')


def search_terms(text: str) -> tuple[str, ...]:
    """What a post must contain, each somewhere: the words of ``text``, and its quoted phrases.

    A quotation mark without its other half means nothing. Never empty: a text of blanks or marks
    alone is itself the term, so that no search finds everything unasked.
    """
    found = (phrase.strip() or word for phrase, word in _TERM.findall(text.translate(_CURLY)))
    return tuple(dict.fromkeys(term for term in found if term)) or (text,)


def find_posts(
    session: Session, wanted: PostFilter, after: PostAfter | None = None, limit: int = 50
) -> list[Found]:
    """At most ``limit`` posts with their current annotations, newest first.

    Posts without a time come last. The page that follows starts ``after`` the last post of this
    one; posts that arrive meanwhile never shift it.
    """
    return _beyond(session, wanted, after, limit, newer=False)


def find_posts_before(
    session: Session, wanted: PostFilter, before: PostAfter, limit: int = 50
) -> list[Found]:
    """At most ``limit`` posts that come just before the post at ``before``, newest first.

    This is the way back: the page whose last post stands right before ``before``.
    """
    return _beyond(session, wanted, before, limit, newer=True)[::-1]


def _beyond(
    session: Session, wanted: PostFilter, place: PostAfter | None, limit: int, *, newer: bool
) -> list[Found]:
    """At most ``limit`` posts on one side of ``place``, the nearest first."""
    query = (
        select(PostRow, AnnotationRow).outerjoin(AnnotationRow, CURRENT).where(*conditions(wanted))
    )
    beyond = operator.gt if newer else operator.lt
    at, id_ = PostRow.posted_at, PostRow.id
    # Two queries, because no index gives "newest first, posts without a time last" on PostgreSQL.
    timed = query.where(at.is_not(None))
    timeless = query.where(at.is_(None))
    moment = place.posted_at if place is not None else None
    if place is not None and moment is None:
        timeless = timeless.where(beyond(id_, place.id))
    elif place is not None and moment is not None:
        same = and_(at == moment, beyond(id_, place.id))
        timed = timed.where(or_(beyond(at, moment), same))
    if newer:
        parts = [timeless.order_by(id_), timed.order_by(at, id_)]
    else:
        parts = [timed.order_by(at.desc(), id_.desc()), timeless.order_by(id_.desc())]
    if place is not None and (place.posted_at is None) != newer:
        # The place lies in the second part already.
        del parts[0]
    found: list[Found] = []
    for part in parts:
        if len(found) < limit:
            rows = session.execute(part.limit(limit - len(found)))
            found += [(post, annotation) for post, annotation in rows]
    return found


def count_posts(session: Session, wanted: PostFilter, at_most: int | None = None) -> int:
    """How many posts match; with ``at_most`` it ends there, which spares the rest."""
    query = select(PostRow.id).outerjoin(AnnotationRow, CURRENT).where(*conditions(wanted))
    matching = query.limit(at_most).subquery()
    return session.scalar(select(func.count()).select_from(matching)) or 0


def post_with_annotation(session: Session, post_id: int) -> Found | None:
    """One post, deleted or not, with its current annotation."""
    query = select(PostRow, AnnotationRow).outerjoin(AnnotationRow, CURRENT)
    row = session.execute(query.where(PostRow.id == post_id)).first()
    return (row[0], row[1]) if row else None


def deleted_posts(
    session: Session, before: datetime, after: PostAfter | None = None, limit: int = 50
) -> list[tuple[int, datetime]]:
    """Ids of posts deleted at their source and when we learnt of it, earliest first.

    Only those deleted ``before`` a moment; ``after`` names the deletion that was read last.
    """
    query = select(PostRow.id, PostRow.deleted_at).where(PostRow.deleted_at < before)
    if after is not None and after.posted_at is not None:
        later = and_(PostRow.deleted_at == after.posted_at, PostRow.id > after.id)
        query = query.where(or_(PostRow.deleted_at > after.posted_at, later))
    rows = session.execute(query.order_by(PostRow.deleted_at, PostRow.id).limit(limit))
    return [(id_, deleted_at) for id_, deleted_at in rows if deleted_at is not None]


def count_annotated(session: Session) -> int:
    """How many posts, deleted ones aside, a model has read."""
    query = select(func.count(PostRow.id)).join(AnnotationRow, CURRENT)
    return session.scalar(query.where(PostRow.deleted_at.is_(None))) or 0


def last_post_at(session: Session) -> datetime | None:
    """When the newest post was written."""
    return session.scalar(select(func.max(PostRow.posted_at)).where(PostRow.deleted_at.is_(None)))


def count_deleted(session: Session) -> int:
    """How many posts were deleted at their source."""
    query = select(func.count(PostRow.id)).where(PostRow.deleted_at.is_not(None))
    return session.scalar(query) or 0


def sources_of_posts(session: Session) -> list[str]:
    """The codes of every source that has posts."""
    # From each to the next along the index: DISTINCT would read every post.
    found: list[str] = []
    query = select(func.min(PostRow.source))
    while (source := session.scalar(query)) is not None:
        found.append(source)
        query = select(func.min(PostRow.source)).where(PostRow.source > source)
    return found


def origins(session: Session) -> Origins:
    """Which kinds of posts there are, deleted ones aside.

    Beside real posts, invented ones are looked for among those that were counted: the posts
    themselves would all have to be read to find none.
    """
    here = select(PostRow.id).where(PostRow.deleted_at.is_(None))
    real = session.scalar(select(here.where(PostRow.invented.is_(False)).exists()))
    kept = select(RollupRow.hour).where(RollupRow.invented.is_(True)) if real else here
    return Origins(real=bool(real), invented=bool(session.scalar(select(kept.exists()))))


def conditions(wanted: PostFilter) -> list[ColumnElement[bool]]:
    """What ``wanted`` asks of a post joined with its current annotation."""
    conditions: list[ColumnElement[bool]] = [PostRow.deleted_at.is_(None)]
    if wanted.text:
        conditions += [
            PostRow.text.icontains(term, autoescape=True) for term in search_terms(wanted.text)
        ]
    for column, value in (
        (AnnotationRow.kind, wanted.kind),
        (AnnotationRow.category, wanted.category),
        (AnnotationRow.sentiment, wanted.sentiment),
        (PostRow.source, wanted.source),
        (AnnotationRow.near_duplicate_key, wanted.near_duplicate_key),
        (AnnotationRow.place_name, wanted.place_name),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.about_city is not None:
        about_city = AnnotationRow.kind != "luar"
        conditions.append(about_city if wanted.about_city else AnnotationRow.kind == "luar")
    if wanted.invented is not None:
        conditions.append(PostRow.invented.is_(wanted.invented))
    if wanted.sure is not None:
        conditions.append(AnnotationRow.sure.is_(wanted.sure))
    if wanted.area:
        code = AnnotationRow.place_code
        inside = code.startswith(wanted.area + ".", autoescape=True)
        conditions.append(or_(code == wanted.area, inside))
    if wanted.since is not None:
        conditions.append(PostRow.posted_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(PostRow.posted_at < wanted.until)
    return conditions
