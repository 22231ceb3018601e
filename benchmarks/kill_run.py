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

from sqlalchemy import func, select

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
    }
    return subprocess.Popen(
        [sys.executable, "-m", "jajak.cli", "run"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def is_done(home: Path) -> bool:
    db = open_database(f"sqlite:///{home / 'jajak.db'}")
    try:
        with db.reading() as session:
            waiting = [
                select(func.count()).where(PostRow.annotated_with.is_(None)),
                select(func.count()).where(AnnotationRow.current != AnnotationRow.counted),
                select(func.count()).where(AnnotationRow.current != AnnotationRow.grouped),
                select(func.count()).where(IncidentRow.drafted_revision < IncidentRow.revision),
            ]
            finished = session.scalar(
                select(func.count(ImportFileRow.id)).where(ImportFileRow.finished_at.is_not(None))
            )
            return bool(finished) and not any(session.scalar(query) for query in waiting)
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
    old = time.time() - 3600
    os.utime(folder / "inbox" / corpus.name, (old, old))
    if keys_of is not None:
        for key in ("author.key", "session.key"):
            shutil.copy2(keys_of / key, folder / key)
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--longest", type=float, default=6.0, help="seconds before a kill")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        calm = prepared_home(Path(folder) / "calm", options.corpus)
        began = time.monotonic()
        finish(calm)
        print(f"undisturbed: {time.monotonic() - began:.0f} s", flush=True)

        killed = prepared_home(Path(folder) / "killed", options.corpus, keys_of=calm)
        began, kills, in_the_middle = time.monotonic(), 0, 0
        while kills < options.kills:
            process = start(killed)
            time.sleep(chance.uniform(0.2, options.longest))
            process.kill()
            process.wait()
            kills += 1
            if (killed / "jajak.db").exists() and not is_done(killed):
                in_the_middle += 1
        print(f"{kills} kills, {in_the_middle} with work left, {time.monotonic() - began:.0f} s")
        finish(killed)
        expected, found = digest(calm), digest(killed)
        for table, held in expected.items():
            same = found[table] == held
            print(f"{table}: {held['rows']} rows {'same' if same else 'DIFFER'}")
        if found != expected:
            sys.exit(1)


if __name__ == "__main__":
    main()
