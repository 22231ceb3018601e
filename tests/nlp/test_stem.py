from nlp.stem import root_of, stem


def test_words_are_brought_to_their_roots() -> None:
    assert stem("perbaikan jalan berlubang diperbaiki") == "baik jalan lubang baik"


def test_class_tokens_and_overlong_words_stay() -> None:
    assert stem("_sebutan " + "a" * 40) == "_sebutan " + "a" * 40


def test_a_word_is_stemmed_once() -> None:
    root_of.cache_clear()
    for _ in range(5):
        root_of("menyalahkan")
    assert root_of.cache_info().misses == 1
