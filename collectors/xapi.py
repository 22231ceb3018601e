"""X's shapes: response pages of API v2, single posts of v2 and v1.1, and archives, as ``Post``."""

import json
import re
import zipfile
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from collectors.cover import covered
from collectors.pseudonym import pseudonym
from collectors.times import parse_time
from models import Post

SOURCE = "x"
_STATUS_LINK = re.compile(
    r"https?://(?:www\.|mobile\.|m\.)?(?:x|twitter)\.com/[^/\s]+(?:/\w+)?/status(?:es)?/(\d+)"
)
NO_POSTS = "halaman X tanpa posting / X page without posts"


def post_link(post_id: str) -> str:
    """The address of a post at X without its author's handle."""
    return f"https://x.com/i/web/status/{post_id}"


def linked_post(url: str) -> str | None:
    """The id of the X post that ``url`` leads to."""
    found = _STATUS_LINK.match(url)
    return found[1] if found else None


def page_posts(page: Any) -> list[dict[str, Any]] | str:
    """The posts of one response page, each with what the page's ``includes`` say of it.

    As in twarc's flattened output: ``author`` is the user, ``geo.place`` the place, and every
    referenced post has its own text. A page without posts says so or, if it is none, why.
    """
    if not isinstance(page, dict):
        return NO_POSTS
    data = page.get("data")
    if isinstance(data, dict):
        data = [data]
    if data is None:
        meta = page.get("meta")
        if isinstance(meta, dict) and not page.get("errors"):
            return []
        return _page_error(page)
    if not isinstance(data, list):
        return NO_POSTS
    includes = page.get("includes")
    includes = includes if isinstance(includes, dict) else {}
    users, places, tweets = (
        _by_id(includes.get(name), key)
        for name, key in (("users", "id"), ("places", "id"), ("tweets", "id"))
    )
    return [_joined(tweet, users, places, tweets) for tweet in data]


def _page_error(page: Mapping[str, Any]) -> str:
    errors = page.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else page
    said = first.get("detail") or first.get("title") if isinstance(first, dict) else None
    return f"{NO_POSTS}: {covered(str(said)[:300])}" if said else NO_POSTS


def _by_id(items: Any, key: str) -> dict[str, dict[str, Any]]:
    if not isinstance(items, list):
        return {}
    return {str(item[key]): item for item in items if isinstance(item, dict) and key in item}


def _joined(
    tweet: Any,
    users: Mapping[str, dict[str, Any]],
    places: Mapping[str, dict[str, Any]],
    tweets: Mapping[str, dict[str, Any]],
) -> dict[str, Any]:
    if not isinstance(tweet, dict):
        return {"text": None, "page_item": tweet}
    out = dict(tweet)
    if author := users.get(str(tweet.get("author_id"))):
        out["author"] = author
    geo = tweet.get("geo")
    if isinstance(geo, dict) and (place := places.get(str(geo.get("place_id")))):
        out["geo"] = {**geo, "place": place}
    references = tweet.get("referenced_tweets")
    if isinstance(references, list):
        out["referenced_tweets"] = [
            {**tweets.get(str(reference.get("id")), {}), **reference}
            for reference in references
            if isinstance(reference, dict)
        ]
    return out


def x_post(tweet: Mapping[str, Any], key: bytes, zone: tzinfo, source: str = SOURCE) -> Post:
    """The ``Post`` of one X post in any of its shapes.

    The text is the whole one: of a note its note, of a repost what was reposted. An edited post
    keeps the id of its first version, so that all its versions are one post. Raises ``ValueError``
    with the reason where there is no id or an unreadable time.
    """
    own_id = str(tweet.get("id_str") or tweet.get("id") or "").strip()
    if not own_id:
        raise ValueError("posting X tanpa id / X post without an id")
    versions = _edits(tweet)
    post_id = versions[0] if versions else own_id
    extra: dict[str, Any] = {}
    if post_id != own_id:
        extra["version"] = own_id
    for reference in _references(tweet):
        extra[reference[0]] = reference[1]
    if isinstance(tweet.get("lang"), str):
        extra["lang"] = tweet["lang"]
    place, lat, lon = _place(tweet)
    author = _author(tweet)
    return Post(
        source=source,
        source_id=post_id,
        text=_text(tweet),
        posted_at=parse_time(tweet.get("created_at"), zone),
        author=pseudonym(key, source, author) if author else None,
        url=post_link(own_id),
        place_tag=place,
        lat=lat,
        lon=lon,
        extra=extra,
    )


