"""Language, numbers and times of the pages: Indonesian first, English beside it."""

from datetime import date, datetime
from typing import cast

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal, format_percent
from flask import Flask, request
from flask_babel import (  # type: ignore[import-untyped]
    Babel,
    get_locale,
    gettext,
    ngettext,
)

from api.auth import viewer
from api.context import context

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
COOKIE = "bahasa"
# A cookie for a choice of looks may live a year; it says nothing about the person.
COOKIE_SECONDS = 365 * 24 * 3600


def init_language(app: Flask) -> None:
    """Connect Flask-Babel: message ids are Indonesian, the catalogue is beside this module."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(
        app,
        default_locale="id",
        locale_selector=choose,
        timezone_selector=lambda: context().city.zone.key,
    )
    app.jinja_env.filters.update(
        number=number,
        decimal=decimal,
        one_decimal=one_decimal,
        percent=percent,
        probability=probability,
        day=long_day,
        short_day=short_day,
        clock=clock,
        moment=moment,
        ago=ago,
    )


def choose() -> str:
    """The language of this answer: the cookie, else the person's own, else Indonesian.

    What the browser asks for is no guide: phones sold in Indonesia are often set to English.
    """
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    person = viewer()
    if person is not None and person.language in LANGUAGES:
        return person.language
    return "id"


def language() -> str:
    """The code of the present language: ``id`` or ``en``."""
    locale = get_locale()
    return str(locale.language) if locale else "id"


def number(value: float) -> str:
    """A whole number, grouped: 1.234."""
    return str(format_decimal(round(value), locale=language()))


def decimal(value: float, digits: int = 1) -> str:
    """A number with at most ``digits`` decimals: 1.234,5."""
    pattern = "#,##0." + "#" * digits
    return str(format_decimal(value, format=pattern, locale=language()))


def one_decimal(value: float) -> str:
    """A number with exactly one decimal, so that a column of them lines up: 12,0."""
    return str(format_decimal(value, format="#,##0.0", locale=language()))


def percent(share: float, digits: int = 0) -> str:
    """A share (0 to 1) as a percentage: 92%; with ``digits`` decimals."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + "%"
    return str(format_percent(share, format=pattern, locale=language()))


def probability(value: float) -> str:
    """A probability (0 to 1) as a percentage that never claims to be certain."""
    if value >= 0.995:
        return ">" + percent(0.99)
    return "<" + percent(0.01) if value < 0.005 else percent(value)


def in_zone(value: datetime) -> datetime:
    """``value`` in the city's zone."""
    return value.astimezone(context().city.zone)


def long_day(value: date) -> str:
    """A day in full: Minggu, 23 November 2025."""
    return str(format_date(value, format="EEEE, d MMMM y", locale=language()))


def short_day(value: date | datetime) -> str:
    """A day, short: 23 Nov 2025."""
    if isinstance(value, datetime):
        value = in_zone(value).date()
    return str(format_date(value, format="d MMM y", locale=language()))


def clock(value: datetime) -> str:
    """A time of day in the city's zone with its label: 14.05 WIB."""
    city = context().city
    pattern = "HH.mm" if language() == "id" else "HH:mm"
    shown = format_time(in_zone(value).time(), format=pattern, locale=language())
    return f"{shown} {city.zone_label}"


def moment(value: datetime | None) -> str:
    """Day and time in the city's zone: 23 Nov 2025 14.05 WIB; says so when unknown."""
    if value is None:
        return str(gettext("waktu tidak diketahui"))
    pattern = "d MMM y HH.mm" if language() == "id" else "d MMM y, HH:mm"
    shown = format_datetime(in_zone(value), format=pattern, locale=language())
    return f"{shown} {context().city.zone_label}"


def ago(value: datetime, now: datetime) -> str:
    """How long ago, in one rough unit: 3 jam lalu."""
    minutes = max(int((now - value).total_seconds() // 60), 0)
    if minutes < 1:
        return str(gettext("baru saja"))
    if minutes < 60:
        return cast(str, ngettext("%(num)d menit lalu", "%(num)d menit lalu", minutes))
    if minutes < 48 * 60:
        return cast(str, ngettext("%(num)d jam lalu", "%(num)d jam lalu", minutes // 60))
    days = minutes // (24 * 60)
    if days < 60:
        return cast(str, ngettext("%(num)d hari lalu", "%(num)d hari lalu", days))
    return short_day(value)
