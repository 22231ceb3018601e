"""The posts: search, filters, and each post with what was read in it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

import nlp
from api.auth import allowed
from api.context import context
from api.csv_export import Cell, csv_response
from api.links import link_without_handle
from api.personal import asks_for_person
from api.web.paging import ROW_ID, keyset_from_text, keyset_to_text
from api.web.shell import INVENTED, REAL, parse_day, show_invented
from api.web.unknown import days_the_wrong_way, ignored_filters
from api.web.why import why_read_so
from models import AnnotationRow, PostRow
from models.annotation import embedding_of
from models.incident import incident_of_posts
from models.labels import CATEGORIES, KINDS, SENTIMENTS
from models.post_search import (
    Found,
    PostAfter,
    PostFilter,
    count_posts,
    find_posts,
    find_posts_before,
    post_with_annotation,
    sources_of_posts,
)
from models.report import report_of_incident

pages = Blueprint("posts", __name__)
pages.add_app_template_filter(link_without_handle)

_PAGE = 40
_BATCH = 1000
# Counting more than this takes longer than anybody wants to wait for a number.
_COUNTED = 10_000
# The filter value for every kind but "luar": what the numbers of the summary count.
ABOUT_CITY = "kota"

_CHECKED_FILTERS = ("jenis", "kategori", "sentimen", "yakin", "data", "wilayah", "dari", "sampai")


@pages.get("/posting")
@allowed("posts.view")
def show() -> ResponseReturnValue:
    """The posts that match, newest first, a page at a time."""
    chosen = chosen_filters()
    if asks_for_person(chosen.get("cari")):
        return _refused(chosen), 422
    wanted = post_filter(chosen)
    after = keyset_from_text(request.args.get("sesudah"))
    before = keyset_from_text(request.args.get("sebelum"))
    with context().db.reading() as session:
        if before is not None:
            found = find_posts_before(session, wanted, before, _PAGE + 1)
            more_newer, found = len(found) > _PAGE, found[-_PAGE:]
            more_older = True
        else:
            found = find_posts(session, wanted, after, _PAGE + 1)
            more_older, found = len(found) > _PAGE, found[:_PAGE]
            more_newer = after is not None
        total = count_posts(session, wanted, _COUNTED + 1)
        sources = sources_of_posts(session)
    if any(post.invented for post, _ in found):
        show_invented()
    return render_template(
        "posts.html",
        found=found,
        total=min(total, _COUNTED),
        more=total > _COUNTED,
        sources=sources,
        chosen=chosen,
        kinds=KINDS,
        categories=CATEGORIES,
        sentiments=SENTIMENTS,
        newer=_place(found[0]) if found and more_newer else None,
        older=_place(found[-1]) if found and more_older else None,
        any_posts=bool(sources),
        ignored=[
            *ignored_filters(chosen, *_CHECKED_FILTERS),
            *days_the_wrong_way(chosen),
        ],
    )


@pages.get("/posting.csv")
@allowed("posts.view")
def export() -> ResponseReturnValue:
    """The posts that match, masked, as a file."""
    chosen = chosen_filters()
    if asks_for_person(chosen.get("cari")):
        # The page says why.
        asked: dict[str, Any] = dict(chosen)
        return redirect(url_for("posts.show", **asked))
    wanted, db = post_filter(chosen), context().db

    def rows() -> Iterator[list[Cell]]:
        after: PostAfter | None = None
        while True:
            with db.reading() as session:
                found = find_posts(session, wanted, after, _BATCH)
            for post, annotation in found:
                yield _row(post, annotation)
            if len(found) < _BATCH:
                return
            after = PostAfter(found[-1][0].posted_at, found[-1][0].id)

    header = (
        "id", "source", "posted_at", "text", "kind", "kind_probability", "category",
        "category_probability", "sentiment", "sentiment_probability", "sure", "place",
        "place_code", "invented", "model_version",
    )  # fmt: skip
    return csv_response("posting", header, rows())


@pages.get(f"/posting/<{ROW_ID}:post_id>")
@allowed("posts.view")
def one(post_id: int) -> ResponseReturnValue:
    """One post: what it says, what was read in it and how surely, where it went."""
    with context().db.reading() as session:
        found = post_with_annotation(session, post_id)
        if found is None:
            abort(404)
        post, annotation = found
        alike = 0
        if annotation is not None:
            same = PostFilter(near_duplicate_key=annotation.near_duplicate_key)
            alike = count_posts(session, same) - 1
        incident = incident_of_posts(session, [post_id]).get(post_id)
        report = report_of_incident(session, incident) if incident is not None else None
        embedding = embedding_of(session, annotation.id) if annotation is not None else None
    if post.invented:
        show_invented()
    return render_template(
        "post.html",
        post=post,
        annotation=annotation,
        alike=alike,
        report=report,
        why=why_read_so(post, annotation, embedding),
    )


def chosen_filters() -> dict[str, str]:
    """The filters of the address that can be used, by their names in it."""
    known: dict[str, tuple[str, ...]] = {
        "jenis": (*KINDS, ABOUT_CITY),
        "kategori": CATEGORIES,
        "sentimen": SENTIMENTS,
        "yakin": ("ya", "tidak"),
        "data": (REAL, INVENTED),
    }
    chosen: dict[str, str] = {}
    for name in (*known, "cari", "sumber", "wilayah", "serupa", "tempat"):
        value = request.args.get(name, "").strip().replace("\0", "")[:200]
        if value and (name not in known or value in known[name]):
            chosen[name] = value
    for name in ("dari", "sampai"):
        day = parse_day(request.args.get(name))
        if day is not None:
            chosen[name] = day.date().isoformat()
    if chosen.get("wilayah") not in context().city.areas:
        chosen.pop("wilayah", None)
    return chosen


def post_filter(chosen: dict[str, str]) -> PostFilter:
    """The question to the database that the chosen filters ask; days are the city's days."""
    kind = chosen.get("jenis")
    since, until = parse_day(chosen.get("dari")), parse_day(chosen.get("sampai"))
    return PostFilter(
        text=chosen.get("cari"),
        kind=None if kind == ABOUT_CITY else kind,
        about_city=True if kind == ABOUT_CITY else None,
        category=chosen.get("kategori"),
        sentiment=chosen.get("sentimen"),
        source=chosen.get("sumber"),
        sure={"ya": True, "tidak": False}.get(chosen.get("yakin", "")),
        area=chosen.get("wilayah"),
        since=since,
        until=until + timedelta(days=1) if until else None,
        near_duplicate_key=chosen.get("serupa"),
        place_name=chosen.get("tempat"),
        invented={REAL: False, INVENTED: True}.get(chosen.get("data", "")),
    )


