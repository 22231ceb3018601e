"""The audit log, for administrators."""

from collections.abc import Iterator

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from api.auth import allowed
from api.context import context
from api.csv_export import Cell, csv_response
from api.web.paging import id_from_text
from models import AuditRow
from models.audit import DeedFilter, find_deeds

pages = Blueprint("audit", __name__)

_PAGE = 50
_BATCH = 1000


@pages.get("/admin/audit")
@allowed("audit.view")
def show() -> ResponseReturnValue:
    """Who did what, newest first."""
    wanted = _wanted()
    before = id_from_text(request.args.get("sebelum"))
    with context().db.reading() as session:
        deeds = find_deeds(session, wanted, before, _PAGE + 1)
    return render_template(
        "audit.html",
        deeds=deeds[:_PAGE],
        wanted=wanted,
        older=deeds[_PAGE - 1].id if len(deeds) > _PAGE else None,
        filters=_filters(wanted),
        before=before,
    )


@pages.get("/admin/audit.csv")
@allowed("audit.view")
def export() -> ResponseReturnValue:
    """The same deeds as a file."""
    wanted, db = _wanted(), context().db

    def rows() -> Iterator[list[Cell]]:
        before: int | None = None
        while True:
            with db.reading() as session:
                deeds = find_deeds(session, wanted, before, _BATCH)
            for deed in deeds:
                yield [
                    deed.id,
                    deed.at,
                    deed.actor,
                    deed.action,
                    deed.object_type,
                    deed.object_id,
                    detail_words(deed),
                ]
            if len(deeds) < _BATCH:
                return
            before = deeds[-1].id

    header = ("id", "at", "actor", "action", "object_type", "object_id", "detail")
    return csv_response("audit", header, rows())


def detail_words(deed: AuditRow) -> str:
    """What else is known of a deed, as ``name: value`` pairs."""
    return "; ".join(f"{name}: {value}" for name, value in sorted(deed.detail.items()))


pages.add_app_template_filter(detail_words, "detail_words")


def _wanted() -> DeedFilter:
    return DeedFilter(
        actor=request.args.get("pelaku", "").strip() or None,
        action=request.args.get("tindakan", "").strip() or None,
    )


def _filters(wanted: DeedFilter) -> dict[str, str]:
    given = {"pelaku": wanted.actor, "tindakan": wanted.action}
    return {name: value for name, value in given.items() if value}
