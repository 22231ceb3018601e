"""Text to annotation: normalise, classify, locate, near-duplicates, masking.

Training and measuring have a front door of their own, ``nlp.training``: they need more, and take
longer to import, than reading does.
"""

from nlp.annotate import annotate_batch
from nlp.clean import clean
from nlp.examples import Neighbour, nearest_examples
from nlp.explain import WordWeight, explain
from nlp.hint import Hint
from nlp.labelled import LabelError, labels_folder
from nlp.load_model import load_model
from nlp.mask import mask
from nlp.model import Model, ModelError
from nlp.near_duplicate import near_duplicate_key
from nlp.normalise import normalise
from nlp.reader import Reader, load_reader
from nlp.stem import root_of

__all__ = [
    "Hint",
    "LabelError",
    "Model",
    "ModelError",
    "Neighbour",
    "Reader",
    "WordWeight",
    "annotate_batch",
    "clean",
    "explain",
    "labels_folder",
    "load_model",
    "load_reader",
    "mask",
    "near_duplicate_key",
    "nearest_examples",
    "normalise",
    "root_of",
]
