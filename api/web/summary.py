"""The morning page: the day beside the usual, what is urgent, what is unsure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from api import charts, labels
from api.auth import allowed, known_viewer
from api.comparison import MIN_DAYS, Comparison, compare
from api.context import context, local_now
from api.csv_export import Cell, csv_response
from api.language import long_day, number, one_decimal, percent
from api.protection import count_download
from api.web.posts import ABOUT_CITY
from api.web.shell import INVENTED, REAL, parse_day
from api.web.unknown import ignored_filters
from models import utc_now
from models.post_search import Origins, origins, sources_of_posts
from models.report import newest_drafts
from trends import (
    CategoryCount,
    DaySummary,
    TrendFilter,
    counted_by_default,
    day_summary,
    latest_day,
    local_day,
)

pages = Blueprint("summary", __name__)

_URGENT_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """Which day of which part of the city the page is about."""

    day: date
    area: str | None
    source: str | None
    invented: bool | None
    origins: Origins

    @property
    def trend_filter(self) -> TrendFilter:
        """The same, as the trends room asks it."""
        return TrendFilter(area=self.area, source=self.source, invented=self.invented)

    @property
    def any_place(self) -> TrendFilter:
        """The same posts wherever they came from and whatever place they tell of."""
        return TrendFilter(invented=self.invented)

    @property
    def address(self) -> dict[str, str]:
        """The same, as parameters of an address."""
        given = {
            "hari": self.day.isoformat(),
            "wilayah": self.area,
            "sumber": self.source,
            "data": self.kind_of_data,
        }
        return {name: value for name, value in given.items() if value}

    @property
    def kind_of_data(self) -> str | None:
        """What ``data`` in an address says where there are real and invented posts."""
        if not (self.origins.real and self.origins.invented):
            return None
        return INVENTED if self.invented else REAL

    def posts_address(self, **more: Any) -> str:
        """The address of the posts behind a number of this page."""
        day = self.day.isoformat()
        given: dict[str, Any] = {
            "dari": day,
            "sampai": day,
            "wilayah": self.area,
            "sumber": self.source,
            "data": self.kind_of_data,
        }
        return url_for("posts.show", **given, **more)


@pages.get("/")
@allowed("summary.view")
def show() -> ResponseReturnValue:
    """The day's numbers with charts, tables and the posts behind each."""
    asked = _asked()
    summary = _summary(asked)
    person = known_viewer()
    with context().db.reading() as session:
        latest = latest_day(session, context().city, asked.any_place)
        sources = sources_of_posts(session)
        urgent = []
        if person.may("reports.view"):
            urgent = newest_drafts(session, person.report_areas, _URGENT_SHOWN)
    today = local_now().date()
    return render_template(
        "summary.html",
        asked=asked,
        summary=summary,
        today=today,
        is_today=asked.day == today,
        fell_back=asked.day != today and parse_day(request.args.get("hari")) is None,
        latest=latest,
        sources=sources,
        ignored=_ignored(asked),
        urgent=urgent,
        comparison=compare(summary.posts, summary.usual_posts, summary.days_compared),
        compare=compare,
        about_city=ABOUT_CITY,
        min_days=MIN_DAYS,
        laporan=dict(summary.by_kind).get("laporan", 0),
        negative=dict(summary.by_sentiment).get("negatif", 0),
        category_chart=_category_chart(summary) if summary.posts else None,
        hour_chart=_hour_chart(summary) if summary.posts else None,
        last_hour=_last_hour(summary),
        one_day=timedelta(days=1),
    )


@pages.get("/ringkasan.csv")
@allowed("summary.view")
def export() -> ResponseReturnValue:
    """Every number of the page as a file: part, code, posts, usual, reports."""
    asked = _asked()
    header = ("hari", "bagian", "kode", "posting", "biasanya", "laporan")
    return csv_response(f"ringkasan-{asked.day}", header, _rows(_summary(asked)))


@pages.get("/ringkasan/<any(kategori, jam):chart>.<any(svg, png, csv):form>")
@allowed("summary.view")
def chart_file(chart: str, form: str) -> ResponseReturnValue:
    """One chart as a drawing or as its numbers."""
    asked = _asked()
    summary = _summary(asked)
    name = f"ringkasan-{chart}-{asked.day}"
    if form == "csv":
        header = ("hari", "bagian", "kode", "posting", "biasanya", "laporan")
        rows = (row for row in _rows(summary) if row[1] == chart)
        return csv_response(name, header, rows)
    count_download()
    if not summary.posts:
        abort(404)
    spec = (_category_spec if chart == "kategori" else _hour_spec)(summary, charts.WIDE)
    content: str | bytes = charts.as_png(spec) if form == "png" else charts.as_svg(spec)
    response = Response(content, mimetype="image/png" if form == "png" else "image/svg+xml")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def _ignored(asked: Asked) -> list[str]:
    day = parse_day(request.args.get("hari"))
    data = request.args.get("data")
    known = {"wilayah": asked.area, "hari": day, "data": data in (REAL, INVENTED)}
    return ignored_filters(known, *known)


