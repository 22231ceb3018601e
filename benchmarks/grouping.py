"""How fast posts become incidents and drafts, on invented complaints.

``python benchmarks/grouping.py [posts] [database URL]``: a fifth of the posts are one day of
flood, most of it on a few streets and in a few kelurahan; the rest is spread over a year.
"""

import random
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from models import Annotation, AnnotationRow, Place, PostRow, load_city, open_database
from models.annotation import annotation_values
from models.labels import CATEGORIES
from models.migrate import upgrade
from reports import draft_batch, group_batch

WORDS = """
    air jalan rumah warga lutut genangan motor mogok pompa got mampet meluap surut hujan deras
    sejak pagi anak sekolah evakuasi listrik padam lampu rusak lubang sampah numpuk bau macet
    parah kereta halte trotoar pedagang parkir liar pohon tumbang kabel petugas lama rt rw gang
    depan masjid pasar warung jembatan kali dekat kantor kelurahan puskesmas
"""


def invented(posts: int) -> list[tuple[dict[str, object], Annotation]]:
    """Posts and annotations, the same every time."""
    city, words = load_city("jakarta"), WORDS.split()
    chance = random.Random(7)
    areas = [area for area in city.areas.values() if area.level == "kelurahan"]
    places = [
        Place(area.code, area.name, "kelurahan", area.lat, area.lon, 0.9, None, "")
        for area in areas
    ] + [
        Place(point.area_code, point.name, "point", point.lat, point.lon, 0.9, None, "")
        for point in city.points
        if point.area_code
    ]
    flooded = chance.sample(places[: len(areas)], 3) + chance.sample(places[len(areas) :], 3)
    found: list[tuple[dict[str, object], Annotation]] = []
    for number in range(posts):
        flood = chance.random() < 0.2
        place = chance.choice(flooded if flood else places) if chance.random() < 0.7 else None
        minutes = chance.randrange(1440) if flood else chance.randrange(365 * 1440)
        text = " ".join(chance.choices(words, k=chance.randint(5, 25)))
        post = {
            "source": "uji",
            "source_id": str(number),
            "text": text,
            "text_sha256": "",
            "posted_at": datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes),
        }
        category = "banjir" if flood else chance.choice(CATEGORIES)
        key = f"k{chance.randrange(posts * 4)}"
        found.append(
            (post, Annotation("laporan", 0.9, category, 0.9, "netral", 0.9, True, place, key, "1"))
        )
    return found


def main() -> None:
    """Measure and print."""
    posts = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{Path(folder) / 'jajak.db'}"
        db, city = open_database(url), load_city("jakarta")
        upgrade(db)
        with db.writing() as session:
            for post, annotation in invented(posts):
                row = PostRow(**post)
                session.add(row)
                session.flush()
                session.add(AnnotationRow(**annotation_values(row.id, annotation)))
        for name, stage in (("group", group_batch), ("draft", draft_batch)):
            start, cpu, done, slowest = time.perf_counter(), time.process_time(), 0, 0.0
            while True:
                began = time.perf_counter()
                handled = stage(db, city)
                slowest = max(slowest, time.perf_counter() - began)
                if not handled:
                    break
                done += handled
            print(
                f"{name}: {done:,} in {time.perf_counter() - start:.1f} s "
                f"({time.process_time() - cpu:.1f} s of CPU), slowest batch {slowest:.2f} s"
            )
        print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
        db.close()


if __name__ == "__main__":
    main()
