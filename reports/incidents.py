"""Annotations to incidents: what hangs together is put together, and stays so however it came.

An incident is what hangs together by the links of ``reports.linking``. It is computed, not grown:
posts that leave (deleted at the source, or read otherwise by a newer model) dissolve their
incident, and what remains is put together anew. So which posts are together depends on the posts
alone. Only where a person has touched a report does that decision win: its incident takes more
posts in, but it is never emptied into another one and never taken apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TypeVar

from sqlalchemy.orm import Session

from models import AnnotationRow, City, Database, IncidentRow, PostRow, ReportRow
from models.annotation import annotations_to_group, annotations_to_group_of, mark_grouped
from models.incident import (
    MemberPlace,
    Telling,
    grouped_at_places,
    grouped_in_incidents,
    grouped_with_words,
    incident_of_posts,
    join_incidents,
    leave_incidents,
    locked_incidents,
    move_members,
    places_in_incidents,
)
from models.labels import PRECISIONS
from models.post import claim_posts_to_group
from models.report import reports_of_incidents
from models.session import take_turn
from reports.closing import close_emptied, close_merged, is_touched
from reports.linking import AREA_WIDE, EXACT, Joined, join, links_by_place

T = TypeVar("T")
_NEVER = datetime.max.replace(tzinfo=UTC)
# SQLite takes 32,766 values in one statement, PostgreSQL 65,535.
_VALUES_AT_ONCE = 10_000


@dataclass
class _Batch:
    """What one batch knows: incidents and reports seen so far (locked), and where posts were."""

    session: Session
    incidents: dict[int, IncidentRow] = field(default_factory=dict)
    reports: dict[int, ReportRow] = field(default_factory=dict)
    # Incident by post, as it was before this batch, for the posts that are placed anew.
    homes: dict[int, int] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)

    def lock(self, incident_ids: Iterable[int]) -> None:
        """Lock incidents, then their reports (in that order everywhere), and keep both."""
        new = set(incident_ids) - set(self.incidents)
        for some in _chunks(sorted(new)):
            self.incidents.update(locked_incidents(self.session, some))
            self.reports.update(reports_of_incidents(self.session, some))

    def touched(self, incident_id: int) -> bool:
        """Whether a person has decided something on the incident's report."""
        report = self.reports.get(incident_id)
        return report is not None and is_touched(report)


def group_batch(db: Database, city: City, limit: int = 500) -> int:
    """Bring the incidents of the next ``limit`` annotations up to date, in one transaction.

    Returns how many annotations it handled; 0 when none is left (or all that are left are being
    changed by somebody else at this moment). Two workers take turns.
    """
    with db.writing() as session:
        take_turn(session, "group")
        waiting = annotations_to_group(session, limit)
        # A post that another stage is changing is left for later: nobody waits, none deadlocks.
        posts = claim_posts_to_group(session, {row.post_id for row in waiting})
        # A post's old and new reading go together: its incident must not come apart in between.
        rows = annotations_to_group_of(session, posts)
        if rows:
            _regroup(session, city, rows, posts)
            mark_grouped(session, [row.id for row in rows])
        return len(rows)


def _regroup(
    session: Session, city: City, rows: Sequence[AnnotationRow], posts: Mapping[int, PostRow]
) -> None:
    batch = _Batch(session, homes=incident_of_posts(session, posts))
    batch.lock(batch.homes.values())
    batch.changed.update(batch.homes.values())
    leave_incidents(session, batch.homes)

    arriving = [_telling(row, posts[row.post_id]) for row in rows if _tells(row, posts)]
    loose = arriving + _dissolve(batch)
    held = {
        post.post_id: home
        for post in arriving
        if (home := batch.homes.get(post.post_id)) is not None
        and batch.touched(home)
        and batch.incidents[home].category == post.category
    }
    by_category: dict[str, list[Telling]] = defaultdict(list)
    for post in loose:
        by_category[post.category].append(post)
    joined: list[Joined] = []
    for category, some in sorted(by_category.items()):
        window = timedelta(hours=city.categories[category].grouping_hours)
        enough = AREA_WIDE if city.categories[category].area_wide else EXACT
        joined += join(some, _linkable(session, category, some, window), window, held, enough)
    batch.lock({incident_id for one in joined for incident_id in one.incidents})
    _place(batch, joined, held)
    _describe(batch)


