"""The map: where posts tell of, no more exactly than each is known."""

import json
from datetime import date

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from api import labels
from api.auth import allowed
from api.context import context, local_now
from api.csv_export import csv_response
from api.language import long_day
from api.map_view import (
    LEVELS,
    MEASURES,
    PER,
    VIEWS,
    Asked,
    last_days,
    residents_known,
    shown,
    usual_view,
)
from api.protection import count_download
from api.web.map_address import map_address, parameters, posts_address, zoom_address
from api.web.map_files import features, table_rows
from api.web.map_picture import SPOTS_SHOWN, bounds_of, legend, pictures, whole_numbers
from api.web.posts import ABOUT_CITY
from api.web.shell import INVENTED, REAL, parse_day
from api.web.unknown import days_the_wrong_way, ignored_filters
from models.labels import CATEGORIES, KINDS
from models.post_search import origins
from trends import TrendFilter, counted_by_default, latest_day

pages = Blueprint("map", __name__)

_DAYS = 7
_ROWS_SHOWN = 100
_SPANS = (1, 7, 30)


@pages.get("/peta")
@allowed("summary.view")
def show() -> ResponseReturnValue:
    """The map and, beside it, the list that says the same."""
    asked, latest = _asked()
    city = context().city
    with context().db.reading() as session:
        found = shown(session, city, asked)
    bounds = bounds_of(asked, found)
    return render_template(
        "map.html",
        asked=asked,
        shown=found,
        rows=found.rows[:_ROWS_SHOWN],
        spots=found.spots[:SPOTS_SHOWN],
        map=pictures(asked, found, bounds),
        legend=legend(bounds, whole=whole_numbers(asked, found)),
        address=parameters(asked),
        zoom=lambda code: zoom_address(asked, code),
        posts_address=lambda code, **more: posts_address(asked, code, **more),
        views=_views(asked),
        view_names=view_names(),
        spans=_spans(asked, latest),
        path=list(reversed(city.area_path(asked.area))),
        kinds=KINDS,
        categories=CATEGORIES,
        about_city=ABOUT_CITY,
        per=PER,
        residents=residents_known(city, asked.area, found.level),
        has_shapes=bool(city.cells),
        ignored=_ignored(asked),
    )


@pages.get("/peta.csv")
@allowed("summary.view")
def table() -> ResponseReturnValue:
    """The list as a file."""
    asked, _latest = _asked()
    with context().db.reading() as session:
        found = shown(session, context().city, asked)
    header = ("kode", "nama", "tingkat", "posting", f"per_{PER}_penduduk", "penduduk")
    return csv_response(f"peta-{asked.since}-{asked.until}", header, table_rows(asked, found))


@pages.get("/peta.geojson")
@allowed("summary.view")
def geojson() -> ResponseReturnValue:
    """What the map shows as GeoJSON (WGS 84)."""
    count_download()
    asked, _latest = _asked()
    with context().db.reading() as session:
        found = shown(session, context().city, asked)
    content = {
        "type": "FeatureCollection",
        "jajak": parameters(asked)
        | {
            "kota": context().city.code,
            "posting": found.total,
            "posting_lebih_luas": found.vague,
            "posting_tanpa_tempat": found.placeless,
            "posting_luar_kota": found.outside,
        },
        "features": list(features(asked, found)),
    }
    response = Response(json.dumps(content, ensure_ascii=False), mimetype="application/geo+json")
    name = f"peta-{asked.since}-{asked.until}.geojson"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def view_names() -> dict[str, str]:
    """What the ways of showing are called."""
    return {
        "sel": _("Sel"),
        "kota": _("Kota"),
        "kecamatan": _("Kecamatan"),
        "kelurahan": _("Kelurahan"),
        "titik": _("Titik"),
    }


def _asked() -> tuple[Asked, date]:
    """What the address asks for, and the last day that has posts."""
    city, args = context().city, request.args
    area = args.get("wilayah") if args.get("wilayah") in city.areas else None
    kind = args.get("jenis", ABOUT_CITY)
    wish = {REAL: False, INVENTED: True}.get(args.get("data", ""))
    with context().db.reading() as session:
        kinds = origins(session)
        mixed = kinds.real and kinds.invented
        counted = counted_by_default(session, TrendFilter(invented=wish if mixed else None))
        latest = latest_day(session, city, counted) or local_now().date()
    since, until = parse_day(args.get("dari")), parse_day(args.get("sampai"))
    last = until.date() if until else latest
    first = since.date() if since else last_days(last, _DAYS)[0]
    view = args.get("tampil", "")
    views = VIEWS if city.cells else VIEWS[1:]
    if view not in views or not _possible(view, area):
        view = usual_view(city, area)
    measure = args.get("ukur", "")
    return (
        Asked(
            area=area,
            category=args.get("kategori") if args.get("kategori") in CATEGORIES else None,
            kind=kind if kind in KINDS else None,
            about_city=kind == ABOUT_CITY or kind not in ("", *KINDS),
            since=first,
            until=last,
            invented=counted.invented,
            origins=kinds,
            view=view,
            measure=measure if measure in MEASURES else "jumlah",
        ),
        latest,
    )


def _possible(view: str, area: str | None) -> bool:
    """Whether a view divides ``area``: a kelurahan has no kecamatan to show."""
    if view not in LEVELS or area is None:
        return True
    return LEVELS.index(view) >= area.count(".")


def _ignored(asked: Asked) -> list[str]:
    given = {
        "wilayah": asked.area,
        "kategori": asked.category,
        "jenis": request.args.get("jenis") in ("", ABOUT_CITY, *KINDS),
        "dari": parse_day(request.args.get("dari")),
        "sampai": parse_day(request.args.get("sampai")),
        "data": request.args.get("data") in (REAL, INVENTED),
    }
    span = {"dari": asked.since.isoformat(), "sampai": asked.until.isoformat()}
    return [*ignored_filters(given, *given), *days_the_wrong_way(span)]


def _views(asked: Asked) -> list[tuple[str, str]]:
    """The ways to show what is asked for, each with its address."""
    views = [view for view in VIEWS if _possible(view, asked.area)]
    if not context().city.cells:
        views.remove("sel")
    return [(view, map_address(asked, tampil=view)) for view in views]


def _spans(asked: Asked, latest: date) -> list[tuple[int, bool, str]]:
    """Spans of days that are often asked for: how many, whether chosen now, the address."""
    found = []
    for days in _SPANS:
        first, last = last_days(latest, days)
        now = (asked.since, asked.until) == (first, last)
        href = map_address(asked, dari=first.isoformat(), sampai=last.isoformat())
        found.append((days, now, href))
    return found


@pages.app_template_filter("span_words")
def span_words(asked: Asked) -> str:
    """The days that a map shows, in words."""
    if asked.since == asked.until:
        return long_day(asked.since)
    first, last = long_day(asked.since), long_day(asked.until)
    return str(_("%(first)s sampai %(last)s", first=first, last=last))


@pages.app_template_filter("what_is_counted")
def what_is_counted(asked: Asked) -> str:
    """The kind and category that are counted, in words."""
    kind = _("semua tentang kota") if asked.about_city else ""
    if asked.kind:
        kind = str(labels.KIND_NAMES[asked.kind])
    parts = [labels.category_name(asked.category), kind or _("semua jenis")]
    return ", ".join(part for part in parts if part)
