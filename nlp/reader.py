"""The reader: texts in, annotations out. What every stage and command calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models import Annotation, City
from nlp.floor import Floor, load_floor
from nlp.hint import Hint
from nlp.locate import locate
from nlp.near_duplicate import near_duplicate_key, words_of
from nlp.place_index import PlaceIndex, build_index

# Enough to keep the vectorisers busy, little enough to hold in memory whatever is asked.
_AT_ONCE = 256


@dataclass(frozen=True)
class Reader:
    """A trained model and a city's places; deterministic, and safe to share between threads."""

    version: str
    floor: Floor
    places: PlaceIndex

    def read(
        self, texts: Sequence[str], hints: Sequence[Hint | None] | None = None
    ) -> list[Annotation]:
        """One annotation a text, in order; each independent of the others.

        ``hints`` are what the sources said of the places, one a text. Takes any ``str``. Raises
        ``ValueError`` when there are not as many hints as texts.
        """
        hints = [None] * len(texts) if hints is None else hints
        if len(hints) != len(texts):
            raise ValueError(f"{len(texts)} texts need as many hints, not {len(hints)}")
        found: list[Annotation] = []
        for start in range(0, len(texts), _AT_ONCE):
            end = start + _AT_ONCE
            found += self._read_some(texts[start:end], hints[start:end])
        return found

    def _read_some(self, texts: Sequence[str], hints: Sequence[Hint | None]) -> list[Annotation]:
        answers = {
            name: [
                (self.floor.heads[name].classes[row.argmax()], round(float(row.max()), 4))
                for row in probabilities
            ]
            for name, probabilities in self.floor.probabilities(texts).items()
        }
        found = []
        for i, (text, hint) in enumerate(zip(texts, hints, strict=True)):
            kind, kind_probability = answers["kind"][i]
            category, category_probability = answers["category"][i]
            sentiment, sentiment_probability = answers["sentiment"][i]
            about_city = kind != "luar"
            # Without a single word the answer is only what is usual, whatever its probability.
            has_words = next(words_of(text), None) is not None
            found.append(
                Annotation(
                    kind=kind,
                    kind_probability=kind_probability,
                    category=category if about_city else None,
                    category_probability=category_probability if about_city else None,
                    sentiment=sentiment,
                    sentiment_probability=sentiment_probability,
                    sure=has_words
                    and self.floor.sure(kind, kind_probability, category_probability),
                    place=locate(text, self.places, hint),
                    near_duplicate_key=near_duplicate_key(text),
                    model_version=self.version,
                )
            )
        return found


def load_reader(city: City, weights: Path | None = None) -> Reader:
    """The reader for ``city``, with the floor from ``weights`` (default: those of Jajak).

    Raises ``FileNotFoundError`` where there are no weights.
    """
    floor = load_floor(weights)
    return Reader(floor.version, floor, build_index(city))