def shown_fields(tweet: Mapping[str, Any]) -> dict[str, Any]:
    """What of an X post may be looked at: its id and words, nothing of its author."""
    shown = {name: tweet[name] for name in ("id_str", "id") if name in tweet}
    return {**shown, "text": _own_text(tweet)}


def _edits(tweet: Mapping[str, Any]) -> list[str]:
    ids = tweet.get("edit_history_tweet_ids")
    if not ids:
        info = tweet.get("edit_info")
        inner = info.get("edit", info.get("initial")) if isinstance(info, dict) else None
        if isinstance(inner, dict):
            inner = inner.get("editControlInitial", inner)
            ids = inner.get("editTweetIds")
    return [str(id_) for id_ in ids] if isinstance(ids, list) else []


def _references(tweet: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = []
    for reference in tweet.get("referenced_tweets") or ():
        if isinstance(reference, dict) and reference.get("id"):
            found.append((str(reference.get("type") or "referenced"), str(reference["id"])))
    for name, kind in (("retweeted_status", "retweeted"), ("quoted_status", "quoted")):
        if isinstance(inner := tweet.get(name), dict) and inner.get("id_str"):
            found.append((kind, str(inner["id_str"])))
    if reply := tweet.get("in_reply_to_status_id_str"):
        found.append(("replied_to", str(reply)))
    return found


def _text(tweet: Mapping[str, Any]) -> str:
    text = _own_text(tweet)
    whole = tweet.get("retweeted_status")
    for reference in tweet.get("referenced_tweets") or ():
        if isinstance(reference, dict) and reference.get("type") == "retweeted":
            whole = reference
    # A repost's own text is cut at 140 characters behind "RT @name: ".
    start = re.match(r"RT @\w+: ", text)
    if start and isinstance(whole, dict) and (rest := _own_text(whole)):
        return start[0] + rest
    return text


def _own_text(tweet: Mapping[str, Any]) -> str:
    for holder, name in (("note_tweet", "text"), ("extended_tweet", "full_text")):
        inner = tweet.get(holder)
        if isinstance(inner, dict) and isinstance(inner.get(name), str):
            return str(inner[name])
    for name in ("full_text", "text"):
        if isinstance(tweet.get(name), str):
            return str(tweet[name])
    return ""


def _author(tweet: Mapping[str, Any]) -> str | None:
    # The number stays when the handle changes, and pages without user objects have only it.
    for holder in ("author", "user"):
        inner = tweet.get(holder)
        if isinstance(inner, dict):
            for name in ("id_str", "id", "username", "screen_name"):
                if inner.get(name):
                    return str(inner[name])
    return str(tweet["author_id"]) if tweet.get("author_id") else None


def _place(tweet: Mapping[str, Any]) -> tuple[str | None, float | None, float | None]:
    geo = tweet.get("geo")
    geo = geo if isinstance(geo, dict) else {}
    place = geo.get("place") or (geo if "full_name" in geo else tweet.get("place"))
    name = None
    if isinstance(place, dict):
        name = place.get("full_name") or place.get("name")
    # GeoJSON has longitude first; v1.1's older "geo" has latitude first and is not asked.
    point = geo.get("coordinates") if "type" not in geo else None
    point = point or tweet.get("coordinates")
    if isinstance(point, dict):
        pair = point.get("coordinates")
        try:
            lon, lat = (float(value) for value in pair)  # type: ignore[union-attr]
        except (TypeError, ValueError):
            return name, None, None
        if -90 <= lat <= 90 and -180 <= lon <= 180:
            return name, lat, lon
    return name, None, None


def archive_author(archive: zipfile.ZipFile) -> str | None:
    """The number of the account whose archive this is, where the archive says it."""
    for name in archive.namelist():
        if name.endswith("data/account.js") or name == "account.js":
            with archive.open(name) as script:
                text = script.read(1 << 20).decode("utf-8", "replace")
            try:
                account = json.loads(text[text.index("[") :])[0]["account"]
                return str(account["accountId"])
            except (ValueError, LookupError, TypeError):
                return None
    return None
