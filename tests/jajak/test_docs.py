"""The documentation names every command and option there is, and links to pages that exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer.main

from jajak.cli import app
from models.labels import CATEGORIES, KINDS, REPORT_STATES, ROLES, SCOPES

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands() -> Iterator[tuple[str, click.Command]]:
    def walk(command: click.Command, words: str) -> Iterator[tuple[str, click.Command]]:
        if isinstance(command, click.Group):
            for name, below in command.commands.items():
                yield from walk(below, f"{words} {name}")
        else:
            yield words, command

    yield from walk(typer.main.get_command(app), "jajak")


def test_every_command_and_option_stands_in_the_documentation() -> None:
    pages = "\n".join(
        (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("commands.md", "import.md")
    )
    for words, command in commands():
        assert f"`{words}" in pages, words
        for parameter in command.params:
            long = [name for name in parameter.opts if name.startswith("--")]
            if long and long != ["--help"]:
                assert any(f"`{name}" in pages or f" {name}" in pages for name in long), (
                    words,
                    long,
                )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_documentation_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), target


def test_every_code_stands_in_the_documentation() -> None:
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    for code in (*KINDS, *CATEGORIES, *REPORT_STATES, *ROLES, *SCOPES):
        assert code in pages, code
