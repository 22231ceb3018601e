"""``jajak doctor``: what is installed, reachable, migrated, configured; and what to do if not."""

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

import nlp
from jajak.house import chosen_city, chosen_database
from jajak.secrets import SecretError, load_secrets
from jajak.settings import Settings, SettingsError, load_settings
from models import CityPackError
from models.backlog import backlog
from models.intake import count_quarantined, source_summary
from models.migrate import current_revision, newest_revision
from models.user import all_users

_ENOUGH_DISK = 1_000_000_000
_MARKS = {"ok": "[green]✓[/green]", "warning": "[yellow]![/yellow]", "fault": "[red]✗[/red]"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: ``state`` is ok, warning or fault; ``remedy`` says what to do."""

    subject: str
    state: str
    found: str
    remedy: str = ""


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For a script.")] = False,
) -> None:
    """Say what is installed, reachable, migrated and configured; exit status 1 on a fault."""
    findings = list(examine())
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        out = Console(highlight=False)
        for finding in findings:
            out.print(f"{_MARKS[finding.state]} [bold]{finding.subject}[/bold]  ", end="")
            out.print(finding.found, markup=False)
            if finding.remedy:
                out.print(f"    → {finding.remedy}", markup=False)
    if any(finding.state == "fault" for finding in findings):
        raise typer.Exit(1)


def examine() -> Iterator[Finding]:
    """Look at everything; a fault in one thing does not stop the look at the next."""
    yield _python()
    yield from _packages()
    try:
        settings = load_settings()
    except SettingsError as error:
        yield Finding(
            "settings", "fault", str(error), "correct it in the environment or jajak.toml"
        )
        return
    yield Finding("settings", "ok", f"city {settings.city}, home {settings.home}")
    for look in (_home, _secrets, _city, _model, _database, _broker, _inbox):
        yield from _safely(look, settings)


def _safely(look: Callable[[Settings], Iterator[Finding]], settings: Settings) -> Iterator[Finding]:
    try:
        yield from look(settings)
    except Exception as error:  # a doctor that falls over helps nobody
        subject = look.__name__.strip("_")
        yield Finding(subject, "fault", f"{type(error).__name__}: {error}", "please report this")


def _python() -> Finding:
    return Finding("python", "ok", ".".join(map(str, sys.version_info[:3])))


def _packages() -> Iterator[Finding]:
    try:
        yield Finding("jajak", "ok", version("jajak"))
    except PackageNotFoundError:
        yield Finding("jajak", "fault", "not installed", "run make install")
    for package, used_for in (("torch", "training"), ("playwright", "browser tests")):
        try:
            yield Finding(package, "ok", version(package))
        except PackageNotFoundError:
            yield Finding(package, "ok", f"not installed (only needed for {used_for})")


def _home(settings: Settings) -> Iterator[Finding]:
    home = settings.home
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Trying is the only look that tells of read-only disks and superusers alike.
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as error:
        yield Finding(
            "home", "fault", f"{home}: {error.strerror}", "set JAJAK_HOME to a folder of yours"
        )
        return
    free = shutil.disk_usage(home).free
    found = f"{home}, {free / 1e9:.1f} GB free"
    if free < _ENOUGH_DISK:
        yield Finding(
            "home", "warning", found, "free some space: imports stop when the disk is full"
        )
    else:
        yield Finding("home", "ok", found)


def _secrets(settings: Settings) -> Iterator[Finding]:
    try:
        load_secrets(settings.home)
    except SecretError as error:
        yield Finding("keys", "fault", str(error), "see docs/settings.md, Keys")
    else:
        yield Finding("keys", "ok", "session and author keys are there and private")


def _city(settings: Settings) -> Iterator[Finding]:
    try:
        city = chosen_city(settings)
    except CityPackError as error:
        yield Finding("city", "fault", str(error), "see docs/city-pack.md")
        return
    found = f"{city.name}: {len(city.areas)} areas, {len(city.points)} points"
    yield Finding("city", "ok", found)


def _model(settings: Settings) -> Iterator[Finding]:
    try:
        city = chosen_city(settings)
    except CityPackError:
        return  # told already
    try:
        reader = nlp.load_reader(city, settings.nlp.model)
    except nlp.ModelError as error:
        yield Finding("model", "fault", str(error), "see docs/settings.md, nlp.model")
        return
    (annotation,) = reader.read(["lampu jalan mati sudah seminggu"], [None])
    found = f"{reader.version} reads ({annotation.kind}, {annotation.category})"
    yield Finding("model", "ok", found)


def _database(settings: Settings) -> Iterator[Finding]:
    shown = settings.database.split("@")[-1]
    try:
        db = chosen_database(settings)
        standing, newest = current_revision(db), newest_revision()
    except SettingsError as error:
        yield Finding("database", "fault", str(error), "correct JAJAK_DATABASE_URL")
        return
    except SQLAlchemyError as error:
        reason = str(error).splitlines()[0]
        yield Finding(
            "database", "fault", f"{shown}: {reason}", "start it, or correct JAJAK_DATABASE_URL"
        )
        return
    yield Finding("database", "ok", f"{shown} answers ({db.engine.dialect.name})")
    if standing != newest:
        found = f"at {standing or 'none'}, this version needs {newest}"
        yield Finding("migrations", "fault", found, "run jajak db upgrade")
        return
    yield Finding("migrations", "ok", f"at {standing}")
    with db.reading() as session:
        sources = source_summary(session)
        waiting = backlog(session)
        people = sum(user.active for user in all_users(session))
        bad_rows = count_quarantined(session)
    if sources:
        posts = sum(source["posts"] for source in sources)
        last = max(source["collected_at"] for source in sources)
        yield Finding(
            "posts", "ok", f"{posts:,}, the last one collected at {last:%Y-%m-%d %H:%M} UTC"
        )
    else:
        yield Finding("posts", "warning", "none yet", "run jajak demo, or jajak import FILE")
    if waiting.total:
        found = f"{waiting.annotate:,} posts to annotate, {waiting.draft:,} incidents to draft"
        yield Finding("waiting", "warning", found, "run jajak run, or jajak process")
    if bad_rows:
        yield Finding("quarantine", "warning", f"{bad_rows:,} rows", "run jajak quarantine list")
    if people:
        yield Finding("users", "ok", f"{people} may sign in")
    else:
        yield Finding("users", "warning", "nobody may sign in", "run jajak user add NAME")
    db.close()


def _broker(settings: Settings) -> Iterator[Finding]:
    if not settings.broker_url:
        yield Finding("broker", "ok", "none configured: jajak run needs none")
        return
    from kombu import Connection

    host = urlsplit(settings.broker_url).hostname
    try:
        with Connection(settings.broker_url, connect_timeout=3) as connection:
            connection.ensure_connection(max_retries=1, timeout=3)
    except Exception as error:  # each transport raises its own kind
        found = f"{host}: {type(error).__name__}"
        yield Finding("broker", "fault", found, "start it, or correct JAJAK_BROKER_URL")
    else:
        yield Finding("broker", "ok", f"{host} answers")


def _inbox(settings: Settings) -> Iterator[Finding]:
    folder = settings.inbox_folder
    if folder.exists() and not folder.is_dir():
        yield Finding("inbox", "fault", f"{folder} is no folder", "move it away")
        return
    if not folder.is_dir():
        yield Finding("inbox", "ok", f"{folder} is made by the first jajak run")
        return
    yield Finding("inbox", "ok", f"{folder}, {sum(1 for _ in folder.iterdir())} files")
