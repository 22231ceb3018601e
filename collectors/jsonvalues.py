"""JSON files larger than memory: the values of one array, or values one after another."""

import codecs
import json
import re
from collections.abc import Generator, Iterator
from typing import IO, Any

from collectors.opening import MAX_LINE, TOO_LONG, Line, with_byte_order
from collectors.reading import CONTENT_SHOWN, BadRow, bad_row

_OUTSIDE = re.compile(r'["{}\[\]]')
# A string that runs into the beginning of an object on a line of its own was left open.
_INSIDE = re.compile(r'["\\]|\n\s*\{\s*"\w')
_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")


def json_line(line: Line) -> tuple[Any, None] | tuple[None, BadRow]:
    """The JSON value of one line, or why it has none."""
    if line.text is None:
        return None, bad_row(line.number, line.reason, line.head, line.size)
    return _value(line.number, line.text, line.size)


def json_values(
    stream: IO[bytes], encoding: str
) -> Generator[tuple[int, int, Any] | BadRow, None, None]:
    """The values of a JSON file as ``(ordinal, size, value)``, or why one cannot be read.

    The file is one array, or values one after another; what stands before the first bracket, as
    the script that X puts before its archives, is passed over. One value is held at a time.
    """
    for ordinal, (text, size) in enumerate(_value_texts(stream, encoding), start=1):
        if size > MAX_LINE:
            yield bad_row(ordinal, TOO_LONG, text, size)
        elif _ESCAPED_BYTE.search(text):
            shown = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            yield bad_row(ordinal, f"bukan {encoding} / not {encoding}", shown, size)
        else:
            value, bad = _value(ordinal, text, size)
            yield bad or (ordinal, size, value)


def _value(number: int, text: str, size: int) -> tuple[Any, None] | tuple[None, BadRow]:
    try:
        return json.loads(text, strict=False), None
    except json.JSONDecodeError as error:
        reason = (
            f"JSON rusak pada huruf ke-{error.pos + 1} / "
            f"broken JSON at character {error.pos + 1}: {error.msg}"
        )
    except (ValueError, RecursionError):
        # Figures by the thousand, or brackets within brackets without end.
        reason = "JSON tidak masuk akal / JSON beyond reason"
    return None, bad_row(number, reason, text, size)


def _value_texts(stream: IO[bytes], encoding: str) -> Iterator[tuple[str, int]]:
    """The text of each value and its length; of one over ``MAX_LINE`` only its beginning."""
    depth = 0
    base = -1  # How deep the values lie: 1 in an array, 0 one after another, -1 not yet known.
    in_string = skip = inside = False
    parts: list[str] = []
    size = 0
    for chunk in _chunks(stream, encoding):
        at, start = int(skip), 0
        skip = False
        while found := (_INSIDE if in_string else _OUTSIDE).search(chunk, at):
            sign, at = found[0], found.end()
            if in_string:
                if sign == "\\":
                    skip = at >= len(chunk)
                    at += 1
                    continue
                in_string = False
                if sign[0] == "\n":
                    at = found.start()
                    size += at - start
                    parts.append(chunk[start:at])
                    yield "".join(parts), size
                    parts, size, inside, depth = [], 0, False, base
                    continue
            elif sign == '"':
                in_string = base >= 0
                if in_string and not inside and depth == base:
                    inside, start = True, found.start()
                continue
            elif sign in "{[":
                if base < 0:
                    base = 1 if sign == "[" else 0
                if depth == base and not inside:
                    inside, start = True, found.start()
                depth += 1
                continue
            else:
                depth -= 1
            if depth < base or depth < 0:
                depth, base = 0, -1
            elif inside and depth == base:
                size += at - start
                parts.append(chunk[start : min(at, start + MAX_LINE + 1)])
                yield "".join(parts), size
                parts, size, inside = [], 0, False
        if inside:
            size += len(chunk) - start
            if size <= MAX_LINE:
                parts.append(chunk[start:])
            else:
                parts = ["".join(parts)[:CONTENT_SHOWN] or chunk[start:][:CONTENT_SHOWN]]
    if inside:
        yield "".join(parts), size


def _chunks(stream: IO[bytes], encoding: str) -> Iterator[str]:
    errors = "surrogateescape" if encoding.lower().startswith("utf-8") else "replace"
    decoder: codecs.IncrementalDecoder | None = None
    while data := stream.read(1 << 16):
        if decoder is None:
            decoder = codecs.getincrementaldecoder(with_byte_order(encoding, data))(errors)
        if text := decoder.decode(data).replace("\0", ""):
            yield text
    if decoder is not None and (text := decoder.decode(b"", final=True)):
        yield text
