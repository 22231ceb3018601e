"""Of all pieces those are kept that the texts need."""

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from nlp.training.base import Base, read_base
from nlp.training.pieces import cut_vocabulary, cut_weights
from tests.nlp.training.packed import write_base


@pytest.fixture
def base(tmp_path: Path) -> Base:
    write_base(tmp_path / "base.bin", ["banjir", "jalan", "rusak", "kereta"])
    return read_base(tmp_path / "base.bin")


def _cut(tokenizer: Tokenizer, text: str) -> list[str]:
    return list(tokenizer.encode(text).tokens)


def test_kept_texts_are_cut_as_before_and_unneeded_pieces_are_gone(base: Base) -> None:
    tokenizer, _ = cut_vocabulary(base, ["banjir banjir", "jalan rusak"], 1_000)
    assert _cut(tokenizer, "banjir jalan") == ["<s>", "▁banjir", "▁jalan", "</s>"]
    assert "▁kereta" not in tokenizer.get_vocab()
    # Spelt out from the letters, which are always kept.
    assert "".join(_cut(tokenizer, "kereta")[1:-1]) == "▁kereta"


def test_each_piece_keeps_its_own_vector(base: Base) -> None:
    tokenizer, rows = cut_vocabulary(base, ["banjir"], 1_000)
    words = cut_weights(base, rows, 32)["embeddings.word_embeddings.weight"]
    assert len(words) == tokenizer.get_vocab_size()
    whole = base.tensors["embeddings.word_embeddings.weight"]
    for piece in ("<s>", "<pad>", "</s>", "<unk>", "<mask>", "▁banjir", "a"):
        kept = words[tokenizer.token_to_id(piece)]
        assert np.array_equal(kept, whole[base.pieces.index(piece)]), piece


def test_where_pieces_are_few_the_frequent_ones_stay(base: Base) -> None:
    plain, _ = cut_vocabulary(base, [], 10_000)
    tokenizer, _ = cut_vocabulary(base, ["rusak rusak rusak", "jalan"], plain.get_vocab_size() + 1)
    assert "▁rusak" in tokenizer.get_vocab()
    assert "▁jalan" not in tokenizer.get_vocab()


def test_places_beyond_the_longest_text_are_dropped(base: Base) -> None:
    assert len(cut_weights(base, [0], 32)["embeddings.position_embeddings.weight"]) == 32
