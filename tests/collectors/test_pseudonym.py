"""Authors become pseudonyms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import pseudonym

KEY = b"a key of the test's own, 32 byte"


def test_the_same_author_has_one_pseudonym_however_the_handle_is_written() -> None:
    names = {pseudonym(KEY, "x", h) for h in ("@Warga_Ceria", "warga_ceria", " WARGA_CERIA ")}
    assert len(names) == 1
    assert len(names.pop()) == 64


def test_sources_and_keys_keep_authors_apart() -> None:
    names = {pseudonym(k, s, "budi") for k in (KEY, b"another") for s in ("x", "bluesky")}
    assert len(names) == 4


def test_without_a_key_there_is_no_pseudonym() -> None:
    with pytest.raises(ValueError, match="secret key"):
        pseudonym(b"", "x", "budi")


@given(st.text(st.characters(codec=None), max_size=50))
def test_any_handle_has_a_pseudonym_that_does_not_show_it(handle: str) -> None:
    name = pseudonym(KEY, "x", handle)
    assert len(name) == 64
    assert len(handle) < 8 or handle not in name
