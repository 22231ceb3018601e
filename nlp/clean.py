"""Text as a person sees it: damage to its characters undone, what is invisible taken out."""

import html
import re
import unicodedata

import ftfy

_ESCAPES = re.compile(r"\\+[nrt]")
# What masking left in data from elsewhere, not mark-up: <telp>, <nik>, <email>.
_MASKED = re.compile(r"<(telp|telepon|hp|nik|email|nama|url|user)>", re.IGNORECASE)
_SCRIPT = re.compile(r"<(script|style)\b[^>]{0,500}>.{0,5000}?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-z!][^<>]{0,500}>", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


def join_surrogates(text: str) -> str:
    """``text`` with surrogate pairs joined; a lone half becomes U+FFFD, so it can be encoded."""
    if not any("\ud800" <= char <= "\udfff" for char in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def clean(text: str) -> str:
    """``text`` in readable characters, on one line.

    Undoes mojibake, HTML entities and tags, escaped line ends and look-alike letters (NFKC
    without accents); drops control, zero-width and bidirectional characters. Never raises.
    """
    text = join_surrogates(text)
    if not text.isascii():
        text = ftfy.fix_encoding(text)
    text = _ESCAPES.sub(" ", text)
    if "&" in text:
        text = join_surrogates(html.unescape(text))
    if "<" in text:
        text = _MASKED.sub(r" [\1] ", text)
        text = _TAG.sub(" ", _SCRIPT.sub(" ", text))
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        kept = "".join([char for char in decomposed if unicodedata.category(char) != "Mn"])
        text = unicodedata.normalize("NFKC", kept)
    return _SPACE.sub(" ", "".join([_visible(char) for char in text])).strip()


def _visible(char: str) -> str:
    if char.isascii() and char.isprintable():
        return char
    category = unicodedata.category(char)
    if category == "Cf":
        return ""  # zero-width and bidirectional marks stand inside words
    if category.startswith("C") or char.isspace() or char == "\ufffd":
        return " "
    return char
