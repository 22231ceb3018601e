"""Any file as a stream of rows, good and bad, one at a time."""

import json
import zipfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collectors.delimited import Record, records
from collectors.formats import ARCHIVE_MEMBER
from collectors.jsonvalues import json_line, json_values
from collectors.opening import DAMAGED, DAMAGED_ZIP, damaged, opened, seekable, text_lines
from collectors.reading import BadRow, Reading, Row, UnreadableFile, bad_row
from collectors.sheets import sheet_rows
from collectors.xapi import archive_author, page_posts

Rows = Generator[Row | BadRow, None, None]
NOT_AN_OBJECT = "bukan objek JSON / not a JSON object"


@dataclass
class Progress:
    """How far into the file on disk its reader is, in bytes."""

    done: int
    total: int


def read_rows(path: Path, reading: Reading, progress: Progress | None = None) -> Rows:
    """The rows of ``path``, read as ``reading`` says; empty ones are left out.

    At most one row is held in memory. ``progress`` is kept up to date while rows are taken.
    Raises ``UnreadableFile`` where the file is damaged, after the rows before the damage.
    """
    progress = progress or Progress(0, 0)
    progress.total = path.stat().st_size if path.is_file() else 0
    try:
        if reading.format == "xlsx":
            yield from _sheet(path, reading, progress)
        elif reading.format == "x-archive" and _is_zip(path):
            yield from _archive(path, reading, progress)
        else:
            with opened(path) as file:
                read = {"csv": _delimited, "x-archive": _archive_rows}.get(reading.format, _json)
                stream = read(file.stream, reading)
                with closing(stream):
                    for row in stream:
                        progress.done = file.bytes_read()
                        yield row
    except DAMAGED as error:
        raise damaged(path) from error
    progress.done = progress.total


def column_names(rows: Sequence[Sequence[Any]]) -> list[str]:
    """Column names from one header row, or from two of which the upper heads groups of columns.

    Every name is unique; a column without one is called by its number.
    """
    names: list[str] = []
    group = ""
    for at in range(max(map(len, rows))):
        cells = [" ".join(str(row[at]).split()) if at < len(row) else "" for row in rows]
        if len(cells) > 1:
            # A merged cell has its words in its first column only.
            group = cells[0] or group
            cells[0] = group if cells[0] or cells[1] else ""
        name = " ".join(dict.fromkeys(cell for cell in cells if cell)) or f"column {at + 1}"
        unique, again = name, 2
        while unique in names:
            unique, again = f"{name} ({again})", again + 1
        names.append(unique)
    return names


def flat(value: dict[str, Any], depth: int = 3) -> dict[str, Any]:
    """A JSON object with its inner objects laid out: ``{"user": {"name": 1}}`` → ``user.name``."""
    if not any(isinstance(inner, dict) for inner in value.values()):
        return value
    out: dict[str, Any] = {}
    for name, inner in value.items():
        if isinstance(inner, dict) and depth > 1:
            out.update({f"{name}.{key}": v for key, v in flat(inner, depth - 1).items()})
        else:
            out[name] = inner
    return out


def _delimited(stream: Any, reading: Reading) -> Rows:
    with closing(text_lines(stream, reading.encoding)) as lines:
        delimiter = reading.delimiter or ","
        above: list[list[str]] = []
        if reading.header_row:
            first = reading.header_row - reading.header_rows + 1
            header = None
            for record in records(_until(lines, reading.header_row), delimiter):
                if isinstance(record, Record) and record.line >= first:
                    above.append(record.cells)
                    header = record
            if header is None:
                return
            names = column_names(above)
            while len(names) > 1 and names[-1] == f"column {len(names)}":
                names.pop()  # Spreadsheets end their lines with delimiters of empty columns.
            width: int | None = len(names)
        else:
            names, width = [], None
        for record in records(lines, delimiter, width):
            if isinstance(record, BadRow):
                yield record
                continue
            keys = names or column_names([[""] * len(record.cells)])
            yield Row(record.line, dict(zip(keys, record.cells, strict=False)), record.size)


