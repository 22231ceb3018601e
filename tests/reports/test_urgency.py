"""Urgency: what the category has, raised for what the posts say, with its reasons."""

import pytest

from models import City
from reports.urgency import urgency


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("lampu jalan mati", 2),
        ("lampu jalan mati, kemarin ada korban begal", 3),
        ("lampu mati, alhamdulillah tidak ada korban", 2),
        ("lampu mati, syukur ga ada korban jiwa", 2),
        ("gelap banget, kasian anak2 sekolah pulang ngaji", 3),
        ("gelap di depan rumah sakit", 2),
        ("ibu hamil jatuh di situ, kabel bisa kesetrum", 4),
        ("", 2),
    ],
)
def test_the_words_decide_the_level(city: City, text: str, level: int) -> None:
    assert urgency(city, "penerangan_jalan", 1, [text]).level == level


def test_it_never_passes_four_and_says_so(city: City) -> None:
    found = urgency(city, "kebakaran", 12, ["ada korban, lansia terjebak"])
    assert found.level == 4
    assert found.reason.endswith("Urgensi tertinggi adalah 4.")


def test_the_order_of_the_texts_does_not_matter(city: City) -> None:
    texts = ["nenek terjebak", "bayi hanyut", "korban tewas"]
    assert urgency(city, "banjir", 3, texts) == urgency(city, "banjir", 3, reversed(texts))
