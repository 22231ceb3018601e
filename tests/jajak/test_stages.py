"""The whole way of a post: the same end state on every database and by every path."""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from jajak.loop import run_stages
from jajak.stages import STAGES, House, advance
from models import (
    Database,
    ImportFileRow,
    IncidentRow,
    PostRow,
    ReportRow,
    RollupRow,
    open_database,
    utc_now,
)
from models.backlog import backlog
from models.deletion import honour_deletion
from models.digest import TableDigest, digest
from tests.conftest import skip_or_fail
from tests.jajak.conftest import OpenHouse


def digest_of(db: Database) -> tuple[TableDigest, ...]:
    with db.reading() as session:
        return digest(session)


def put_into_inbox(house: House, file: Path) -> None:
    house.settings.inbox_folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, house.settings.inbox_folder)


def work_is_left(db: Database) -> bool:
    with db.reading() as session:
        finished = session.scalar(
            select(func.count()).where(ImportFileRow.finished_at.is_not(None))
        )
        return not finished or backlog(session).total > 0


def wait_until_done(db: Database, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while work_is_left(db):
        assert time.monotonic() < deadline, "the stages did not finish"
        time.sleep(0.2)


def test_a_post_becomes_a_draft_and_repeating_every_stage_changes_nothing(
    house: House, posts_file: Path
) -> None:
    put_into_inbox(house, posts_file)
    for stage in STAGES:
        advance(house, stage)
    with house.db.reading() as session:
        posts = session.scalar(select(func.count(PostRow.id)))
        drafts = session.scalar(select(func.count(ReportRow.id)))
        counted = session.scalar(select(func.sum(RollupRow.posts)))
    assert posts == counted == 1495
    assert drafts
    before = digest_of(house.db)
    for stage in STAGES:
        assert advance(house, stage) == 0
    assert digest_of(house.db) == before


@pytest.mark.postgres
def test_both_databases_hold_the_same_row_for_row(
    sqlite_url: str, postgres_url: str, open_house_at: OpenHouse, posts_file: Path
) -> None:
    houses = [open_house_at(sqlite_url), open_house_at(postgres_url)]
    for house in houses:
        put_into_inbox(house, posts_file)
        for stage in STAGES:
            advance(house, stage)
    assert digest_of(houses[0].db) == digest_of(houses[1].db)


def test_posts_that_come_in_another_order_and_in_other_batches_end_the_same(
    sqlite_url: str, tmp_path: Path, open_house_at: OpenHouse, posts_file: Path
) -> None:
    calm = open_house_at(sqlite_url)
    put_into_inbox(calm, posts_file)
    for stage in STAGES:
        advance(calm, stage)

    hurried = open_house_at(f"sqlite:///{tmp_path / 'hurried.db'}")
    chance = random.Random(3)
    stages = list(STAGES)
    for _ in range(300):
        STAGES[chance.choice(stages)](hurried)
    for stage in STAGES:
        advance(hurried, stage)
    assert digest_of(hurried.db) == digest_of(calm.db)


def test_a_deleted_post_leaves_every_count_and_every_draft(house: House, posts_file: Path) -> None:
    put_into_inbox(house, posts_file)
    for stage in STAGES:
        advance(house, stage)
    with house.db.writing() as session:
        source = session.scalars(select(PostRow.source)).first()
        ids = list(session.scalars(select(PostRow.source_id)))
        assert source is not None
        honour_deletion(session, source, ids, utc_now())
    for stage in STAGES:
        advance(house, stage)
    with house.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(RollupRow)) == 0
        assert session.scalar(select(func.count()).where(IncidentRow.posts > 0)) == 0
        assert session.scalar(select(func.count()).where(ReportRow.state == "draf")) == 0
        assert set(session.scalars(select(PostRow.text))) == {""}


def test_the_loop_stops_cleanly_in_the_middle_and_goes_on_later(
    house: House, posts_file: Path
) -> None:
    put_into_inbox(house, posts_file)
    run_stages(house, on_batch=lambda _stage, _rows: house.stop.set())
    assert work_is_left(house.db)
    house.stop.clear()
    loop = threading.Thread(target=run_stages, args=(house,))
    loop.start()
    wait_until_done(house.db)
    house.stop.set()
    loop.join(timeout=30)
    assert not loop.is_alive()


