"""``jajak run``: every stage and the web pages in one process, until told to stop."""

import logging
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from jajak.stages import STAGES, House

log = logging.getLogger(__name__)

# A stage stops after this many batches so that fresh posts pass through a long backlog.
_BATCHES_A_TURN = 10
_LONGEST_PAUSE_S = 60.0


def run_stages(house: House, on_batch: Callable[[str, int], None] | None = None) -> None:
    """Go round the stages until ``house.stop`` is set; pause when a round found nothing to do.

    When the database goes away or the disk is full nothing is lost: the batch is rolled back,
    the loop says so and tries again, each time after a longer pause up to a minute.
    """
    stop = house.stop
    pause = house.settings.idle_seconds
    while not stop.is_set():
        rows, failed = 0, False
        for stage in STAGES:
            try:
                rows += _turn(house, stage, on_batch)
            except (SQLAlchemyError, OSError) as error:
                failed = True
                log.error("%s: %s; nothing is lost, trying again", stage, _in_words(error))
            except Exception:
                # Our own fault. One stage that stumbles must not keep the others from working.
                failed = True
                log.exception("%s failed; nothing is lost, trying again", stage)
        if failed:
            stop.wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)
            continue
        pause = house.settings.idle_seconds
        if not rows:
            stop.wait(pause)


def _turn(house: House, stage: str, on_batch: Callable[[str, int], None] | None) -> int:
    total = 0
    for _ in range(_BATCHES_A_TURN):
        if house.stop.is_set():
            break
        rows = STAGES[stage](house)
        if not rows:
            break
        total += rows
        if on_batch:
            on_batch(stage, rows)
    return total


def _in_words(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
