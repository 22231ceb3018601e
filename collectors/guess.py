"""A first reading of a file: guessed, to be shown, and any part of it said better by the user."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from collectors.columns import (
    guess_columns,
    guess_date_order,
    header_fit,
    is_filled,
    is_known,
    looks_like_x,
)
from collectors.delimited import Record, records
from collectors.formats import detect
from collectors.opening import opened, text_lines
from collectors.reading import FIELDS, BadRow, Reading, Row, UnreadableFile
from collectors.record import post_of, zone_of
from collectors.rows import read_rows
from collectors.sheets import sheet_names, sheet_rows
from collectors.xapi import SOURCE
from models import Post

_SAMPLE_VALUES = 300
_SAMPLE_LENGTH = 1_000
# JSON rows may each have other keys; so many are looked through to know them all.
_SAMPLE_ROWS = 50_000
_SAMPLE_BYTES = 64 * 1024 * 1024
_HEADER_WITHIN = 30

Cells = tuple[int, Sequence[Any]]


def guess_reading(
    path: Path,
    zone: str = "Asia/Jakarta",
    *,
    format: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    columns: Mapping[str, Sequence[str]] | None = None,
    source: str | None = None,
    date_order: str | None = None,
) -> Reading:
    """How the file at ``path`` is to be read, as far as it can be told; what is given is taken.

    ``columns`` maps fields to column names; an empty sequence says that no column holds it.
    Raises ``UnreadableFile`` where the file is none that we can read, a named column or sheet is
    not in it, or no column can be told to hold the text.
    """
    seen = detect(path, encoding, delimiter)
    lines = {"jsonl": True, "json": False}.get(format or "", seen.lines)
    try:
        reading = Reading(
            format=format or seen.format,
            encoding=seen.encoding,
            lines=lines,
            delimiter=delimiter or seen.delimiter,
            sheet=sheet,
            zone=zone,
            source=source or SOURCE,
            date_order=date_order or "dmy",
        )
    except ValueError as error:
        raise UnreadableFile(f"{path}: {error}") from None
    zone_of(reading)
    if reading.is_x:
        return reading
    if reading.format in ("csv", "xlsx"):
        reading = _with_header(path, reading, header_row)
    values = _sample_values(path, reading)
    if not values:
        raise UnreadableFile(f"{path}: tidak ada baris data / there are no rows of data")
    found = _with_chosen(path, guess_columns(values), columns or {}, list(values))
    if "text" not in found:
        raise UnreadableFile(
            f"{path}: kolom mana yang berisi teks? / which column holds the text? "
            f"--column text=…; kolom / columns: {', '.join(values)}"
        )
    times = [value for name in found.get("time", ()) for value in values[name]]
    return replace(
        reading,
        columns=found,
        source=source or (SOURCE if looks_like_x(values) else source_name(path)),
        date_order=date_order or guess_date_order(times),
    )


def preview(path: Path, reading: Reading, key: bytes, limit: int = 5) -> list[Post | BadRow]:
    """The first rows of the file as they would be taken in, to look at before it is done."""
    zone = zone_of(reading)
    with closing(read_rows(path, reading)) as rows:
        first = islice(rows, limit)
        return [post_of(r, reading, zone, key) if isinstance(r, Row) else r for r in first]


def source_name(path: Path) -> str:
    """A source's name from a file's: without endings, and without what marks a copy."""
    stem = path.name
    while (bare := re.sub(r"\.(gz|csv|tsv|txt|xlsx|jsonl?|ndjson)$", "", stem, flags=re.I)) != stem:
        stem = bare
    stem = re.sub(r"(?i)[\s_-]*(\(\d+\)|-\s*copy|copy of|salinan( dari)?|- salin)\s*", " ", stem)
    return re.sub(r"\W+", "_", stem.casefold()).strip("_")[:64] or "berkas"


def _with_chosen(
    path: Path,
    guessed: dict[str, tuple[str, ...]],
    chosen: Mapping[str, Sequence[str]],
    names: Sequence[str],
) -> dict[str, tuple[str, ...]]:
    """The guess with the user's choices in it; a column chosen for one field leaves the others."""
    exact = {name.casefold().strip(): name for name in reversed(names)} | {n: n for n in names}
    found = dict(guessed)
    for field, wanted in chosen.items():
        if field not in FIELDS:
            raise UnreadableFile(f"no such field: {field}; fields: {', '.join(FIELDS)}")
        if len(wanted) > 1 and field not in ("place", "extra"):
            raise UnreadableFile(f"{field}: satu kolom saja / one column only")
        taken = []
        for name in wanted:
            known = exact.get(name) or exact.get(name.casefold().strip())
            if known is None:
                raise UnreadableFile(
                    f"{path}: tidak ada kolom / no column {name!r}; "
                    f"kolom / columns: {', '.join(names)}"
                )
            taken.append(known)
        for other in set(found) - set(chosen):
            found[other] = tuple(name for name in found[other] if name not in taken)
        found[field] = tuple(taken)
    return {field: columns for field, columns in found.items() if columns}


