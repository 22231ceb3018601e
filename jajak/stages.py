"""A post's way through the house, in order. Read this first.

Each stage takes the rows that lack its result, writes the result and commits, a batch at a
time; it returns how many rows it took, and 0 when nothing is left. The one-process loop
(``jajak run``) and the Celery workers (``jajak worker``) call these same functions.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

import collectors
import nlp
import reports
import trends
from jajak.secrets import Secrets
from jajak.settings import Settings
from models import City, Database


@dataclass(frozen=True)
class House:
    """Everything the stages need, opened once."""

    settings: Settings
    secrets: Secrets
    db: Database
    city: City
    reader: nlp.Reader
    # Set to stop between two batches.
    stop: Event = field(default_factory=Event)
    # Files of the inbox that are dealt with, so that they are not opened at every look.
    seen: collectors.Seen = field(default_factory=collectors.Seen)


# So long may one look at the inbox take before what it brought goes on its way.
_LONGEST_COLLECT_S = 20.0


def collect(house: House) -> int:
    """Files in the inbox → posts."""
    deadline = time.monotonic() + _LONGEST_COLLECT_S
    return collectors.collect_inbox(
        house.db,
        house.settings.inbox_folder,
        key=house.secrets.author_key,
        zone=house.city.zone.key,
        settle_seconds=house.settings.inbox_settle_seconds,
        limit=house.settings.batch_size,
        seen=house.seen,
        should_stop=lambda: house.stop.is_set() or time.monotonic() > deadline,
    )


def annotate(house: House) -> int:
    """Posts → annotations: kind, category, sentiment, place."""
    return nlp.annotate_batch(house.db, house.reader, house.settings.batch_size)


def roll_up(house: House) -> int:
    """Annotations → hourly counts."""
    return trends.roll_up_batch(house.db, house.settings.batch_size)


def group(house: House) -> int:
    """Annotations of kind ``laporan`` → incidents."""
    return reports.group_batch(house.db, house.city, house.settings.batch_size)


def draft(house: House) -> int:
    """Incidents → draft reports."""
    return reports.draft_batch(house.db, house.city, house.settings.batch_size)


STAGES: dict[str, Callable[[House], int]] = {
    "collect": collect,
    "annotate": annotate,
    "roll_up": roll_up,
    "group": group,
    "draft": draft,
}


def advance(house: House, stage: str, on_batch: Callable[[str, int], None] | None = None) -> int:
    """Run one stage until nothing is left for it; returns how many rows it took in all."""
    total = 0
    while rows := STAGES[stage](house):
        total += rows
        if on_batch:
            on_batch(stage, rows)
    return total
