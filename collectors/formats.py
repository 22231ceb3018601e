"""What a file is, told from its content; its name only breaks ties."""

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from charset_normalizer import from_bytes

from collectors.jsonvalues import json_values
from collectors.opening import DAMAGED_ZIP, MAX_LINE, head_of, opened, seekable, text_lines
from collectors.reading import BadRow, UnreadableFile

SAMPLE = 1 << 20
_DELIMITERS = ",;\t|"
_X_ARCHIVE_SCRIPT = re.compile(r"\s*window\.YTD\.[\w-]+\.part\d+\s*=")
ARCHIVE_MEMBER = re.compile(r"(?:.*/)?(?:data/)?tweets?(?:-part\d+)?\.js")
"""The files of an X archive that hold posts."""

# What people hand in by mistake, and what to do about it.
# The magic bytes, then what the file is in Indonesian and in English.
_STRANGERS = (
    (
        b"\xd0\xcf\x11\xe0",
        "Excel lama atau berkata sandi",
        "an old or password-protected Excel file",
    ),
    (b"%PDF", "PDF", "PDF"),
    (b"\x89PNG", "gambar", "an image"),
    (b"\xff\xd8\xff", "gambar", "an image"),
    (b"SQLite format 3", "basis data SQLite", "an SQLite database"),
    (b"PAR1", "Parquet", "a Parquet file"),
    (b"Rar!", "arsip RAR", "a RAR archive"),
    (b"7z\xbc\xaf", "arsip 7z", "a 7z archive"),
    (b"BZh", "berkas bzip2", "a bzip2 file"),
    (b"\xfd7zXZ", "berkas xz", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "berkas zstd", "a zstd file"),
    (b"{\\rtf", "dokumen RTF", "an RTF document"),
)


@dataclass(frozen=True, slots=True)
class FileFormat:
    """What a file is: one of ``reading.FORMATS``, its encoding, JSON by lines, CSV's delimiter."""

    format: str
    encoding: str = "utf-8"
    lines: bool = False
    delimiter: str | None = None


def detect(path: Path, encoding: str | None = None, delimiter: str | None = None) -> FileFormat:
    """What the file at ``path`` is. What the caller knows already is not guessed again.

    Raises ``UnreadableFile`` with what it is instead and what to do.
    """
    head = head_of(path, SAMPLE)
    if head.startswith(b"PK"):
        return _packed(path)
    for magic, indonesian, english in _STRANGERS:
        if head.startswith(magic):
            raise _stranger(path, indonesian, english)
    encoding = encoding or guess_encoding(head)
    try:
        start = head.decode(encoding, "replace").lstrip("\ufeff\0 \t\r\n")
    except LookupError:
        raise UnreadableFile(
            f"{path}: tidak kenal encoding / no such encoding: {encoding}"
        ) from None
    if not start:
        raise UnreadableFile(f"{path}: berkas kosong / the file is empty")
    if re.match(r"<(!doctype|html|table|\?xml|meta)", start[:200], re.IGNORECASE):
        raise _stranger(path, "HTML atau XML", "HTML or XML")
    if _X_ARCHIVE_SCRIPT.match(start):
        return FileFormat("x-archive", encoding)
    if found := _json(path, encoding, start[0]):
        return found
    sample = head.decode(encoding, "replace")
    if sum(sign < " " and sign not in "\t\r\n\0\f\x1a" for sign in sample) > len(sample) // 20:
        raise _stranger(path, "berkas biner", "a binary file")
    return FileFormat("csv", encoding, delimiter=delimiter or guess_delimiter(sample, path.name))


def _stranger(path: Path, indonesian: str, english: str) -> UnreadableFile:
    """What to say of a file of another kind, as one whole sentence in each language."""
    return UnreadableFile(
        f"{path}: ini {indonesian}; simpan sebagai CSV, .xlsx atau JSONL / "
        f"this is {english}: save it as CSV, .xlsx or JSONL"
    )


def _packed(path: Path) -> FileFormat:
    with seekable(path) as stream:
        try:
            names = zipfile.ZipFile(stream).namelist()
        except DAMAGED_ZIP:
            raise UnreadableFile(
                f"{path}: berkas zip rusak atau terpotong, salin ulang / "
                "the zip file is damaged or cut short, copy it again"
            ) from None
    if "xl/workbook.xml" in names:
        return FileFormat("xlsx")
    if any(ARCHIVE_MEMBER.fullmatch(name) for name in names):
        return FileFormat("x-archive")
    if "xl/workbook.bin" in names:
        raise _stranger(path, "Excel biner (.xlsb)", "a binary Excel file (.xlsb)")
    if "word/document.xml" in names or "mimetype" in names:
        raise _stranger(path, "dokumen Office", "an office document")
    raise UnreadableFile(
        f"{path}: zip ini bukan arsip X maupun .xlsx; buka dulu, lalu impor isinya / "
        "this zip is neither an X archive nor .xlsx: unpack it and import what is inside"
    )


