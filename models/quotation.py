"""How a report quotes a post, and how a quote is taken back out of every row that keeps it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from models.idempotency import reword_answers
from models.report import ReportRow, decisions_on

QUOTE_LENGTH = 160
QUOTE_REMOVED = "[kutipan dihapus karena postingnya telah dihapus di sumbernya]"


def shortened(text: str, length: int) -> str:
    """``text`` cut to ``length`` characters, between words where it can be, with an ellipsis."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > length // 2 else cut).rstrip(" ,.;:-") + "…"


def quote(masked: str) -> str:
    """An excerpt as a description quotes it."""
    return f"“{shortened(masked, QUOTE_LENGTH)}”"


def remove_quotes(session: Session, report: ReportRow, excerpts: Iterable[str]) -> None:
    """Take the quotes of posts that left a report (locked) out of all that is kept of it.

    That is its description, the values before and after every decision, which taking a decision
    back would restore, and the answers kept for requests that are sent again.
    """
    quotes = {quote(excerpt) for excerpt in excerpts if excerpt}
    if not quotes:
        return
    report.description = _without(report.description, quotes)
    decisions = decisions_on(session, report.id)
    for decision in decisions:
        # New dicts: a change inside of one would not be noticed.
        decision.before = _values_without(decision.before, quotes)
        decision.after = _values_without(decision.after, quotes)
    if decisions:
        for said in sorted(quotes):
            reword_answers(session, said, QUOTE_REMOVED)


def _without(text: str, quotes: Iterable[str]) -> str:
    for said in quotes:
        text = text.replace(said, QUOTE_REMOVED)
    return text


def _values_without(values: dict[str, Any], quotes: Iterable[str]) -> dict[str, Any]:
    return {
        name: _without(value, quotes) if isinstance(value, str) else value
        for name, value in values.items()
    }
