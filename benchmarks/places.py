"""How many posts a second are located on one core, and whether a larger gazetteer slows it.

    python benchmarks/places.py posts.jsonl.gz [--posts 5000] [--times 10]

Locates the same posts with the city's own gazetteer and with one ``--times`` as large (its points
again under invented names, so that the texts find the same). Prints posts a second of CPU time for
each and their ratio, and how long the two indexes take to build.
"""

import argparse
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path

from models.city import City, NamedPoint, load_city
from nlp.labelled import read_corpus
from nlp.locate import build_index, locate
from nlp.place_index import PlaceIndex

_VOWELS = str.maketrans("aiueoAIUEO", "oeaiuOEAIU")


def enlarged(city: City, times: int) -> City:
    """The city with its points again and again, under names that nobody uses."""
    more = [_invented(point, number) for number in range(1, times) for point in city.points]
    return replace(city, points=(*city.points, *more))


def _invented(point: NamedPoint, number: int) -> NamedPoint:
    kind, space, name = point.name.partition(" ")
    suffix = "xyzqvwfkg"[number % 9] * (1 + number // 9)
    changed = " ".join(word.translate(_VOWELS) + suffix for word in (name or kind).split())
    return replace(point, name=f"{kind}{space}{changed}" if space else changed, aliases=())


def posts_a_second(texts: list[str], index: PlaceIndex) -> float:
    best = 0.0
    for _ in range(3):
        began = time.process_time()
        for text in texts:
            locate(text, index, None)
        best = max(best, len(texts) / (time.process_time() - began))
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--posts", type=int, default=5_000)
    parser.add_argument("--times", type=int, default=10)
    options = parser.parse_args()
    texts = [str(row["text"]) for row in islice(read_corpus(options.corpus), options.posts)]
    city = load_city("jakarta")
    speeds = []
    for name, each in (("own", city), (f"{options.times} times", enlarged(city, options.times))):
        began = time.process_time()
        index = build_index(each)
        built = time.process_time() - began
        speeds.append(posts_a_second(texts, index))
        print(
            f"{name}: {len(each.points):,} points, {len(index.options):,} written forms, "
            f"built in {built:.1f} s, {speeds[-1]:,.0f} posts/s"
        )
    print(f"ratio: {speeds[1] / speeds[0]:.2f}")


if __name__ == "__main__":
    main()
