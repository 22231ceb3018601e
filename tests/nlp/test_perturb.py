"""Texts as others would have typed them."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.perturb import CHANGES, code_mix, elongation, mixed_words, slang, typo, without_emoji

TEXT = "Jalan rusak parah di depan pasar, tolong diperbaiki segera 🙏😭"


@pytest.mark.parametrize("name", CHANGES)
@given(text=st.text(max_size=200), seed=st.integers(0, 99))
def test_a_change_is_the_same_for_the_same_seed_and_takes_any_text(
    name: str, text: str, seed: int
) -> None:
    change = CHANGES[name]
    assert change(text, random.Random(seed)) == change(text, random.Random(seed))


def test_each_change_does_what_its_name_says() -> None:
    draw = random.Random(1)
    assert len(elongation(TEXT, draw, 1.0)) > len(TEXT)
    assert without_emoji(TEXT, draw).strip().endswith("segera")
    assert slang(TEXT, draw, {"jalan": ["jln"], "parah": ["prh"]}, 1.0).startswith("jln rusak prh")
    mixed = code_mix("jalan rusak", draw, 1.0).split()
    assert mixed[0] in mixed_words()["jalan"]
    changed = typo(TEXT, draw, 1.0).split()
    assert sum(a != b for a, b in zip(TEXT.split(), changed, strict=True)) >= 5


def test_short_words_and_numbers_are_left_alone_by_typos() -> None:
    assert typo("di RT 03 km 24", random.Random(1), 1.0) == "di RT 03 km 24"
