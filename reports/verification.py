"""What people decide about drafts: confirm, correct, reject, and take it back.

Every decision is checked against the revision that its page was opened on, is kept with the
values before and after, and stands in the audit log. The log gets the names of the fields only:
it is never emptied, and a description may quote a post that its author deletes later.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Actor, City, IncidentRow, ReportRow, VerificationRow, audit, utc_now
from models.incident import locked_incidents
from models.report import last_decision, locked_report
from reports.corrections import checked, showable
from reports.drafts import PLACE_FIELDS, agency_code, redraft, subject_of
from reports.errors import NotPossible, ReportNotFound, StaleReport

_OPEN = ("draf", "diverifikasi")
_LONGEST_REASON = 1000
_CLOSED_WORDS = {
    "digabung": "Laporan ini sudah digabung ke laporan lain. Buka laporan tujuannya.",
    "ditolak": "Laporan ini sudah ditolak. Urungkan penolakannya dahulu bila itu keliru.",
}
_SENT_WORDS = "Laporan ini sudah dikirim ke instansi, jadi tidak dapat diubah lagi di sini."
# The columns that a decision may change; their values before and after are kept.
_FIELDS = (
    "state",
    "title",
    "description",
    "category",
    "agency_code",
    "urgency",
    "urgency_reason",
    *PLACE_FIELDS,
    "touched",
    "reject_reason",
    "verified_at",
)


def may_verify(user_areas: tuple[str, ...], report: ReportRow) -> bool:
    """Whether a verifier of these areas (none: the whole city) may decide on a report.

    A report without a place in the city is everybody's, or it would be nobody's; so is one whose
    place is so vague that it holds their area.
    """
    code = report.place_code
    if not user_areas or code is None:
        return True
    return any(
        f"{code}.".startswith(f"{area}.") or f"{area}.".startswith(f"{code}.")
        for area in user_areas
    )


def hold(session: Session, report_id: int) -> ReportRow:
    """A report as it stands now, locked until this transaction ends, for a decision on it.

    Its incident is locked before it, as everywhere, or two could wait for each other for ever.
    Raises ``ReportNotFound``.
    """
    known = session.get(ReportRow, report_id)
    if known is None:
        raise ReportNotFound(report_id)
    locked_incidents(session, [known.incident_id])
    report = locked_report(session, report_id)
    if report is None:
        raise ReportNotFound(report_id)
    return report


def confirm(session: Session, city: City, report_id: int, revision: int, actor: Actor) -> ReportRow:
    """Confirm a draft: ``draf`` → ``diverifikasi``.

    Raises ``ReportNotFound``, ``StaleReport``, and ``NotPossible`` where the report is no draft
    or names no place in the city.
    """
    report = _opened(session, report_id, revision)
    if report.state == "diverifikasi":
        raise NotPossible("Laporan ini sudah diverifikasi.")
    if report.place_name is None:
        raise NotPossible(
            "Laporan ini belum punya lokasi, jadi tidak ada petugas yang bisa dikirim. "
            "Isi lokasinya lewat Perbaiki, lalu verifikasi."
        )
    if report.place_code is None:
        raise NotPossible(
            f"Lokasi laporan ini, {report.place_name}, berada di luar wilayah {city.name}. "
            "Perbaiki lokasinya bila keliru, atau tolak laporannya."
        )
    before = _snapshot(report)
    report.state = "diverifikasi"
    report.verified_at = utc_now()
    _decide(session, report, "confirm", before, actor)
    return report


def correct(
    session: Session,
    city: City,
    report_id: int,
    revision: int,
    changes: Mapping[str, str | None],
    actor: Actor,
) -> ReportRow:
    """Set fields of a draft or verified report (``reports.corrections.CORRECTABLE``).

    Fields that really change become ``touched``: the machine leaves them alone from then on.
    What follows from them follows, unless touched: the agency from category and place, and in a
    draft the words. Changing nothing is no decision. Raises ``ReportNotFound``, ``StaleReport``,
    ``NotPossible`` and ``InvalidCorrection``.
    """
    report = _opened(session, report_id, revision)
    values = checked(city, report, changes)
    if not values:
        return report
    before = _snapshot(report)
    for name, value in values.items():
        setattr(report, name, value)
    report.touched = sorted({*report.touched, *values} - {"place_precision", "lat", "lon"})
    if "urgency" in values:
        report.urgency_reason = "Ditetapkan oleh verifikator."
    moved = {"category", *PLACE_FIELDS} & set(values)
    if moved and report.state == "draf":
        redraft(session, city, report)
    elif moved and "agency_code" not in report.touched:
        report.agency_code = agency_code(city, subject_of(report))
    _decide(session, report, "correct", before, actor)
    return report


def reject(session: Session, report_id: int, revision: int, reason: str, actor: Actor) -> ReportRow:
    """Reject a draft or verified report for a ``reason`` in words (1 to 1,000 characters).

    Raises ``ReportNotFound``, ``StaleReport`` and ``NotPossible``.
    """
    report = _opened(session, report_id, revision)
    words = " ".join(showable(reason).split())
    if not words:
        raise NotPossible("Tuliskan alasan penolakan, supaya orang lain dapat memahaminya.")
    if len(words) > _LONGEST_REASON:
        raise NotPossible(f"Alasan penolakan paling panjang {_LONGEST_REASON} karakter.")
    before = _snapshot(report)
    report.state = "ditolak"
    report.reject_reason = words
    _decide(session, report, "reject", before, actor, words)
    return report


def undo(session: Session, report_id: int, revision: int, actor: Actor) -> ReportRow:
    """Take the last decision that still stands back: what it changed is as it was before.

    Raises ``ReportNotFound``, ``StaleReport``, and ``NotPossible`` where nothing stands or it is
    too late.
    """
    report = hold(session, report_id)
    if report.state == "digabung":
        raise NotPossible(_CLOSED_WORDS["digabung"])
    if report.state not in (*_OPEN, "ditolak"):
        raise NotPossible(_SENT_WORDS)
    _same(report, revision)
    decision = last_decision(session, report_id)
    if decision is None:
        raise NotPossible("Tidak ada keputusan yang dapat diurungkan pada laporan ini.")
    incident = session.get_one(IncidentRow, report.incident_id)
    if incident.posts == 0 and decision.before.get("state") == "draf":
        raise NotPossible(
            "Semua posting yang menjadi bukti telah dihapus di sumbernya, "
            "jadi laporan ini tidak dapat dikembalikan menjadi draf."
        )
    before = _snapshot(report)
    for name, value in decision.before.items():
        setattr(report, name, _restored(name, value))
    decision.undone_at = utc_now()
    incident.drafted_revision = 0  # the draft stage brings it up to date with its posts
    _decide(session, report, "undo", before, actor)
    return report


def _opened(session: Session, report_id: int, revision: int) -> ReportRow:
    """The report, locked, if it is as the person saw it and still theirs to decide on."""
    report = hold(session, report_id)
    if report.state in _CLOSED_WORDS:
        raise NotPossible(_CLOSED_WORDS[report.state])
    if report.state not in _OPEN:
        raise NotPossible(_SENT_WORDS)
    _same(report, revision)
    return report


def _same(report: ReportRow, revision: int) -> None:
    if report.revision != revision:
        raise StaleReport(report.id, report.revision)


def _snapshot(report: ReportRow) -> dict[str, Any]:
    values = {name: getattr(report, name) for name in _FIELDS}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def _restored(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name == "verified_at" and value else value


def _decide(
    session: Session,
    report: ReportRow,
    action: str,
    before: dict[str, Any],
    actor: Actor,
    reason: str | None = None,
) -> None:
    after = _snapshot(report)
    changed = [name for name in _FIELDS if before[name] != after[name]]
    report.revision += 1
    report.updated_at = utc_now()
    session.add(
        VerificationRow(
            report_id=report.id,
            user_id=actor.user_id,
            api_key_id=actor.api_key_id,
            action=action,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
            reason=reason,
        )
    )
    audit.record(
        session,
        actor.name,
        f"report.{action}",
        "report",
        report.id,
        revision=report.revision,
        state=report.state,
        fields=changed,
    )
    session.flush()
