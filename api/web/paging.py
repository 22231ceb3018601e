"""Where a page of posts ended, as a short text in an address."""

from datetime import UTC, datetime

from models.post_search import PostAfter

# A row's id in a route: a number that no database could hold is no page, not a fault.
ROW_ID = "int(max=9007199254740991)"


def keyset_to_text(place: PostAfter) -> str:
    """``<milliseconds since 1970>-<id>``; a post without a time has ``x`` for its time."""
    if place.posted_at is None:
        return f"x-{place.id}"
    return f"{round(place.posted_at.timestamp() * 1000):d}-{place.id}"


def keyset_from_text(text: str | None) -> PostAfter | None:
    """The place that ``text`` names, or ``None`` for anything else."""
    when, _, number = (text or "").rpartition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    if when == "x":
        return PostAfter(None, int(number))
    try:
        return PostAfter(datetime.fromtimestamp(int(when) / 1000, UTC), int(number))
    except (ValueError, OverflowError, OSError):
        return None


def id_from_text(text: str | None) -> int | None:
    """A row's id in an address, or ``None`` for anything else."""
    usable = text is not None and text.isascii() and text.isdecimal() and len(text) < 16
    return int(text) if usable and text is not None else None
