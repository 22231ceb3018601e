"""Which words carried an answer."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import explain, load_model, nearest_examples
from nlp.examples import load_examples

FLOOR = load_model("floor")
ENCODER = load_model("encoder")
TEXT = "kemarin sore di depan pasar lampu jalan mati semua pak"


def test_the_word_that_names_the_trouble_weighs_most() -> None:
    for model in (FLOOR, ENCODER):
        found = explain(TEXT, model, {"category": "penerangan_jalan"})["category"]
        strongest = max(found, key=lambda word: word.weight)
        assert TEXT[strongest.start : strongest.end] in ("lampu", "jalan", "mati")


def test_weights_are_what_the_answer_loses_without_the_word() -> None:
    word = explain(TEXT, FLOOR, {"kind": "laporan"})["kind"][0]
    whole, without = (
        math.log(likely / (1 - likely))
        for likely in FLOOR.probabilities_of(
            {"kind": "laporan"}, [TEXT, TEXT[: word.start] + TEXT[word.end :]]
        )["kind"]
    )
    assert abs(word.weight - (whole - without)) < 1e-3


@given(st.text(alphabet=st.characters(), max_size=200))
@settings(max_examples=30, deadline=None)
def test_any_text_is_explained_in_its_own_words_and_alike_each_time(text: str) -> None:
    found = explain(text, FLOOR, {"kind": "luar"})["kind"]
    assert found == explain(text, FLOOR, {"kind": "luar"})["kind"]
    for word in found:
        assert text[word.start : word.end].strip() == text[word.start : word.end] != ""
        assert abs(word.weight) >= 0.1


def test_a_very_long_text_is_explained_by_its_first_words() -> None:
    found = explain("banjir " * 3_000, FLOOR, {"category": "banjir"})["category"]
    assert all(word.end <= 80 * len("banjir ") for word in found)


def test_a_labelled_example_is_its_own_nearest() -> None:
    (answer,) = ENCODER.answers(["lampu jalan mati di gang kami sudah seminggu, mohon diperbaiki"])
    nearest = nearest_examples(answer.embedding or b"", 3)
    assert len(nearest) == 3
    assert [n.cosine for n in nearest] == sorted((n.cosine for n in nearest), reverse=True)
    assert nearest[0].category == "penerangan_jalan"
    examples = load_examples()
    assert len(examples.labels) == len(examples.vectors)
