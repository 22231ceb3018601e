"""Settings come from the environment, then a file, then defaults; a wrong one is named."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from jajak.settings import Settings, SettingsError, load_settings

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"JAJAK_{name.upper()}", raising=False)


def test_the_environment_goes_before_the_file_and_the_file_before_the_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert load_settings().port == 8600
    (tmp_path / "jajak.toml").write_text('port = 9000\ncity = "surabaya"\n')
    assert (load_settings().port, load_settings().city) == (9000, "surabaya")
    monkeypatch.setenv("JAJAK_PORT", "9100")
    assert load_settings().port == 9100


def test_without_a_database_url_the_home_folder_holds_an_sqlite_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JAJAK_HOME", str(tmp_path / "rumah"))
    assert load_settings().database == f"sqlite:///{tmp_path / 'rumah' / 'jajak.db'}"
    assert load_settings().inbox_folder == tmp_path / "rumah" / "inbox"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("port = 0\n", "port"),
        ('warna = "merah"\n', "warna"),
        ("port = = 1\n", "jajak.toml"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, content: str, named: str) -> None:
    (tmp_path / "jajak.toml").write_text(content)
    with pytest.raises(SettingsError, match=named):
        load_settings()


def _names(model: type[BaseModel], before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _names(inner, (*before, name))
        else:
            yield (*before, name)


def test_every_setting_stands_in_the_documentation() -> None:
    page = (DOCS / "settings.md").read_text(encoding="utf-8")
    for name in _names(Settings):
        row = f"| `{'.'.join(name)}` | `JAJAK_{'__'.join(name).upper()}` |"
        assert row in page, row


def test_the_model_is_chosen_in_the_environment_or_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert load_settings().nlp.model == "encoder"
    (tmp_path / "jajak.toml").write_text('[nlp]\nmodel = "hf:sendiri"\n')
    assert load_settings().nlp.model == "hf:sendiri"
    monkeypatch.setenv("JAJAK_NLP__MODEL", "floor")
    assert load_settings().nlp.model == "floor"
