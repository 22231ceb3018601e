"""The words around a name that say what it is: "di", "arah", "depan", "pak", "kayak", "kel"."""

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files


def words_file(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table in ``nlp/words``."""
    text = files("nlp").joinpath("words", name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines(), delimiter="\t")


@cache
def cue_words(role: str) -> frozenset[str]:
    """The words of ``place_cues.tsv`` with this role, in the spelling of ``place_text``."""
    return frozenset(row["word"] for row in words_file("place_cues.tsv") if row["role"] == role)
