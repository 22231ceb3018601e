"""Spans that tell where: the weights that come with Jajak, and the sums they are read from."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import City
from nlp.locate import PlaceIndex, build_index, place_spans
from nlp.place_features import place_features, place_key, place_of
from nlp.place_names import classes_of, hits_of
from nlp.place_tagger import Tagger, TaggerWeights, hashed, load_tagger
from nlp.place_text import tokens_of
from nlp.train_places import features_of


@pytest.fixture(scope="module")
def index(city: City) -> PlaceIndex:
    return build_index(city)


def spans(text: str, index: PlaceIndex) -> list[str]:
    return [text[start:end] for start, end in place_spans(text, index)]


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("lampu pju mati di jl. Zamrud Kecil no 12 rt 3 rw 2, mohon diperbaiki", "Zamrud Kecil"),
        ("Mohon perbaikan jalan rusak di Desa Sukamakmur Kec. Cibaduyung", "Kec. Cibaduyung"),
        ("banjir di perumahan Griya Melati blok C setinggi lutut", "Griya Melati"),
        ("14.20 WIB lalin simpang Pahlawan arah Merdeka padat merayap", "Pahlawan"),
    ],
)
def test_a_place_that_no_gazetteer_knows_is_found_by_its_words(
    index: PlaceIndex, text: str, within: str
) -> None:
    assert any(within in span for span in spans(text, index)), spans(text, index)


@pytest.mark.parametrize(
    "text",
    ["", "   ", "gue laper banget sumpah", "kapan ya gajian", "selamat pagi semua, sehat selalu"],
)
def test_chat_tells_no_place(index: PlaceIndex, text: str) -> None:
    assert spans(text, index) == []


@given(st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_spans_lie_in_the_text_in_order_and_apart(index: PlaceIndex, text: str) -> None:
    found = place_spans(text, index)
    assert found == place_spans(text, index)
    edges = [edge for span in found for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= start < end <= len(text) for start, end in found)


def test_a_text_reads_the_same_alone_after_others_and_in_threads(index: PlaceIndex) -> None:
    texts = [f"banjir di jl. Nomor{i} Baru kel. Contoh{i % 7}, rt {i}" for i in range(60)]
    alone = [
        place_spans(text, PlaceIndex(**{**vars(index), "tagger": Tagger(load_tagger().weights)}))
        for text in texts[:5]
    ]
    together: dict[int, list[list[tuple[int, int]]]] = {}

    def work(number: int) -> None:
        together[number] = [place_spans(text, index) for text in texts]

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found == together[0] for found in together.values())
    assert together[0][:5] == alone


def test_the_tables_sum_up_what_training_saw(city: City) -> None:
    """Each token's score is the sum of its features' weights, whichever table it comes from."""
    text = "Mohon #JalanRusak depan RS. Harapan, jl Mawar 5 (dekat pasar)\\nrt 3/2 jl Mawar lagi"
    tokens, index = tokens_of(text), build_index(city, with_spans=False)
    classes = classes_of(hits_of(tokens, index), tokens, index)
    about = (1.4, -2.2)
    clusters = {"jl": (1, 2, 3), "pasar": (4, 5, 6)}
    features = features_of(text, tokens, classes, clusters, about)
    names = sorted({feature for each in features for feature in each})
    random = np.random.default_rng(5)
    keys, order = np.unique([hashed(name) for name in names], return_index=True)
    assert len(keys) == len(names)
    scores = random.normal(size=(len(names), 3)).astype(np.float32)
    words = sorted((hashed(word), groups) for word, groups in clusters.items())
    weights = TaggerWeights(
        keys=keys.astype(np.uint32),
        scores=scores[order],
        steps=np.zeros((3, 3), dtype=np.float32),
        word_keys=np.array([key for key, _ in words], dtype=np.uint32),
        clusters=np.array([groups for _, groups in words], dtype=np.int16),
        text_keys=np.array([], dtype=np.uint32),
        text_scores=np.zeros((0, 2), dtype=np.float32),
        text_bias=np.array(about, dtype=np.float32),
        outside=0.0,
    )
    at = {name: scores[i] for i, name in enumerate(names)}
    expected = np.array([sum(at[feature] for feature in each) for each in features])
    found = Tagger(weights).scores_of(text, tokens, classes)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@given(st.integers(0, 400), st.integers(1, 400))
def test_a_place_in_the_text_is_told_by_its_number(position: int, length: int) -> None:
    key = place_key(position, length)
    assert place_features(*place_of(key)) == place_features(position, length)
    assert place_key(*place_of(key)) == key


def test_weights_hold_no_word_of_any_text() -> None:
    weights = load_tagger().weights
    for name, value in vars(weights).items():
        if isinstance(value, np.ndarray):
            assert value.dtype.kind in "uif", name
