import re
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nlp import mask


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("hub +62 812-0000-1234", "hub [nomor telepon]"),
        ("wa 0812.0000.1234 / 0812 0000 1234", "wa [nomor telepon] / [nomor telepon]"),
        ("WA081200001234", "WA[nomor telepon]"),
        ("wa.me/6281200001234", "wa.me/[nomor telepon]"),
        ("telp (021) 555-1234 atau 021-5551234", "telp [nomor telepon] atau [nomor telepon]"),
        ("NIK 3174051234560001", "NIK [NIK]"),
        ("nik 317405 123456 0001", "nik [NIK]"),
        ("npwp 01.234.567.8-901.000", "npwp [NPWP]"),
        ("kartu 4111 1111 1111 1111", "kartu [nomor kartu]"),
        ("mobil B 1234 XYZ dan b1234xyz", "mobil [pelat nomor] dan [pelat nomor]"),
        ("plat d 12 ab lawan arah", "plat [pelat nomor] lawan arah"),
        ("ke warga@example.com ya", "ke [surel] ya"),
        ("@warga_demo dan @warga@mastodon.example.", "[akun] dan [akun]."),
    ],
)
def test_personal_data_is_replaced_by_its_kind(text: str, shown: str) -> None:
    assert mask(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "pukul 08.00-10.30 dan 08.15 09.30 10.45",
        "tgl 08-12-2023 10.00, 05-12-2023 16.30, 08/12/2023",
        "Rp 1.000.000.000.000 atau Rp812.000.000",
        "gorengan @5000 @15rb kumpul @16.30",
        "RT 03/RW 05 KM 24 JAK 15 rute 6B koridor 13A",
        "B 15 menit lagi, L 2 jam, blok B 12 A, terminal T 3 U",
        "B 2024 di jalan, D 3 kali",
        "tinggi muka air 780 cm siaga 3, 150 m3",
        "kode pos 12810, tiket 123456",
    ],
)
def test_times_dates_prices_and_routes_stay(text: str) -> None:
    assert mask(text) == text


def test_every_occurrence_goes_not_only_the_first() -> None:
    shown = mask("0812-0000-1234 " * 50 + "B 1234 XYZ " * 50 + "@a_b " * 50)
    assert shown.count("[nomor telepon]") == 50
    assert shown.count("[pelat nomor]") == 50
    assert shown.count("[akun]") == 50


separators = st.sampled_from(["", " ", "-", ".", "\u00a0", " - "[:2]])


@given(
    st.sampled_from(["0", "62", "+62", "+62 ", "62-"]),
    st.sampled_from(["811", "812", "821", "838", "856", "877", "896"]),
    st.text("0123456789", min_size=4, max_size=4),
    st.text("0123456789", min_size=3, max_size=4),
    separators,
    st.sampled_from(["", "hubungi ", "wa:", "(", "nomor saya "]),
    st.sampled_from(["", ".", ", terima kasih", ")", " ya"]),
)
def test_no_mobile_number_survives(
    start: str, network: str, first: str, last: str, gap: str, before: str, after: str
) -> None:
    number = start + network + gap + first + gap + last
    # Written like dates or times it could as well be those.
    assume(not re.match(r"\d{1,2}[ .-]\d{1,2}[ .-](19|20)\d\d", number))
    shown = mask(before + number + after)
    assert first + gap + last not in shown
    assert "[nomor telepon]" in shown


@given(st.text("0123456789", min_size=16, max_size=16), st.sampled_from(["", " ", "nik"]))
def test_no_sixteen_digit_number_survives(digits: str, before: str) -> None:
    assert digits not in mask(before + digits)


@given(st.text(alphabet=st.characters()))
def test_masking_takes_any_text(text: str) -> None:
    mask(text)


@given(
    st.lists(
        st.sampled_from(
            ["0812-0000-1234", "B 1234 XYZ", "@warga", "a@example.com", "3174051234560001", "jalan"]
        ),
        max_size=12,
    )
)
def test_masking_twice_changes_nothing_more(parts: list[str]) -> None:
    once = mask(", ".join(parts))
    assert mask(once) == once


@pytest.mark.parametrize(
    "unit", ["0812 ", "1", "a", "@", "a.", "B 1 ", "0 8 ", "1234 ", "(0", "a@a."]
)
def test_a_megabyte_of_anything_is_masked_in_bounded_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    began = time.perf_counter()
    mask(text)
    assert time.perf_counter() - began < 10