def run_command(
    house: House, port: int, *words: str, **environment: str
) -> subprocess.Popen[bytes]:
    settings = house.settings
    return subprocess.Popen(
        [sys.executable, "-m", "jajak.cli", *words],
        env=os.environ
        | {
            "JAJAK_HOME": str(settings.home),
            "JAJAK_DATABASE_URL": settings.database,
            "JAJAK_PORT": str(port),
            "JAJAK_IDLE_SECONDS": "0.2",
            "JAJAK_INBOX_SETTLE_SECONDS": "0",
            "JAJAK_BATCH_SIZE": "10",
        }
        | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_killing_it_at_any_moment_loses_nothing_and_repeats_nothing(
    sqlite_url: str, tmp_path: Path, open_house_at: OpenHouse, posts_file: Path, free_port: int
) -> None:
    calm = open_house_at(f"sqlite:///{tmp_path / 'calm.db'}")
    put_into_inbox(calm, posts_file)
    for stage in STAGES:
        advance(calm, stage)

    killed = open_house_at(sqlite_url)
    chance = random.Random(5)
    for number in range(10):
        before = digest_of(killed.db)
        process = run_command(killed, free_port, "run")
        # Every third is killed while it starts, the others soon after their first batch.
        deadline = time.monotonic() + (chance.uniform(0.2, 3.0) if number % 3 == 0 else 30)
        while time.monotonic() < deadline and digest_of(killed.db) == before:
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 0.3))
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert work_is_left(killed.db), "the kills came too late to disturb anything"
    process = run_command(killed, free_port, "run")
    wait_until_done(killed.db)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 0
    assert digest_of(killed.db) == digest_of(calm.db)


@pytest.mark.postgres
@pytest.mark.parametrize(
    "broker",
    [
        pytest.param("redis://127.0.0.1:6379/9", marks=pytest.mark.redis),
        pytest.param("amqp://guest:guest@127.0.0.1:5672//", marks=pytest.mark.rabbitmq),
    ],
    ids=["redis", "rabbitmq"],
)
def test_two_workers_at_once_come_to_the_same_end(
    broker: str,
    sqlite_url: str,
    postgres_url: str,
    open_house_at: OpenHouse,
    posts_file: Path,
    free_port: int,
) -> None:
    from kombu import Connection

    try:
        with Connection(broker, connect_timeout=3) as connection:
            connection.ensure_connection(max_retries=1, timeout=3)
    except Exception:
        skip_or_fail(f"the broker at {broker.split('@')[-1]}")

    alone = open_house_at(sqlite_url)
    put_into_inbox(alone, posts_file)
    for stage in STAGES:
        advance(alone, stage)

    shared = open_house_at(postgres_url)
    queue = f"jajak-test-{os.getpid()}-{broker[:5]}"
    workers = [
        run_command(
            shared,
            free_port,
            "worker",
            *(["--beat"] if number == 0 else []),
            JAJAK_BROKER_URL=broker,
            JAJAK_QUEUE=queue,
        )
        for number in range(2)
    ]
    try:
        wait_until_done(shared.db)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(timeout=60)
    assert digest_of(shared.db) == digest_of(alone.db)


def test_an_unreachable_database_is_waited_for_not_given_up(
    tmp_path: Path, open_house_at: OpenHouse, posts_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "comes-and-goes.db"
    house = open_house_at(f"sqlite:///{path}")
    put_into_inbox(house, posts_file)
    house.db.close()
    away = tmp_path / "away.db"
    path.rename(away)
    path.mkdir()
    loop = threading.Thread(target=run_stages, args=(house,))
    loop.start()
    time.sleep(0.5)
    path.rmdir()
    away.rename(path)
    wait_until_done(open_database(f"sqlite:///{path}"))
    house.stop.set()
    loop.join(timeout=30)
    assert "nothing is lost" in caplog.text
