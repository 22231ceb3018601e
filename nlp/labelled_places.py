"""Labelled posts with the spans that tell where, joined with the corpus that holds the texts."""

import json
from dataclasses import dataclass
from pathlib import Path

from nlp.labelled import LabelError, read_corpus


@dataclass(frozen=True, slots=True)
class PlacedPost:
    """A text, its spans in characters, its kind, how it was drawn and whose corpus it is from."""

    text: str
    spans: tuple[tuple[int, int], ...]
    kind: str
    drawn: str
    source: str


def read_placed(corpus: Path, labels: Path) -> list[PlacedPost]:
    """The labelled posts whose text is in ``corpus``, in the order of the labels.

    Raises ``LabelError`` where the labels cannot be read or none of the texts is there.
    """
    rows = {str(row["id"]): row for row in read_corpus(corpus)}
    path = labels / "posts.jsonl"
    found = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                label = json.loads(line)
                row = rows.get(label["id"])
                if row is not None:
                    found.append(_placed(label, row))
            except (ValueError, KeyError, TypeError) as error:
                raise LabelError(f"{path}, line {number}: {error!r}; correct it") from error
    if not found:
        raise LabelError(f"{labels}: no labelled post is in the corpus; is it the right corpus?")
    return found


def _placed(label: dict[str, object], row: dict[str, object]) -> PlacedPost:
    text = str(row["text"])
    spans = tuple((int(start), int(end)) for start, end in label["place"])  # type: ignore[attr-defined]
    if any(not 0 <= start < end <= len(text) for start, end in spans):
        raise ValueError(f"a span of {label['id']} does not lie in its text")
    return PlacedPost(
        text, spans, str(label["kind"]), str(label.get("drawn", "")), str(row.get("source", ""))
    )
