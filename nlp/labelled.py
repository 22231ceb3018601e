"""Labelled posts: what people decided, joined with the corpus that holds the texts.

The repository keeps labels without texts, keyed by the SHA-256 of the text; ``docs/labels.md``
tells how they were made. The corpus is JSON Lines with ``id`` and ``text``, gzipped or not.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from pathlib import Path

from models.labels import CATEGORIES, KINDS, SENTIMENTS

# A form letter differs after its opening; posts that open alike stay in one split.
_OPENING_WORDS = 10
_NO_WORD = re.compile(r"https?://\S+|www\.\S+|@\w+|\\+[nrt]|<\w+>|\brt\b")
_WORD = re.compile(r"[a-z]+")
_SPLITS = ((0.60, "train"), (0.75, "validation"), (1.0, "test"))


class LabelError(ValueError):
    """Labels or a corpus that cannot be used; the message names file, line and remedy."""


@dataclass(frozen=True, slots=True)
class LabelledPost:
    """A text with its labels; ``drawn`` tells how it was chosen (``random``, ``hunted:…``)."""

    text: str
    kind: str
    category: str | None
    sentiment: str
    drawn: str


def labels_folder() -> Path:
    """Where the labels that come with Jajak lie."""
    return Path(str(files("nlp").joinpath("labels")))


def split_of(text: str) -> str:
    """``train``, ``validation`` or ``test`` (60/15/25), the same for all posts that open alike."""
    share = int.from_bytes(_group(text)[:4]) / 2**32
    return next(name for end, name in _SPLITS if share < end)


def fold_of(text: str, folds: int) -> int:
    """A number below ``folds``, the same for all posts that open alike."""
    return int.from_bytes(_group(text)[4:8]) % folds


def _group(text: str) -> bytes:
    # By plain letters, not by normalised words: a better word list must not move a post from
    # the test split into training.
    opening = " ".join(islice(_plain_words(text), _OPENING_WORDS))
    return hashlib.sha256((opening or text).encode("utf-8", "replace")).digest()


def _plain_words(text: str) -> Iterator[str]:
    for match in _WORD.finditer(_NO_WORD.sub(" ", text.lower())):
        yield match.group()


def read_corpus(corpus: Path) -> Iterator[dict[str, object]]:
    """The rows of the corpus. Raises ``LabelError`` for a line that is no JSON object."""
    opened = gzip.open if corpus.suffix == ".gz" else open
    with opened(corpus, "rt", encoding="utf-8") as lines:
        yield from _objects(lines, corpus)


def read_labelled(labels: Path, texts: dict[str, str]) -> list[LabelledPost]:
    """The posts of ``labels/posts.jsonl`` whose text is in ``texts`` (id → text), in id order.

    Raises ``LabelError`` when a code is unknown, or none of the texts is there.
    """
    found = [
        _labelled(row, texts[str(row["id"])], f"{labels / 'posts.jsonl'}: {row['id']}")
        for row in _lines(labels / "posts.jsonl")
        if str(row["id"]) in texts
    ]
    if not found:
        raise LabelError(f"{labels}: no labelled post is in the corpus; is it the right corpus?")
    return found


def read_invented(labels: Path) -> list[LabelledPost]:
    """The posts of ``labels/invented.jsonl``, written for training; none is anybody's."""
    path = labels / "invented.jsonl"
    return [_labelled(row, str(row["text"]), str(path)) for row in _lines(path)]


def read_demo(path: Path) -> list[LabelledPost]:
    """A city pack's invented demo posts with the labels that their writer gave them."""
    return [_labelled(row, str(row["text"]), f"{path}: {row['id']}") for row in _lines(path)]


def read_topics(labels: Path) -> dict[str, str]:
    """``labels/topics.tsv``: a complaint desk's own topic → category, where that is plain."""
    lines = (labels / "topics.tsv").read_text(encoding="utf-8").splitlines()
    return {topic: category for topic, _, category in (line.partition("\t") for line in lines)}


def blind_readings(labels: Path) -> list[tuple[dict[str, object], dict[str, object]]]:
    """First and blind second reading of the posts that two people read (``readings.jsonl``).

    Where the two differ, a third reading decided what stands in ``posts.jsonl``.
    """
    by_post: dict[object, dict[object, dict[str, object]]] = {}
    for row in _lines(labels / "readings.jsonl"):
        by_post.setdefault(row["id"], {})[row["reading"]] = row
    return [(readings[1], readings[2]) for readings in by_post.values()]


def _lines(path: Path) -> list[dict[str, object]]:
    with path.open(encoding="utf-8") as lines:
        return list(_objects(lines, path))


def _objects(lines: Iterable[str], path: Path) -> Iterator[dict[str, object]]:
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise LabelError(f"{path}, line {number}: not JSON ({error}); correct it") from error
        if not isinstance(row, dict):
            raise LabelError(f"{path}, line {number}: not a JSON object; correct it")
        yield row


def _labelled(row: dict[str, object], text: str, where: str) -> LabelledPost:
    kind, category, sentiment = row["kind"], row["category"], row["sentiment"]
    if kind not in KINDS or sentiment not in SENTIMENTS:
        raise LabelError(f"{where}: unknown kind {kind!r} or sentiment {sentiment!r}")
    if (category is None) != (kind == "luar") or category not in (None, *CATEGORIES):
        raise LabelError(f"{where}: category {category!r} does not go with kind {kind!r}")
    return LabelledPost(
        text, str(kind), category and str(category), str(sentiment), str(row.get("drawn", ""))
    )
