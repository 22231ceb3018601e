"""How a file is read: every decision in one value that can be shown, changed, kept and compared."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from collectors.cover import covered_head

FORMATS = ("csv", "xlsx", "jsonl", "json", "x-pages", "x-posts", "x-archive")
"""``x-pages``: X API v2 response pages and twarc2 output; ``x-posts``: single X posts, as twarc's
flattened output; ``x-archive``: what X sends to those who ask for their own data."""

FIELDS = ("text", "id", "time", "author", "place", "lat", "lon", "url", "source", "extra")
"""What a column can hold. Only ``place`` and ``extra`` may be taken from several columns."""


class UnreadableFile(ValueError):
    """A file that cannot be taken in; the message says what is wrong and what to do."""


@dataclass(frozen=True)
class Reading:
    """How one file is read.

    ``format`` is one of ``FORMATS``. ``lines`` says that a JSON format has one value a line (a
    broken line then spoils nothing beside itself). ``header_row`` counts from 1; 0 means that
    there is none, and columns are called ``column 1``, ``column 2``. With ``header_rows`` 2 the
    row above the header is a heading over several columns, and its words come first in the name.
    ``columns`` maps each of ``FIELDS`` to column names. ``source`` is the source of posts whose
    row names none; ``zone`` the IANA zone of times that have none; ``date_order`` is ``dmy`` or
    ``mdy``. Raises ``ValueError`` for a part that no file can have.
    """

    format: str
    encoding: str = "utf-8"
    lines: bool = False
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int = 1
    header_rows: int = 1
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    source: str = "berkas"
    zone: str = "Asia/Jakarta"
    date_order: str = "dmy"

    def __post_init__(self) -> None:
        if self.format not in FORMATS:
            raise ValueError(f"no such format: {self.format} (there are {', '.join(FORMATS)})")
        if unknown := set(self.columns) - set(FIELDS):
            raise ValueError(f"no such field: {sorted(unknown)[0]} (there are {', '.join(FIELDS)})")
        if self.delimiter is not None and len(self.delimiter) != 1:
            raise ValueError(f"a delimiter is one character, not {self.delimiter!r}")
        if self.header_row < 0:
            raise ValueError(f"the row of names is 0 (none) or more, not {self.header_row}")
        if self.date_order not in ("dmy", "mdy"):
            raise ValueError(f"date order is dmy or mdy, not {self.date_order}")
        if not self.source or len(self.source) > 64:
            raise ValueError("a source's name has 1 to 64 characters")

    @property
    def is_x(self) -> bool:
        """Whether the file has X's own shape, in which no column needs to be named."""
        return self.format.startswith("x-")

    def to_json(self) -> dict[str, Any]:
        """The reading as plain JSON values, for ``ImportFileRow.reading``."""
        value = asdict(self)
        value["columns"] = {name: list(self.columns[name]) for name in sorted(self.columns)}
        return value

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Reading":
        """The reading that ``to_json`` wrote down."""
        columns = {name: tuple(names) for name, names in value["columns"].items()}
        return cls(**{**value, "columns": columns})

    @property
    def sha256(self) -> str:
        """A name for this reading: equal readings have equal ones, on every machine."""
        text = json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Row:
    """One row as read: its values by column name, and about how many bytes it took.

    ``line`` names it within its file for good: the line it begins on, the row of its sheet, or,
    where the file is one JSON value, how many values there are up to it.
    """

    line: int
    values: Mapping[str, Any]
    size: int


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot become a post: why, and what it said without who said it, cut."""

    line: int
    reason: str
    content: str
    size: int


CONTENT_SHOWN = 2_000
"""How many characters of a bad row are kept to look at."""


def bad_row(line: int, reason: str, content: str, size: int = 0) -> BadRow:
    """A ``BadRow`` of a row that was never parsed: only a short covered head of it is kept."""
    return BadRow(line, reason, covered_head(content), size)
