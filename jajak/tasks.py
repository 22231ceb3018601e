"""The stages as Celery tasks: the same functions, on as many machines as there are workers.

A message only says "look for work": the work itself lies in the database, so a message that is
lost, doubled or late changes nothing but when it is done.
"""

from functools import cache

from celery import Celery
from celery.schedules import schedule
from sqlalchemy.exc import SQLAlchemyError

from jajak.house import open_house
from jajak.settings import load_settings
from jajak.stages import STAGES, House, advance

_ORDER = list(STAGES)


@cache
def _house() -> House:
    """One house a worker process: opened when the first task comes, after the fork."""
    return open_house()


def make_app() -> Celery:
    """The Celery app, configured from the settings."""
    settings = load_settings()
    app = Celery("jajak", broker=settings.broker_url or None)
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        worker_prefetch_multiplier=1,
        broker_connection_retry_on_startup=True,
        task_default_queue=settings.queue,
        beat_schedule={
            f"look-for-{stage}": {
                "task": "jajak.advance",
                "schedule": schedule(settings.idle_seconds),
                "args": (stage,),
                # Looking again is cheap; looking for looks that piled up is not.
                "options": {"expires": settings.idle_seconds * 4},
            }
            for stage in STAGES
        },
    )
    return app


app = make_app()


@app.task(
    name="jajak.advance",
    autoretry_for=(OSError, SQLAlchemyError),
    retry_backoff=True,
    max_retries=5,
)
def advance_stage(stage: str) -> int:
    """Run one stage until nothing is left, then wake the stage after it."""
    rows = advance(_house(), stage)
    following = _ORDER[_ORDER.index(stage) + 1 :]
    if rows and following:
        advance_stage.delay(following[0])
    return rows
