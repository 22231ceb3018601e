"""The files of a city pack, row by row: what stands in a spreadsheet becomes values or faults.

Spreadsheets save in many ways: with a byte order mark, with semicolons, with decimal commas where
the country writes so. All that is read; what a spreadsheet has damaged is told with its remedy.
"""

import csv
import io
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from models.city_parts import (
    AGENCY_KINDS,
    LEVELS,
    Agency,
    Area,
    Category,
    CategoryQuery,
    NamedPoint,
    Neighbourhood,
    PackFault,
    Queries,
    Tell,
)

T = TypeVar("T")
Row = dict[str, str]

_DAMAGED = "a spreadsheet may have changed it (format the column as text)"
_DEPTH = {"kota": 2, "kecamatan": 3, "kelurahan": 4}
_AREA_CODE = re.compile(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?", re.ASCII)


def read_rows(path: Path, parse: Callable[[Row], T], tell: Tell) -> list[tuple[int, T]]:
    """Every row of a CSV file that can be used, with its number in a spreadsheet.

    The header is row 1. What cannot be used is told, one fault a row at most.
    """
    text = read_text(path, tell)
    if text is None:
        return []
    lines = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    header = [(name or "").strip() for name in lines.fieldnames or ()]
    if not header:
        tell(PackFault(path, None, "the file is empty", "add the row of column names"))
        return []
    lines.fieldnames = header
    found: list[tuple[int, T]] = []
    try:
        for number, row in enumerate(lines, start=2):
            if None in row:
                fault = f"more cells than the {len(header)} columns"
                tell(PackFault(path, number, fault, "put text with a comma between double quotes"))
                continue
            try:
                found.append((number, parse({k: (v or "").strip() for k, v in row.items()})))
            except KeyError as error:
                # Every row lacks it: once is enough.
                tell(PackFault(path, None, f"column {error} is missing", "add it"))
                return found
            except ValueError as error:
                tell(PackFault(path, number, str(error), "correct it"))
    except csv.Error as error:
        tell(PackFault(path, lines.line_num, f"not CSV ({error})", "save it as CSV UTF-8"))
    return found


def read_text(path: Path, tell: Tell) -> str | None:
    """A file's text; ``None``, and told, where it cannot be read or is not UTF-8."""
    try:
        content = path.read_bytes()
    except OSError as error:
        fault = f"cannot be read ({error.strerror})"
        tell(PackFault(path, None, fault, "put it there, or correct its permissions"))
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        tell(PackFault(path, row, "not UTF-8", "save it as CSV UTF-8"))
        return None


def read_toml(path: Path, tell: Tell) -> dict[str, Any] | None:
    """A TOML file's content; ``None``, and told, where it cannot be read."""
    text = read_text(path, tell)
    if text is None:
        return None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        row = re.search(r"line (\d+)", str(error))
        number = int(row[1]) if row else None
        tell(PackFault(path, number, f"not TOML ({error})", "correct it, see docs/city-pack.md"))
        return None


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(",;\t", key=header.count)


def _filled(row: Row, name: str) -> str:
    if not row[name]:
        raise ValueError(f"{name} is empty")
    return row[name]


def _whole(row: Row, name: str) -> int:
    if not re.fullmatch(r"\d+", row[name], re.ASCII):
        raise ValueError(f"{name} must be a whole number without dots, not {row[name]!r}")
    return int(row[name])


def _degrees(row: Row, name: str, limit: int) -> float:
    text = row[name]
    try:
        degrees = float(text.replace(",", "."))
    except ValueError:
        degrees = float("nan")
    if not text:
        raise ValueError(f"{name} is empty: a coordinate is missing")
    if not -limit <= degrees <= limit:
        raise ValueError(
            f"{name} must be degrees from -{limit} to {limit}, such as "
            f"{'-6.1754' if name == 'lat' else '106.8272'}, not {text!r}: {_DAMAGED}"
        )
    return degrees


def _position(row: Row) -> tuple[float, float]:
    return _degrees(row, "lat", 90), _degrees(row, "lon", 180)


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def _one_of(row: Row, name: str, known: tuple[str, ...]) -> str:
    if row[name] not in known:
        raise ValueError(
            f"{name} must be {', '.join(known[:-1])} or {known[-1]}, not {row[name]!r}"
        )
    return row[name]


def category(row: Row) -> Category:
    """A row of ``categories.csv``."""
    urgency = _whole(row, "urgency")
    if not 1 <= urgency <= 4:
        raise ValueError(f"urgency must be 1 to 4, not {urgency}")
    return Category(
        _filled(row, "code"),
        _filled(row, "name_id"),
        _filled(row, "name_en"),
        urgency,
        _whole(row, "target_hours"),
        _whole(row, "grouping_hours"),
        _one_of(row, "area_wide", ("yes", "no")) == "yes",
        _several(row.get("keywords", "")),
    )


def agency(row: Row) -> Agency:
    """A row of ``agencies.csv``."""
    kind = _one_of(row, "kind", AGENCY_KINDS) if row.get("kind") else "lain"
    return Agency(_filled(row, "code"), _filled(row, "name"), _filled(row, "short_name"), kind)


def route(row: Row) -> tuple[tuple[str, str], tuple[str, ...]]:
    """A row of ``routing.csv``: category and area, and the agencies, the one in charge first."""
    agencies = _several(row["agency"])
    if not agencies:
        raise ValueError("agency is empty")
    return (_filled(row, "category"), row["area_code"]), agencies


def area(row: Row) -> Area:
    """A row of ``areas.csv``."""
    level, code = _one_of(row, "level", LEVELS), _filled(row, "code")
    if not _AREA_CODE.fullmatch(code) or code.count(".") + 1 != _DEPTH[level]:
        shape = ".".join(("31", "74", "01", "1001")[: _DEPTH[level]])
        raise ValueError(f"the code of a {level} looks like {shape}, not {code!r}: {_DAMAGED}")
    return Area(
        code,
        _filled(row, "name"),
        level,
        row["parent"] or None,
        *_position(row),
        _whole(row, "population") if row["population"] else None,
    )


def point(row: Row) -> NamedPoint:
    """A row of ``points.csv``."""
    return NamedPoint(
        _filled(row, "name"),
        _filled(row, "kind"),
        *_position(row),
        row["area_code"] or None,
        _several(row["aliases"]),
    )


def neighbourhood(row: Row) -> Neighbourhood:
    """A row of ``rw.csv``."""
    return Neighbourhood(_filled(row, "area_code"), _whole(row, "rw"), *_position(row))


def cells(row: Row) -> tuple[str, tuple[str, ...]]:
    """A row of ``cells.csv``: an area's code and its H3 cells."""
    return _filled(row, "area_code"), tuple(_filled(row, "cells").split())


def read_queries(path: Path, tell: Tell) -> Queries:
    """``queries.toml``: what to look for where posts are collected."""
    content = read_toml(path, tell)
    if content is None:
        return Queries()
    for name in content.keys() - {"city", "categories"}:
        tell(PackFault(path, None, f"unknown table [{name}]", "use [city] or [categories.CODE]"))
    tables = content.get("categories", {})
    if not isinstance(tables, dict):
        tell(PackFault(path, None, "categories must be a table", "write [categories.CODE]"))
        tables = {}
    return Queries(
        city=_query(path, "city", content.get("city", {}), tell),
        categories={
            code: _query(path, f"categories.{code}", table, tell) for code, table in tables.items()
        },
    )


def _query(path: Path, name: str, table: object, tell: Tell) -> CategoryQuery:
    known = ("terms", "exclude", "hashtags", "accounts")
    if not isinstance(table, dict):
        tell(PackFault(path, None, f"{name} must be a table", f"write [{name}]"))
        return CategoryQuery()
    values: dict[str, tuple[str, ...]] = {}
    for key, value in table.items():
        if key not in known:
            tell(PackFault(path, None, f"[{name}] has an unknown key {key!r}", "use " + _or(known)))
        elif not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            fault = f"[{name}] {key} must be a list of words"
            tell(PackFault(path, None, fault, f'write {key} = ["…", "…"]'))
        else:
            values[key] = tuple(value)
    return CategoryQuery(**values)


def _or(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
