"""Decisions: checked against what the person saw, kept, logged, and reversible."""

from typing import Any

import pytest
from sqlalchemy import select

from models import Actor, AuditRow, City, Database, Place, ReportRow, VerificationRow
from reports import (
    InvalidCorrection,
    NotPossible,
    ReportNotFound,
    StaleReport,
    confirm,
    correct,
    hold,
    may_verify,
    reject,
    undo,
)
from reports.verification import _FIELDS
from tests.reports.told import BEKASI, BIDARA_CINA, Told, delete, draft, report_with, tell

SARI = Actor("user:sari")


@pytest.fixture
def report(db: Database, city: City) -> ReportRow:
    """A draft about Jalan Otista."""
    tell(db, [Told("a", "air selutut di depan pasar"), Told("b", "masih banjir", hours=1)])
    draft(db, city)
    with db.reading() as session:
        return report_with(session, "a")


def now(db: Database, report: ReportRow) -> ReportRow:
    with db.reading() as session:
        return session.get_one(ReportRow, report.id)


def fields(report: ReportRow) -> dict[str, Any]:
    return {name: getattr(report, name) for name in _FIELDS}


def test_confirming_makes_a_verified_report_and_is_logged(
    db: Database, city: City, report: ReportRow
) -> None:
    with db.writing() as session:
        confirm(session, city, report.id, report.revision, SARI)
    after = now(db, report)
    assert after.state == "diverifikasi" and after.verified_at is not None
    assert after.revision == report.revision + 1
    with db.reading() as session:
        decision = session.scalars(select(VerificationRow)).one()
        deed = session.scalars(select(AuditRow)).one()
    assert (decision.action, decision.before["state"]) == ("confirm", "draf")
    assert (deed.actor, deed.action, deed.object_id) == (
        "user:sari",
        "report.confirm",
        str(report.id),
    )


def test_a_page_opened_on_an_older_revision_is_refused(
    db: Database, city: City, report: ReportRow
) -> None:
    tell(db, [Told("c", "makin tinggi", hours=2)])
    draft(db, city)
    with pytest.raises(StaleReport) as caught, db.writing() as session:
        confirm(session, city, report.id, report.revision, SARI)
    assert caught.value.revision == report.revision + 1
    assert now(db, report).state == "draf"


def test_a_report_without_a_place_in_the_city_cannot_be_confirmed(db: Database, city: City) -> None:
    tell(db, [Told("nowhere", place=None), Told("outside", place=BEKASI)])
    draft(db, city)
    for name, words in (("nowhere", "belum punya lokasi"), ("outside", "di luar wilayah Jakarta")):
        with pytest.raises(NotPossible, match=words), db.writing() as session:
            found = report_with(session, name)
            confirm(session, city, found.id, found.revision, SARI)
    with db.writing() as session:
        found = report_with(session, "nowhere")
        changes = {"place_code": BIDARA_CINA.code}
        found = correct(session, city, found.id, found.revision, changes, SARI)
        confirm(session, city, found.id, found.revision, SARI)
    assert found.state == "diverifikasi"


def test_a_closed_report_cannot_be_confirmed(db: Database, city: City, report: ReportRow) -> None:
    with db.writing() as session:
        reject(session, report.id, report.revision, "bukan di sini", SARI)
    with pytest.raises(NotPossible, match="sudah ditolak"), db.writing() as session:
        confirm(session, city, report.id, report.revision + 1, SARI)
    tell(db, [Told("x", hours=50), Told("y", hours=70)])
    draft(db, city)
    with db.reading() as session:
        merged = report_with(session, "y")
    tell(db, [Told("z", hours=60)])
    draft(db, city)
    with pytest.raises(NotPossible, match="sudah digabung"), db.writing() as session:
        confirm(session, city, merged.id, merged.revision, SARI)
    with pytest.raises(ReportNotFound, match="9999"), db.writing() as session:
        confirm(session, city, 9999, 1, SARI)


def test_correcting_the_category_brings_words_urgency_and_agency_along(
    db: Database, city: City, report: ReportRow
) -> None:
    with db.writing() as session:
        correct(session, city, report.id, report.revision, {"category": "macet"}, SARI)
    after = now(db, report)
    assert after.title == "Kemacetan di Jalan Otista, Bidara Cina"
    assert "kategori Kemacetan" in after.description
    assert (after.agency_code, after.urgency, after.touched) == ("dishub", 2, ["category"])


def test_an_agency_that_a_person_chose_stays(db: Database, city: City, report: ReportRow) -> None:
    with db.writing() as session:
        changes = {"agency_code": "bina_marga", "category": "macet"}
        correct(session, city, report.id, report.revision, changes, SARI)
    assert now(db, report).agency_code == "bina_marga"


