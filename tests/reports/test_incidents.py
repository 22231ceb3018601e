"""Grouping: which posts are together depends on the posts alone."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from models import Actor, AnnotationRow, City, Database, IncidentRow, ReportRow, open_database
from models.migrate import upgrade
from reports import confirm, correct, draft_batch, group_batch
from reports.linking import EXACT, WORDS_IN_COMMON
from reports.words import content_words
from tests.reports.told import (
    BEKASI,
    BIDARA_CINA,
    JATINEGARA,
    OTISTA,
    Told,
    delete,
    draft,
    empty,
    group,
    read_again,
    report_with,
    tell,
    together,
)

SARI = Actor("user:sari")


def sets(*groups: str) -> set[frozenset[str]]:
    return {frozenset(group.split()) for group in groups}


def test_posts_on_one_street_within_the_categorys_time_are_one_incident(
    db: Database, city: City
) -> None:
    tell(db, [Told("a"), Told("b", hours=11.9), Told("c", hours=24), Told("d", category="macet")])
    group(db, city)
    assert together(db) == sets("a b", "c", "d")
    with db.reading() as session:
        incident = session.scalars(select(IncidentRow).where(IncidentRow.posts == 2)).one()
        assert (incident.place_name, incident.place_precision) == ("Jalan Otista", "street")
        assert incident.last_at is not None and incident.first_at is not None
        assert incident.last_at - incident.first_at == timedelta(hours=11.9)


def test_posts_of_one_kelurahan_need_words_in_common_too(db: Database, city: City) -> None:
    drain = {"place": BIDARA_CINA, "category": "kebersihan"}
    tell(
        db,
        [
            Told("a", "got mampet, bau sampai jalan depan masjid", **drain),
            Told("b", "bau lagi sampai jalan dpn masjid, gotnya mampet!!", **drain),
            Told("c", "wc umum pasar tak pernah dibersihkan", **drain),
        ],
    )
    group(db, city)
    assert together(db) == sets("a b", "c")


def test_a_flood_in_one_kelurahan_is_one_whatever_the_words(db: Database, city: City) -> None:
    tell(
        db,
        [
            Told("a", "air masuk rumah sepinggang", place=BIDARA_CINA),
            Told("b", "pompa rusak sejak kemarin, genangan tak surut", place=BIDARA_CINA),
            Told("c", "motor mogok semua", place=BIDARA_CINA, hours=30),
        ],
    )
    group(db, city)
    assert together(db) == sets("a b", "c")


def test_a_kecamatan_or_a_place_outside_the_city_links_nothing(db: Database, city: City) -> None:
    tell(db, [Told(f"j{n}", place=JATINEGARA) for n in range(3)])
    tell(db, [Told(f"b{n}", place=BEKASI) for n in range(3)])
    tell(db, [Told(f"n{n}", place=None) for n in range(3)])
    group(db, city)
    assert len(together(db)) == 9


def test_the_same_words_link_without_a_place_but_not_across_two_places(
    db: Database, city: City
) -> None:
    elsewhere = replace(BIDARA_CINA, code="31.74.01.1001", name="Tebet Timur")
    tell(db, [Told("a", place=None, key="k"), Told("b", place=None, key="k", hours=5)])
    tell(db, [Told("c", key="m"), Told("d", key="m", place=elsewhere)])
    group(db, city)
    assert together(db) == sets("a b", "c", "d")


def test_posts_without_a_time_link_only_with_each_other_and_by_the_same_words(
    db: Database, city: City
) -> None:
    tell(db, [Told("a", hours=None, key="k"), Told("b", hours=None, key="k"), Told("c", key="k")])
    tell(db, [Told("d", hours=None)])
    group(db, city)
    assert together(db) == sets("a b", "c", "d")


def test_only_sure_complaints_of_a_category_become_incidents(db: Database, city: City) -> None:
    tell(
        db,
        [
            Told("a", kind="opini"),
            Told("b", sure=False),
            Told("c", kind="luar", category=None),
            Told("d", category=None),
        ],
    )
    assert group_batch(db, city) == 4
    assert group_batch(db, city) == 0
    assert together(db) == set()


def test_a_late_post_joins_two_incidents_and_the_later_draft_is_merged(
    db: Database, city: City
) -> None:
    tell(db, [Told("a"), Told("b", hours=20)])
    draft(db, city)
    assert together(db) == sets("a", "b")
    with db.reading() as session:
        first, later = report_with(session, "a").id, report_with(session, "b").id
    tell(db, [Told("between", hours=10)])
    draft(db, city)
    assert together(db) == sets("a b between")
    with db.reading() as session:
        kept, merged = session.get_one(ReportRow, first), session.get_one(ReportRow, later)
        assert (kept.state, kept.posts) == ("draf", 3)
        assert (merged.state, merged.posts, merged.merged_into_id) == ("digabung", 0, first)
        gone = session.get_one(IncidentRow, merged.incident_id)
        assert (gone.posts, gone.merged_into_id) == (0, kept.incident_id)


def test_the_report_that_a_person_touched_is_kept(db: Database, city: City) -> None:
    tell(db, [Told("a"), Told("b", hours=20)])
    draft(db, city)
    with db.writing() as session:
        report = report_with(session, "b")
        correct(session, city, report.id, report.revision, {"title": "Otista tergenang"}, SARI)
    tell(db, [Told("between", hours=10)])
    draft(db, city)
    with db.reading() as session:
        kept = report_with(session, "a")
        assert (kept.id, kept.title, kept.posts) == (report.id, "Otista tergenang", 3)


def test_two_reports_that_people_decided_on_are_never_merged(db: Database, city: City) -> None:
    tell(db, [Told("a"), Told("b", hours=20)])
    draft(db, city)
    with db.writing() as session:
        for name in ("a", "b"):
            report = report_with(session, name)
            confirm(session, city, report.id, report.revision, SARI)
    tell(db, [Told("between", hours=10)])
    draft(db, city)
    assert together(db) == sets("a between", "b")


def test_a_deleted_post_leaves_its_incident(db: Database, city: City) -> None:
    tell(db, [Told("a", author="x"), Told("b", hours=1, author="y"), Told("c", hours=2)])
    group(db, city)
    delete(db, "a")
    group(db, city)
    assert together(db) == sets("b c")
    with db.reading() as session:
        incident = session.scalars(select(IncidentRow)).one()
        assert (incident.posts, incident.authors, incident.revision) == (2, 1, 2)


def test_what_no_longer_hangs_together_comes_apart(db: Database, city: City) -> None:
    tell(db, [Told("a"), Told("bridge", hours=10), Told("c", hours=20)])
    draft(db, city)
    delete(db, "bridge")
    draft(db, city)
    assert together(db) == sets("a", "c")


def test_a_confirmed_report_keeps_its_posts_together(db: Database, city: City) -> None:
    tell(db, [Told("a"), Told("bridge", hours=10), Told("c", hours=20)])
    draft(db, city)
    with db.writing() as session:
        report = report_with(session, "a")
        confirm(session, city, report.id, report.revision, SARI)
    delete(db, "bridge")
    draft(db, city)
    assert together(db) == sets("a c")


def test_an_incident_without_posts_takes_its_draft_with_it(db: Database, city: City) -> None:
    tell(db, [Told("a", "air setinggi lutut di depan warung")])
    draft(db, city)
    delete(db, "a")
    draft(db, city)
    with db.reading() as session:
        report = session.scalars(select(ReportRow)).one()
        assert (report.state, report.posts) == ("ditolak", 0)
        assert "dihapus di sumbernya" in (report.reject_reason or "")
        assert "lutut" not in report.description


def test_a_newer_model_of_the_same_opinion_changes_no_incident_and_no_report(
    db: Database, city: City
) -> None:
    posts = [Told("a"), Told("b", hours=3), Told("c", hours=30)]
    tell(db, posts)
    draft(db, city)
    with db.writing() as session:
        report = report_with(session, "c")
        confirm(session, city, report.id, report.revision, SARI)
    with db.reading() as session:
        before = {name: report_with(session, name).id for name in "abc"}
    for told in posts:
        read_again(db, told, "uji-2")
    draft(db, city, limit=1)
    with db.reading() as session:
        assert {name: report_with(session, name).id for name in "abc"} == before
        assert session.scalar(select(func.count(ReportRow.id))) == 2


def test_a_newer_model_of_another_opinion_moves_the_post(db: Database, city: City) -> None:
    tell(db, [Told("a"), Told("b", hours=3)])
    draft(db, city)
    read_again(db, Told("b", hours=3, category="macet"), "uji-2")
    draft(db, city)
    assert together(db) == sets("a", "b")
    with db.reading() as session:
        assert report_with(session, "b").category == "macet"


def test_grouped_follows_current(db: Database, city: City) -> None:
    tell(db, [Told("a"), Told("b", kind="info")])
    group(db, city)
    delete(db, "a")
    group(db, city)
    with db.reading() as session:
        rows = session.scalars(select(AnnotationRow)).all()
        assert all(row.grouped == row.current for row in rows)


TEXTS = (
    "got mampet air meluap ke jalan",
    "air meluap ke jalan karena got mampet lagi",
    "pompa rusak genangan belum surut",
    "genangan belum surut, pompanya masih rusak min",
)
POSTS = st.builds(
    Told,
    name=st.just(""),
    text=st.sampled_from(TEXTS),
    hours=st.one_of(st.none(), st.integers(0, 60)),
    place=st.sampled_from(
        [OTISTA, OTISTA, BIDARA_CINA, replace(OTISTA, name="Bidara Cina"), JATINEGARA, BEKASI, None]
    ),
    category=st.sampled_from(["banjir", "macet"]),
    key=st.sampled_from(["k1", "k2", "k3", "k4", "k5", "k6"]),
)


def linked(city: City, one: Told, other: Told) -> bool:
    """The rule, said once more as plainly as it can be."""
    if one.category != other.category or (one.hours is None) != (other.hours is None):
        return False
    hours = city.categories[one.category or ""].grouping_hours
    if one.hours is not None and other.hours is not None and abs(one.hours - other.hours) > hours:
        return False
    if one.key == other.key and not contradict(one, other):
        return True
    here, there = one.place, other.place
    if one.hours is None or here is None or there is None or here.code is None:
        return False
    if (here.code, here.name) != (there.code, there.name):
        return False
    if "kecamatan" in (here.precision, there.precision):
        return False
    enough = {*EXACT, "kelurahan"} if city.categories[one.category or ""].area_wide else EXACT
    if here.precision in enough and there.precision in enough:
        return True
    mine, yours = (content_words(t.text) - content_words(here.name) for t in (one, other))
    return bool(mine | yours) and Fraction(len(mine & yours), len(mine | yours)) >= WORDS_IN_COMMON


def contradict(one: Told, other: Told) -> bool:
    if one.place is None or other.place is None:
        return False
    if (one.place.code, one.place.name) == (other.place.code, other.place.name):
        return False
    if one.place.code is None or other.place.code is None:
        return True
    short, long = sorted((one.place.code, other.place.code), key=len)
    return not f"{long}.".startswith(f"{short}.")


def hanging_together(city: City, posts: list[Told]) -> set[frozenset[str]]:
    groups = [{told.name} for told in posts]
    for one, other in combinations(posts, 2):
        if linked(city, one, other):
            mine = next(group for group in groups if one.name in group)
            yours = next(group for group in groups if other.name in group)
            if mine is not yours:
                groups.remove(yours)
                mine |= yours
    return {frozenset(group) for group in groups}


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), drawn=st.lists(POSTS, min_size=2, max_size=16))
def test_whatever_the_order_the_batches_and_the_deletions_the_same_posts_are_together(
    sqlite_db: Database, city: City, data: st.DataObject, drawn: list[Told]
) -> None:
    empty(sqlite_db, ["evidence", "report", "incident_post", "incident", "annotation", "post"])
    posts = [replace(told, name=f"p{n}") for n, told in enumerate(drawn)]
    for told in data.draw(st.permutations(posts)):
        tell(sqlite_db, [told])
        if data.draw(st.booleans()):
            group_batch(sqlite_db, city, data.draw(st.integers(1, 4)))
        if data.draw(st.integers(0, 3)) == 0:
            draft(sqlite_db, city)
    if data.draw(st.booleans()):
        group(sqlite_db, city)
    deleted = data.draw(st.sets(st.sampled_from([p.name for p in posts]), max_size=5))
    for name in sorted(deleted):
        delete(sqlite_db, name)
    for told in posts:
        if told.name not in deleted and data.draw(st.integers(0, 4)) == 0:
            read_again(sqlite_db, told, "uji-2")
    group(sqlite_db, city, data.draw(st.integers(1, 20)))
    left = [told for told in posts if told.name not in deleted]
    assert together(sqlite_db) == hanging_together(city, left)


@pytest.mark.postgres
def test_two_workers_at_once_come_to_the_same_end(postgres_url: str, city: City) -> None:
    db = open_database(postgres_url)
    upgrade(db)
    texts, places = TEXTS, (OTISTA, BIDARA_CINA, None)
    posts = [
        Told(f"p{n}", texts[n % 4], hours=n * 7 % 90, place=places[n % 3], key=f"k{n % 50}")
        for n in range(120)
    ]
    tell(db, posts)

    def work() -> None:
        idle = 0
        while idle < 3:
            idle = 0 if group_batch(db, city, 7) + draft_batch(db, city, 5) else idle + 1

    with ThreadPoolExecutor(2) as workers:
        for worker in [workers.submit(work) for _ in range(2)]:
            worker.result()
    draft(db, city)
    assert together(db) == hanging_together(city, posts)
    with db.reading() as session:
        live = select(ReportRow.incident_id).where(ReportRow.state == "draf")
        incidents = select(IncidentRow.id).where(IncidentRow.posts > 0)
        assert set(session.scalars(live)) == set(session.scalars(incidents))
    db.close()
