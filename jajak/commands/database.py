"""Commands about the database: migrate it, and compare what two of them hold."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from jajak.house import chosen_database
from jajak.settings import load_settings
from models.digest import digest
from models.migrate import current_revision, downgrade, newest_revision
from models.migrate import upgrade as migrate

app = typer.Typer(no_args_is_help=True, help="Migrate the database; compare what databases hold.")
_say = Console(stderr=True, highlight=False)


@app.command()
def upgrade(
    to: Annotated[str, typer.Option(help="Revision to stop at.")] = "head",
) -> None:
    """Bring the database to this version's tables; does nothing when it is there."""
    db = chosen_database(load_settings())
    before = current_revision(db)
    migrate(db, to)
    after = current_revision(db)
    _say.print(f"revision {before or 'none'} → {after}" if before != after else f"at {after}")


@app.command("downgrade")
def go_back(
    to: Annotated[str, typer.Argument(help="Revision to go back to, or base for none.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Take the tables back to an earlier revision. Data of the tables that go is lost."""
    if not yes:
        typer.confirm(f"Go back to {to}? Data of removed tables is lost.", abort=True)
    db = chosen_database(load_settings())
    downgrade(db, to)
    _say.print(f"at {current_revision(db) or 'none'} (newest: {newest_revision()})")


@app.command("digest")
def show_digest(
    as_json: Annotated[bool, typer.Option("--json", help="For a script.")] = False,
) -> None:
    """Rows and fingerprint of each table: equal on two databases that hold the same."""
    db = chosen_database(load_settings())
    with db.reading() as session:
        tables = digest(session)
    if as_json:
        typer.echo(json.dumps({t.table: {"rows": t.rows, "sha256": t.sha256} for t in tables}))
        return
    shown = Table("table", "rows", "sha256")
    for table in tables:
        shown.add_row(table.table, f"{table.rows:,}", table.sha256)
    Console().print(shown)
