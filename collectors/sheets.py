"""XLSX sheets, row by row."""

import re
import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from collectors.opening import seekable
from collectors.reading import UnreadableFile

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# A spreadsheet keeps 15 figures: a longer number has lost its end, and is written so that it shows.
_EXACT = 10**15


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    with seekable(path) as stream, warnings.catch_warnings():
        # openpyxl warns of styles and extensions that it leaves out; we read values only.
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        except Exception as error:
            # Whatever a reader of a damaged workbook stumbles over, the workbook is damaged.
            raise _spoilt(path) from error
        try:
            yield book
        finally:
            book.close()


def _spoilt(path: Path) -> UnreadableFile:
    return UnreadableFile(
        f"{path}: berkas Excel rusak, buka dan simpan ulang sebagai .xlsx atau CSV / "
        "the Excel file is damaged, open it and save it again as .xlsx or CSV"
    )


def sheet_names(path: Path) -> list[str]:
    """The names of the sheets that hold cells, in order. Raises ``UnreadableFile``."""
    with _workbook(path) as book:
        return [sheet.title for sheet in book.worksheets]


def sheet_rows(path: Path, name: str | None) -> Generator[tuple[int, list[Any], float], None, None]:
    """Rows of one sheet (default: the first) as ``(row number, cells, share of rows behind us)``.

    Cells are strings, or datetimes where the cell is one; empty ones are ``""``. Empty rows are
    left out. Raises ``UnreadableFile`` for a damaged file or a sheet that is not there.
    """
    with _workbook(path) as book:
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        if not sheets or (name is not None and name not in sheets):
            raise UnreadableFile(
                f"{path}: tidak ada lembar {name!r} / no sheet {name!r}; "
                f"yang ada / there are: {', '.join(sheets) or '-'}"
            )
        sheet = sheets[name] if name is not None else next(iter(sheets.values()))
        total = sheet.max_row or 0
        # The size that a file claims can be wrong, and would cut rows off.
        sheet.reset_dimensions()
        try:
            for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                values = [cell_value(cell) for cell in cells]
                if any(values):
                    yield number, values, min(1.0, number / total) if total else 0.0
        except Exception as error:
            raise _spoilt(path) from error


def cell_value(cell: object) -> str | datetime:
    """A cell as text, or as a naive datetime where the sheet says that it is one."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        if "_x" in cell:
            return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell)
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)
    if isinstance(cell, time):
        return cell.isoformat()
    if isinstance(cell, int | float):
        if abs(cell) >= _EXACT:
            return f"{cell:.5E}"
        return str(int(cell)) if cell == int(cell) else repr(cell)
    return str(cell)
