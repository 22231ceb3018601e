"""The reader: texts in, annotations out. What every stage and command calls."""

from collections.abc import Sequence
from dataclasses import dataclass

from models import Annotation, City
from nlp.hint import Hint
from nlp.load_model import load_model
from nlp.locate import locate
from nlp.model import Model
from nlp.near_duplicate import near_duplicate_key, words_of
from nlp.place_index import PlaceIndex, build_index

# Enough to keep the vectorisers busy, little enough to hold in memory whatever is asked.
_AT_ONCE = 1_024


@dataclass(frozen=True)
class Reader:
    """A trained model and a city's places; deterministic, and safe to share between threads."""

    version: str
    model: Model
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
        found = []
        for text, hint, answer in zip(texts, hints, self.model.answers(texts), strict=True):
            about_city = answer.codes["kind"] != "luar"
            # Without a single word the answer is only what is usual, whatever its probability.
            has_words = next(words_of(text), None) is not None
            found.append(
                Annotation(
                    kind=answer.codes["kind"],
                    kind_probability=answer.probabilities["kind"],
                    category=answer.codes["category"] if about_city else None,
                    category_probability=answer.probabilities["category"] if about_city else None,
                    sentiment=answer.codes["sentiment"],
                    sentiment_probability=answer.probabilities["sentiment"],
                    sure=has_words and answer.sure,
                    place=locate(text, self.places, hint),
                    near_duplicate_key=near_duplicate_key(text),
                    model_version=self.version,
                    embedding=answer.embedding,
                )
            )
        return found


def load_reader(city: City, model: str = "encoder") -> Reader:
    """The reader for ``city`` with a model: ``encoder``, ``floor`` or ``hf:NAME-OR-FOLDER``.

    Raises ``ModelError`` when there is no such model or it cannot be loaded.
    """
    chosen = load_model(model)
    return Reader(chosen.version, chosen, build_index(city))
