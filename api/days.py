"""Which days can be asked for: those that a post could be of, far from where dates end."""

import re
from datetime import date

FIRST_DAY = date(1990, 1, 1)
LAST_DAY = date(2100, 12, 31)

_SHAPE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def day_from_text(text: str | None) -> date | None:
    """The day that ``text`` (``2025-11-23``) names, from 1990 to 2100; ``None`` for all else."""
    if text is None or not _SHAPE.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None
