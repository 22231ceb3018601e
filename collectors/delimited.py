"""Records of delimited text: quoted fields over several lines, and quotes that never close."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.cover import covered_cells
from collectors.opening import Line
from collectors.reading import BadRow, bad_row

MAX_RECORD_LINES = 200
"""A quoted field may run over so many lines before its quote is taken for one left open."""

UNCLOSED = "tanda kutip dibuka tetapi tidak ditutup / quotation mark opened and never closed"


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record, the line that it begins on, and how many characters it took."""

    line: int
    cells: list[str]
    size: int


def records(
    lines: Iterator[Line], delimiter: str, width: int | None = None
) -> Iterator[Record | BadRow]:
    """Records of ``lines``; empty ones are left out.

    A quote that never closes spoils its own line only: the lines behind it are read again as
    records of their own. With ``width`` a record with another number of cells is bad (empty ones
    too many are cut off).
    """
    waiting: deque[Line] = deque()
    while True:
        first = waiting.popleft() if waiting else next(lines, None)
        if first is None:
            return
        if first.text is None:
            yield bad_row(
                first.number, first.reason, covered_cells(first.head, delimiter), first.size
            )
            continue
        if not first.text.strip():
            continue
        if '"' not in first.text:
            record = Record(first.number, first.text.split(delimiter), first.size)
            taken = [first]
        else:
            parsed, taken = _quoted(first, waiting, lines, delimiter)
            if isinstance(parsed, str):
                waiting.extendleft(reversed(taken[1:]))
                shown = covered_cells(first.text, delimiter)
                yield bad_row(first.number, parsed, shown, first.size)
                continue
            record = Record(first.number, parsed, sum(line.size for line in taken))
        if not any(cell.strip() for cell in record.cells):
            continue
        if width is not None and len(record.cells) != width:
            if len(record.cells) > width and not any(c.strip() for c in record.cells[width:]):
                del record.cells[width:]
            else:
                # Over several lines it is likelier a stray quote that swallowed its neighbours.
                waiting.extendleft(reversed(taken[1:]))
                yield bad_row(
                    first.number,
                    f"{len(record.cells)} kolom, seharusnya {width} / "
                    f"{len(record.cells)} columns where the header has {width}",
                    covered_cells(first.text, delimiter),
                    first.size,
                )
                continue
        yield record


def _quoted(
    first: Line, waiting: deque[Line], lines: Iterator[Line], delimiter: str
) -> tuple[list[str] | str, list[Line]]:
    """The cells of the record that begins with ``first``, or what is wrong; and its lines."""
    taken = [first]
    ran_out = False

    def feed() -> Iterator[str]:
        nonlocal ran_out
        yield (first.text or "") + "\n"
        while len(taken) < MAX_RECORD_LINES:
            line = waiting.popleft() if waiting else next(lines, None)
            if line is None:
                break
            if line.text is None:
                waiting.appendleft(line)
                break
            taken.append(line)
            yield line.text + "\n"
        ran_out = True

    try:
        return next(csv.reader(feed(), delimiter=delimiter, strict=True)), taken
    except csv.Error as error:
        # Over several lines, a quote that "closes" before more text opens another field.
        if ran_out or len(taken) > 1:
            return UNCLOSED, taken
        said = str(error)
    try:
        return next(csv.reader([first.text or ""], delimiter=delimiter)), taken
    except csv.Error:
        return f"baris CSV rusak / broken CSV row: {said}", taken
