"""The command line: each command parses, calls a room, and says what happened."""

import logging
import sys

import typer
from rich.console import Console
from sqlalchemy.exc import DBAPIError

from collectors import UnreadableFile
from jajak.commands import city, database, deletion, model, people, pipeline, sources
from jajak.demo import DemoRefused
from jajak.doctor import doctor
from jajak.house import NotMigrated
from jajak.secrets import SecretError
from jajak.settings import SettingsError
from models import CityPackError
from models.cells import BoundaryError
from nlp import LabelError, ModelError

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Opinion mining and polling for Indonesian cities.",
)
app.command("read")(model.read)
app.command("import")(sources.import_files)
app.command("collect")(sources.collect)
app.command("annotate")(pipeline.annotate)
app.command("process")(pipeline.process)
app.command("run")(pipeline.run)
app.command("serve")(pipeline.serve)
app.command("worker")(pipeline.worker)
app.command("delete")(deletion.delete)
app.command("demo")(sources.demo)
app.command("train")(model.train)
app.command("evaluate")(model.evaluate)
app.command("doctor")(doctor)
app.add_typer(sources.quarantine, name="quarantine")
app.add_typer(city.app, name="city")
app.add_typer(database.app, name="db")
app.add_typer(people.users, name="user")
app.add_typer(people.keys, name="key")

# What a person can do something about is told in words; anything else is our fault and shows.
_EXPLAINED = (
    BoundaryError,
    CityPackError,
    DemoRefused,
    LabelError,
    ModelError,
    NotMigrated,
    SecretError,
    SettingsError,
    UnreadableFile,
)


def main() -> None:
    """Run a command; errors that a person can mend are one sentence, not a stack of calls."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    # Alembic tells every step it looks at; only what it changes is of interest.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    say = Console(stderr=True)
    try:
        app()
    except _EXPLAINED as error:
        say.print(f"jajak: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(2)
    except DBAPIError as error:
        cause = str(error.orig or error).strip()
        say.print(
            f"jajak: the database did not do it: {cause}\n"
            "Nothing is half-written; run jajak doctor to see what is wrong.",
            style="red",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
        sys.exit(3)


if __name__ == "__main__":
    main()
