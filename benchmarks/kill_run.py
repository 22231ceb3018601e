"""Kill `jajak run` with SIGKILL again and again in the middle of a real import; compare the end.

    python benchmarks/kill_run.py posts.jsonl.gz --kills 100

One home takes the corpus undisturbed; another is killed at random moments, some of them within
the start, then left to finish. The digests of every table must be equal. Exit status 1 if not.
"""

import argparse
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import Select, func, select
from sqlalchemy.exc import OperationalError

from models import AnnotationRow, ImportFileRow, IncidentRow, PostRow, open_database


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(home: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "JAJAK_HOME": str(home),
        "JAJAK_PORT": str(free_port()),
        "JAJAK_IDLE_SECONDS": "0.2",
        "JAJAK_INBOX_SETTLE_SECONDS": "0",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "jajak.cli", "run"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def progress_of(home: Path) -> list[int]:
    """A few numbers that change with every batch; none while there is no database."""
    if not (home / "jajak.db").exists():
        return []
    db = open_database(f"sqlite:///{home / 'jajak.db'}")
    try:
        with db.reading() as session:
            return [session.scalar(query) or 0 for query in waiting_queries()]
    except OperationalError:  # not migrated yet
        return []
    finally:
        db.close()


def waiting_queries() -> list[Select[tuple[int]]]:
    return [
        select(func.sum(ImportFileRow.rows_done)),
        select(func.count()).where(PostRow.annotated_with.is_(None)),
        select(func.count()).where(AnnotationRow.current != AnnotationRow.counted),
        select(func.count()).where(AnnotationRow.current != AnnotationRow.grouped),
        select(func.count()).where(IncidentRow.drafted_revision < IncidentRow.revision),
    ]


def is_done(home: Path) -> bool:
    if not progress_of(home):
        return False
    db = open_database(f"sqlite:///{home / 'jajak.db'}")
    try:
        with db.reading() as session:
            finished = session.scalar(
                select(func.count(ImportFileRow.id)).where(ImportFileRow.finished_at.is_not(None))
            )
            left = (session.scalar(query) for query in waiting_queries()[1:])
            return bool(finished) and not any(left)
    finally:
        db.close()


def finish(home: Path) -> None:
    process = start(home)
    while True:
        time.sleep(2)
        if process.poll() is not None:
            sys.exit(f"jajak run ended by itself with {process.returncode}")
        if is_done(home):
            break
    process.send_signal(signal.SIGINT)
    process.wait(timeout=60)


def digest(home: Path) -> dict[str, dict[str, object]]:
    output = subprocess.run(
        [sys.executable, "-m", "jajak.cli", "db", "digest", "--json"],
        env=os.environ | {"JAJAK_HOME": str(home)},
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    return dict(json.loads(output))


def prepared_home(folder: Path, corpus: Path, keys_of: Path | None = None) -> Path:
    (folder / "inbox").mkdir(parents=True)
    shutil.copy2(corpus, folder / "inbox" / corpus.name)
    if keys_of is not None:
        for key in ("author.key", "session.key"):
            shutil.copy2(keys_of / key, folder / key)
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--longest", type=float, default=0.6, help="seconds from batch to kill")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        calm = prepared_home(Path(folder) / "calm", options.corpus)
        began = time.monotonic()
        finish(calm)
        print(f"undisturbed: {time.monotonic() - began:.0f} s", flush=True)

        killed = prepared_home(Path(folder) / "killed", options.corpus, keys_of=calm)
        began, in_the_middle = time.monotonic(), 0
        for number in range(options.kills):
            before = progress_of(killed)
            process = start(killed)
            # Every tenth is killed while it starts, the others soon after their first batch.
            limit = chance.uniform(0.2, 3.0) if number % 10 == 0 else 60.0
            deadline = time.monotonic() + limit
            while time.monotonic() < deadline and progress_of(killed) == before:
                time.sleep(0.02)
            time.sleep(chance.uniform(0, options.longest))
            process.kill()
            process.wait()
            in_the_middle += not is_done(killed)
        seconds = time.monotonic() - began
        print(f"{options.kills} kills, {in_the_middle} with work left, {seconds:.0f} s")
        finish(killed)
        expected, found = digest(calm), digest(killed)
        for table, held in expected.items():
            same = found[table] == held
            print(f"{table}: {held['rows']} rows {'same' if same else 'DIFFER'}")
        if found != expected:
            sys.exit(1)


if __name__ == "__main__":
    main()
