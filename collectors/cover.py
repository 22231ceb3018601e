"""What is kept of a refused row to look at: no names, no handles, no numbers of persons."""

import re
from collections.abc import Mapping
from typing import Any

HEAD_SHOWN = 120
"""How many characters are kept of a row that was never parsed: enough to know it again."""

COVER = "…"
_MAX_VALUE = 2_000

_HANDLE = re.compile(r"[@\uff20][\w.-]+")
_EMAIL = re.compile(r"[\w.+-]{1,64}[@\uff20][\w.-]+")
_LINK = re.compile(r"(?:https?:|www\.)[^\s\",;|]*", re.IGNORECASE)
_FIGURES = re.compile(r"(?<![\d/])\d(?:[ .()-]{0,2}\d){7,}")
# The value of a key that names a person, whole or cut off, in JSON that may be broken.
_NAMED = re.compile(
    r'("[^"]{0,40}(?:name|user|author|handle|nama|akun|pengguna|penulis|pelapor|pengirim)[^"]{0,40}"'
    r'\s*:\s*)(?:"(?:[^"\\]|\\.)*"?|[-\d]+)',
    re.IGNORECASE,
)
_NAME = re.compile(r"\W*[^\W\d][\w.'-]*(?:\s+[\w.'-]+){0,3}\W*")


def covered(text: str) -> str:
    """``text`` without handles, links, e-mail addresses, figures, and values of naming keys.

    It covers too much rather than too little: nobody has looked at what these rows hold, and a
    retry reads the row from its file.
    """
    text = _NAMED.sub(rf'\1"{COVER}"', text)
    text = _EMAIL.sub(COVER, _LINK.sub(COVER, text))
    return _FIGURES.sub(COVER, _HANDLE.sub(COVER, text))


def covered_head(text: str) -> str:
    """The beginning of a row that was never parsed, covered."""
    # Covered before it is cut: half a number is still half of somebody's number.
    return covered(text[: 4 * HEAD_SHOWN])[:HEAD_SHOWN]


def covered_cells(text: str, delimiter: str) -> str:
    """The head of a delimited row with every cell covered that could be a name."""
    cells = text[: 4 * HEAD_SHOWN].split(delimiter)
    return delimiter.join(COVER if _NAME.fullmatch(cell) else cell for cell in cells)


def covered_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` with handles and addresses covered wherever text stands in them."""
    return {name: _covered_value(value) for name, value in values.items()}


def _covered_value(value: Any) -> Any:
    if isinstance(value, str):
        return _HANDLE.sub(COVER, _EMAIL.sub(COVER, value[:_MAX_VALUE]))
    if isinstance(value, dict):
        return covered_values(value)
    return [_covered_value(item) for item in value] if isinstance(value, list) else value
