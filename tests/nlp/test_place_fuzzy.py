from hypothesis import given
from hypothesis import strategies as st

from nlp.place_fuzzy import SHORTEST, Slips, one_slip_apart

SLIPS = Slips(["kampung melayu", "tanjung duren", "kalideres", "tebet"])
_LETTERS = "abcdeg"


def test_a_letter_lost_added_changed_or_swapped_still_leads_to_the_name() -> None:
    for typed in ("kampugmelayu", "kampungmelayuu", "kampungmelaya", "kampungmealyu"):
        assert SLIPS.nearest(typed) == "kampung melayu"
    assert SLIPS.nearest("kalideres") == "kalideres"


def test_two_slips_another_beginning_or_a_short_name_lead_nowhere() -> None:
    for typed in ("kampgmelay", "jalideres", "tebat", "", "apa saja"):
        assert SLIPS.nearest(typed) is None


def test_between_two_names_nothing_is_guessed() -> None:
    slips = Slips(["petukangan", "petukangen"])
    assert slips.nearest("petukangin") is None


def test_a_name_with_and_without_its_spaces_is_one_name() -> None:
    assert Slips(["kampungmelayu", "kampung melayu"]).nearest("kampugmelayu") == "kampung melayu"


@st.composite
def _slipped(draw: st.DrawFn) -> tuple[str, str]:
    word = draw(st.text(_LETTERS, min_size=SHORTEST, max_size=14))
    at = draw(st.integers(1, len(word) - 1))
    letter = draw(st.sampled_from(_LETTERS))
    return word, draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
            ]
        )
    )


@given(_slipped())
def test_every_single_slip_is_one_slip_apart(pair: tuple[str, str]) -> None:
    word, typed = pair
    assert one_slip_apart(word, typed)
    assert one_slip_apart(typed, word)
    if typed[0] == word[0] and len(typed) >= SHORTEST:
        assert Slips([word]).nearest(typed) == word
