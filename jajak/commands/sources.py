"""Commands that take posts in: files, the inbox, the demo city; and the rows that were refused."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

import collectors
import nlp
from jajak.commands.pipeline import process_all
from jajak.demo import LOGINS, load_demo
from jajak.house import open_house, ready_database
from jajak.progress import progress
from jajak.settings import load_settings
from jajak.stages import House
from jajak.stages import collect as collect_stage
from models import ImportFileRow, Post, utc_now
from models.intake import count_quarantined, quarantined

quarantine = typer.Typer(no_args_is_help=True, help="Rows that could not become posts.")
_say = Console(stderr=True, highlight=False)
_PREVIEW_CHARACTERS = 60

Files = Annotated[list[Path], typer.Argument(help="Files, plain or gzipped.")]
Format = Annotated[
    str | None, typer.Option("--format", help=f"Any of: {', '.join(collectors.FORMATS)}.")
]
Encoding = Annotated[str | None, typer.Option(help="e.g. utf-8, cp1252, utf-16.")]
Delimiter = Annotated[str | None, typer.Option(help="Between the columns of a CSV file.")]
Sheet = Annotated[str | None, typer.Option(help="Sheet of an XLSX file.")]
HeaderRow = Annotated[int | None, typer.Option(min=0, help="Row of the column names; 0: none.")]
Column = Annotated[
    list[str] | None,
    typer.Option(help=f"FIELD=COLUMN; fields: {', '.join(collectors.FIELDS)}. May be repeated."),
]
Source = Annotated[str | None, typer.Option(help="Source of posts whose row names none.")]
Zone = Annotated[str | None, typer.Option(help="Zone of times that have none.")]
DateOrder = Annotated[str | None, typer.Option(help="dmy or mdy, for dates such as 03/04/2026.")]


def import_files(
    files: Files,
    format_: Format = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    sheet: Sheet = None,
    header_row: HeaderRow = None,
    column: Column = None,
    source: Source = None,
    zone: Zone = None,
    date_order: DateOrder = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask about the guess.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show how each file would be read; store nothing.")
    ] = False,
    then_process: Annotated[
        bool, typer.Option("--process", help="Then annotate, roll up, group and draft.")
    ] = False,
) -> None:
    """Take files of posts in: CSV, XLSX, JSON, X API pages, twarc output, X archives."""
    house = open_house()
    chosen_columns = _columns(column)
    unreadable = []
    for path in files:
        try:
            reading = collectors.guess_reading(
                path,
                zone or house.city.zone.key,
                format=format_,
                encoding=encoding,
                delimiter=delimiter,
                sheet=sheet,
                header_row=header_row,
                columns=chosen_columns,
                source=source,
                date_order=date_order,
            )
            _show(path, reading, house)
            if dry_run:
                continue
            if sys.stdin.isatty() and not yes:
                typer.confirm("Read it so?", default=True, abort=True)
            _import_shown(house, path, reading)
        except collectors.UnreadableFile as error:
            # The files behind it are not to wait for it.
            unreadable.append(path.name)
            _say.print(f"{error}", style="red", markup=False)
    if then_process and not dry_run:
        process_all(house)
    if unreadable:
        left = f"{len(unreadable)} of {len(files)} files"
        _say.print(f"not taken in: {left} ({', '.join(unreadable)})", markup=False)
        raise typer.Exit(2)


def collect() -> None:
    """Take in the files of the inbox, once."""
    house = open_house()
    rows = 0
    while taken := collect_stage(house):
        rows += taken
    _say.print(f"{rows:,} rows taken from {house.settings.inbox_folder}", markup=False)


def demo() -> None:
    """Load the demo city, an invented Jakarta day, and its log-ins; keeps what is there."""
    house = open_house()
    new = load_demo(house, utc_now())
    if new:
        _say.print(f"{new:,} invented posts stored")
        process_all(house)
    shown = Table("log-in", "password", "who", title="Demo log-ins")
    for login in LOGINS:
        shown.add_row(login.username, login.password, f"{login.name}: {login.role}")
    _say.print(shown)


@quarantine.command("list")
def list_quarantined(
    import_id: Annotated[int | None, typer.Option("--import", help="Only of this import.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One row a line, for a script.")] = False,
) -> None:
    """Rows that could not become posts: file, line, reason and what they said, masked."""
    db = ready_database(load_settings())
    shown = Table("import", "file", "line", "reason", "content")
    after = 0
    with db.reading() as session:
        total = count_quarantined(session)
        while rows := quarantined(session, import_id, after=after):
            for row, file in rows:
                reason, content = nlp.mask(row.reason), nlp.mask(row.content)
                if as_json:
                    line = {
                        "import": file.id,
                        "file": file.path,
                        "line": row.line,
                        "reason": reason,
                        "content": content,
                    }
                    typer.echo(json.dumps(line, ensure_ascii=False))
                else:
                    shown.add_row(
                        str(file.id),
                        Path(file.path).name,
                        f"{row.line:,}",
                        reason,
                        _plain(content),
                    )
            after = rows[-1][0].id
    if not as_json:
        Console().print(shown if total else "Nothing is in quarantine.")


@quarantine.command("retry")
def retry(
    file: Annotated[Path, typer.Argument(help="The file that was imported.")],
    import_id: Annotated[int, typer.Option("--import", help="Number of its import.")],
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    column: Column = None,
    zone: Zone = None,
    date_order: DateOrder = None,
) -> None:
    """Read a file's refused rows again, with other options if any are given."""
    house = open_house()
    try:
        reading = collectors.stored_reading(house.db, import_id)
    except LookupError as error:
        raise typer.BadParameter(f"{error}: see jajak quarantine list") from error
    # What was said at the import stays said; only what is given now is read otherwise.
    given = {"encoding": encoding, "delimiter": delimiter, "zone": zone, "date_order": date_order}
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if column is not None:
        chosen = {field: tuple(names) for field, names in (_columns(column) or {}).items()}
        changes["columns"] = {**reading.columns, **chosen}
    try:
        reading = replace(reading, **changes)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    result = collectors.retry_quarantined(
        house.db, import_id, file, reading, key=house.secrets.author_key
    )
    _say.print(
        f"{result.tried:,} rows tried: {result.new:,} new posts, {result.known:,} known, "
        f"{result.bad:,} still refused"
    )


