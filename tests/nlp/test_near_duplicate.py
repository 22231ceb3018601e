import string

from hypothesis import given
from hypothesis import strategies as st

from nlp import near_duplicate_key

NEWS = "Banjir di Tomang setinggi 40 cm, jalan ditutup"


def test_retweets_links_mentions_and_emoji_make_no_difference() -> None:
    for copy in (
        f"RT @kabar_demo: {NEWS}",
        f"{NEWS} https://example.com/x1",
        f"{NEWS} @warga_demo 😭😭 !!!",
        f"{NEWS} 25 retweets",
        NEWS.upper(),
        "bnjir di tomang setinggi 40 cm jln ditutup",
    ):
        assert near_duplicate_key(copy) == near_duplicate_key(NEWS), copy


def test_other_numbers_and_other_words_make_another_key() -> None:
    assert near_duplicate_key(NEWS.replace("40", "90")) != near_duplicate_key(NEWS)
    assert near_duplicate_key("lampu mati RT 03") != near_duplicate_key("lampu mati RT 05")


def test_texts_without_words_are_not_all_one() -> None:
    assert near_duplicate_key("https://example.com/a") != near_duplicate_key(
        "https://example.com/b"
    )


def test_long_texts_that_differ_late_differ() -> None:
    long = "air naik terus " * 3000
    assert near_duplicate_key(long + "satu") != near_duplicate_key(long + "dua")


@given(st.text(alphabet=st.characters()))
def test_any_text_has_a_key_of_32_hexadecimal_digits(text: str) -> None:
    key = near_duplicate_key(text)
    assert len(key) == 32
    assert set(key) <= set(string.hexdigits)
