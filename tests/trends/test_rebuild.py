"""Counts are rebuilt while others count: each post still counts once."""

import threading
from datetime import UTC, datetime

from sqlalchemy import func, select

from models import Database, RollupRow
from tests.trends.conftest import AddPost
from trends import rebuild, roll_up_batch


def test_a_rebuild_in_the_middle_of_counting_counts_nothing_twice(
    db: Database, add_post: AddPost
) -> None:
    for minute in range(40):
        add_post(datetime(2026, 3, 2, 5, minute, tzinfo=UTC))

    def count_on() -> None:
        while roll_up_batch(db, 2):
            pass

    workers = [threading.Thread(target=count_on) for _ in range(2)]
    for worker in workers:
        worker.start()
    for _ in range(3):
        rebuild(db)
    for worker in workers:
        worker.join(timeout=60)
    count_on()
    with db.reading() as session:
        assert session.scalar(select(func.sum(RollupRow.posts))) == 40
