"""What somebody typed into a form that could not be taken, so that it is not lost."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import request
from flask_babel import lazy_gettext as _l  # type: ignore[import-untyped]

# Only what takes effort to write again; never a password.
_WORTH_KEEPING = {
    "title": _l("Judul"),
    "description": _l("Uraian"),
    "place_name": _l("Nama tempat"),
    "keterangan": _l("Keterangan"),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """One field of a form that was not taken: its name on the page and what was typed."""

    name: str
    text: str


def typed_words() -> tuple[Typed, ...]:
    """The texts of the form that was sent, to be shown for copying.

    Nothing of a form that another site sent: its words are not this person's.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return ()
    return tuple(
        Typed(name, request.form[field])
        for field, name in _WORTH_KEEPING.items()
        if request.form.get(field, "").strip()
    )


def form_page() -> str | None:
    """The path of the page that the form stood on, if it is one of this site."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host:
        return None
    return came_from.path + (f"?{came_from.query}" if came_from.query else "")
