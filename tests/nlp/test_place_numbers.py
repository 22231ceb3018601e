import pytest

from nlp.place_numbers import blocks_of, kilometre_after
from nlp.place_text import tokens_of


@pytest.mark.parametrize(
    ("text", "rt", "rw"),
    [
        ("RT 5 RW 3", 5, 3),
        ("rt.005/rw.03 banjir", 5, 3),
        ("Rt008/12 tergenang", 8, 12),
        ("RT/RW 05/04", 5, 4),
        ("rw 7 rt 2", 2, 7),
        ("warga RW 08 minta tolong", 0, 8),
        ("rt 9 gelap", 9, 0),
        ("rt 11 no rw 2", 11, 2),
    ],
)
def test_rt_and_rw_are_read_as_people_write_them(text: str, rt: int, rw: int) -> None:
    block = next(blocks_of(tokens_of(text)))
    assert (block.rt, block.rw) == (rt, rw)


@pytest.mark.parametrize("text", ["RT berita ini", "pak rt dan pak rw", "rt 2017", "rw", ""])
def test_a_retweet_an_officer_or_a_year_is_no_block(text: str) -> None:
    assert list(blocks_of(tokens_of(text))) == []


def test_several_blocks_come_in_order() -> None:
    found = [(b.rt, b.rw) for b in blocks_of(tokens_of("RT 1 RW 2 dan RT 3 RW 4 banjir"))]
    assert found == [(1, 2), (3, 4)]


def test_a_kilometre_counts_only_close_to_the_road() -> None:
    tokens = tokens_of("tol jagorawi arah bogor KM 12 macet")
    assert kilometre_after(tokens, 3) == ("12", 6)
    assert kilometre_after(tokens, 2) == ("12", 6)
    assert kilometre_after(tokens, 0) is None
    assert kilometre_after(tokens_of("jalan panjang km"), 2) is None
