"""Lists as CSV files that a spreadsheet opens as they are meant."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response

from api.context import context
from api.protection import count_download

Cell = str | int | float | bool | datetime | None

# A cell that begins so would be run as a formula by a spreadsheet: a post must not do that.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """A download of ``rows``, sent as they come; UTF-8 with the mark that Excel looks for."""

    count_download()
    zone = context().city.zone

    def lines() -> Iterator[str]:
        yield "\ufeff" + _line(header)
        for row in rows:
            yield _line([_shown(cell, zone) for cell in row])

    response = Response(lines(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def _shown(cell: Cell, zone: ZoneInfo) -> str:
    """One cell: moments in the city's zone, numbers with a point, words that cannot be formulas."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, datetime):
        return cell.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(cell, int | float):
        return str(cell)
    return "'" + cell if cell.startswith(_FORMULA_SIGNS) else cell
