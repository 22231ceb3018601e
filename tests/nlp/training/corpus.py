"""A corpus and its labels, made of invented posts: the real one is not in the repository."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from nlp.labelled import LabelledPost


def write_lines(path: Path, rows: Sequence[dict[str, object]]) -> None:
    """JSON Lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def make_corpus(folder: Path, posts: Sequence[LabelledPost]) -> tuple[Path, Path]:
    """The corpus and the folder of labels, twenty posts read twice."""
    ids = [hashlib.sha256(post.text.encode()).hexdigest() for post in posts]
    labels = folder / "labels"
    labels.mkdir()
    rows: list[dict[str, object]] = [
        {
            "id": id_,
            "kind": post.kind,
            "category": post.category,
            "sentiment": post.sentiment,
            "place": [],
            "drawn": "random",
        }
        for id_, post in zip(ids, posts, strict=True)
    ]
    write_lines(labels / "posts.jsonl", rows)
    twice = [{**row, "reading": number} for row in rows[:20] for number in (1, 2)]
    write_lines(labels / "readings.jsonl", twice)
    write_lines(labels / "invented.jsonl", [])
    (labels / "topics.tsv").write_text("PJU\tpenerangan_jalan\n", encoding="utf-8")
    texts = [{"id": id_, "text": post.text} for id_, post in zip(ids, posts, strict=True)]
    extra = {"id": "0" * 64, "text": "pju gang buntu padam", "given_topic": "PJU"}
    write_lines(folder / "corpus.jsonl", [*texts, extra])
    return folder / "corpus.jsonl", labels
