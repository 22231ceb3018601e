"""The verifiers' pages: the queue of drafts, one report with its evidence, the decisions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]
from sqlalchemy.orm import Session

import nlp
import reports
from api.auth import Viewer, allowed, known_viewer
from api.context import context
from api.csv_export import Cell, csv_response
from api.web.paging import ROW_ID
from api.web.shell import show_invented
from api.web.stale import as_typed, kept_for, new_posts, since_opened
from api.web.unknown import ignored_filters
from models import ReportRow
from models.labels import CATEGORIES, REPORT_STATES
from models.place import lies_within
from models.report import first_excerpts
from models.user import names_of_users

pages = Blueprint("reports", __name__)

_PAGE = 30
_BATCH = 500
_FILTERS = ("status", "kategori", "wilayah", "cari")
_NOT_YOURS = (
    "Tempat yang Anda isikan berada di luar wilayah Anda, jadi verifikator wilayah itulah "
    "yang mengonfirmasi. Simpan saja koreksinya."
)


@pages.get("/laporan")
@allowed("reports.view")
def queue() -> ResponseReturnValue:
    """The queue: most urgent first, then those that wait longest."""
    person = known_viewer()
    chosen = _chosen(dict(request.args.items()), person)
    wanted = _filter(chosen, person)
    cursor = cursor_from_text(request.args.get("sesudah"))
    with context().db.reading() as session:
        page = reports.queue(session, wanted, cursor, _PAGE)
        counts = reports.counts(session, wanted)
        excerpts = first_excerpts(session, [report.id for report in page.reports])
    if any(report.invented for report in page.reports):
        show_invented()
    return render_template(
        "reports.html",
        page=page,
        counts=counts,
        excerpts=excerpts,
        mask=nlp.mask,
        states=[state for state in REPORT_STATES if counts.get(state) or state in _TABS],
        chosen=chosen,
        state=chosen.get("status", "draf"),
        categories=CATEGORIES,
        ignored=ignored_filters(chosen, "status", "kategori", "wilayah"),
        paged=cursor is not None,
        older=cursor_to_text(page.next_cursor) if page.next_cursor else None,
        any_reports=bool(sum(counts.values())) or bool(chosen.keys() - {"status"}),
    )


# Tabs that are there even when empty, so that they do not jump about.
_TABS = ("draf", "diverifikasi", "ditolak")


@pages.get("/laporan.csv")
@allowed("reports.view")
def export() -> ResponseReturnValue:
    """The reports that match, as a file."""
    person, db = known_viewer(), context().db
    wanted = _filter(_chosen(dict(request.args.items()), person), person)

    def rows() -> Iterator[list[Cell]]:
        cursor: reports.Cursor | None = None
        while True:
            with db.reading() as session:
                page = reports.queue(session, wanted, cursor, _BATCH)
            for report in page.reports:
                yield [getattr(report, name) for name in header]
            cursor = page.next_cursor
            if cursor is None:
                return

    header = (
        "id", "state", "title", "description", "category", "agency_code", "urgency",
        "urgency_reason", "place_name", "place_code", "lat", "lon", "posts", "authors",
        "confidence", "first_at", "last_at", "created_at", "updated_at", "revision", "invented",
    )  # fmt: skip
    return csv_response("laporan", header, rows())


@pages.get(f"/laporan/<{ROW_ID}:report_id>")
@allowed("reports.view")
def show(report_id: int) -> ResponseReturnValue:
    """One report with everything that speaks for and against it."""
    return _dossier_page(report_id)


@pages.post(f"/laporan/<{ROW_ID}:report_id>/konfirmasi")
@allowed("reports.decide")
def confirm(report_id: int) -> ResponseReturnValue:
    """Confirm a draft and go on to the next."""
    onward = _next_address(report_id)
    try:
        with context().db.writing() as session:
            _held(session, report_id)
            report = reports.confirm(
                session, context().city, report_id, _revision(), known_viewer().actor
            )
    except reports.StaleReport:
        return _stale(report_id)
    except reports.NotPossible as error:
        flash(error.message, "problem")
        return redirect(url_for("reports.show", report_id=report_id, **_onward()), 303)
    _say_done(_("Laporan #%(id)s dikonfirmasi.", id=report_id), report)
    return redirect(onward, 303)


@pages.route(f"/laporan/<{ROW_ID}:report_id>/koreksi", methods=["GET", "POST"])
@allowed("reports.decide")
def correct(report_id: int) -> ResponseReturnValue:
    """Correct the fields of a report; with "simpan dan konfirmasi" confirm it as well."""
    if request.method == "GET":
        return _form_page("report_correct.html", report_id)
    onward = _next_address(report_id)
    confirms = request.form.get("lalu") == "konfirmasi"
    changes: dict[str, str | None] = {
        name: request.form[name] for name in reports.CORRECTABLE if name in request.form
    }
    actor = known_viewer().actor
    try:
        with context().db.writing() as session:
            _held(session, report_id)
            report = reports.correct(
                session, context().city, report_id, _revision(), changes, actor
            )
            changed = report.revision != _revision()
            if confirms:
                if not known_viewer().may_decide_on(report):
                    raise reports.NotPossible(_NOT_YOURS)
                reports.confirm(session, context().city, report_id, report.revision, actor)
    except reports.StaleReport:
        return _form_page("report_correct.html", report_id, stale=True), 409
    except reports.InvalidCorrection as error:
        return _form_page("report_correct.html", report_id, errors=error.errors), 422
    except reports.NotPossible as error:
        return _form_page("report_correct.html", report_id, problem=error.message), 422
    if not changed and not confirms:
        # Nothing was decided, so there is nothing to take back.
        flash(_("Tidak ada yang diubah pada laporan #%(id)s.", id=report_id), "done")
        return redirect(url_for("reports.show", report_id=report_id, **_onward()), 303)
    if not changed:
        _say_done(_("Laporan #%(id)s dikonfirmasi.", id=report_id), report)
        return redirect(onward, 303)
    if confirms:
        _say_done(_("Laporan #%(id)s dikoreksi dan dikonfirmasi.", id=report_id), report)
        return redirect(onward, 303)
    _say_done(_("Koreksi laporan #%(id)s disimpan.", id=report_id), report)
    return redirect(url_for("reports.show", report_id=report_id, **_onward()), 303)


@pages.route(f"/laporan/<{ROW_ID}:report_id>/tolak", methods=["GET", "POST"])
@allowed("reports.decide")
def reject(report_id: int) -> ResponseReturnValue:
    """Ask for the reason, then reject a report and go on to the next."""
    if request.method == "GET":
        return _form_page("report_reject.html", report_id)
    onward = _next_address(report_id)
    chosen, words = request.form.get("alasan", ""), request.form.get("keterangan", "").strip()
    reason = ". ".join(part for part in (chosen, words) if part)
    try:
        with context().db.writing() as session:
            _held(session, report_id)
            report = reports.reject(session, report_id, _revision(), reason, known_viewer().actor)
    except reports.StaleReport:
        return _form_page("report_reject.html", report_id, stale=True), 409
    except reports.NotPossible as error:
        return _form_page("report_reject.html", report_id, problem=error.message), 422
    _say_done(_("Laporan #%(id)s ditolak.", id=report_id), report)
    return redirect(onward, 303)


@pages.post(f"/laporan/<{ROW_ID}:report_id>/batalkan")
@allowed("reports.decide")
def undo(report_id: int) -> ResponseReturnValue:
    """Take the last decision on a report back."""
    try:
        with context().db.writing() as session:
            _held(session, report_id)
            reports.undo(session, report_id, _revision(), known_viewer().actor)
        flash(_("Keputusan atas laporan #%(id)s dibatalkan.", id=report_id), "done")
    except reports.StaleReport:
        return _stale(report_id)
    except reports.NotPossible as error:
        flash(error.message, "problem")
    return redirect(url_for("reports.show", report_id=report_id, **_onward()), 303)


def cursor_to_text(cursor: reports.Cursor) -> str:
    """A place in the queue as an address carries it: urgency, milliseconds since 1970, id."""
    urgency, since, report_id = cursor
    return f"{urgency}.{round(since.timestamp() * 1000)}.{report_id}"


def cursor_from_text(text: str | None) -> reports.Cursor | None:
    """The place in the queue that ``text`` names, or ``None`` for anything else."""
    try:
        urgency, since, report_id = (int(part) for part in (text or "").split("."))
        moment = datetime.fromtimestamp(since / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return (urgency, moment, report_id) if max(abs(urgency), abs(report_id)) < 2**53 else None


def _chosen(given: dict[str, str], person: Viewer) -> dict[str, Any]:
    """The filters among ``given`` that can be used, by their names in the address."""
    chosen: dict[str, Any] = {
        name: given[name].strip()[:200] for name in _FILTERS if given.get(name, "").strip()
    }
    own = person.report_areas
    area = chosen.get("wilayah", "")
    inside = not own or any(lies_within(area, code) for code in own)
    for name, usable in (
        ("status", chosen.get("status") in REPORT_STATES),
        ("kategori", chosen.get("kategori") in CATEGORIES),
        ("wilayah", area in context().city.areas and inside),
    ):
        if not usable:
            chosen.pop(name, None)
    return chosen


def _filter(chosen: dict[str, str], person: Viewer) -> reports.ReportFilter:
    area = chosen.get("wilayah")
    return reports.ReportFilter(
        state=chosen.get("status", "draf"),
        category=chosen.get("kategori"),
        areas=(area,) if area else person.report_areas,
        text=chosen.get("cari"),
    )


def _onward() -> dict[str, Any]:
    """The queue that this report was opened from, carried along as one parameter."""
    queue_text = request.values.get("antrean", "")[:500]
    return {"antrean": queue_text} if queue_text else {}


def _next_address(report_id: int) -> str:
    """Where to go after a decision: the next draft of the same queue, or the queue itself."""
    person = known_viewer()
    chosen = _chosen(dict(parse_qsl(request.values.get("antrean", "")[:500])), person)
    chosen.pop("status", None)
    wanted = _filter(chosen, person)
    if "wilayah" not in chosen:
        wanted = replace(wanted, areas=person.decision_areas)
    with context().db.reading() as session:
        report = session.get(ReportRow, report_id)
        found: list[ReportRow] = []
        if report is not None and report.state == "draf":
            here = (report.urgency, report.first_at or report.created_at, report.id)
            found = list(reports.queue(session, wanted, here, 1).reports)
        found = found or list(reports.queue(session, wanted, limit=2).reports)
    others = [other.id for other in found if other.id != report_id]
    if not others:
        return url_for("reports.queue", **chosen)
    return url_for("reports.show", report_id=others[0], **_onward())


def _report_of(report: ReportRow | None) -> ReportRow:
    """The report, if there is one and this person may decide about it."""
    if report is None:
        abort(404)
    if not known_viewer().may_decide_on(report):
        abort(403)
    return report


def _held(session: Session, report_id: int) -> None:
    """Lock a report for a decision of this person, if they may decide on it as it is now."""
    try:
        _report_of(reports.hold(session, report_id))
    except reports.ReportNotFound:
        abort(404)


def _revision() -> int:
    text = request.form.get("revision", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        abort(400)
    return int(text)


def _say_done(text: str, report: ReportRow) -> None:
    # The button beside the words takes back this decision and no later one.
    flash(text, f"undo:{report.id}:{report.revision}")


def _stale(report_id: int) -> ResponseReturnValue:
    """The report as it is now, with what changed since the page was opened."""
    return _dossier_page(report_id, stale=True), 409


def _dossier_page(report_id: int, stale: bool = False) -> str:
    person, city = known_viewer(), context().city
    with context().db.reading() as session:
        try:
            dossier = reports.dossier(session, city, report_id)
        except reports.ReportNotFound:
            abort(404)
        if not person.may_see(dossier.report):
            abort(403)
        names = _deciders(session, dossier)
    if dossier.report.invented or any(proof.invented for proof in dossier.evidence):
        show_invented()
    return render_template(
        "report.html",
        dossier=dossier,
        report=dossier.report,
        names=names,
        may_decide=person.may_decide_on(dossier.report),
        standing=_standing(dossier),
        stale=stale,
        news=since_opened(dossier) if stale else [],
        new_posts=new_posts(dossier.report) if stale else 0,
        mask=nlp.mask,
        onward=_onward(),
    )


def _deciders(session: Session, dossier: reports.Dossier) -> dict[int, str]:
    deciders = {decision.user_id for decision in dossier.decisions if decision.user_id}
    return names_of_users(session, deciders)


def _form_page(
    template: str,
    report_id: int,
    errors: dict[str, str] | None = None,
    problem: str | None = None,
    stale: bool = False,
) -> str:
    with context().db.reading() as session:
        report = _report_of(session.get(ReportRow, report_id))
        dossier = reports.dossier(session, context().city, report_id) if stale else None
        names = _deciders(session, dossier) if dossier else {}
    if report.invented:
        show_invented()
    kept = kept_for(report) if stale else as_typed()
    return render_template(
        template,
        report=report,
        errors=errors or {},
        problem=problem,
        stale=stale,
        news=since_opened(dossier) if dossier else [],
        new_posts=new_posts(report) if stale else 0,
        names=names,
        filled=kept.filled,
        newer=kept.newer,
        correctable=reports.CORRECTABLE,
        categories=CATEGORIES,
        onward=_onward(),
    )


def _standing(dossier: reports.Dossier) -> bool:
    """Whether there is a decision that can still be taken back."""
    open_states = ("draf", "diverifikasi", "ditolak")
    return dossier.report.state in open_states and any(
        decision.action != "undo" and decision.undone_at is None for decision in dossier.decisions
    )
