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
        ("cek https://twitter.com/warga_demo/status/1?s=20, ya", "cek [tautan akun], ya"),
        ("x.com/warga_demo.", "[tautan akun]."),
        ("(www.instagram.com/warga.demo/)", "([tautan akun])"),
        ("IG: Instagram.com/warga.demo", "IG: [tautan akun]"),
        ("https://t.me/warga_demo http://fb.com/warga.demo", "[tautan akun] [tautan akun]"),
        ("m.facebook.com/profile.php?id=100012345", "[tautan akun]"),
        ("https://www.tiktok.com/@warga/video/7", "[tautan akun]"),
        ("wa.me/62215551234", "[tautan akun]"),
        ("telp (+62)81200001234", "telp [nomor telepon]"),
        ("wa 812-0000-1234 / 81200001234", "wa [nomor telepon] / [nomor telepon]"),
        ("wa 812 000 1234", "wa [nomor telepon]"),
        (
            "wa \uff10\uff18\uff11\uff12\uff10\uff10\uff10\uff10\uff11\uff12\uff13\uff14",
            "wa [nomor telepon]",
        ),
        ("BCA 1234567890 a.n. warga", "BCA [nomor rekening] a.n. warga"),
        ("norek: 137-00-1234567-8", "norek: [nomor rekening]"),
        ("rekening BRI 012301012345501", "rekening BRI [nomor rekening]"),
        ("transfer ke Mandiri no. 1370012345678", "transfer ke Mandiri no. [nomor rekening]"),
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
        "https://x.com/i/web/status/1990 https://www.instagram.com/p/Cx1/ t.me/joinchat/Ab",
        "berita di https://berita.example/banjir dan kotax.com/banjir",
        "Rp 8500000000, Rp812.000.000, 812.000.000 rupiah, 8.500.000",
        "swadaya mandiri 2023-11-24 10.00 sampai 24-11-2023 12.00",
        "bank BCA 08.00-10.30 dan BRI 08.15 09.30 10.45",
        "bayar ke BCA Rp 1.500.000.000 atau Rp 1500000000",
        "RT \uff10\uff13 jam \uff10\uff18.\uff10\uff10",
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


banks = st.sampled_from(["rek", "rekening", "norek", "BCA", "BRI", "bank mandiri", "no rek BNI"])


@given(
    banks,
    st.sampled_from([" ", ": ", " no. ", " a.n. warga "]),
    st.text("0123456789", min_size=10, max_size=16).filter(lambda digits: digits[0] != "0"),
)
def test_no_bank_account_survives(bank: str, between: str, digits: str) -> None:
    assert digits not in mask(bank + between + digits)


harmless = st.sampled_from(
    ["pukul 08.00-10.30", "24-11-2025 09.15", "2025-11-24 10:00", "24/11/2025", "Rp 1.500.000.000",
     "1.500.000.000", "RT 03/RW 05", "JAK 15", "KM 24", "rute 6B", "780 cm", "08.15 09.30 10.45"]
)  # fmt: skip


@given(st.lists(harmless, min_size=1, max_size=4), banks)
def test_times_dates_prices_and_routes_stay_behind_a_bank_too(parts: list[str], bank: str) -> None:
    text = bank + " " + ", ".join(parts)
    assert mask(text) == text


sites = st.sampled_from(["twitter.com", "x.com", "instagram.com", "t.me", "fb.com", "facebook.com"])


@given(
    st.sampled_from(["", "https://", "http://www.", "https://m."]),
    sites,
    st.from_regex(r"[a-z]{4}_[a-z0-9]{3,8}", fullmatch=True),
    st.sampled_from(["", "/", "/status/12", "?igsh=1", "/posts/77"]),
)
def test_no_link_to_an_account_survives(start: str, site: str, name: str, rest: str) -> None:
    assert mask(f"lihat {start}{site}/{name}{rest} ya") == "lihat [tautan akun] ya"


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
    "unit",
    [
        "0812 ",
        "1",
        "a",
        "@",
        "a.",
        "B 1 ",
        "0 8 ",
        "1234 ",
        "(0",
        "a@a.",
        "x.com/",
        "bca ",
        "bank",
        "81",
        "x.com/a.",
        "81-",
    ],
)
def test_a_megabyte_of_anything_is_masked_in_bounded_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    began = time.perf_counter()
    mask(text)
    assert time.perf_counter() - began < 10