def test_a_verified_reports_words_stay_when_its_category_is_corrected(
    db: Database, city: City, report: ReportRow
) -> None:
    with db.writing() as session:
        found = confirm(session, city, report.id, report.revision, SARI)
        correct(session, city, report.id, found.revision, {"category": "macet"}, SARI)
    after = now(db, report)
    assert (after.title, after.agency_code) == (report.title, "dishub")


def test_a_place_is_set_by_its_area_or_by_a_point_the_city_knows(
    db: Database, city: City, report: ReportRow
) -> None:
    point = next(point for point in city.points if point.area_code)
    with db.writing() as session:
        changes = {"place_code": point.area_code, "place_name": point.name.upper()}
        found = correct(session, city, report.id, report.revision, changes, SARI)
        assert (found.place_name, found.place_precision) == (point.name, "point")
        assert (found.lat, found.lon) == (point.lat, point.lon)
        changes = {"place_code": "31.75.03", "place_name": "warung bu Tini"}
        found = correct(session, city, report.id, found.revision, changes, SARI)
        assert (found.place_name, found.place_precision) == ("warung bu Tini", "kecamatan")
        changes = {"place_code": None, "place_name": ""}
        found = correct(session, city, report.id, found.revision, changes, SARI)
        assert (found.place_name, found.place_code, found.lat) == (None, None, None)


def test_what_cannot_be_is_refused_field_by_field(
    db: Database, city: City, report: ReportRow
) -> None:
    changes = {
        "title": "  \u200b ",
        "description": "x" * 4001,
        "category": "naga",
        "agency_code": "nasa",
        "urgency": "5",
        "place_code": "99.99",
        "state": "selesai",
    }
    with pytest.raises(InvalidCorrection) as caught, db.writing() as session:
        correct(session, city, report.id, report.revision, changes, SARI)
    assert set(caught.value.errors) == set(changes)
    with pytest.raises(InvalidCorrection) as caught, db.writing() as session:
        unknown = {"place_code": None, "place_name": "warung yang entah di mana"}
        correct(session, city, report.id, report.revision, unknown, SARI)
    assert "Pilih juga wilayah" in caught.value.errors["place_name"]
    assert fields(now(db, report)) == fields(report)


def test_a_form_sent_back_unchanged_is_no_decision(
    db: Database, city: City, report: ReportRow
) -> None:
    with db.writing() as session:
        changes = {
            "title": report.title,
            "description": report.description.replace("\n", "\r\n"),
            "category": report.category,
            "agency_code": report.agency_code,
            "urgency": str(report.urgency),
            "place_code": report.place_code,
            "place_name": report.place_name,
        }
        correct(session, city, report.id, report.revision, changes, SARI)
    assert now(db, report).revision == report.revision
    with db.reading() as session:
        assert session.scalars(select(VerificationRow)).all() == []


def test_a_street_through_the_whole_city_can_be_corrected_too(db: Database, city: City) -> None:
    toll = Place("31", "Tol Dalam Kota", "street", -6.2, 106.8, 0.9, None, "uji")
    tell(db, [Told("a", place=toll, category="macet")])
    draft(db, city)
    with db.writing() as session:
        found = report_with(session, "a")
        assert found.title == "Kemacetan di Tol Dalam Kota"
        changes = {"place_code": "31", "place_name": "Tol Dalam Kota", "urgency": "3"}
        found = correct(session, city, found.id, found.revision, changes, SARI)
        assert (found.place_name, found.urgency, found.touched) == (toll.name, 3, ["urgency"])
        confirm(session, city, found.id, found.revision, SARI)
        changes = {"place_code": "31", "place_name": "simpang entah"}
        with pytest.raises(InvalidCorrection):
            correct(session, city, found.id, found.revision, changes, SARI)


def test_rejecting_needs_a_reason(db: Database, report: ReportRow) -> None:
    with pytest.raises(NotPossible, match="alasan"), db.writing() as session:
        reject(session, report.id, report.revision, " \n", SARI)
    with db.writing() as session:
        reject(session, report.id, report.revision, "sudah surut", SARI)
    assert (now(db, report).state, now(db, report).reject_reason) == ("ditolak", "sudah surut")


def test_decisions_are_taken_back_one_by_one(db: Database, city: City, report: ReportRow) -> None:
    seen = [fields(report)]
    with db.writing() as session:
        found = correct(
            session, city, report.id, report.revision, {"category": "macet", "title": "M"}, SARI
        )
        seen.append(fields(found))
        found = confirm(session, city, report.id, found.revision, SARI)
        seen.append(fields(found))
        reject(session, report.id, found.revision, "keliru", SARI)
    while seen:
        revision = now(db, report).revision
        with db.writing() as session:
            undo(session, report.id, revision, SARI)
        assert fields(now(db, report)) == seen.pop()
    revision = now(db, report).revision
    with pytest.raises(NotPossible, match="Tidak ada keputusan"), db.writing() as session:
        undo(session, report.id, revision, SARI)
    draft(db, city)
    assert fields(now(db, report)) == fields(report)


