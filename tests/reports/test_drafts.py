"""Drafts: made only of what the posts say, and never written over a person's words."""

from typing import Any

from sqlalchemy import select

from models import Actor, City, Database, EvidenceRow, IncidentRow, ReportRow
from reports import confirm, correct, draft_batch
from tests.reports.told import (
    BEKASI,
    BIDARA_CINA,
    OTISTA,
    Told,
    delete,
    draft,
    group,
    report_with,
    tell,
)

SARI = Actor("user:sari")
# What may differ between two runs over the same posts.
SURROGATES = {"id", "incident_id", "revision", "created_at", "updated_at"}

FLOOD = [
    Told("a", "air sudah selutut di depan warung, motor pada mogok", hours=0, author="ani"),
    Told("b", "banjir lagi otista!! hub 0812-3456-7890 @budi", hours=1.5, author="budi"),
    Told("c", "banjir lagi otista!! hub 0812-3456-7890 @budi", hours=2, author="c", key="b"),
    Told("d", "genangan belum surut, anak-anak terjebak di sekolah", hours=3, author="dedi"),
]


def values(report: ReportRow) -> dict[str, Any]:
    names = {column.key for column in ReportRow.__table__.columns} - SURROGATES
    return {name: getattr(report, name) for name in names}


def test_a_draft_says_what_where_since_when_and_how_many(db: Database, city: City) -> None:
    tell(db, FLOOD)
    draft(db, city)
    with db.reading() as session:
        report = session.scalars(select(ReportRow)).one()
    assert report.state == "draf"
    assert report.title == "Banjir dan genangan di Jalan Otista, Bidara Cina"
    assert report.description == (
        "Sebanyak 4 posting publik dari 4 akun berbeda menyampaikan laporan kategori "
        "Banjir dan genangan di Jalan Otista, Kelurahan Bidara Cina, Kecamatan Jatinegara, "
        "Jakarta Timur. Posting pertama tercatat pada Senin, 3 Februari 2025 pukul 14.00 WIB "
        "dan yang terakhir pada Senin, 3 Februari 2025 pukul 17.00 WIB.\n\n"
        "Isi posting (data pribadi disamarkan):\n"
        "- “air sudah selutut di depan warung, motor pada mogok”\n"
        "- “banjir lagi otista!! hub [nomor telepon] [akun]”\n"
        "- “genangan belum surut, anak-anak terjebak di sekolah”"
    )
    assert report.agency_code == "sda"
    assert report.urgency == 4
    assert report.urgency_reason == (
        "Urgensi dasar kategori Banjir dan genangan: 3. "
        "Naik 1: posting menyebut tanda bahaya (terjebak). "
        "Naik 1: posting menyebut kelompok rentan (anak-anak). Urgensi tertinggi adalah 4."
    )
    assert (report.posts, report.authors, report.confidence) == (4, 4, 0.81)


def test_evidence_is_masked_and_short(db: Database, city: City) -> None:
    hidden = "0812\u200b34567890"
    tell(db, [Told("a", f"WA saya {hidden} NIK 3175031203850001 " + "tolong surutkan " * 40)])
    draft(db, city)
    with db.reading() as session:
        (row,) = session.scalars(select(EvidenceRow)).all()
        report = session.scalars(select(ReportRow)).one()
    assert row.excerpt.startswith("WA saya [nomor telepon] NIK [NIK] tolong")
    assert len(row.excerpt) <= 280 and row.excerpt.endswith("…")
    for secret in ("34567890", "3175031203850001"):
        assert secret not in row.excerpt + report.description + report.title


def test_the_same_posts_give_the_same_report_whatever_the_order(db: Database, city: City) -> None:
    tell(db, reversed(FLOOD))
    for _ in range(20):
        group(db, city, limit=1)
        draft_batch(db, city)
    with db.reading() as session:
        once = values(session.scalars(select(ReportRow).where(ReportRow.state == "draf")).one())
    assert once["posts"] == 4

    again = Told("e", "ikut lapor, masih banjir", hours=4, author="eko", invented=True)
    tell(db, [again])
    draft(db, city)
    with db.reading() as session:
        assert session.scalars(select(ReportRow.invented)).one() is True
    delete(db, "e")
    draft(db, city)
    with db.reading() as session:
        assert values(session.scalars(select(ReportRow)).one()) == once


