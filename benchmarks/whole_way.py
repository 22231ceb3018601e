"""Import, annotate, roll up, group and draft a whole corpus, on SQLite and on PostgreSQL.

    python benchmarks/whole_way.py posts.jsonl.gz [--postgres postgresql+psycopg:///name]

Each run is one command, `jajak import FILE --process`, in a fresh home and an empty database.
Prints wall time, CPU time, peak memory and row counts, and whether the two databases hold the
same (`jajak db digest`). Cost grows linearly with the number of posts, except grouping, which
also grows with the number of posts that share a place and a category within one window.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def jajak(*words: str, home: Path, database: str) -> str:
    environment = os.environ | {"JAJAK_HOME": str(home), "JAJAK_DATABASE_URL": database}
    command = [sys.executable, "-m", "jajak.cli", *words]
    return subprocess.run(
        command, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def whole_way(corpus: Path, home: Path, database: str) -> dict[str, object]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    if database:
        jajak("db", "upgrade", home=home, database=database)
    jajak("import", str(corpus), "--process", home=home, database=database)
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    digest = json.loads(jajak("db", "digest", "--json", home=home, database=database))
    return {
        "wall_s": round(wall, 1),
        "cpu_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
        "peak_mb": round(after.ru_maxrss / 1024),
        "digest": digest,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--postgres", default="", help="URL of an empty PostgreSQL database")
    options = parser.parse_args()
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        results["SQLite"] = whole_way(options.corpus, Path(folder) / "sqlite", "")
        if options.postgres:
            home = Path(folder) / "postgres"
            home.mkdir()
            # Pseudonyms are keyed: only with the same key can the two hold the same.
            for key in ("author.key", "session.key"):
                os.link(Path(folder) / "sqlite" / key, home / key)
            results["PostgreSQL"] = whole_way(options.corpus, home, options.postgres)
    for name, result in results.items():
        print(
            f"{name}: {result['wall_s']} s wall, {result['cpu_s']} s CPU, "
            f"{result['peak_mb']} MB peak"
        )
    tables = next(iter(results.values()))["digest"]
    for table, held in tables.items():
        same = all(result["digest"][table] == held for result in results.values())
        print(f"{table}: {held['rows']} rows {held['sha256'][:16]} {'same' if same else 'DIFFER'}")


if __name__ == "__main__":
    main()
