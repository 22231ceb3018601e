"""Drafts that the machine closes by itself: only such as no person has touched."""

from sqlalchemy.orm import Session

from models import ReportRow, utc_now
from models.quotation import remove_quotes
from models.report import evidence_of_reports, remove_evidence

NO_EVIDENCE_LEFT = (
    "Semua posting yang menjadi bukti telah dihapus di sumbernya atau bukan lagi laporan."
)
MERGED = "Digabung ke laporan lain karena postingnya menceritakan hal yang sama."


def is_touched(report: ReportRow) -> bool:
    """Whether a person has decided something on this report."""
    return report.state != "draf" or bool(report.touched)


def close_merged(session: Session, report: ReportRow, into_id: int) -> None:
    """The posts of this draft have gone into another report's incident."""
    report.state = "digabung"
    report.merged_into_id = into_id
    _empty(session, report, MERGED)


def close_emptied(session: Session, report: ReportRow) -> None:
    """No post is left behind this draft."""
    report.state = "ditolak"
    report.reject_reason = NO_EVIDENCE_LEFT
    _empty(session, report, NO_EVIDENCE_LEFT)


def _empty(session: Session, report: ReportRow, description: str) -> None:
    # The description goes too: it quotes posts that may be deleted, and nobody would look here.
    remove_quotes(session, report, evidence_of_reports(session, [report.id])[report.id].values())
    remove_evidence(session, report.id, None)
    report.description = description
    report.posts = 0
    report.authors = 0
    report.revision += 1
    report.updated_at = utc_now()