def _asked() -> Asked:
    """The day that was asked for; without one the last day that has posts, today at best."""
    day, today = parse_day(request.args.get("hari")), local_now().date()
    wish = {REAL: False, INVENTED: True}.get(request.args.get("data", ""))
    with context().db.reading() as session:
        kinds = origins(session)
        mixed = kinds.real and kinds.invented
        counted = counted_by_default(session, TrendFilter(invented=wish if mixed else None))
        if day is None:
            today = min(latest_day(session, context().city, counted) or today, today)
    area, source = request.args.get("wilayah"), request.args.get("sumber", "").strip()[:64]
    return Asked(
        day=day.date() if day else today,
        area=area if area in context().city.areas else None,
        source=source or None,
        invented=counted.invented,
        origins=kinds,
    )


def _summary(asked: Asked) -> DaySummary:
    with context().db.reading() as session:
        return day_summary(session, context().city, asked.day, utc_now(), asked.trend_filter)


def _last_hour(summary: DaySummary) -> int:
    """The last hour of the day that has begun when the numbers were counted."""
    start, end = local_day(summary.day, context().city)
    return 23 if summary.as_of >= end else int((summary.as_of - start).total_seconds() // 3600)


def _busy(summary: DaySummary) -> list[CategoryCount]:
    """The categories with something to draw."""
    return [count for count in summary.by_category if count.posts or count.usual >= 0.5]


def _category_spec(summary: DaySummary, width: int) -> charts.Spec:
    rows = [
        {
            "name": labels.category_name(count.code),
            "posts": count.posts,
            "usual": round(count.usual, 2),
            "ink": f"cat-{count.code}",
            "shown": number(count.posts),
        }
        for count in _busy(summary)
    ]
    return charts.bars_beside_usual(rows, width, summary.days_compared >= MIN_DAYS)


def _hour_spec(summary: DaySummary, width: int) -> charts.Spec:
    hours = [
        {"hour": count.hour, "posts": count.posts, "usual": round(count.usual, 2)}
        for count in summary.by_hour
    ]
    height = 200 if width == charts.NARROW else 285
    return charts.line_beside_usual(hours, width, height, _last_hour(summary))


def _category_chart(summary: DaySummary) -> Any:
    first = _busy(summary)[0]
    sentence = _(
        "Batang: jumlah posting per kategori. Garis tegak: biasanya. Terbanyak %(name)s dengan "
        "%(posts)s posting, biasanya %(usual)s.",
        name=labels.category_name(first.code),
        posts=number(first.posts),
        usual=one_decimal(first.usual),
    )
    title = _("Posting per kategori, %(day)s", day=long_day(summary.day))
    wide, narrow = (_category_spec(summary, width) for width in (charts.HALF, charts.NARROW))
    return charts.in_page(wide, narrow, title, sentence)


def _hour_chart(summary: DaySummary) -> Any:
    peak = max(summary.by_hour, key=lambda count: count.posts)
    sentence = _(
        "Garis: jumlah posting per jam. Bidang: biasanya. Puncak pukul %(hour)s dengan %(posts)s "
        "posting, biasanya %(usual)s.",
        hour=f"{peak.hour:02d}.00",
        posts=number(peak.posts),
        usual=one_decimal(peak.usual),
    )
    title = _("Posting per jam, %(day)s", day=long_day(summary.day))
    wide, narrow = (_hour_spec(summary, width) for width in (charts.WIDE, charts.NARROW))
    return charts.in_page(wide, narrow, title, sentence)


def _rows(summary: DaySummary) -> Iterator[list[Cell]]:
    day, usual_known = summary.day.isoformat(), summary.days_compared > 0

    def usual(value: float) -> Cell:
        return round(value, 2) if usual_known else None

    yield [day, "semua", "", summary.posts, usual(summary.usual_posts), None]
    yield [day, "di_luar_topik", "", summary.off_topic, None, None]
    yield [day, "tidak_yakin", "", summary.unsure, None, None]
    for count in summary.by_category:
        yield [day, "kategori", count.code, count.posts, usual(count.usual), count.laporan]
    for hour in summary.by_hour:
        yield [day, "jam", f"{hour.hour:02d}", hour.posts, usual(hour.usual), None]
    for code, posts in summary.by_kind:
        yield [day, "jenis", code, posts, None, None]
    for code, posts in summary.by_sentiment:
        yield [day, "sentimen", code, posts, None, None]


@pages.app_template_filter("comparison_words")
def comparison_words(comparison: Comparison) -> str:
    """A comparison with the usual, in words."""
    words: dict[Comparison, str] = {
        "unknown": _("belum dapat dibandingkan"),
        "none": _("tidak ada, seperti biasanya"),
        "usual": _("seperti biasanya"),
        "more": _("lebih banyak dari biasanya"),
        "much_more": _("jauh lebih banyak dari biasanya"),
        "fewer": _("lebih sedikit dari biasanya"),
        "much_fewer": _("jauh lebih sedikit dari biasanya"),
    }
    return words[comparison]


@pages.app_template_filter("share_of")
def share_of(part: int, whole: int) -> str:
    """``part`` of ``whole`` as a percentage; a dash when there is nothing to share."""
    return percent(part / whole) if whole else "–"
