"""The English catalogue kept in step with the words of the pages.

``python -m api.messages`` gathers every message of the code and templates, merges them into
``translations/en/LC_MESSAGES/messages.po`` and compiles it; it lists what still lacks English.
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

FOLDER = Path(__file__).parent
PO = FOLDER / "translations" / "en" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")

_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_OPTIONS = {"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}
_KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "_lp": ((1, "c"), 2)}


def gathered() -> Catalog:
    """Every message that code and templates ask for, without translations."""
    catalog = Catalog(
        locale="en",
        header_comment="# English words of the pages; message ids are Indonesian.",
        project="Jajak",
        version="1",
        msgid_bugs_address="-",
        last_translator="Jajak",
        language_team="Jajak",
        fuzzy=False,
    )
    found = extract_from_dir(FOLDER, _METHODS, _OPTIONS, _KEYWORDS)
    for _file, _line, message, _comments, context in found:
        catalog.add(message, context=context)
    return catalog


def translated() -> Catalog:
    """The English catalogue as it is kept."""
    with PO.open("rb") as lines:
        return read_po(lines, locale="en")


def compiled(catalog: Catalog) -> bytes:
    """The catalogue in the form that gettext reads."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def without_english(catalog: Catalog) -> list[str]:
    """The messages that have no English yet."""
    return [str(message.id) for message in catalog if message.id and not all(_strings(message))]


def _strings(message: object) -> tuple[str, ...]:
    string = getattr(message, "string", "")
    return tuple(string) if isinstance(string, list | tuple) else (string,)


def main() -> int:
    """Merge, write and compile; 1 if some message still lacks English."""
    catalog, kept = gathered(), translated()
    for message in catalog:
        known = kept.get(message.id, message.context) if message.id else None
        if known is not None:
            message.string = known.string
    with PO.open("wb") as file:
        write_po(file, catalog, sort_output=True, no_location=True, width=100)
    catalog = translated()
    MO.write_bytes(compiled(catalog))
    missing = without_english(catalog)
    for words in missing:
        print(words)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
