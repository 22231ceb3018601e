"""Posts go into the database: each once, whoever brings it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from models import Database, Post, PostRow, utc_now
from models.post import author_ids, insert_or_skip, known_posts
from models.session import take_turn


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a batch of posts: ``new`` ones, and ``known`` ones that were passed over.

    ``differing`` of the known ones have the key of a stored post but another text: edited at
    their source, or of two sources that go by one name.
    """

    new: int = 0
    known: int = 0
    differing: int = 0


def store_batch(session: Session, posts: Sequence[Post]) -> Stored:
    """Insert those of ``posts`` that are not stored yet, in the transaction of ``session``.

    Batches go one at a time, so that ids rise in the order of commits and no two batches wait for
    each other's posts.
    """
    if not posts:
        return Stored()
    take_turn(session, "store posts")
    stored: dict[tuple[str, str], str] = {}
    for source in sorted({post.source for post in posts}):
        ids = sorted({post.source_id for post in posts if post.source == source})
        for start in range(0, len(ids), 5_000):
            found = known_posts(session, source, ids[start : start + 5_000])
            stored.update({(source, source_id): sha for source_id, sha in found.items()})
    new: list[tuple[Post, str]] = []
    known = differing = 0
    for post in posts:
        key = (post.source, post.source_id)
        sha256 = hashlib.sha256(post.text.encode()).hexdigest()
        if key in stored:
            known += 1
            differing += stored[key] != sha256
        else:
            stored[key] = sha256
            new.append((post, sha256))
    authors = author_ids(session, ((p.source, p.author) for p, _ in new if p.author))
    now = utc_now()
    rows: list[dict[str, Any]] = [
        {
            "source": post.source,
            "source_id": post.source_id,
            "text": post.text,
            "text_sha256": sha256,
            "posted_at": post.posted_at,
            "collected_at": now,
            "author_id": authors[(post.source, post.author)] if post.author else None,
            "url": post.url,
            "place_tag": post.place_tag,
            "lat": post.lat,
            "lon": post.lon,
            "invented": post.invented,
            "extra": post.extra,
        }
        for post, sha256 in new
    ]
    insert_or_skip(session, PostRow, rows)
    return Stored(new=len(new), known=known, differing=differing)


def store_posts(db: Database, posts: Iterable[Post], limit: int = 1_000) -> int:
    """Insert ``posts`` that are not stored yet, ``limit`` a transaction; how many were new."""
    waiting = iter(posts)
    new = 0
    while batch := list(islice(waiting, limit)):
        with db.writing() as session:
            new += store_batch(session, batch).new
    return new
