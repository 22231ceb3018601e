"""Keys are made once, kept private, and never guessed at."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jajak.secrets import SecretError, load_secrets


def test_keys_are_made_once_and_stay_the_same(tmp_path: Path) -> None:
    first = load_secrets(tmp_path / "home")
    assert load_secrets(tmp_path / "home") == first
    assert len(first.session_key) == len(first.author_key) == 32
    assert first.session_key != first.author_key


def test_only_the_owner_may_read_a_key(tmp_path: Path) -> None:
    load_secrets(tmp_path)
    assert stat.S_IMODE((tmp_path / "author.key").stat().st_mode) == 0o600
    (tmp_path / "author.key").chmod(0o644)
    with pytest.raises(SecretError, match="chmod 600"):
        load_secrets(tmp_path)


def test_a_key_that_was_cut_short_is_refused_not_replaced(tmp_path: Path) -> None:
    load_secrets(tmp_path)
    (tmp_path / "author.key").write_bytes(b"short")
    with pytest.raises(SecretError, match="restore it"):
        load_secrets(tmp_path)
    assert (tmp_path / "author.key").read_bytes() == b"short"


def test_starts_at_the_same_moment_agree_on_the_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as starts:
        found = set(starts.map(lambda _: load_secrets(tmp_path), range(16)))
    assert len(found) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["author.key", "session.key"]
