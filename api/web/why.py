"""Why the model read a post as it did, for the post's page."""

from collections.abc import Collection, Sequence
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
    codes = {"kind": annotation.kind}
    if annotation.category is not None:
        codes["category"] = annotation.category
    # A word is shown only where the masked post shows it too.
    shown = set(nlp.mask(post.text).split())
    words = {
        head: _strongest(post.text, weights, shown)
        for head, weights in nlp.explain(post.text, model, codes).items()
    }
    return Why(
        kind=words["kind"],
        category=words.get("category", ()),
        examples=tuple(nlp.nearest_examples(embedding, _EXAMPLES)) if embedding else (),
    )


def _strongest(
    text: str, weights: Sequence[nlp.WordWeight], shown: Collection[str]
) -> tuple[Word, ...]:
    speaking = [word for word in weights if word.weight > 0]
    whole = sum(word.weight for word in speaking)
    found = [
        Word(said.strip(_MARKS) or said, word.weight / whole)
        for word in speaking
        if (said := text[word.start : word.end]) in shown
    ]
    return tuple(sorted(found, key=lambda word: -word.share)[:_WORDS])
