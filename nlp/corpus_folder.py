"""A folder of texts to train and measure with, and what is found where in it.

    posts.jsonl.gz                     the labels' texts (or posts.jsonl)
    sentiment/NAME/train.tsv|csv       sentiment that teaches; also in NAME/LANGUAGE, and any
                                       CSV of shop reviews right in NAME
    sentiment/NAME/test|valid.tsv|csv  sentiment that measures and must not teach
    lexicons/NAME/*formal*.tsv         typed word TAB formal word, to measure robustness with

Only the posts are needed.
"""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from nlp.labelled import LabelError
from nlp.perturb import Spellings

_MEASURES = ("test", "valid")
# Languages that posts of Indonesian cities are written in.
_LANGUAGE_TAUGHT = ("indonesian", "javanese", "sundanese")


@dataclass(frozen=True)
class CorpusFolder:
    """Files by what they are for; ``test`` by the name of the corpus."""

    posts: Path
    sentiment: tuple[Path, ...]
    apart: tuple[Path, ...]
    test: dict[str, Path]
    slang: Path | None

    def spellings(self) -> Spellings:
        """Formal word → how it is typed; single words only, empty without a list."""
        found: dict[str, list[str]] = defaultdict(list)
        if self.slang is not None:
            for line in self.slang.read_text(encoding="utf-8").splitlines()[1:]:
                typed, _, formal = line.partition("\t")
                if typed.isalpha() and formal.isalpha() and typed.isascii() and len(formal) > 1:
                    found[formal.lower()].append(typed.lower())
        return found


def open_corpus(path: Path) -> CorpusFolder:
    """The corpus in folder ``path``; a file is taken as the posts alone.

    Raises ``LabelError`` where no posts are found.
    """
    if path.is_file():
        return CorpusFolder(path, (), (), {}, None)
    posts = next(
        (path / name for name in ("posts.jsonl.gz", "posts.jsonl") if (path / name).is_file()), None
    )
    if posts is None:
        raise LabelError(f"{path}: no posts.jsonl.gz in it; see docs/training.md")
    sentiment, apart, test = [], [], {}
    for folder in sorted((path / "sentiment").glob("*")):
        for file in sorted([*folder.rglob("*.tsv"), *folder.rglob("*.csv")]):
            language = file.parent.name if file.parent != folder else "indonesian"
            if file.stem in _MEASURES:
                apart.append(file)
                if file.stem == "test" and language == "indonesian":
                    test[folder.name] = file
            elif language in _LANGUAGE_TAUGHT and _teaches(file):
                sentiment.append(file)
    slang = next(iter(sorted((path / "lexicons").glob("*/*formal*.tsv"))), None)
    return CorpusFolder(posts, tuple(sentiment), tuple(apart), test, slang)


def _teaches(file: Path) -> bool:
    if file.stem == "train":
        return True
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        head = lines.readline()
    return "Customer Review" in head and "Sentiment" in head