@pages.app_template_filter("masked")
def masked(post: PostRow, annotation: AnnotationRow | None = None) -> Markup:
    """A post's words with personal data covered, and its place marked where that is known."""
    whole = nlp.mask(post.text).strip()
    if annotation is None or annotation.place_start is None or annotation.place_end is None:
        return Markup.escape(whole)
    start, end = annotation.place_start, annotation.place_end
    parts = [nlp.mask(part) for part in (post.text[:start], post.text[start:end], post.text[end:])]
    if "".join(parts).strip() != whole:
        # The cut runs through something that must stay covered: then no mark.
        return Markup.escape(whole)
    return Markup("{}<mark>{}</mark>{}").format(parts[0].lstrip(), parts[1], parts[2].rstrip())


def _refused(chosen: dict[str, str]) -> str:
    """The page for whoever searches for a person: the other filters stay, the words go."""
    with context().db.reading() as session:
        sources = sources_of_posts(session)
    return render_template(
        "posts.html",
        refused=True,
        found=[],
        total=0,
        sources=sources,
        chosen={name: value for name, value in chosen.items() if name != "cari"},
        kinds=KINDS,
        categories=CATEGORIES,
        sentiments=SENTIMENTS,
        any_posts=bool(sources),
    )


def _place(found: Found) -> str:
    return keyset_to_text(PostAfter(found[0].posted_at, found[0].id))


def _row(post: PostRow, annotation: AnnotationRow | None) -> list[Cell]:
    read: list[Cell] = [None] * 9
    if annotation is not None:
        read = [
            annotation.kind,
            annotation.kind_probability,
            annotation.category,
            annotation.category_probability,
            annotation.sentiment,
            annotation.sentiment_probability,
            annotation.sure,
            annotation.place_name,
            annotation.place_code,
        ]
    version = annotation.model_version if annotation else None
    return [
        post.id,
        post.source,
        post.posted_at,
        nlp.mask(post.text),
        *read,
        post.invented,
        version,
    ]
