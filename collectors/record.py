"""One row's values become one ``Post``, or a reason why not."""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from collectors.cover import covered, covered_values
from collectors.pseudonym import pseudonym
from collectors.reading import CONTENT_SHOWN, BadRow, Reading, Row, UnreadableFile
from collectors.times import FutureTime, UnreadableTime, check_past, parse_time
from collectors.xapi import SOURCE, linked_post, post_link, shown_fields, x_post
from models import Post, utc_now

MAX_TEXT = 20_000
"""The longest text, in characters, that is taken for one post."""
_MAX_PLACE, _MAX_URL, _MAX_EXTRA = 500, 2_000, 2_000

# PostgreSQL refuses NUL, no database keeps half a surrogate pair, and no reader sees the others.
# The C1 controls stay: they are what mojibake is mended from.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]*")
_NOTHING = frozenset({"", "-", "--", "null", "none", "nan", "n/a", "na", "#n/a"})
# What a spreadsheet makes of a long id; many ids become one.
_SPOILT_ID = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)

EMPTY_TEXT = "teks kosong / empty text"
LONG_TEXT = f"teks lebih dari {MAX_TEXT} huruf / text longer than {MAX_TEXT} characters"


def zone_of(reading: Reading) -> tzinfo:
    """The zone of times without one. Raises ``UnreadableFile`` for a name that is no zone."""
    try:
        return ZoneInfo(reading.zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise UnreadableFile(f"tidak ada zona waktu / no such time zone: {reading.zone}") from None


def post_of(
    row: Row, reading: Reading, zone: tzinfo, key: bytes, now: datetime | None = None
) -> Post | BadRow:
    """The post that ``row`` holds, its author a pseudonym under ``key``; or why it is none.

    One written more than a day after ``now`` (by default the present moment) is none.
    """
    try:
        if reading.is_x:
            post = x_post(row.values, key, zone, reading.source)
        else:
            post = _tabular(row.values, reading, zone, key)
        check_past(post.posted_at, now or utc_now())
        return _checked(post)
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        # A row of the wrong shape must not stop those behind it, whatever its shape is.
        reason = str(error) if isinstance(error, ValueError) else f"bentuk / shape: {error}"
        # What is said of a time shows nothing but dates' parts already, and they are to be seen.
        reason = reason if isinstance(error, UnreadableTime | FutureTime) else covered(reason)
        shown = json.dumps(_shown(row.values, reading), ensure_ascii=False, default=str)
        return BadRow(row.line, clean(reason), clean(shown)[:CONTENT_SHOWN], row.size)


def _shown(values: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """What of a row may be looked at: the columns that are read, but not who wrote it.

    A column that nothing is read from may hold anything, an address its author's name, and a time
    that cannot be read somebody's number: the reason shows what of it may be seen.
    """
    if reading.is_x:
        return covered_values(shown_fields(values))
    hidden = {
        name for field in ("author", "url", "time") for name in reading.columns.get(field, ())
    }
    read = [name for names in reading.columns.values() for name in names if name not in hidden]
    return covered_values({name: values[name] for name in read if name in values})


def clean(text: str) -> str:
    """``text`` without what no database can keep: control characters, halves of characters."""
    if text.isascii() and text.isprintable():
        return text
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))


def _checked(post: Post) -> Post:
    """The post, safe to store. Raises ``ValueError`` with the reason where it cannot be."""
    text = clean(post.text)
    if _INVISIBLE.fullmatch(text):
        raise ValueError(EMPTY_TEXT)
    if len(text) > MAX_TEXT:
        raise ValueError(LONG_TEXT)
    source = clean(post.source).strip()
    if not source or len(source) > 64:
        raise ValueError("nama sumber lebih dari 64 huruf / source longer than 64")
    source_id = clean(post.source_id).strip()
    if len(source_id) > 255:
        source_id = f"sha256:{hashlib.sha256(source_id.encode()).hexdigest()}"
    return replace(
        post,
        text=text,
        source=source,
        source_id=source_id,
        url=clean(post.url)[:_MAX_URL] if post.url else None,
        place_tag=clean(post.place_tag)[:_MAX_PLACE] if post.place_tag else None,
        extra={clean(name): _extra(value) for name, value in post.extra.items()},
    )


def _extra(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime):
        return value.isoformat()
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return clean(text)[:_MAX_EXTRA]


def _tabular(values: Mapping[str, Any], reading: Reading, zone: tzinfo, key: bytes) -> Post:
    def cell(field: str) -> str:
        names = reading.columns.get(field)
        return _words(values.get(names[0])) if names else ""

    text = _text_of(values, reading)
    source = cell("source") or reading.source
    times = reading.columns.get("time")
    posted_at = parse_time(values.get(times[0]), zone, reading.date_order) if times else None
    handle = cell("author")
    author = pseudonym(key, source, handle) if handle else None
    url = cell("url") or None
    at_x = linked_post(url) if url else None
    if at_x:
        url = post_link(at_x)
    source_id = cell("id")
    if not source_id or _SPOILT_ID.fullmatch(source_id):
        source_id = (at_x if source == SOURCE else None) or _own_id(source, text, posted_at, author)
    lat, lon = _coordinates(cell("lat"), cell("lon"))
    return Post(
        source=source,
        source_id=source_id,
        text=text,
        posted_at=posted_at,
        author=author,
        url=url,
        place_tag=_place_tag([values.get(name) for name in reading.columns.get("place", ())]),
        lat=lat,
        lon=lon,
        extra={
            name: values[name]
            for name in reading.columns.get("extra", ())
            if values.get(name) not in (None, "")
        },
    )


def _text_of(values: Mapping[str, Any], reading: Reading) -> str:
    value = values.get(reading.columns["text"][0]) if "text" in reading.columns else None
    if value is None:
        return ""
    return value if isinstance(value, str) else _words(value)


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    text = clean(str(value)).strip()
    return "" if text.casefold() in _NOTHING else text


def _own_id(source: str, text: str, posted_at: datetime | None, author: str | None) -> str:
    """The id of a post that came without one, the same in whichever file it comes."""
    when = posted_at.isoformat() if posted_at else ""
    parts = json.dumps([source, clean(text).strip(), when, author or ""])
    return hashlib.sha256(parts.encode()).hexdigest()


def _place_tag(values: list[Any]) -> str | None:
    """Places joined from the particular to the general, each once."""
    parts: list[str] = []
    for value in values:
        # Exports write a line's end inside an address as a backslash and an n.
        words = " ".join(_words(value).replace("\\n", " ").replace("\\r", " ").split()).strip(" ,")
        if words.casefold() not in _NOTHING | {part.casefold() for part in parts}:
            parts.append(words)
    return ", ".join(parts) or None


def _coordinates(lat_text: str, lon_text: str) -> tuple[float | None, float | None]:
    """Degrees, where both are given and lie on Earth; 0, 0 is where programs put the unknown."""
    try:
        lat, lon = (float(text.replace(",", ".")) for text in (lat_text, lon_text))
    except ValueError:
        return None, None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180) or (lat, lon) == (0.0, 0.0):
        return None, None
    return lat, lon
