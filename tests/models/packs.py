"""Copies of a city pack that a test may spoil, and ways to spoil them."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

from models.city import cities_folder

Edit = Callable[[Path], None]


def copy_of_jakarta(parent: Path) -> Path:
    """The Jakarta pack, to be spoilt."""
    folder = parent / "jakarta"
    folder.mkdir()
    for path in (cities_folder() / "jakarta").glob("*.*"):
        shutil.copy(path, folder)
    return folder


def append(name: str, line: str) -> Edit:
    def edit(folder: Path) -> None:
        with (folder / name).open("a", encoding="utf-8") as lines:
            lines.write(f"{line}\n")

    return edit


def without_column(name: str, column: str) -> Edit:
    def edit(folder: Path) -> None:
        with (folder / name).open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        with (folder / name).open("w", encoding="utf-8", newline="") as lines:
            columns = [key for key in rows[0] if key != column]
            writer = csv.DictWriter(lines, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)

    return edit


def replaced(name: str, old: str, new: str) -> Edit:
    def edit(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    return edit


def without(name: str) -> Edit:
    return lambda folder: (folder / name).unlink()


def encoded(name: str, encoding: str) -> Edit:
    def edit(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_bytes((text + "# café\n").encode(encoding))

    return edit
