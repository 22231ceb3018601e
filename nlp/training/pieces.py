"""The encoder's vocabulary: of 250,000 pieces, those that Indonesian posts are made of."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from nlp.training.base import Base, Tensors

START, PAD, END, UNKNOWN, MASK = "<s>", "<pad>", "</s>", "<unk>", "<mask>"
_WORDS = "embeddings.word_embeddings.weight"
_POSITIONS = "embeddings.position_embeddings.weight"
_AT_ONCE = 2_000


def cut_vocabulary(base: Base, texts: Sequence[str], size: int) -> tuple[Tokenizer, list[int]]:
    """A tokenizer of at most ``size`` pieces, and the row of ``base`` that each stands for.

    Kept are the pieces that ``texts`` need, the most frequent first, and every printable ASCII
    character, so that each kept text is cut as before and nothing plain is unknown. Order:
    start, padding, end, unknown, the others, mask.
    """
    whole = _tokenizer(base.pieces, base.scores, base.special["unk"])
    counted = Counter(_pieces_of(whole, texts))
    named = [base.special[name] for name in ("bos", "pad", "eos", "unk")]
    single = [
        number
        for number, piece in enumerate(base.pieces)
        if len(piece.removeprefix("▁")) == 1 and piece[-1].isascii() and number not in named
    ]
    kept = dict.fromkeys([*single, *(number for number, _ in counted.most_common())])
    chosen = sorted([number for number in kept if number not in named][: size - len(named) - 1])
    rows = [*named, *chosen]
    tokenizer = _tokenizer(
        [base.pieces[row] for row in rows], [base.scores[row] for row in rows], unknown=3
    )
    tokenizer.add_special_tokens([START, PAD, END, UNKNOWN, MASK])
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{START} $A {END}", special_tokens=[(START, 0), (END, 2)]
    )
    return tokenizer, [*rows, base.pieces.index(MASK)]


def cut_weights(base: Base, rows: Sequence[int], positions: int) -> Tensors:
    """The weights of ``base`` for the kept pieces and the first ``positions`` places."""
    cut = dict(base.tensors)
    cut[_WORDS] = cut[_WORDS][np.array(rows)]
    cut[_POSITIONS] = cut[_POSITIONS][:positions]
    return cut


def _tokenizer(pieces: Sequence[str], scores: Sequence[float], unknown: int) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), unknown, False))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer


def _pieces_of(tokenizer: Tokenizer, texts: Sequence[str]) -> Iterable[int]:
    for start in range(0, len(texts), _AT_ONCE):
        for found in tokenizer.encode_batch(texts[start : start + _AT_ONCE]):
            yield from found.ids
