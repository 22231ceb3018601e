"""How long the map takes to answer over 100,000 located posts.

    python -m benchmarks.map [posts] [database-url]

Posts are invented rows without words of anybody's: over seven days, all categories and kinds, half
of them known to their kelurahan, a third to a named point, the rest to a kecamatan or kota.
"""

import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from statistics import median

from sqlalchemy import insert

import trends
from api import AppConfig, create_app
from models import AnnotationRow, Database, PostRow, load_city, open_database, utc_now
from models.labels import CATEGORIES, KINDS, SENTIMENTS
from models.migrate import upgrade
from tests.api.visitors import Visitor

END = datetime(2026, 3, 8, tzinfo=UTC)
ADDRESSES = (
    "/peta",
    "/peta?tampil=kecamatan",
    "/peta?tampil=kelurahan",
    "/peta?tampil=titik",
    "/peta?tampil=kelurahan&kategori=banjir&jenis=laporan",
    "/peta?wilayah=31.74.01&tampil=titik",
    "/peta.geojson",
)
_TIMES = 7


def fill(db: Database, posts: int) -> None:
    """Store the posts, read and counted."""
    city, pick = load_city("jakarta"), random.Random(0)
    areas = list(city.areas.values())
    kelurahan = [area for area in areas if area.level == "kelurahan"]
    larger = [area for area in areas if area.level != "kelurahan"]
    points = [p for p in city.points if p.area_code and p.kind not in ("jalan", "kali", "tol")]
    for first in range(1, posts + 1, 5000):
        ids = range(first, min(first + 5000, posts + 1))
        rows, read = [], []
        for id_ in ids:
            at = END - timedelta(seconds=pick.randrange(7 * 86400))
            key = f"b{id_}"
            rows.append(
                {"id": id_, "source": "x", "source_id": key, "text": key, "text_sha256": key,
                 "posted_at": at, "collected_at": utc_now(), "annotated_with": "bench",
                 "invented": False, "extra": {}}
            )  # fmt: skip
            chance, precision = pick.random(), "point"
            if chance < 0.33:
                point = pick.choice(points)
                name, code, lat, lon = point.name, point.area_code, point.lat, point.lon
            else:
                area = pick.choice(kelurahan if chance < 0.83 else larger)
                name, code, lat, lon = area.name, area.code, area.lat, area.lon
                precision = area.level
            kind = pick.choice(KINDS)
            read.append(
                {"post_id": id_, "model_version": "bench", "kind": kind, "kind_probability": 0.9,
                 "category": None if kind == "luar" else pick.choice(CATEGORIES),
                 "category_probability": 0.9, "sentiment": pick.choice(SENTIMENTS),
                 "sentiment_probability": 0.9, "sure": True, "place_code": code,
                 "place_name": name, "place_precision": precision, "place_lat": lat,
                 "place_lon": lon, "place_probability": 0.9, "near_duplicate_key": key,
                 "created_at": utc_now(), "current": True, "counted": False, "grouped": True}
            )  # fmt: skip
        with db.writing() as session:
            session.execute(insert(PostRow), rows)
            session.execute(insert(AnnotationRow), read)
    while trends.roll_up_batch(db, 5000):
        pass


def main(posts: int, url: str) -> None:
    """Print the median time of each page, of seven, and its size."""
    db = open_database(url)
    upgrade(db)
    fill(db, posts)
    site = create_app(db, load_city("jakarta"), AppConfig(secret_key=b"k" * 32))
    site.config["RATELIMIT_ENABLED"] = False
    visitor = Visitor(site).sign_in("official")
    print(f"{posts} located posts, {db.engine.dialect.name}")
    for address in ADDRESSES:
        times = []
        for _time in range(_TIMES):
            start = time.perf_counter()
            answer = visitor.get(address)
            times.append(time.perf_counter() - start)
            assert answer.status_code == 200, answer.status
        size = len(answer.data) / 1000
        print(f"{address:55} {median(times):6.3f} s  (first {times[0]:.3f} s)  {size:5.0f} kB")


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        main(count, sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{folder}/bench.db")