def _until(lines: Iterator[Any], last: int) -> Iterator[Any]:
    for line in lines:
        yield line
        if line.number >= last:
            return


def _sheet(path: Path, reading: Reading, progress: Progress) -> Rows:
    names: list[str] = []
    above: list[list[Any]] = []
    with closing(sheet_rows(path, reading.sheet)) as sheet:
        for number, cells, share in sheet:
            progress.done = int(progress.total * share)
            if number <= reading.header_row:
                if number > reading.header_row - reading.header_rows:
                    above.append(cells)
                if number == reading.header_row:
                    names = column_names(above)
                continue
            if len(cells) > len(names):
                more = column_names([[""] * len(cells)])
                names = names + more[len(names) :]
            values = dict(zip(names, cells, strict=False))
            yield Row(number, values, sum(len(str(cell)) for cell in cells))


def _json(stream: Any, reading: Reading) -> Rows:
    pages = reading.format == "x-pages"
    ordinal = 0
    for item in _values(stream, reading):
        if isinstance(item, BadRow):
            ordinal += 1
            if pages:
                where = f"baris {item.line} berkas / line {item.line} of the file"
                item = BadRow(ordinal, f"{item.reason} ({where})", item.content, item.size)
            yield item
            continue
        line, size, value = item
        found = page_posts(value) if pages else [value]
        if isinstance(found, str):
            ordinal += 1
            yield bad_row(ordinal, found, json.dumps(value, ensure_ascii=False), size)
            continue
        for inner in found:
            ordinal += 1
            number = ordinal if pages else line
            if isinstance(inner, dict):
                values = inner if reading.is_x else flat(inner)
                yield Row(number, values, size // len(found))
            else:
                shown = json.dumps(inner, ensure_ascii=False)
                yield bad_row(number, NOT_AN_OBJECT, shown, size)


def _values(stream: Any, reading: Reading) -> Iterator[tuple[int, int, Any] | BadRow]:
    if not reading.lines:
        yield from json_values(stream, reading.encoding)
        return
    with closing(text_lines(stream, reading.encoding)) as lines:
        for line in lines:
            if line.text is not None and not line.text.strip():
                continue
            value, bad = json_line(line)
            yield bad or (line.number, line.size, value)


def _is_zip(path: Path) -> bool:
    with opened(path) as file:
        return file.stream.read(2) == b"PK"


def _archive(path: Path, reading: Reading, progress: Progress) -> Rows:
    try:
        with seekable(path) as stream, zipfile.ZipFile(stream) as archive:
            members = sorted(
                (m for m in archive.infolist() if ARCHIVE_MEMBER.fullmatch(m.filename)),
                key=lambda m: (len(m.filename), m.filename),
            )
            author = archive_author(archive)
            size = sum(member.file_size for member in members) or 1
            behind = count = 0
            for member in members:
                with archive.open(member) as script:
                    for row in _archive_rows(script, reading, count, author):
                        count = row.line
                        done = progress.total * (behind + script.tell()) // size
                        progress.done = min(done, progress.total)
                        yield row
                behind += member.file_size
    except UnreadableFile:
        raise
    except DAMAGED_ZIP as error:
        raise damaged(path) from error


def _archive_rows(
    stream: Any, reading: Reading, behind: int = 0, author: str | None = None
) -> Rows:
    """Posts of one script, counted on from ``behind``; ``author`` is the archive's owner."""
    for item in json_values(stream, reading.encoding):
        if isinstance(item, BadRow):
            yield BadRow(behind + item.line, item.reason, item.content, item.size)
            continue
        ordinal, size, value = item
        tweet = value.get("tweet", value) if isinstance(value, dict) else value
        if not isinstance(tweet, dict):
            shown = json.dumps(value, ensure_ascii=False)
            yield bad_row(behind + ordinal, NOT_AN_OBJECT, shown, size)
            continue
        if author and "user" not in tweet:
            tweet["user"] = {"id_str": author}
        yield Row(behind + ordinal, tweet, size)
