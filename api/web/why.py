"""Why the model read a post as it did, for the post's page."""

from dataclasses import dataclass

import nlp
from api.context import context
from models import AnnotationRow, PostRow

# As many as a person takes in at a glance.
_WORDS = 5
_EXAMPLES = 3
_MARKS = ".,;:!?()\"'"


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is shown, and its share (0 to 1) of all that speaks for the answer."""

    text: str
    share: float


@dataclass(frozen=True, slots=True)
class Why:
    """What carried the answers, strongest first, and labelled posts that are most alike.

    ``examples`` is empty for a model that has no vectors.
    """

    kind: tuple[Word, ...]
    category: tuple[Word, ...]
    examples: tuple[nlp.Neighbour, ...]


def why_read_so(
    post: PostRow, annotation: AnnotationRow | None, embedding: bytes | None
) -> Why | None:
    """The reasons for an annotation; ``None`` where the model that made it is not at hand."""
    model = context().model
    if annotation is None or model is None or annotation.model_version != model.version:
        return None
    return Why(
        kind=_words(post.text, model, "kind", annotation.kind),
        category=_words(post.text, model, "category", annotation.category),
        examples=tuple(nlp.nearest_examples(embedding, _EXAMPLES)) if embedding else (),
    )


def _words(text: str, model: nlp.Model, head: str, code: str | None) -> tuple[Word, ...]:
    if code is None:
        return ()
    # A word is shown only where the masked post shows it too.
    shown = set(nlp.mask(text).split())
    speaking = [word for word in nlp.explain(text, model, head, code) if word.weight > 0]
    whole = sum(word.weight for word in speaking)
    found = [
        Word(
            text[word.start : word.end].strip(_MARKS) or text[word.start : word.end],
            word.weight / whole,
        )
        for word in speaking
        if text[word.start : word.end] in shown
    ]
    return tuple(sorted(found, key=lambda word: -word.share)[:_WORDS])
