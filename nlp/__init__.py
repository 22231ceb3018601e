"""Text to annotation: normalise, classify, locate, near-duplicates, masking; training too."""

from nlp.annotate import annotate_batch
from nlp.clean import clean
from nlp.evaluate import evaluate_floor, evaluation_markdown
from nlp.evaluate_places import evaluate_places, places_markdown
from nlp.hint import Hint
from nlp.labelled import LabelError, labels_folder
from nlp.mask import mask
from nlp.near_duplicate import near_duplicate_key
from nlp.normalise import normalise
from nlp.reader import Reader, load_reader
from nlp.stem import root_of
from nlp.train import train_floor
from nlp.train_places import train_places

__all__ = [
    "Hint",
    "LabelError",
    "Reader",
    "annotate_batch",
    "clean",
    "evaluate_floor",
    "evaluate_places",
    "evaluation_markdown",
    "labels_folder",
    "load_reader",
    "mask",
    "near_duplicate_key",
    "normalise",
    "places_markdown",
    "root_of",
    "train_floor",
    "train_places",
]