def _sample_values(path: Path, reading: Reading) -> dict[str, list[Any]]:
    """Up to 300 filled values of each column, in the order in which columns first appear."""
    limit = _SAMPLE_ROWS if reading.format in ("json", "jsonl") else _SAMPLE_VALUES
    values: dict[str, list[Any]] = {}
    size = 0
    try:
        with closing(read_rows(path, reading)) as rows:
            for row in islice(rows, limit):
                size += row.size
                if isinstance(row, Row):
                    for name, value in row.values.items():
                        held = values.setdefault(name, [])
                        if len(held) < _SAMPLE_VALUES and is_filled(value):
                            held.append(value[:_SAMPLE_LENGTH] if isinstance(value, str) else value)
                if size > _SAMPLE_BYTES:
                    break
    except UnreadableFile:
        # The rows before the damage can be had, and are enough to tell the columns by.
        if not values:
            raise
    return values


def _with_header(path: Path, reading: Reading, header_row: int | None) -> Reading:
    """The reading with its sheet and the place of its header."""
    if reading.format == "csv":
        return _placed(reading, _first_records(path, reading), header_row)
    best: tuple[float, Reading] | None = None
    for name in [reading.sheet] if reading.sheet else sheet_names(path):
        with closing(sheet_rows(path, name)) as sheet:
            rows = [(number, cells) for number, cells, _ in islice(sheet, _SAMPLE_VALUES)]
        if not rows:
            continue
        found = _placed(replace(reading, sheet=name), rows, header_row)
        header = dict(rows).get(found.header_row, ())
        score = header_fit(header) + min(len(rows), 100) / 10
        if best is None or score > best[0]:
            best = (score, found)
    if best is None:
        raise UnreadableFile(f"{path}: tidak ada isi / nothing in it")
    return best[1]


def _first_records(path: Path, reading: Reading) -> list[Cells]:
    with opened(path) as file, closing(text_lines(file.stream, reading.encoding)) as lines:
        found = records(lines, reading.delimiter or ",")
        sample = islice((r for r in found if isinstance(r, Record)), _SAMPLE_VALUES)
        return [(record.line, record.cells) for record in sample]


def _placed(reading: Reading, rows: Sequence[Cells], header_row: int | None) -> Reading:
    if header_row is not None:
        return replace(reading, header_row=header_row)
    at = _header_at(rows)
    if at is None:
        return replace(reading, header_row=0)
    number, header = rows[at]
    if at + 1 < len(rows) and rows[at + 1][0] == number + 1 and _is_under(header, rows[at + 1][1]):
        return replace(reading, header_row=number + 1, header_rows=2)
    if at and rows[at - 1][0] == number - 1 and _is_over(rows[at - 1][1], header):
        return replace(reading, header_row=number, header_rows=2)
    return replace(reading, header_row=number)


def _header_at(rows: Sequence[Cells]) -> int | None:
    """Which of ``rows`` is the header: below titles, above data; ``None`` where none is."""
    widths = Counter(sum(map(is_filled, cells)) for _, cells in rows)
    usual = widths.most_common(1)[0][0] if widths else 0
    best, best_fit = None, 0.0
    for at, (_, cells) in enumerate(rows[:_HEADER_WITHIN]):
        filled = [str(cell) for cell in cells if is_filled(cell)]
        if len(filled) < 0.5 * usual:
            continue
        known, fit = sum(map(is_known, filled)), header_fit(cells)
        # Above it there are only titles; further down, a row of data that has a known word in it.
        if fit > best_fit and (best is None or known * 2 > len(filled)):
            best, best_fit = at, fit
        if best is None:
            best, best_fit = at, fit
    if best is None or best_fit <= 0:
        return None
    if any(is_known(str(cell)) for cell in rows[best][1] if is_filled(cell)):
        return best
    if any(len(str(cell).split()) > 3 for cell in rows[best][1]):
        return None
    # No name that we know: a header all the same, where what lies below it is of another kind.
    below = [header_fit(below) for _, below in rows[best + 1 : best + 20]]
    return best if below and sum(below) / len(below) < best_fit - 1 else None


def _is_under(header: Sequence[Any], below: Sequence[Any]) -> bool:
    """Whether ``below`` only names the columns that lie under a merged cell of ``header``."""
    filled = [at for at, cell in enumerate(below) if is_filled(cell)]
    blank = {
        at for at in range(max(len(header), len(below)))
        if at >= len(header) or not is_filled(header[at])
    }  # fmt: skip
    return (
        bool(blank & set(filled))
        and all(at in blank or at + 1 in blank for at in filled)
        and len(filled) < len(header)
        and header_fit(below) > 0
    )


def _is_over(above: Sequence[Any], header: Sequence[Any]) -> bool:
    """Whether ``above`` heads groups of the columns of ``header``, and is no title."""
    filled = [at for at, cell in enumerate(above) if is_filled(cell)]
    return (
        bool(filled)
        and filled != [0]
        and len(filled) < sum(map(is_filled, header))
        and header_fit(above) > 0
    )
