"""Text to annotation: normalise, classify, locate, near-duplicates, masking; training too."""

from nlp.annotate import annotate_batch
from nlp.hint import Hint
from nlp.mask import mask
from nlp.near_duplicate import near_duplicate_key
from nlp.normalise import normalise
from nlp.reader import Reader, load_reader

__all__ = [
    "Hint",
    "Reader",
    "annotate_batch",
    "load_reader",
    "mask",
    "near_duplicate_key",
    "normalise",
]
