"""The verifiers' queue: drafts most urgent first, and all that is known of one report."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from models import AnnotationRow, City, ReportRow, VerificationRow
from models.city import Agency
from models.report import (
    decisions_on,
    find_reports,
    in_areas,
    of_concern_to,
    open_reports_like,
    report_counts,
    report_evidence,
)
from reports.drafts import other_agencies
from reports.errors import ReportNotFound
from reports.wording import place_phrase

# Urgency, moment since which it waits, and id of the last report of a page.
Cursor = tuple[int, datetime, int]


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """Which reports to list; ``None`` and empty mean all.

    ``areas`` are a verifier's area codes, of any level: all that they may decide on, see
    ``may_verify``. ``place_code`` leaves what lies in one area and no more. ``text`` is looked
    for in title and description, whatever its case.
    """

    state: str | None = None
    category: str | None = None
    areas: tuple[str, ...] = ()
    place_code: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some reports, and the cursor for those after them (``None``: there are none)."""

    reports: tuple[ReportRow, ...]
    next_cursor: Cursor | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One post behind a report as it may be shown: never its raw text nor who wrote it."""

    post_id: int
    source: str
    excerpt: str
    url: str | None
    posted_at: datetime | None
    invented: bool
    annotation: AnnotationRow | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is known of one report.

    ``evidence`` are its first posts; ``report.posts`` says how many there are. ``place`` is the
    place in full, in Indonesian ("" where it has none). ``other_agencies`` are those that the city
    names beside the one in charge. ``similar`` are open reports of the same category in the same
    area.
    """

    report: ReportRow
    agency: Agency | None
    other_agencies: tuple[Agency, ...]
    place: str
    evidence: tuple[Evidence, ...]
    decisions: tuple[VerificationRow, ...]
    similar: tuple[ReportRow, ...]


def queue(
    session: Session, wanted: ReportFilter, cursor: Cursor | None = None, limit: int = 50
) -> Page:
    """One page of the reports ``wanted``: most urgent first, then those that wait longest."""
    found = find_reports(session, _conditions(wanted), cursor, limit + 1)
    reports = tuple(found[:limit])
    if len(found) <= limit:
        return Page(reports, None)
    last = reports[-1]
    return Page(reports, (last.urgency, last.first_at or last.created_at, last.id))


def counts(session: Session, wanted: ReportFilter) -> dict[str, int]:
    """Number of reports by state, for the filter without its state; states without are absent."""
    return report_counts(session, _conditions(replace(wanted, state=None)))


def dossier(session: Session, city: City, report_id: int, evidence_limit: int = 100) -> Dossier:
    """Everything about one report, with its first ``evidence_limit`` posts.

    Raises ``ReportNotFound``.
    """
    report = session.get(ReportRow, report_id)
    if report is None:
        raise ReportNotFound(report_id)
    return Dossier(
        report=report,
        agency=city.agencies.get(report.agency_code or ""),
        other_agencies=other_agencies(city, report),
        place=place_phrase(city, report.place_code, report.place_name),
        evidence=tuple(
            Evidence(
                post_id=post.id,
                source=post.source,
                excerpt=row.excerpt,
                url=post.url,
                posted_at=post.posted_at,
                invented=post.invented,
                annotation=annotation,
            )
            for row, post, annotation in report_evidence(session, report_id, evidence_limit)
        ),
        decisions=tuple(decisions_on(session, report_id)),
        similar=tuple(open_reports_like(session, report, limit=5)),
    )


def _conditions(wanted: ReportFilter) -> Sequence[ColumnElement[bool]]:
    conditions = [of_concern_to(wanted.areas)]
    if wanted.state:
        conditions.append(ReportRow.state == wanted.state)
    if wanted.category:
        conditions.append(ReportRow.category == wanted.category)
    if wanted.place_code:
        conditions.append(in_areas((wanted.place_code,)))
    if wanted.text and (text := wanted.text.replace("\0", "").strip()):
        conditions.append(
            or_(
                ReportRow.title.icontains(text, autoescape=True),
                ReportRow.description.icontains(text, autoescape=True),
            )
        )
    return conditions
