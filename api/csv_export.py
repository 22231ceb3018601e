"""Lists as CSV files that a spreadsheet opens as they are meant."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response

from api.context import context
from api.language import language
from api.protection import count_download

Cell = str | int | float | bool | datetime | None

# What a spreadsheet would run as a formula, also behind what it passes over, and also after a sign
# at which a spreadsheet of another language would cut the cell: a post must not do that.
_FORMULA = re.compile(
    r"(^|[,;\t\r\n])"
    r"((?:[^\S\t\r\n]|[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2060\ufeff\"'])*)"
    r"(?=[=+\-@\uff1d\uff0b\uff0d\uff20])"
)
_LEADING_CONTROL = ("\t", "\r")


@dataclass(frozen=True, slots=True)
class _Style:
    """How a spreadsheet in one language expects its numbers and columns."""

    delimiter: str
    decimal: str


# Excel takes both from the system's language: with commas an Indonesian one shows one column.
_STYLES = {"id": _Style(";", ","), "en": _Style(",", ".")}


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """A download of ``rows``, sent as they come; UTF-8 with the mark that Excel looks for.

    Written for a spreadsheet in the page's language: semicolons and decimal commas in Indonesian.
    Counts as one of the visitor's downloads; raises ``TooManyRequests`` when those are used up.
    """
    count_download()
    zone, style = context().city.zone, _STYLES[language()]

    def lines() -> Iterator[str]:
        yield "\ufeff" + _line(header, style)
        for row in rows:
            yield _line([_shown(cell, zone, style) for cell in row], style)

    response = Response(lines(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _line(cells: Sequence[str], style: _Style) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=style.delimiter).writerow(cells)
    return buffer.getvalue()


def _shown(cell: Cell, zone: ZoneInfo, style: _Style) -> str:
    """One cell: moments in the city's zone, numbers as ``style`` writes them, harmless words."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, datetime):
        return cell.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(cell, int | float):
        return str(cell).replace(".", style.decimal)
    return _harmless(cell)


def _harmless(words: str) -> str:
    """``words`` with an apostrophe before whatever a spreadsheet would take for a formula."""
    if words.startswith(_LEADING_CONTROL):
        words = "'" + words
    return _FORMULA.sub(r"\1'\2", words)
