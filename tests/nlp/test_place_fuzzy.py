from hypothesis import given
from hypothesis import strategies as st

from nlp.place_fuzzy import SHORTEST, nearest, one_slip_apart, slips_of

SLIPS = slips_of(["kampung melayu", "tanjung duren", "kalideres", "tebet"])
_LETTERS = "abcdeg"


def test_a_letter_lost_added_changed_or_swapped_still_leads_to_the_name() -> None:
    for typed in ("kampugmelayu", "kampungmelayuu", "kampungmelaya", "kampungmealyu"):
        assert nearest(typed, SLIPS) == "kampung melayu"
    assert nearest("kalideres", SLIPS) == "kalideres"


def test_two_slips_another_beginning_or_a_short_name_lead_nowhere() -> None:
    for typed in ("kampgmelay", "jalideres", "tebat", "", "apa saja"):
        assert nearest(typed, SLIPS) is None


def test_between_two_names_nothing_is_guessed() -> None:
    slips = slips_of(["petukangan", "petukangen"])
    assert nearest("petukangin", slips) is None


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
        assert nearest(typed, slips_of([word])) == word