def test_a_touched_field_is_never_written_again(db: Database, city: City) -> None:
    tell(db, FLOOD[:1])
    draft(db, city)
    with db.writing() as session:
        report = report_with(session, "a")
        changes = {"title": "Jalan Otista tergenang", "urgency": "1", "place_code": "31.75.03"}
        correct(session, city, report.id, report.revision, changes, SARI)
    tell(db, FLOOD[1:])
    draft(db, city)
    with db.reading() as session:
        report = report_with(session, "a")
    assert (report.title, report.urgency) == ("Jalan Otista tergenang", 1)
    assert report.urgency_reason == "Ditetapkan oleh verifikator."
    assert (report.place_code, report.place_name, report.posts) == ("31.75.03", "Jatinegara", 4)
    assert "kategori Banjir dan genangan di Kecamatan Jatinegara, Jakarta Timur" in (
        report.description
    )


def test_a_confirmed_report_gets_new_evidence_but_keeps_its_words(db: Database, city: City) -> None:
    tell(db, FLOOD[:1])
    draft(db, city)
    with db.writing() as session:
        report = report_with(session, "a")
        confirm(session, city, report.id, report.revision, SARI)
        words, revision = report.description, report.revision
    tell(db, FLOOD[1:])
    draft(db, city)
    with db.reading() as session:
        report = report_with(session, "a")
        evidence = session.scalars(select(EvidenceRow)).all()
    assert report.description == words
    assert (report.posts, report.revision, len(evidence)) == (4, revision + 1, 4)


def test_a_deleted_posts_words_leave_even_a_confirmed_report(db: Database, city: City) -> None:
    tell(db, FLOOD)
    draft(db, city)
    with db.writing() as session:
        report = report_with(session, "a")
        confirm(session, city, report.id, report.revision, SARI)
    delete(db, "a")
    draft(db, city)
    with db.reading() as session:
        report = report_with(session, "d")
        evidence = session.scalars(select(EvidenceRow)).all()
    assert "selutut" not in report.description
    assert "kutipan dihapus" in report.description
    assert (report.posts, len(evidence)) == (3, 3)


def test_drafting_again_without_new_posts_changes_nothing(db: Database, city: City) -> None:
    tell(db, FLOOD)
    draft(db, city)
    with db.writing() as session:
        for incident in session.scalars(select(IncidentRow)):
            incident.drafted_revision = 0
        before = session.scalars(select(ReportRow.revision)).all()
    assert draft_batch(db, city) == 1
    assert draft_batch(db, city) == 0
    with db.reading() as session:
        assert session.scalars(select(ReportRow.revision)).all() == before


def test_what_is_not_known_is_said_not_to_be_known(db: Database, city: City) -> None:
    tell(db, [Told("a", "lampu mati", hours=None, place=None, category="penerangan_jalan")])
    tell(db, [Told("b", "macet parah", place=BEKASI, category="macet")])
    tell(db, [Told("c", "macet parah banget", place=BIDARA_CINA, category="macet")])
    draft(db, city)
    with db.reading() as session:
        nowhere, outside, vague = (report_with(session, name) for name in "abc")
    assert nowhere.title == "Penerangan jalan, lokasi belum diketahui"
    assert "Lokasinya belum disebutkan. Waktu posting tidak diketahui." in nowhere.description
    assert "Bekasi, berada di luar wilayah Jakarta." in outside.description
    assert outside.agency_code is None
    assert "Titik tepatnya di kelurahan tersebut belum disebutkan." in vague.description
    assert vague.title == "Kemacetan di Bidara Cina, Jatinegara"


def test_many_authors_raise_the_urgency(db: Database, city: City) -> None:
    tell(db, [Told(f"p{n}", author=f"a{n}", hours=n / 10, place=OTISTA) for n in range(6)])
    draft(db, city)
    with db.reading() as session:
        report = session.scalars(select(ReportRow)).one()
    assert report.urgency == 4
    assert "Naik 1: disampaikan oleh 6 akun berbeda." in report.urgency_reason
