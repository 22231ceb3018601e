"""Other people's sentiment corpora: texts with an answer, in the forms that they come in."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nlp.labelled import LabelError

_REVIEW_WEIGHT = 0.3
_SENTIMENT = {"negative": "negatif", "neutral": "netral", "positive": "positif"}
_TEXT_COLUMNS = ("text", "Customer Review")
_ANSWER_COLUMNS = ("label", "Sentiment")
_NO_LETTER = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Feeling:
    """A text of another corpus with its sentiment; translations of one text share an ``id``."""

    text: str
    sentiment: str
    id: str = ""
    weight: float = 1.0


def read_feelings(path: Path) -> list[Feeling]:
    """A sentiment corpus: SmSA's ``text TAB answer``, or a CSV with a text and an answer column.

    Raises ``LabelError`` when the file has neither form.
    """
    if path.suffix == ".csv":
        return list(_from_csv(path))
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        text, _, answer = line.rpartition("\t")
        if text and answer.strip() in _SENTIMENT:
            found.append(Feeling(text, _SENTIMENT[answer.strip()]))
    if not found:
        raise LabelError(f"{path}: no line has a text, a tab and positive, neutral or negative")
    return found


def _from_csv(path: Path) -> Iterator[Feeling]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        named = reader.fieldnames or ()
        text = next((name for name in _TEXT_COLUMNS if name in named), None)
        answer = next((name for name in _ANSWER_COLUMNS if name in named), None)
        if text is None or answer is None:
            raise LabelError(f"{path}: needs the columns text and label")
        # Shop reviews know no middle and are far from posts: they count less.
        weight = _REVIEW_WEIGHT if text == "Customer Review" else 1.0
        for row in reader:
            code = _SENTIMENT.get(str(row[answer]).lower())
            if code is not None and row[text]:
                yield Feeling(row[text], code, str(row.get("id") or ""), weight)


def letters(text: str) -> str:
    """The letters and digits of ``text`` in lower case: equal for the same words."""
    return _NO_LETTER.sub("", text.lower())
