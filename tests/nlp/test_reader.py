from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import City, load_city
from models.labels import CATEGORIES, KINDS, SENTIMENTS
from nlp import Hint, Reader, load_reader, near_duplicate_key

READER = load_reader(load_city("jakarta"))


def test_a_plain_report_is_read_whole() -> None:
    text = "lampu jalan mati semua di Kelurahan Rawajati udah 3 hari, gelap bgt tolong diperbaiki"
    found = READER.read([text])[0]
    assert (found.kind, found.category) == ("laporan", "penerangan_jalan")
    assert found.sure
    assert found.place is not None
    assert found.place.name == "Rawajati"
    assert found.near_duplicate_key == near_duplicate_key(text)
    assert found.model_version == READER.version


def test_a_post_outside_has_no_category() -> None:
    found = READER.read(["lagu barunya enak bgt keputer terus di kepala"])[0]
    assert found.kind == "luar"
    assert found.category is None
    assert found.category_probability is None


def test_a_text_without_words_is_never_sure() -> None:
    for found in READER.read(["", "https://example.com", "\x00", "😂😂", "@a"]):
        assert not found.sure


def test_what_the_source_says_of_the_place_is_used() -> None:
    found = READER.read(["banjir lagi"], [Hint("Kelurahan Rawajati")])[0]
    assert found.place is not None
    assert found.place.span is None


def test_as_many_hints_as_texts_are_needed() -> None:
    with pytest.raises(ValueError, match="as many hints"):
        READER.read(["satu", "dua"], [None])


def test_every_reader_of_a_city_gives_the_same_answer() -> None:
    texts = ["jalan rusak di tebet", "macet total"]
    assert load_reader(load_city("jakarta")).read(texts) == READER.read(texts)


@given(st.lists(st.text(alphabet=st.characters(), max_size=200), max_size=5))
@settings(max_examples=40, deadline=None)
def test_any_texts_get_one_valid_annotation_each(texts: list[str]) -> None:
    found = READER.read(texts)
    assert len(found) == len(texts)
    for text, annotation in zip(texts, found, strict=True):
        assert annotation == READER.read([text])[0]
        assert annotation.kind in KINDS
        assert annotation.sentiment in SENTIMENTS
        assert annotation.category is None or annotation.category in CATEGORIES
        assert (annotation.category is None) == (annotation.kind == "luar")
        assert annotation.kind_probability == round(annotation.kind_probability, 4)


def test_readers_of_different_versions_differ_only_in_name() -> None:
    other = replace(READER, version="floor-x")
    assert isinstance(other, Reader)
    assert other.read(["macet"]) == [replace(READER.read(["macet"])[0], model_version="floor-x")]


def test_a_city_is_all_that_a_reader_needs() -> None:
    city: City = load_city("jakarta")
    assert load_reader(city).version.startswith("encoder-")
    assert load_reader(city, "floor").version.startswith("floor-")
