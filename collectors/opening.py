"""Files opened as plain bytes whatever they are packed in, and cut into lines of bounded length."""

import codecs
import gzip
import io
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from collectors.reading import CONTENT_SHOWN, UnreadableFile

MAX_LINE = 8 * 1024 * 1024
"""The longest line, in bytes, that is taken for a row: the largest X pages have about 3 MB."""

TOO_LONG = f"baris melebihi {MAX_LINE // 1024**2} MB / line longer than {MAX_LINE // 1024**2} MB"
# A file whose end is missing, or whose packing is damaged, shows itself by one of these.
DAMAGED = (EOFError, gzip.BadGzipFile, zlib.error, zipfile.BadZipFile)
# A damaged zip also sends its reader to places that are not there, or asks for what it cannot do.
DAMAGED_ZIP = (*DAMAGED, OSError, RuntimeError, LookupError, ValueError, struct.error)


@dataclass(frozen=True)
class OpenFile:
    """An open file: its unpacked bytes, and how far into the file on disk they have been read."""

    stream: IO[bytes]
    bytes_read: Callable[[], int]


class Line(NamedTuple):
    """A line without its end: ``text``, or why it has none with ``head`` to look at."""

    number: int
    text: str | None
    reason: str
    head: str
    size: int


@contextmanager
def opened(path: Path) -> Iterator[OpenFile]:
    """The file at ``path``, unpacked if it is gzip.

    Raises ``UnreadableFile`` for one that is missing, empty or may not be read.
    """
    try:
        raw = path.open("rb")
    except FileNotFoundError:
        raise UnreadableFile(f"{path}: tidak ada berkas ini / no such file") from None
    except IsADirectoryError:
        raise UnreadableFile(f"{path}: ini folder, bukan berkas / a folder, not a file") from None
    except PermissionError:
        raise UnreadableFile(
            f"{path}: tidak boleh dibaca, periksa izinnya / may not be read, check its permissions"
        ) from None
    with raw:
        magic = raw.read(2)
        if not magic:
            raise UnreadableFile(f"{path}: berkas kosong / the file is empty")
        raw.seek(0)
        if magic == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield OpenFile(cast(IO[bytes], unpacked), raw.tell)
        else:
            yield OpenFile(raw, raw.tell)


def head_of(path: Path, size: int) -> bytes:
    """The first ``size`` unpacked bytes; fewer where the file is shorter or damaged before."""
    parts: list[bytes] = []
    with opened(path) as file:
        try:
            while size > 0 and (part := file.stream.read(min(size, 1 << 16))):
                parts.append(part)
                size -= len(part)
        except DAMAGED as error:
            if not parts:
                raise damaged(path) from error
    return b"".join(parts)


def damaged(path: Path) -> UnreadableFile:
    """The error that says that a packed file's end is missing or its content spoilt."""
    return UnreadableFile(
        f"{path}: berkas rusak atau terpotong, salin ulang dari asalnya / "
        "the file is damaged or cut short, copy it again from where it came"
    )


@contextmanager
def seekable(path: Path) -> Iterator[IO[bytes]]:
    """The unpacked file in a form that can be read from its end, as zip and XLSX need.

    A gzip file is unpacked into a temporary file on disk first.
    """
    with opened(path) as file:
        if not isinstance(file.stream, gzip.GzipFile):
            yield file.stream
            return
        with tempfile.TemporaryFile() as unpacked:
            try:
                shutil.copyfileobj(file.stream, unpacked, 1 << 20)
            except DAMAGED as error:
                raise damaged(path) from error
            unpacked.seek(0)
            yield unpacked


def text_lines(stream: IO[bytes], encoding: str) -> Generator[Line, None, None]:
    """Lines of ``stream``, NUL characters and a byte order mark removed.

    A line over ``MAX_LINE`` or not in ``encoding`` comes without text and with the reason; no
    more than one line is ever held.
    """
    buffered = io.BufferedReader(cast(io.RawIOBase, stream), 1 << 16)
    start = buffered.peek(1 << 16)
    old_mac = b"\r" in start and b"\n" not in start
    if old_mac or encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32")):
        encoding = with_byte_order(encoding, start)
        lines = _decoded_lines(buffered, encoding, "\r" if old_mac else "\n")
    else:
        lines = _byte_lines(buffered, encoding)
    try:
        yield from lines
    finally:
        lines.close()
        buffered.detach()


def with_byte_order(encoding: str, start: bytes) -> str:
    """``encoding``, its byte order named where a wide one does not begin by saying it."""
    plain = encoding.lower().replace("_", "-")
    marks = {
        "utf-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
        "utf-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
    }.get(plain)
    return f"{plain}-le" if marks and not start.startswith(marks) else encoding


def _byte_lines(stream: "io.BufferedReader[Any]", encoding: str) -> Generator[Line, None, None]:
    number = 0
    while data := stream.readline(MAX_LINE + 1):
        number += 1
        if number == 1:
            data = data.removeprefix(b"\xef\xbb\xbf")
        size = len(data)
        if size > MAX_LINE:
            head = data[:CONTENT_SHOWN].decode(encoding, "replace")
            while data and not data.endswith(b"\n"):
                data = stream.readline(1 << 20)
                size += len(data)
            yield Line(number, None, TOO_LONG, head.replace("\0", ""), size)
            continue
        try:
            # What is valid UTF-8 beyond ASCII is UTF-8: files stuck together from several sources
            # have lines of both kinds.
            text = data.decode()
        except UnicodeDecodeError:
            text = None
        try:
            if text is None:
                text = data.decode(encoding)
        except UnicodeDecodeError as error:
            reason = (
                f"bukan {encoding} pada byte {error.start + 1} / "
                f"not {encoding} at byte {error.start + 1}"
            )
            head = data[:CONTENT_SHOWN].decode(encoding, "replace").rstrip("\r\n")
            yield Line(number, None, reason, head.replace("\0", ""), size)
            continue
        if "\0" in text:
            text = text.replace("\0", "")
        yield Line(number, text.rstrip("\r\n"), "", "", size)


def _decoded_lines(
    stream: "io.BufferedReader[Any]", encoding: str, end: str
) -> Generator[Line, None, None]:
    """Lines where a line's end is no single byte, or is an old Mac's carriage return."""
    reader = io.TextIOWrapper(stream, encoding, errors="replace", newline=end)
    try:
        number = 0
        while text := reader.readline(MAX_LINE // 4 + 1):
            number += 1
            size = len(text)
            if size > MAX_LINE // 4:
                head = text[:CONTENT_SHOWN]
                while text and not text.endswith(end):
                    text = reader.readline(1 << 20)
                    size += len(text)
                yield Line(number, None, TOO_LONG, head.replace("\0", ""), size)
                continue
            text = text.removeprefix("\ufeff") if number == 1 else text
            yield Line(number, text.replace("\0", "").rstrip("\r\n"), "", "", size)
    finally:
        reader.detach()
