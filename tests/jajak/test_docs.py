"""The documentation names every command, option and code there is, and its links lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from jajak.cli import app
from models.labels import CATEGORIES, KINDS, REPORT_STATES, ROLES, SCOPES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def commands() -> Iterator[tuple[str, Any]]:
    def walk(command: Any, words: str) -> Iterator[tuple[str, Any]]:
        # Asked for its commands and not for its class: typer brings a click of its own.
        below = getattr(command, "commands", None)
        if below is None:
            yield words, command
            return
        for name, one in below.items():
            yield from walk(one, f"{words} {name}")

    yield from walk(typer.main.get_command(app), "jajak")


COMMANDS = dict(commands())


def quoted(text: str) -> str:
    """Only what stands in backticks or in a block of code, without the words around it."""
    blocks = re.findall(r"^```.*?^```", text, flags=re.M | re.S)
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", text)])


def where_it_stands() -> dict[str, str]:
    """Each command's row of docs/commands.md, by the command's words; import has a page more."""
    rows = {}
    for row in re.findall(r"^\| `jajak .*$", (DOCS / "commands.md").read_text(), flags=re.M):
        words = re.match(r"\| `(jajak(?: [a-z]+)+)", row)
        assert words is not None, row
        assert words[1] not in rows, f"{words[1]} has two rows"
        rows[words[1]] = quoted(row)
    # Its row leads there.
    rows["jajak import"] += quoted((DOCS / "import.md").read_text(encoding="utf-8"))
    return rows


def test_there_are_commands_to_look_at() -> None:
    # Else everything below would hold of nothing.
    assert {"jajak run", "jajak import", "jajak quarantine retry", "jajak user add"} <= set(
        COMMANDS
    )


def test_the_table_of_commands_has_a_row_for_each_command_and_no_other() -> None:
    assert set(where_it_stands()) == set(COMMANDS)


@pytest.mark.parametrize("words", COMMANDS)
def test_every_option_stands_where_its_command_does(words: str) -> None:
    stands = where_it_stands()[words]
    for parameter in COMMANDS[words].params:
        for option in (*parameter.opts, *parameter.secondary_opts):
            # Of an option that can be turned off, the page names what turns it on.
            if option.startswith("--") and option not in ("--help", *parameter.secondary_opts):
                assert re.search(rf"{option}(?![\w-])", stands), option


@pytest.mark.parametrize("words", COMMANDS)
def test_no_option_stands_there_that_the_command_does_not_have(words: str) -> None:
    row = next(
        row
        for row in (DOCS / "commands.md").read_text(encoding="utf-8").splitlines()
        if re.match(rf"\| `{words}[ `]", row)
    )
    known = {option for parameter in COMMANDS[words].params for option in parameter.opts}
    assert set(re.findall(r"--[a-z][a-z-]*", quoted(row))) <= known


def test_every_command_line_in_an_example_is_one_that_there_is() -> None:
    for page in PAGES:
        for block in re.findall(r"^```sh\n(.*?)^```", page.read_text(), flags=re.M | re.S):
            for line in re.findall(r"(?:^|\| )jajak ([^|#\n]*)", block, flags=re.M):
                said = line.split()
                depth = next((n for n in (2, 1) if "jajak " + " ".join(said[:n]) in COMMANDS), 0)
                assert depth, f"{page.name}: jajak {line}"
                command = COMMANDS["jajak " + " ".join(said[:depth])]
                known = {option for parameter in command.params for option in parameter.opts}
                given = {word.partition("=")[0] for word in said if word.startswith("--")}
                assert given <= known | {"--help"}, f"{page.name}: jajak {line}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_documentation_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), target


def test_every_code_stands_in_the_documentation_as_a_code() -> None:
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    missing = {
        code
        for code in (*KINDS, *CATEGORIES, *REPORT_STATES, *ROLES, *SCOPES)
        if f"`{code}`" not in pages
    }
    assert not missing
