"""What to do with a form about a report that changed after its page was opened."""

from dataclasses import dataclass, field
from datetime import datetime

from flask import request

import reports
from models import ReportRow

# What the form was filled with when it was opened, so that one's own changes can be told apart.
AT_FIRST = "awal_"
_SEEN_AS = ("revision", "seen", "posts")


@dataclass(frozen=True, slots=True)
class Kept:
    """A form to show again: ``filled`` by name, and the fields that somebody else changed too."""

    filled: dict[str, str]
    newer: frozenset[str] = field(default_factory=frozenset)


def as_typed() -> Kept:
    """The form exactly as it was sent."""
    return Kept(request.form.to_dict())


def kept_for(report: ReportRow) -> Kept:
    """The form as it was sent, for the report as it is now.

    A field that this person left alone takes the newest value, so that sending the form again
    takes nobody's change back; what they typed stays, and ``newer`` names it where the report
    says something else by now.
    """
    filled = {
        name: value
        for name, value in request.form.items()
        if name not in _SEEN_AS and not name.startswith(AT_FIRST)
    }
    newer = set()
    for name in reports.CORRECTABLE:
        if name not in filled:
            continue
        value = getattr(report, name)
        now = "" if value is None else str(value)
        typed, first = _lines(filled[name]), request.form.get(AT_FIRST + name)
        if first is not None and typed == _lines(first):
            filled[name] = now
        elif now not in (typed, None if first is None else _lines(first)):
            newer.add(name)
    return Kept(filled, frozenset(newer))


def since_opened(dossier: reports.Dossier) -> list[object]:
    """The decisions that others took after this person's page was opened."""
    try:
        seen = datetime.fromisoformat(request.form.get("seen", ""))
        return [decision for decision in dossier.decisions if decision.at >= seen]
    except (ValueError, TypeError):
        return list(dossier.decisions[-1:])


def new_posts(report: ReportRow) -> int:
    """How many posts the report has more than when the page was opened (fewer: below 0)."""
    text = request.form.get("posts", "")
    known = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else report.posts
    return report.posts - known


def _lines(text: str) -> str:
    # A browser sends a text's line ends its own way.
    return text.replace("\r\n", "\n")
