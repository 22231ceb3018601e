import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import normalise
from nlp.vocabulary import emoji_meanings, slang


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gw kagak ngarti knp jln rusakkk bgt", "gue tidak mengerti kenapa jalan rusak sekali"),
        ("Ora iso lewat, dalane ancur", "tidak bisa lewat jalannya hancur"),
        ("jalanna acan alus nepi kiwari", "jalannya belum alus sampai sekarang"),
        ("tdk ada yg ngurusin, gmn sih", "tidak ada yang mengurus bagaimana sih"),
    ],
)
def test_slang_of_several_tongues_becomes_plain_words(typed: str, meant: str) -> None:
    assert normalise(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("parahhhh", "parah"),
        ("bangeeettt", "sekali"),
        ("benerrr", "benar"),
        ("maaf saat taat manfaat keadaan", "maaf saat taat manfaat keadaan"),
        ("maaaaf", "maaf"),
        ("kuaaattt", "kuat"),
    ],
)
def test_drawn_out_letters_go_and_real_double_letters_stay(typed: str, meant: str) -> None:
    assert normalise(typed) == meant


@pytest.mark.parametrize(
    "negated",
    ["ga bisa", "gak bisa", "gabisa", "kagak bisa", "tdk bisa", "nggak bs", "ora iso", "ndak bisa"],
)
def test_every_negation_is_kept_as_one_word(negated: str) -> None:
    assert normalise(negated) == "tidak bisa"


def test_laughter_is_one_token_however_long() -> None:
    for typed in ("wkwk", "wkwkwkwkwk", "haha", "HAHAHAHA", "hehehe", "xixixi", "awokwok"):
        assert normalise(typed) == "_tawa", typed


def test_mentions_links_and_contacts_become_classes() -> None:
    typed = (
        "@pemda.demo cek https://example.com/a?b=c www.example.com budi@example.com 0812-0000-1234"
    )
    assert normalise(typed) == "_sebutan cek _tautan _surel _telepon"


def test_numbers_become_classes_by_what_they_say() -> None:
    typed = "16.30 WIB tgl 12/05/2024 naik dari Rp3.500 jadi 5rb, 40% di RT 03 RW 05"
    assert normalise(typed) == (
        "_jam tanggal _tanggal naik dari _uang jadi _uang _persen di rt _angka rw _angka"
    )


def test_hashtags_are_split_into_words() -> None:
    assert normalise("#BanjirJakarta #lampumati #jalan_rusak") == (
        "banjir jakarta lampu mati jalan rusak"
    )


def test_doubled_words_written_with_a_two_are_spelt_out() -> None:
    assert normalise("hati2 rumah2 jln2") == "hati-hati rumah-rumah jalan-jalan"


def test_emoji_keep_their_meaning_once() -> None:
    assert normalise("banjir 😭😭😭 👍🏽 🤦‍♀️") == "banjir _sedih _setuju _bingung"


def test_damaged_and_disguised_characters_are_read() -> None:
    assert normalise("itâ€™s") == "it's"
    bold = "".join(chr(0x1D5EE + ord(letter) - ord("a")) for letter in "banjir")
    assert normalise(f"ban\u200bjir \u202e{bold}") == "banjir banjir"
    assert normalise("lampu&amp;jalan <b>mati</b><script>alert(1)</script>") == "lampu jalan mati"
    assert normalise("satu\\ndua\\r\\ntiga") == "satu dua tiga"


def test_the_word_lists_are_large_and_lead_to_an_end() -> None:
    known = slang()
    assert len(known) >= 1500
    assert len(emoji_meanings()) >= 300
    for informal, formal in known.items():
        assert not [word for word in formal.split() if word in known], informal


@given(st.text(alphabet=st.characters(), max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_text_gives_single_spaced_lower_case_tokens(text: str) -> None:
    found = normalise(text)
    assert found == normalise(text)
    assert found == " ".join(found.split())
    assert "\x00" not in found
    found.encode("utf-8")


@pytest.mark.parametrize(
    "unit", ["a", "ab ", "<script>", "\ud800\x00", "@", "😂", "&amp;", "1.", "0 8 ", "#Aa", "Ã°Å"]
)
def test_a_megabyte_of_anything_takes_bounded_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    began = time.perf_counter()
    normalise(text)
    assert time.perf_counter() - began < 5
