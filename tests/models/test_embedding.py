"""Vectors in a byte a number."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.embedding import pack_embedding, unpack_embeddings


@given(st.integers(0, 10_000))
def test_packing_keeps_the_cosine_of_two_vectors(seed: int) -> None:
    rows = np.random.default_rng(seed).normal(size=(2, 384)).astype(np.float32)
    packed = [pack_embedding(row) for row in rows]
    assert all(len(one) == 384 for one in packed)
    found = unpack_embeddings(packed)
    lengths = np.linalg.norm(rows, axis=1)
    assert abs(found[0] @ found[1] - rows[0] @ rows[1] / lengths.prod()) < 0.01
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_a_vector_of_noughts_stays_one() -> None:
    assert not unpack_embeddings([pack_embedding(np.zeros(8, np.float32))]).any()
