"""The queue: most urgent first, page by page, nothing twice and nothing left out."""

from dataclasses import replace

import pytest

from models import Actor, City, Database
from models.report import newest_drafts
from reports import (
    Cursor,
    ReportFilter,
    ReportNotFound,
    confirm,
    counts,
    dossier,
    may_verify,
    queue,
)
from tests.reports.told import BIDARA_CINA, OTISTA, Told, draft, report_with, tell

SARI = Actor("user:sari")
TEBET = replace(OTISTA, code="31.74.01.1001", name="Jalan Tebet Timur")


@pytest.fixture
def filled(db: Database, city: City) -> Database:
    """Eight drafts of several urgencies and ages."""
    tell(
        db,
        [
            Told("macet-tua", "padat", hours=0, category="macet"),
            Told("macet-muda", "padat 50% merayap", hours=40, category="macet", place=TEBET),
            Told("api", "api besar", hours=30, category="kebakaran"),
            Told("banjir-tua", "genangan", hours=2),
            Told("banjir-muda", "genangan tinggi", hours=50),
            Told("kotor", "bau", hours=1, category="kebersihan"),
            Told("tak-berwaktu", "padat juga", hours=None, category="macet", place=None),
            Told("tebet", "padat sekali", hours=3, category="parkir", place=TEBET),
        ],
    )
    draft(db, city)
    return db


def names(db: Database, city: City, wanted: ReportFilter, size: int) -> list[str]:
    found: list[str] = []
    cursor: Cursor | None = None
    with db.reading() as session:
        while True:
            page = queue(session, wanted, cursor, size)
            assert len(page.reports) <= size
            for report in page.reports:
                (evidence,) = dossier(session, city, report.id).evidence
                found.append((evidence.url or "").rpartition("/")[2])
            cursor = page.next_cursor
            if cursor is None:
                return found


@pytest.mark.parametrize("size", [1, 2, 3, 8, 100])
def test_the_most_urgent_come_first_then_the_oldest(
    filled: Database, city: City, size: int
) -> None:
    assert names(filled, city, ReportFilter(), size) == [
        "api",
        "banjir-tua",
        "banjir-muda",
        "macet-tua",
        "tebet",
        "macet-muda",
        "tak-berwaktu",
        "kotor",
    ]


def test_a_filter_leaves_only_what_it_says(filled: Database, city: City) -> None:
    assert names(filled, city, ReportFilter(category="banjir"), 5) == ["banjir-tua", "banjir-muda"]
    assert names(filled, city, ReportFilter(areas=("31.74",)), 5) == [
        "tebet",
        "macet-muda",
        "tak-berwaktu",
    ]
    assert names(filled, city, ReportFilter(place_code="31.74"), 5) == ["tebet", "macet-muda"]
    assert names(filled, city, ReportFilter(text="TEBET"), 5) == ["tebet", "macet-muda"]
    assert names(filled, city, ReportFilter(text="50%"), 5) == ["macet-muda"]
    assert names(filled, city, ReportFilter(text="5_%"), 5) == []
    assert names(filled, city, ReportFilter(state="selesai"), 5) == []


def test_the_counts_do_not_depend_on_the_chosen_state(filled: Database, city: City) -> None:
    with filled.writing() as session:
        report = report_with(session, "api")
        confirm(session, city, report.id, report.revision, SARI)
    with filled.reading() as session:
        assert counts(session, ReportFilter(state="draf")) == {"draf": 7, "diverifikasi": 1}
        assert counts(session, ReportFilter(areas=("31.74",))) == {"draf": 3}


def test_a_dossier_holds_all_that_is_known_of_a_report(db: Database, city: City) -> None:
    tell(db, [Told("a", "air naik, hub 081234567890"), Told("b", hours=40)])
    tell(db, [Told("c", "lain", place=BIDARA_CINA, hours=80)])
    draft(db, city)
    with db.writing() as session:
        report = report_with(session, "a")
        confirm(session, city, report.id, report.revision, SARI)
    with db.reading() as session:
        found = dossier(session, city, report.id)
        (evidence,) = found.evidence
        assert evidence.excerpt == "air naik, hub [nomor telepon]"
        assert evidence.url == "https://example.org/a"
        assert evidence.annotation is not None and evidence.annotation.category == "banjir"
        assert found.agency is not None and found.agency.code == "sda"
        assert found.place.startswith("Jalan Otista, Kelurahan Bidara Cina")
        assert [decision.action for decision in found.decisions] == ["confirm"]
        assert [like.id for like in found.similar] == [
            report_with(session, "c").id,
            report_with(session, "b").id,
        ]
        with pytest.raises(ReportNotFound):
            dossier(session, city, 9999)


@pytest.mark.parametrize(
    "areas", [(), ("31.74",), ("31.75.03.1002",), ("31.74.01", "31.75"), ("31.71",)]
)
def test_queue_counts_and_newest_drafts_speak_of_the_reports_that_a_verifier_may_decide_on(
    filled: Database, city: City, areas: tuple[str, ...]
) -> None:
    vague = replace(OTISTA, code="31.75", name="Jakarta Timur", precision="kota")
    tell(filled, [Told("samar", "entah di mana persisnya", hours=4, place=vague)])
    draft(filled, city)
    with filled.reading() as session:
        every = queue(session, ReportFilter(), limit=100).reports
        theirs = {report.id for report in every if may_verify(areas, report)}
        listed = queue(session, ReportFilter(areas=areas), limit=100).reports
        assert {report.id for report in listed} == theirs
        assert counts(session, ReportFilter(areas=areas)) == {"draf": len(theirs)}
        assert {report.id for report in newest_drafts(session, areas, 100)} == theirs
