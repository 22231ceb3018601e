"""What the encoder is taught with: texts, what is right for each, and how much each counts."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from nlp.labelled import LabelledPost, split_of
from nlp.sentiment_corpus import Feeling, letters

# How much a text counts beside a post that was labelled for this.
INVENTED_WEIGHT = 0.7
_TOPIC_WEIGHT = 0.15
_PER_TOPIC = 60


@dataclass(frozen=True, slots=True)
class Lesson:
    """One text; a head whose answer is ``None`` is not asked."""

    text: str
    kind: str | None = None
    category: str | None = None
    sentiment: str | None = None
    weight: float = 1.0


def of_posts(posts: Iterable[LabelledPost], weight: float = 1.0) -> list[Lesson]:
    """Labelled posts as lessons."""
    return [Lesson(p.text, p.kind, p.category, p.sentiment, weight) for p in posts]


def of_topics(
    rows: Iterable[dict[str, object]],
    topics: dict[str, str],
    labelled: set[str],
    splits: Collection[str] = ("train",),
) -> list[Lesson]:
    """Complaints of ``splits`` whose desk's own topic has a plain category; none is labelled."""
    taken: Counter[str] = Counter()
    found = []
    for row in rows:
        topic, text = str(row.get("given_topic")), str(row["text"])
        if topic not in topics or text in labelled or split_of(text) not in splits:
            continue
        if taken[topic] < _PER_TOPIC:
            taken[topic] += 1
            found.append(Lesson(text, category=topics[topic], weight=_TOPIC_WEIGHT))
    return found


def of_feelings(feelings: Sequence[Feeling], apart: Iterable[str]) -> list[Lesson]:
    """Sentiment lessons without the texts that are kept ``apart`` to measure with.

    Texts are compared by their letters; what is dropped takes its translations along. Each text
    is taken once.
    """
    kept_apart = {letters(text) for text in apart}
    dropped = {f.id for f in feelings if f.id and letters(f.text) in kept_apart}
    found: dict[str, Lesson] = {}
    for feeling in feelings:
        key = letters(feeling.text)
        if key not in kept_apart and feeling.id not in dropped:
            lesson = Lesson(feeling.text, sentiment=feeling.sentiment, weight=feeling.weight)
            found.setdefault(key, lesson)
    return list(found.values())
