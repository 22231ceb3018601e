"""The command that honours a deletion at the source."""

import getpass
from typing import Annotated

import typer
from rich.console import Console

from jajak.commands.pipeline import process_all
from jajak.house import open_house
from models import utc_now
from models.audit import record
from models.deletion import honour_deletion

_say = Console(stderr=True, highlight=False)


def delete(
    source: Annotated[str, typer.Argument(help="Source of the posts, as the Sumber page has it.")],
    source_ids: Annotated[list[str], typer.Argument(help="Their ids at that source.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Honour a deletion: the posts' words go for good, from every count and draft too."""
    if not yes:
        typer.confirm(f"Remove the words of {len(source_ids)} posts for good?", abort=True)
    house = open_house()
    with house.db.writing() as session:
        blanked = honour_deletion(session, source, source_ids, utc_now())
        if blanked:
            record(
                session, f"cli:{getpass.getuser()}", "post.delete", "source", source, posts=blanked
            )
    process_all(house)
    known = f"{blanked} posts removed"
    missing = len(set(source_ids)) - blanked
    _say.print(f"{known}; {missing} not known or removed before" if missing else known)
    if not blanked:
        raise typer.Exit(2)
