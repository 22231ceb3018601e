"""Training and measuring: from labels and texts to weights, and how good those are.

``train_encoder`` needs the extra ``train`` (torch), the rest only what Jajak itself does.
"""

from nlp.corpus_folder import CorpusFolder, open_corpus
from nlp.evaluate import Yardsticks, evaluate
from nlp.evaluation_report import evaluation_markdown
from nlp.training.floor import train_floor
from nlp.training.material import Material, train_encoder

__all__ = [
    "CorpusFolder",
    "Material",
    "Yardsticks",
    "evaluate",
    "evaluation_markdown",
    "open_corpus",
    "train_encoder",
    "train_floor",
]
