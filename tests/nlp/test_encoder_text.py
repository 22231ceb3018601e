"""The spelling in which the encoder reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.encoder_text import encoder_text


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Jln RUSAK bgt!!! kpn dibenerin???", "jalan rusak sekali!! kapan diperbaiki??"),
        ("min @dkijakarta cek https://t.co/x1 ya", "admin @ cek tautan ya"),
        ("RT @tmc: Macet di Tomang", "macet di tomang"),
        ("banjiiirrrr lagiii", "banjir lagi"),
        ("wkwkwkwk parah", "wkwk parah"),
        ("gelap... bau, jorok", "gelap.. bau, kotor"),
    ],
)
def test_typed_words_are_made_plain_and_sentences_kept(typed: str, read: str) -> None:
    assert encoder_text(typed) == read


def test_an_emoji_is_read_as_what_it_means() -> None:
    said = encoder_text("banjir 😭 mantap 👍🏽")
    assert "😭" not in said
    assert len(said.split()) > 2
    assert encoder_text("👍🏽") == encoder_text("👍")


@given(st.text(alphabet=st.characters(), max_size=400))
def test_any_text_becomes_one_line_without_raising(text: str) -> None:
    read = encoder_text(text)
    assert "\n" not in read
    assert "  " not in read
    assert read == read.strip()
    assert encoder_text(text) == read
