"""``/api/v1/reports``: drafts and verified reports, for programs that pull and decide."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from flask import Response
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

import reports as room
from api.context import context
from api.json.blueprint import answered, endpoint
from api.json.caller import known_caller
from api.json.cursors import Position, seal, unseal
from api.json.fields import (
    WHOLE,
    AreaCode,
    Asked,
    AskedInBody,
    Category,
    CursorText,
    Id,
    Moment,
    PageSize,
    Place,
    ReportState,
    Shape,
    Told,
    absent,
)
from api.json.pages import ITEM_HEADERS, PAGE_HEADERS, paged, tagged
from api.json.places import AgencyItem, known_area
from api.json.posts import Reading, as_place, as_reading
from api.json.problems import ApiProblem, Fault
from api.json.requests import WriteHeaders, done_once, named_revision, report_etag
from api.json.words import Words
from api.links import link_without_handle
from models import Actor, City, ReportRow, VerificationRow
from models.horizon import settled_before
from models.report_feed import FeedFilter, reports_by_change
from nlp import mask

_LIST = "reports"
_DECIDED = ("not-found", "stale", "not-possible", "precondition-required",
            "idempotency-running", "idempotency-reused")  # fmt: skip
_REPLAYED = {
    **ITEM_HEADERS,
    "Idempotency-Replayed": "`true` when this answer was given before",
}

Revision = Annotated[
    int, Field(ge=1, le=2**31 - 1, description="As it was read; or If-Match"), WHOLE
]
Words200 = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Words4000 = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class ReportQuery(Asked):
    """Which reports, and which page of them."""

    state: ReportState | None = None
    category: Category | None = None
    area: AreaCode | None = Field(None, description="Kemendagri code; holds all areas below it")
    updated_since: Moment | None = Field(None, description="Last changed at or after this moment")
    cursor: CursorText | None = Field(None, description="`next` of the page before")
    limit: PageSize = 50


class ReportPath(Asked):
    """Which report."""

    id: Id


class DecisionBody(AskedInBody):
    """A decision that needs nothing but the revision it was taken on."""

    revision: Revision = Field(default_factory=absent)


class RejectBody(AskedInBody):
    """Why a report is rejected."""

    revision: Revision = Field(default_factory=absent)
    reason: Annotated[
        str,
        StringConstraints(max_length=1000),
        Shape(
            r"[\s\S]*[^\s\x00-\x1f\x7f-\x9f][\s\S]*",
            "Alasan tidak boleh kosong.",
            "The reason must not be empty.",
        ),
    ] = Field(description="In words, so that others understand it")


class CorrectBody(AskedInBody):
    """What is set right; what is left out stays. At least one value."""

    revision: Revision = Field(default_factory=absent)
    title: Words200 = Field(default_factory=absent)
    description: Annotated[str, StringConstraints(min_length=1, max_length=4000)] = Field(
        default_factory=absent
    )
    category: Category = Field(default_factory=absent)
    agency_code: str | None = Field(None, description="`null`: no agency")
    urgency: Annotated[int, Field(ge=1, le=4), WHOLE] = Field(default_factory=absent)
    place_code: AreaCode | None = Field(None, description="`null`: no place")
    place_name: Words200 | None = None


class Report(Told):
    """A report, from the draft to its end."""

    id: Id
    state: ReportState
    revision: int = Field(description="Rises with every change; names the state in If-Match")
    title: str
    description: str
    category: Category
    agency: AgencyItem | None
    other_agencies: list[AgencyItem] = Field(description="Named by the city's routing beside it")
    urgency: int = Field(ge=1, le=4, description="1 (low) to 4 (danger to life)")
    urgency_reason: str
    place: Place | None
    confidence: float = Field(description="Mean calibrated probability over the evidence")
    first_at: datetime | None
    last_at: datetime | None
    posts: int
    authors: int
    invented: bool
    touched: list[str] = Field(description="Fields that a person has set")
    merged_into: Id | None
    reject_reason: str | None
    created_at: datetime
    updated_at: datetime
    verified_at: datetime | None


class ReportPage(Told):
    """One page of reports, in the order of their last change."""

    items: list[Report]
    next: str | None = Field(description="Keep it: the next pull starts from here")
    has_more: bool


class EvidenceItem(Told):
    """One post behind a report."""

    post_id: Id
    source: str
    excerpt: str = Field(description="Masked")
    url: str | None
    posted_at: datetime | None
    invented: bool
    annotation: Reading | None


class Event(Told):
    """What happened to a report."""

    id: str = Field(description="`draft`, or the decision's own id")
    at: datetime
    action: Literal["draft", "confirm", "correct", "reject", "merge", "undo"]
    by: Literal["system", "user", "key"]
    actor_id: Id | None
    fields: list[str] = Field(description="Fields that changed")
    state: str | None = Field(description="The new state, when it changed")
    reason: str | None
    undone_at: datetime | None


class EventList(Told):
    """Everything that happened to a report, earliest first."""

    items: list[Event]


class ReportDetail(Report):
    """A report with its evidence (the first 100 posts) and what happened to it."""

    evidence: list[EvidenceItem]
    events: list[Event]
    similar: list[Id] = Field(description="Open reports of the same category in the same area")


@endpoint("get", "/reports", tag="reports", scope="reports:read", answer=ReportPage,
          problems=("cursor-invalid",), headers=PAGE_HEADERS)  # fmt: skip
def list_reports(query: ReportQuery) -> Response:
    """Reports in the order of their last change, for programs that pull.

    Keep `next` and come back with it: it leads to what has changed since. A report that changes
    again comes again, with a higher revision. A change appears here a few seconds after it was
    made, so that none can ever be passed over.
    """
    filters = query.model_dump(exclude={"cursor", "limit"}, exclude_none=True)
    position = unseal(query.cursor, _LIST, filters)
    city = context().city
    known_area(city, query.area)
    wanted = FeedFilter(query.state, query.category, query.area, query.updated_since)
    after = (position.at, position.id) if position and position.at else None
    with context().db.reading() as session:
        before = settled_before(session)
        found = reports_by_change(session, wanted, before, after, query.limit + 1)
    page, more = found[: query.limit], len(found) > query.limit
    cursor = query.cursor
    if page:
        cursor = seal(Position(page[-1].updated_at, page[-1].id), _LIST, filters)
    items = [as_report(city, row) for row in page]
    return paged(ReportPage(items=items, next=cursor, has_more=more), cursor, more)


@endpoint("get", "/reports/<id>", tag="reports", scope="reports:read", answer=ReportDetail,
          problems=("not-found",), headers=ITEM_HEADERS)  # fmt: skip
def show_report(path: ReportPath) -> Response:
    """One report with its evidence and its events.

    Its ETag is its revision: send it back in If-Match when you decide.
    """
    city = context().city
    with context().db.reading() as session:
        known = room.dossier(session, city, int(path.id))
    detail = ReportDetail(
        **as_report(city, known.report).model_dump(),
        evidence=[
            EvidenceItem(
                post_id=str(item.post_id),
                source=item.source,
                excerpt=mask(item.excerpt),
                url=link_without_handle(item.url),
                posted_at=item.posted_at,
                invented=item.invented,
                annotation=as_reading(city, item.annotation) if item.annotation else None,
            )
            for item in known.evidence
        ],
        events=_events(known),
        similar=[str(row.id) for row in known.similar],
    )
    return tagged(detail, report_etag(known.report.revision))


@endpoint("get", "/reports/<id>/events", tag="reports", scope="reports:read", answer=EventList,
          problems=("not-found",), headers=ITEM_HEADERS)  # fmt: skip
def list_report_events(path: ReportPath) -> Response:
    """Everything that happened to a report, earliest first."""
    with context().db.reading() as session:
        known = room.dossier(session, context().city, int(path.id), evidence_limit=1)
    return tagged(EventList(items=_events(known)))


@endpoint("post", "/reports/<id>/confirm", tag="reports", scope="reports:write", answer=Report,
          problems=_DECIDED, headers=_REPLAYED)  # fmt: skip
def confirm_report(path: ReportPath, header: WriteHeaders, body: DecisionBody) -> Response:
    """Confirm a draft: it becomes `diverifikasi`."""
    city = context().city

    def decide(session: Session, id_: int, revision: int, actor: Actor) -> ReportRow:
        return room.confirm(session, city, id_, revision, actor)

    return _decided(path, body, decide)


@endpoint("post", "/reports/<id>/reject", tag="reports", scope="reports:write", answer=Report,
          problems=_DECIDED, headers=_REPLAYED)  # fmt: skip
def reject_report(path: ReportPath, header: WriteHeaders, body: RejectBody) -> Response:
    """Reject a report for a reason: it becomes `ditolak`."""

    def decide(session: Session, id_: int, revision: int, actor: Actor) -> ReportRow:
        return room.reject(session, id_, revision, body.reason, actor)

    return _decided(path, body, decide)


@endpoint("post", "/reports/<id>/correct", tag="reports", scope="reports:write", answer=Report,
          problems=_DECIDED, headers=_REPLAYED)  # fmt: skip
def correct_report(path: ReportPath, header: WriteHeaders, body: CorrectBody) -> Response:
    """Set values of a report right; the machine never writes them again."""
    city = context().city
    given = body.model_dump(exclude_unset=True, exclude={"revision"})
    if not given:
        words = Words("Sebut paling sedikit satu nilai.", "Name at least one value.")
        raise ApiProblem("invalid", faults=(Fault("", "nothing_given", words),))
    changes = {name: None if value is None else str(value) for name, value in given.items()}

    def decide(session: Session, id_: int, revision: int, actor: Actor) -> ReportRow:
        return room.correct(session, city, id_, revision, changes, actor)

    return _decided(path, body, decide)


@endpoint("post", "/reports/<id>/undo", tag="reports", scope="reports:write", answer=Report,
          problems=_DECIDED, headers=_REPLAYED)  # fmt: skip
def undo_report(path: ReportPath, header: WriteHeaders, body: DecisionBody) -> Response:
    """Take the last decision back: what it changed is as it was before."""

    def decide(session: Session, id_: int, revision: int, actor: Actor) -> ReportRow:
        return room.undo(session, id_, revision, actor)

    return _decided(path, body, decide)


def _decided(
    path: ReportPath,
    body: DecisionBody | RejectBody | CorrectBody,
    decide: Callable[[Session, int, int, Actor], ReportRow],
) -> Response:
    """Take one decision in one transaction, together with the memory that it was taken."""
    who = known_caller()
    id_ = int(path.id)
    seen = body.revision if "revision" in body.model_fields_set else None
    with context().db.writing() as session:

        def work() -> Response:
            def current() -> int:
                row = session.get(ReportRow, id_)
                if row is None:
                    raise room.ReportNotFound(id_)
                return row.revision

            revision = named_revision(seen, current)
            report = decide(session, id_, revision, who.actor)
            response = answered(as_report(context().city, report))
            response.set_etag(report_etag(report.revision))
            return response

        return done_once(session, who, work)


def as_report(city: City, row: ReportRow) -> Report:
    """A stored report as the API shows it."""
    agency = city.agencies.get(row.agency_code or "")
    where = (row.lat, row.lon)
    same: dict[str, Any] = {name: getattr(row, name) for name in _SAME}
    return Report(
        **same,
        id=str(row.id),
        agency=AgencyItem.of(agency) if agency else None,
        other_agencies=[AgencyItem.of(other) for other in room.other_agencies(city, row)],
        place=as_place(city, row.place_code, row.place_name, row.place_precision, where),
        merged_into=str(row.merged_into_id) if row.merged_into_id else None,
    )


# What a report says under the same name as its row.
_SAME = tuple(set(Report.model_fields) - {"id", "agency", "other_agencies", "place", "merged_into"})


def _events(known: room.Dossier) -> list[Event]:
    draft = Event(
        id="draft",
        at=known.report.created_at,
        action="draft",
        by="system",
        actor_id=None,
        fields=[],
        state="draf",
        reason=None,
        undone_at=None,
    )
    return [draft, *(_event(row) for row in known.decisions)]


def _event(row: VerificationRow) -> Event:
    # The values themselves are left out: they may quote a post that was deleted since.
    actor = row.user_id or row.api_key_id
    return Event.model_validate(
        {
            "id": str(row.id),
            "at": row.at,
            "action": row.action,
            "by": "user" if row.user_id else "key" if row.api_key_id else "system",
            "actor_id": str(actor) if actor else None,
            "fields": sorted(row.after),
            "state": row.after.get("state"),
            "reason": row.reason,
            "undone_at": row.undone_at,
        }
    )