def test_a_sent_report_is_out_of_reach(db: Database, city: City, report: ReportRow) -> None:
    with db.writing() as session:
        found = confirm(session, city, report.id, report.revision, SARI)
        found.state = "dikirim"
    with pytest.raises(NotPossible, match="sudah dikirim"), db.writing() as session:
        undo(session, report.id, report.revision + 1, SARI)
    with pytest.raises(NotPossible, match="sudah dikirim"), db.writing() as session:
        reject(session, report.id, report.revision + 1, "telat", SARI)


def test_taking_back_twice_from_one_page_takes_back_one_decision(
    db: Database, city: City, report: ReportRow
) -> None:
    with db.writing() as session:
        found = correct(session, city, report.id, report.revision, {"title": "Baru"}, SARI)
        seen = confirm(session, city, report.id, found.revision, SARI).revision
    with db.writing() as session:
        undo(session, report.id, seen, SARI)
    with pytest.raises(StaleReport) as caught, db.writing() as session:
        undo(session, report.id, seen, SARI)
    assert caught.value.revision == seen + 1
    assert (now(db, report).state, now(db, report).title) == ("draf", "Baru")


# SQLite has one writer at a time: nothing changes in between.
@pytest.mark.parametrize(
    "db", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
def test_a_held_report_is_as_it_stands_now_not_as_it_was_read_before(
    db: Database, city: City, report: ReportRow
) -> None:
    with db.writing() as session:
        assert session.get_one(ReportRow, report.id).place_code == "31.75.03.1002"
        with db.writing() as other:
            changes = {"place_code": "31.74", "place_name": ""}
            correct(other, city, report.id, report.revision, changes, SARI)
        assert hold(session, report.id).place_code == "31.74"


def test_what_a_person_types_is_masked_before_it_is_kept(
    db: Database, city: City, report: ReportRow
) -> None:
    number, nik = "0812-3456-7890", "317503\u200b1203850001"
    with db.writing() as session:
        changes = {
            "title": f"Banjir, hubungi {number}",
            "description": f"Pelapor NIK {nik},\r\nsurel ani@contoh.id",
            "place_name": f"rumah @ani {number}",
        }
        found = correct(session, city, report.id, report.revision, changes, SARI)
        assert found.title == "Banjir, hubungi [nomor telepon]"
        assert found.description == "Pelapor NIK [NIK],\nsurel [surel]"
        assert found.place_name == "rumah [akun] [nomor telepon]"
        found = reject(session, report.id, found.revision, f"ditelepon ke {number} palsu", SARI)
        assert found.reject_reason == "ditelepon ke [nomor telepon] palsu"
    with db.reading() as session:
        decisions = session.scalars(select(VerificationRow)).all()
    kept = " ".join(f"{one.before} {one.after} {one.reason}" for one in decisions)
    assert number not in kept and "1203850001" not in kept and "contoh" not in kept


def test_a_report_whose_posts_are_gone_cannot_become_a_draft_again(
    db: Database, city: City, report: ReportRow
) -> None:
    with db.writing() as session:
        confirm(session, city, report.id, report.revision, SARI)
    for name in "ab":
        delete(db, name)
    draft(db, city)
    assert (now(db, report).state, now(db, report).posts) == ("diverifikasi", 0)
    assert "selutut" not in now(db, report).description
    revision = now(db, report).revision
    with pytest.raises(NotPossible, match="telah dihapus"), db.writing() as session:
        undo(session, report.id, revision, SARI)


@pytest.mark.parametrize(
    ("areas", "code", "may"),
    [
        ((), "31.75.03.1002", True),
        (("31.75",), "31.75.03.1002", True),
        (("31.75.03.1002",), "31.75.03.1002", True),
        (("31.7",), "31.75.03.1002", False),
        (("31.74", "31.75.04"), "31.75.03.1002", False),
        (("31.75.03.1002",), "31.75.03", True),
        (("31.75.03.1002",), "31", True),
        (("31.75.03.1002",), "31.75.03.1003", False),
        (("31.74",), None, True),
    ],
)
def test_a_verifier_decides_in_their_areas(
    areas: tuple[str, ...], code: str | None, may: bool
) -> None:
    assert may_verify(areas, ReportRow(place_code=code)) is may
