"""Commands that take posts in: files, the inbox, the demo city; and the rows that were refused."""

import typer
from rich.console import Console

quarantine = typer.Typer(no_args_is_help=True, help="Rows that could not become posts.")
_say = Console(stderr=True, highlight=False)
