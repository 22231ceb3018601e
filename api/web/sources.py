"""What was collected when, what is being taken in, and the rows that could not be used."""

from collections.abc import Iterator
from pathlib import PurePath

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

import nlp
from api.auth import allowed
from api.context import context
from api.csv_export import Cell, csv_response
from api.web.paging import id_from_text
from models import ImportFileRow, QuarantineRow
from models.intake import count_quarantined, import_files, quarantined, source_summary

pages = Blueprint("sources", __name__)

_PAGE = 50
_BATCH = 1000
_SHOWN_CHARACTERS = 300


@pages.get("/sumber")
@allowed("sources.view")
def show() -> ResponseReturnValue:
    """Sources, imports, and how many rows lie in quarantine."""
    with context().db.reading() as session:
        sources = source_summary(session)
        imports = import_files(session)
        in_quarantine = count_quarantined(session)
    return render_template(
        "sources.html", sources=sources, imports=imports, in_quarantine=in_quarantine
    )


@pages.get("/sumber.csv")
@allowed("sources.view")
def export() -> ResponseReturnValue:
    """Posts per source as a file."""
    with context().db.reading() as session:
        sources = source_summary(session)
    header = ("source", "posts", "without_time", "deleted", "first", "last", "collected_at")
    return csv_response("sumber", header, ([row[name] for name in header] for row in sources))


@pages.get("/sumber/karantina")
@allowed("sources.view")
def quarantine() -> ResponseReturnValue:
    """The rows that could not become posts: where they stand and why."""
    file_id = id_from_text(request.args.get("berkas"))
    after = id_from_text(request.args.get("sesudah")) or 0
    with context().db.reading() as session:
        found = quarantined(session, file_id, _PAGE + 1, after)
        total = count_quarantined(session)
    return render_template(
        "quarantine.html",
        mask=nlp.mask,
        found=found[:_PAGE],
        total=total,
        file_id=file_id,
        after=after,
        older=found[_PAGE - 1][0].id if len(found) > _PAGE else None,
    )


@pages.get("/sumber/karantina.csv")
@allowed("sources.view")
def export_quarantine() -> ResponseReturnValue:
    """The same rows as a file."""
    file_id, db = id_from_text(request.args.get("berkas")), context().db

    def rows() -> Iterator[list[Cell]]:
        after = 0
        while True:
            with db.reading() as session:
                found = quarantined(session, file_id, _BATCH, after)
            for row, file in found:
                content = shown_content(row)
                reason = nlp.mask(row.reason)
                yield [row.id, file_name(file), row.line, reason, content, row.created_at]
            if len(found) < _BATCH:
                return
            after = found[-1][0].id

    header = ("id", "file", "line", "reason", "content", "created_at")
    return csv_response("karantina", header, rows())


@pages.app_template_filter("file_name")
def file_name(file: ImportFileRow) -> str:
    """The file's own name: the folders above it may name people."""
    return PurePath(file.path).name


@pages.app_template_filter("shown_content")
def shown_content(row: QuarantineRow) -> str:
    """What stood in the row, personal data covered, cut to what a person can look at."""
    text = nlp.mask(row.content[: 4 * _SHOWN_CHARACTERS])
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + " …"
