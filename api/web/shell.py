"""What every page shares: navigation, words for codes, the theme, the demo band."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Literal

from flask import Flask, g, request
from flask_babel import gettext  # type: ignore[import-untyped]
from flask_babel import lazy_gettext as _l

from api import labels
from api.auth import Viewer, viewer
from api.context import context
from api.days import day_from_text
from api.language import LANGUAGES, language
from api.looks import CATEGORY_LOOKS
from api.permissions import Permission
from models import utc_now
from models.post_search import origins
from reports import ReportFilter, counts

THEME_COOKIE = "tema"
THEMES = {"auto": _l("Ikuti perangkat"), "light": _l("Terang"), "dark": _l("Gelap")}

# What ``data`` in an address may say: posts that people wrote, or posts invented for a demo.
REAL, INVENTED = "nyata", "contoh"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the navigation; ``badge`` is a number worth a look."""

    endpoint: str
    name: str
    icon: str
    permission: Permission
    blueprint: str


_MAIN = (
    Entry("summary.show", _l("Ringkasan"), "gauge", "summary.view", "summary"),
    Entry("map.show", _l("Peta"), "map", "summary.view", "map"),
    Entry("posts.show", _l("Posting"), "speech", "posts.view", "posts"),
    Entry("reports.queue", _l("Laporan"), "inbox", "reports.view", "reports"),
    Entry("sources.show", _l("Sumber"), "source", "sources.view", "sources"),
)
_ADMIN = (
    Entry("users.show", _l("Pengguna"), "people", "users.manage", "users"),
    Entry("audit.show", _l("Catatan audit"), "ledger", "audit.view", "audit"),
)


def init_shell(app: Flask) -> None:
    """Give every template what the shell needs."""
    app.context_processor(_shared)
    app.jinja_env.globals.update(
        category_look=CATEGORY_LOOKS.__getitem__,
        category_name=labels.category_name,
        kind_names=labels.KIND_NAMES,
        sentiment_names=labels.SENTIMENT_NAMES,
        state_names=labels.STATE_NAMES,
        urgency_names=labels.URGENCY_NAMES,
        role_names=labels.ROLE_NAMES,
        precision_names=labels.PRECISION_NAMES,
        decision_names=labels.DECISION_NAMES,
        field_names=labels.FIELD_NAMES,
        reject_reasons=labels.REJECT_REASONS,
        certainty=labels.certainty,
        coordinates=labels.coordinates,
        actor_name=labels.actor_name,
        deed_names=labels.DEED_NAMES,
        object_names=labels.OBJECT_NAMES,
        source_name=source_name,
        languages=LANGUAGES,
        themes=THEMES,
        without=without,
        inside=inside,
    )


def without(chosen: dict[str, str], name: str) -> dict[str, str]:
    """The filters of an address less one of them."""
    return {key: value for key, value in chosen.items() if key != name}


def inside(codes: tuple[str, ...], area: str) -> bool:
    """Whether one of ``codes`` lies below ``area``."""
    return any(code.startswith(area + ".") for code in codes)


def source_name(code: str) -> str:
    """A source as people call it; a code that nobody has named stays as it is."""
    known = {
        "x": "X",
        "bluesky": "Bluesky",
        "mastodon": "Mastodon",
        "berita": gettext("Berita"),
        "demo": gettext("Contoh"),
    }
    return str(known.get(code, code.replace("_", " ")))


def show_invented() -> None:
    """Remember that this page shows invented posts, so that its band says so."""
    g.shows_invented = True


def invented_part() -> Literal["all", "some"] | None:
    """How much of what is here is invented, by the posts themselves; an empty demo is all so."""
    if g.get("database_away"):
        return None
    with context().db.reading() as session:
        kinds = origins(session)
    if not kinds.real:
        return "all" if kinds.invented or context().config.demo else None
    return "some" if kinds.invented or g.get("shows_invented") else None


def theme() -> str:
    """The chosen theme: ``light``, ``dark`` or ``auto``."""
    chosen = request.cookies.get(THEME_COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"


def _shared() -> dict[str, Any]:
    person = viewer()
    config = context().config
    here = request.blueprint
    return {
        "viewer": person,
        "city": context().city,
        "config": config,
        "language": language(),
        "theme": theme(),
        "navigation": [entry for entry in _MAIN if person and person.may(entry.permission)],
        "administration": [entry for entry in _ADMIN if person and person.may(entry.permission)],
        "drafts": _drafts(person) if person and person.may("reports.view") else 0,
        "here": here,
        "invented_part": invented_part(),
        "now": utc_now(),
        "this_page": request.full_path.rstrip("?") if request.method == "GET" else "/",
    }


def _drafts(person: Viewer) -> int:
    with context().db.reading() as session:
        return counts(session, ReportFilter(areas=person.report_areas)).get("draf", 0)


def parse_day(text: str | None) -> datetime | None:
    """A day from a form (``2025-11-23``) as its first moment in the city's zone, else ``None``.

    Also ``None`` for a day that no post can be of, before 1990 or after 2100.
    """
    day = day_from_text(text)
    return datetime.combine(day, time(), context().city.zone) if day else None