def guess_encoding(head: bytes) -> str:
    """The encoding of a file that begins with ``head``.

    UTF-8 wins where most lines beyond plain ASCII are valid, so that a few spoilt lines go to
    quarantine instead of spoiling all the others.
    """
    if head.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    pairs = len(head) // 2
    if pairs >= 4:
        if head[1::2].count(0) > pairs * 0.4 and head[0::2].count(0) < pairs * 0.1:
            return "utf-16-le"
        if head[0::2].count(0) > pairs * 0.4 and head[1::2].count(0) < pairs * 0.1:
            return "utf-16-be"
    lines = head.split(b"\n")
    if len(head) >= SAMPLE:
        del lines[-1]  # It may be cut in the middle of a character.
    telling = [line for line in lines if not line.isascii()]
    if not telling or sum(_is_utf8(line) for line in telling) * 2 >= len(telling):
        return "utf-8"
    together = b"\n".join(telling)
    try:
        together.decode("cp1252")
    except UnicodeDecodeError:
        best = from_bytes(together[: 1 << 16]).best()
        return best.encoding.replace("_", "-") if best else "latin-1"
    return "cp1252"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def guess_delimiter(sample: str, name: str = "") -> str:
    """The delimiter that cuts most lines of ``sample`` into the same number of cells, over one."""
    text = sample[: 1 << 18].replace("\0", "")
    best, best_score = "\t" if ".tsv" in name.lower() else ",", 0.0
    for delimiter in _DELIMITERS:
        widths: Counter[int] = Counter()
        try:
            for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter)):
                widths[len(cells)] += 1
                if number >= 200:
                    break
        except csv.Error:
            pass
        widths.pop(0, None)
        if not widths:
            continue
        width, rows = max(widths.items(), key=lambda item: (item[1] if item[0] > 1 else 0, item[0]))
        score = rows / widths.total() + min(width, 20) / 1000 if width > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _json(path: Path, encoding: str, first: str) -> FileFormat | None:
    """What kind of JSON a file that begins with ``first`` is; ``None`` for one that is none."""
    by_line, lines = _first_line_values(path, encoding) if first != "[" else ([], 0)
    # A file of JSON lines may begin with a broken one; most of those behind it must be whole.
    if by_line and (first == "{" or len(by_line) * 2 > lines):
        return FileFormat(x_shape(by_line) or "jsonl", encoding, lines=True)
    if first not in "[{":
        return None
    values: list[Any] = []
    with opened(path) as file, closing(json_values(file.stream, encoding)) as found:
        for number, item in enumerate(found):
            if not isinstance(item, BadRow):
                values.append(item[2])
            if len(values) >= 20 or number >= 200:
                break
    values = [value for value in values if isinstance(value, dict)]
    return FileFormat(x_shape(values) or "json", encoding) if values else None


def _first_line_values(path: Path, encoding: str) -> tuple[list[dict[str, Any]], int]:
    """The objects among the first lines of a file that has one a line, and how many lines."""
    values: list[dict[str, Any]] = []
    size = count = 0
    with opened(path) as file, closing(text_lines(file.stream, encoding)) as lines:
        for line in lines:
            size += line.size
            if line.number > 200 or len(values) >= 20 or size > 2 * MAX_LINE:
                break
            count += 1
            if line.text is None or not line.text.startswith("{"):
                continue
            try:
                value = json.loads(line.text, strict=False)
            except (ValueError, RecursionError):
                continue
            if isinstance(value, dict) and value:
                values.append(value)
    return values, count


def x_shape(values: Iterable[dict[str, Any]]) -> str | None:
    """Which of X's shapes (``x-pages`` and so on) at least half of ``values`` have."""
    shapes = Counter(_x_shape_of(value) for value in values)
    total = shapes.total()
    del shapes[None]
    shape, count = shapes.most_common(1)[0] if shapes else (None, 0)
    return shape if count * 2 >= total else None


def _x_shape_of(value: dict[str, Any]) -> str | None:
    if isinstance(value.get("tweet"), dict) and "id_str" in value["tweet"]:
        return "x-archive"
    meta = value.get("meta")
    if isinstance(meta, dict) and "result_count" in meta:
        return "x-pages"
    data = value.get("data")
    first = data[0] if isinstance(data, list) and data else data
    if isinstance(first, dict) and {"id", "text"} <= first.keys():
        known = {"includes", "meta", "errors", "matching_rules", "__twarc"} & value.keys()
        if known or _is_tweet(first) or value.keys() == {"data"}:
            return "x-pages"
    return "x-posts" if _is_tweet(value) else None


def _is_tweet(value: dict[str, Any]) -> bool:
    if "id_str" in value and ("full_text" in value or "text" in value):
        return isinstance(value.get("user"), dict) or isinstance(value.get("entities"), dict)
    marks = {"edit_history_tweet_ids", "conversation_id", "public_metrics", "__twarc"}
    return (
        "text" in value
        and isinstance(value.get("id"), str)
        and value["id"].isdecimal()
        and bool(marks & value.keys())
    )