def _tells(row: AnnotationRow, posts: Mapping[int, PostRow]) -> bool:
    return (
        row.current
        and row.kind == "laporan"
        and row.sure
        and row.category is not None
        and posts[row.post_id].deleted_at is None
    )


def _telling(row: AnnotationRow, post: PostRow) -> Telling:
    return Telling(
        post_id=row.post_id,
        annotation_id=row.id,
        category=row.category or "",
        posted_at=post.posted_at,
        near_duplicate_key=row.near_duplicate_key,
        place_code=row.place_code,
        place_name=row.place_name,
        place_precision=row.place_precision,
        text=post.text,
    )


def _dissolve(batch: _Batch) -> list[Telling]:
    """What is left of incidents that lost a post, loose again; a person's stay as they are."""
    lost = sorted(id_ for id_ in batch.incidents if not batch.touched(id_))
    left: list[Telling] = []
    for some in _chunks(lost):
        left += grouped_in_incidents(batch.session, some)
    for some_posts in _chunks([post.post_id for post in left]):
        leave_incidents(batch.session, some_posts)
    for post in left:
        if post.incident_id is not None:
            batch.homes[post.post_id] = post.incident_id
    return left


def _linkable(
    session: Session, category: str, loose: Sequence[Telling], window: timedelta
) -> list[Telling]:
    """Every grouped post that could be linked to one of the loose ones."""
    times = [post.posted_at for post in loose if post.posted_at is not None]
    between = (min(times) - window, max(times) + window) if times else None
    placed = [post for post in loose if links_by_place(post)]
    timed = {post.near_duplicate_key for post in loose if post.posted_at is not None}
    untimed = {post.near_duplicate_key for post in loose if post.posted_at is None}
    near: list[Telling] = []
    for some in _chunks(sorted({(p.place_code or "", p.place_name or "") for p in placed})):
        if between:
            codes, names = {code for code, _ in some}, {name for _, name in some}
            near += grouped_at_places(session, category, codes, names, *between)
    for keys, when in ((timed, between), (untimed, None)):
        for some_keys in _chunks(sorted(keys - {""})):
            near += grouped_with_words(session, category, some_keys, when)
    return list({post.post_id: post for post in near}.values())


def _place(batch: _Batch, joined: Sequence[Joined], held: Mapping[int, int]) -> None:
    """Give each group of posts its incident: one of those it touches, or a new one."""
    claims = _claims(batch, joined)
    kept: dict[int, int] = {}
    new: list[IncidentRow] = []
    target: list[IncidentRow] = []
    for group, claim in zip(joined, claims, strict=True):
        if claim:
            keeper = min(claim, key=lambda id_: _rank(batch, id_))
            kept.update(dict.fromkeys(claim, keeper))
            incident = batch.incidents[keeper]
            # A newer model may have read all the posts of an untouched incident otherwise.
            incident.category = group.posts[0].category
        else:
            incident = IncidentRow(category=group.posts[0].category, revision=0)
            new.append(incident)
        target.append(incident)
    batch.session.add_all(new)
    batch.session.flush()
    batch.incidents.update((incident.id, incident) for incident in new)
    for incident in target:
        batch.changed.add(incident.id)
    for old, keeper in sorted(kept.items()):
        # Where two incidents whose reports people have touched turn out to hang together, both
        # stay: a person's decision wins. New posts go to the first of them.
        if old != keeper and not batch.touched(old):
            _merge(batch, old, keeper)
    join_incidents(
        batch.session,
        [
            (post.post_id, held.get(post.post_id, incident.id), post.annotation_id)
            for group, incident in zip(joined, target, strict=True)
            for post in group.posts
        ],
    )


