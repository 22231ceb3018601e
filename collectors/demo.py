"""The demo city's invented posts, dated to the day on which they are loaded."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path

from collectors.pseudonym import pseudonym
from models import CityPackError, Post


def demo_posts(folder: Path, today: date, zone: tzinfo, key: bytes) -> Iterator[Post]:
    """The posts in ``folder/*.jsonl`` in order of time, all marked as invented.

    A line has ``id``, ``day`` (0 is ``today``, -1 the day before), ``time``, ``source``,
    ``author`` and ``text``; whatever else it has is for those who measure. Raises
    ``CityPackError`` with file and line for one that lacks something.
    """
    posts = []
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    try:
                        posts.append(_post(json.loads(line), today, zone, key))
                    except (ValueError, KeyError, TypeError, AttributeError) as error:
                        raise CityPackError(f"{path}, line {number}: {error!r}") from error
    yield from sorted(posts, key=lambda post: (post.posted_at, post.source_id))


def _post(line: dict[str, object], today: date, zone: tzinfo, key: bytes) -> Post:
    source, author = str(line["source"]), line.get("author")
    day = today + timedelta(days=int(str(line["day"])))
    moment = datetime.combine(day, time.fromisoformat(str(line["time"])), tzinfo=zone)
    text = str(line["text"])
    if not text.strip():
        raise ValueError("empty text")
    return Post(
        source=source,
        source_id=f"demo-{line['id']}",
        text=text,
        posted_at=moment,
        author=pseudonym(key, source, str(author)) if author else None,
        invented=True,
    )
