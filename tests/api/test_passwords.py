"""Passwords are kept as Argon2id and must be worth keeping."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.passwords import WeakPassword, hash_password, renewed_hash, verify_password, weakness
from tests.api.visitors import HASH, PASSWORD


def test_a_password_opens_its_own_hash_and_nothing_else() -> None:
    assert HASH.startswith("$argon2id$")
    assert verify_password(HASH, PASSWORD)
    assert not verify_password(HASH, PASSWORD + " ")
    assert not verify_password(None, "the password of nobody at all")
    assert not verify_password("not a hash", PASSWORD)
    assert not verify_password(HASH, "x" * 100_000)


def test_a_hash_made_with_weaker_settings_is_renewed() -> None:
    weak = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21l$cK6GIGuOkmBNtsQP2qjLzw"
    renewed = renewed_hash(weak, PASSWORD)
    assert renewed is not None and verify_password(renewed, PASSWORD)
    assert renewed_hash(HASH, PASSWORD) is None


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("pendek", "short"),
        ("x" * 257, "long"),
        ("kucing sari di atap", "name"),
        ("jakarta123456", "easy"),
        ("aaaaaaaaaaaaaaaa", "easy"),
        ("Rahasia-Jakarta1", "easy"),
        (PASSWORD, None),
        ("kuda poni naik bajaj", None),
    ],
)
def test_what_makes_a_password_weak(password: str, reason: str | None) -> None:
    assert weakness(password, "sari") == reason


@given(st.text(max_size=11))
def test_no_short_password_is_ever_taken(password: str) -> None:
    with pytest.raises(WeakPassword, match="12"):
        hash_password(password)