def _claims(batch: _Batch, joined: Sequence[Joined]) -> list[set[int]]:
    """The incidents that each group may go on as.

    A dissolved incident goes on where its earliest post is, so no two groups claim the same.
    """
    claims = [set(group.incidents) for group in joined]
    earliest: dict[int, tuple[datetime, int, int]] = {}
    for number, group in enumerate(joined):
        for post in group.posts:
            home = batch.homes.get(post.post_id)
            if home is not None and not batch.touched(home):
                mine = (post.posted_at or _NEVER, post.post_id, number)
                earliest[home] = min(earliest.get(home, mine), mine)
    for home, (_, _, number) in earliest.items():
        claims[number].add(home)
    return claims


def _rank(batch: _Batch, incident_id: int) -> tuple[bool, bool, datetime, int]:
    """Who goes on when incidents join: whom a person touched, who has a report, the earliest."""
    incident = batch.incidents[incident_id]
    return (
        not batch.touched(incident_id),
        incident_id not in batch.reports,
        incident.first_at or _NEVER,
        incident_id,
    )


def _merge(batch: _Batch, old_id: int, keeper_id: int) -> None:
    move_members(batch.session, old_id, keeper_id)
    old = batch.incidents[old_id]
    old.merged_into_id = keeper_id
    report = batch.reports.get(old_id)
    if report is not None:
        close_merged(batch.session, report, batch.reports[keeper_id].id)
    batch.changed.add(old_id)


def _describe(batch: _Batch) -> None:
    """Write what the members of every changed incident say of its place, time and size."""
    batch.session.flush()
    for some in _chunks(sorted(batch.changed)):
        for incident_id, members in places_in_incidents(batch.session, some).items():
            incident = batch.incidents[incident_id]
            _summarise(incident, members)
            incident.revision += 1
            report = batch.reports.get(incident_id)
            if members:
                continue
            if report is not None and incident.merged_into_id is None and not is_touched(report):
                close_emptied(batch.session, report)
            if report is None or not is_touched(report):
                incident.drafted_revision = incident.revision  # nothing is left to draft


def _summarise(incident: IncidentRow, members: Sequence[MemberPlace]) -> None:
    times = [member.posted_at for member in members if member.posted_at is not None]
    incident.posts = len(members)
    incident.authors = len({m.author_id for m in members if m.author_id is not None})
    incident.first_at = min(times, default=None)
    incident.last_at = max(times, default=None)
    if not members:
        return  # an incident that was emptied still says where it was
    place = most_exact_place(members)
    incident.place_code = place.code if place else None
    incident.place_name = place.name if place else None
    incident.place_precision = place.precision if place else None
    incident.lat = place.lat if place else None
    incident.lon = place.lon if place else None


def most_exact_place(members: Sequence[MemberPlace]) -> MemberPlace | None:
    """The place that most members name among the most exact ones; ``None`` if none names one.

    A place inside the city goes before one outside. Ties are settled by name, so that the same
    members always give the same place.
    """
    named = [member for member in members if member.name is not None]
    if not named:
        return None

    def exactness(member: MemberPlace) -> tuple[bool, int]:
        return member.code is not None, PRECISIONS.index(member.precision or "kota")

    best = max(exactness(member) for member in named)
    votes: dict[tuple[str, str], list[MemberPlace]] = defaultdict(list)
    for member in named:
        if exactness(member) == best:
            votes[member.code or "", member.name or ""].append(member)
    agreed = min(votes, key=lambda key: (-len(votes[key]), key))
    return min(votes[agreed], key=lambda member: (member.lat or 0.0, member.lon or 0.0))


def _chunks(values: Sequence[T]) -> Iterator[list[T]]:
    rest = iter(values)
    while some := list(islice(rest, _VALUES_AT_ONCE)):
        yield some