def _columns(chosen: list[str] | None) -> dict[str, list[str]] | None:
    """``FIELD=COLUMN`` pairs by field; a field without a column says that none holds it."""
    if chosen is None:
        return None
    columns: dict[str, list[str]] = {}
    for pair in chosen:
        field, equals, name = pair.partition("=")
        if not equals or field not in collectors.FIELDS:
            raise typer.BadParameter(
                f"{pair!r} is not FIELD=COLUMN with a field of {', '.join(collectors.FIELDS)}"
            )
        columns.setdefault(field, [])
        if name:
            columns[field].append(name)
    return columns


def _show(path: Path, reading: collectors.Reading, house: House) -> None:
    """How a file would be read, and what its first rows would become."""
    _say.print(f"{path.name}: {', '.join(_said(reading))}", style="bold", markup=False)
    for field, names in sorted(reading.columns.items()):
        if names:
            _say.print(f"  {field:<8}← {', '.join(names)}", markup=False)
    shown = Table("id", "time", "text", box=None)
    for row in collectors.preview(path, reading, house.secrets.author_key):
        if isinstance(row, Post):
            moment = row.posted_at.astimezone(house.city.zone) if row.posted_at else None
            when = f"{moment:%Y-%m-%d %H:%M}" if moment else "none"
            shown.add_row(row.source_id[:24], when, _plain(nlp.mask(row.text)))
        else:
            shown.add_row(f"line {row.line}", "refused", row.reason)
    _say.print(shown)


def _said(reading: collectors.Reading) -> Iterator[str]:
    """What a reading decided, as far as it matters for the format."""
    yield reading.format
    yield reading.encoding
    if reading.format == "csv":
        yield f"columns parted by {reading.delimiter!r}"
    if reading.format == "xlsx":
        yield f"sheet {reading.sheet}"
    if reading.format in ("csv", "xlsx"):
        yield f"names in row {reading.header_row}" if reading.header_row else "no row of names"
    yield f"source {reading.source}"
    yield f"times without a zone in {reading.zone}"
    yield "day before month" if reading.date_order == "dmy" else "month before day"


def _plain(text: str) -> str:
    """One line of a text, without what a terminal or rich would take for an instruction."""
    one_line = "".join(c if c.isprintable() else " " for c in text)
    if len(one_line) > _PREVIEW_CHARACTERS:
        one_line = one_line[:_PREVIEW_CHARACTERS] + "…"
    return one_line.replace("[", "\\[")


def _import_shown(house: House, path: Path, reading: collectors.Reading) -> None:
    with progress() as shown:
        # How many rows a file has is known only at its end; how many bytes, at once.
        task = shown.add_task(path.name[:24], total=path.stat().st_size)
        rows = differing = 0

        def on_batch(result: collectors.BatchResult) -> None:
            nonlocal rows, differing
            rows += result.rows
            differing += result.differing
            shown.update(
                task, completed=result.bytes_read, description=f"{path.name[:24]} {rows:,} rows"
            )

        file = collectors.import_file(
            house.db,
            path,
            reading,
            key=house.secrets.author_key,
            limit=house.settings.batch_size,
            on_batch=on_batch,
        )
    if differing:
        _say.print(
            f"{differing:,} known posts have another text here: edited since, or two sources of "
            "one name (give --source); the stored text was kept",
            style="yellow",
        )
    _say_result(path, file, rows)


def _say_result(path: Path, file: ImportFileRow, rows: int) -> None:
    if not rows:
        _say.print(f"{path.name}: taken in before, nothing new (import {file.id})", markup=False)
        return
    _say.print(
        f"{path.name}: {file.posts_new:,} new posts, {file.posts_known:,} known, "
        f"{file.rows_bad:,} rows in quarantine (import {file.id})",
        markup=False,
    )
    if file.rows_bad:
        _say.print(f"  see jajak quarantine list --import {file.id}", markup=False)
