"""Moments as people and programs write them, read into aware datetimes."""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari pebruari february feb peb",
            "maret march mar mrt",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "agustus august agu ags agt agust aug",
            "september sept sep",
            "oktober october okt oct",
            "november nopember nov nop",
            "desember december des dec",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = re.compile(
    r"senin|selasa|rabu|kamis|jum'?at|jumaat|sabtu|minggu|ahad|sen|sel|rab|kam|jum|sab|min|mgg|"
    r"(mon|tues?|wed(nes)?|thu(rs?)?|fri|sat(ur)?|sun)(day)?"
)
_FILLERS = frozenset({"pukul", "pkl", "jam", "at", "tanggal", "tgl", "hari"})
_ZONES = {"wib": 7, "wita": 8, "wit": 9, "utc": 0, "gmt": 0, "z": 0}
# What exports write where there is no time; MySQL's zero date is one of them.
_NO_TIME = frozenset(
    {"", "-", "null", "none", "nan", "nat", "n/a", "na", "0000-00-00", "0000-00-00 00:00:00"}
)

_CLOCK = re.compile(
    r"(?<![\d:.+-])(?P<h>\d{1,2})(?P<sep>[:.])(?P<m>\d{2})(?:(?P=sep)(?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r"(?!\d|[:.]\d)(?:\s*(?P<half>[ap])\.?m\b\.?)?",
    re.IGNORECASE,
)
_OFFSET = re.compile(
    r"(?:\b(?:gmt|utc)\s*|(?<![\d\w]))(?P<sign>[+-])(?P<h>\d{1,2})(?::?(?P<m>\d{2}))?\s*$",
    re.IGNORECASE,
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?", re.ASCII)
_ISO_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_NUMERIC_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")
_WORD_DATES = (
    re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[ -]+(?P<b>[a-z]+)[ -]+(?P<y>\d{4}|\d{2})"),
    re.compile(r"(?P<b>[a-z]+) +(?P<d>\d{1,2})(?:st|nd|rd|th)? +(?P<y>\d{4})"),
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_EXCEL_ZERO = datetime(1899, 12, 30)
_LONGEST = 100
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


# A cell that is no time may hold a name or a number: of it only what dates are made of is shown.
_WORD_OR_FIGURES = re.compile(r"[^\W\d_]+|\d+")
_DATE_FIGURES = re.compile(r"\d{1,2}|(?:19|20)\d\d", re.ASCII)


def _harmless(found: re.Match[str]) -> str:
    part = found[0].casefold()
    known = part in _MONTHS or part in _ZONES or part in _FILLERS or _WEEKDAYS.fullmatch(part)
    return found[0] if known or _DATE_FIGURES.fullmatch(part) or part in "tapm" else "…"


class UnreadableTime(ValueError):
    """A value that should be a moment and is none; the message says so in both languages."""

    def __init__(self, value: object) -> None:
        shown = _WORD_OR_FIGURES.sub(_harmless, str(value)[:60])
        super().__init__(f"waktu tidak terbaca / unreadable time: {shown!r}")


class FutureTime(ValueError):
    """A moment that has not come yet, so that nobody can have written then."""

    def __init__(self, moment: datetime) -> None:
        shown = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        super().__init__(f"waktu di masa depan / a time in the future: {shown}")


CLOCKS_APART = timedelta(hours=24)
"""How far ahead of ours the clock, or the zone, of whoever wrote a file may be."""


def check_past(moment: datetime | None, now: datetime) -> None:
    """Raise ``FutureTime`` for an aware ``moment`` more than ``CLOCKS_APART`` after ``now``.

    A number that only looks like an Excel day or an epoch often falls there too.
    """
    if moment is not None and moment - now > CLOCKS_APART:
        raise FutureTime(moment)


def parse_time(value: object, zone: tzinfo, date_order: str = "dmy") -> datetime | None:
    """The moment that ``value`` says, aware; ``None`` where it says there is none.

    Takes ISO 8601, RFC 822 and X's own form, epoch seconds, milliseconds and microseconds, Excel
    serial days, day, month and year in figures or with Indonesian or English names. A moment
    without a zone is one of ``zone``; a date without a time is its midnight. ``date_order`` says
    what 03/04/2025 means: ``dmy`` the third of April, ``mdy`` the fourth of March.

    Raises ``UnreadableTime`` for what is no moment, or one outside 1990 to 2100.
    """
    moment: datetime | None
    try:
        if value is None:
            return None
        if isinstance(value, datetime):
            moment = value
        elif isinstance(value, date):
            moment = datetime(value.year, value.month, value.day)
        elif isinstance(value, bool):
            raise UnreadableTime(value)
        elif isinstance(value, int | float):
            moment = _from_number(repr(value))
        else:
            text = str(value).strip()
            if len(text) > _LONGEST:
                raise UnreadableTime(text)
            if text.casefold() in _NO_TIME:
                return None
            moment = _from_text(text, date_order)
        if moment is None or not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise UnreadableTime(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UnreadableTime(value) from error


def _from_text(text: str, date_order: str) -> datetime | None:
    if _NUMBER.fullmatch(text):
        return _from_number(text.replace(",", "."))
    if _ISO.fullmatch(text):
        # The shape of nearly every machine-made time, and three times as fast as what follows.
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    return _from_parts(text, date_order)


def _from_number(figures: str) -> datetime | None:
    whole = figures.partition(".")[0]
    number = float(figures)
    if len(whole) == 14 and whole.startswith(("19", "20")):
        return datetime.strptime(whole, "%Y%m%d%H%M%S")
    if len(whole) == 8 and whole.startswith(("19", "20")):
        return datetime.strptime(whole, "%Y%m%d")
    for digits, unit in (((9, 10), 1), ((12, 13), 1_000), ((15, 16), 1_000_000)):
        if len(whole) in digits:
            seconds, rest = divmod(number, unit)
            moment = datetime.fromtimestamp(seconds, UTC)
            return moment + timedelta(microseconds=round(rest * 1_000_000 / unit))
    if len(whole) == 5:
        # An Excel day: half a second is its precision once it has passed through a float.
        return _EXCEL_ZERO + timedelta(seconds=round(number * 86_400))
    return None


def _from_parts(text: str, date_order: str) -> datetime | None:
    rest = re.sub(r"[,()·|]|(?<=\d)[tT](?=\d)", " ", text.replace("\u202f", " "))
    zone, rest = _take_offset(rest)
    hour = minute = second = micro = 0
    clocks = [m for m in _CLOCK.finditer(rest) if not _is_part_of_date(rest, m)]
    if len(clocks) > 1:
        return None
    if clocks:
        clock = clocks[0]
        hour, minute, second = int(clock["h"]), int(clock["m"]), int(clock["s"] or 0)
        micro = int((clock["f"] or "0")[:6].ljust(6, "0")) if clock["f"] else 0
        if clock["half"]:
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if clock["half"].lower() == "p" else 0)
        rest = rest[: clock.start()] + " " + rest[clock.end() :]
        if zone is None:
            # X's own form has the offset in the middle: "16:55:30 +0000 2024".
            middle = re.match(r"\s*([+-])(\d{2}):?(\d{2})(?=\s)", rest[clock.start() :])
            if middle:
                zone = _offset(*middle.groups())
                rest = rest[: clock.start()] + rest[clock.start() + middle.end() :]
    words = []
    for word in rest.casefold().split():
        bare = word.strip(".,;")
        if bare in _ZONES and zone is None and clocks:
            zone = timezone(timedelta(hours=_ZONES[bare]))
        elif bare and not _WEEKDAYS.fullmatch(bare) and bare not in _FILLERS:
            words.append(bare)
    day = _date_of(" ".join(words), date_order)
    if day is None:
        return None
    return datetime(*day, hour, minute, second, micro, tzinfo=zone)


def _is_part_of_date(text: str, clock: re.Match[str]) -> bool:
    # "24.11.2025" has the look of a clock at its start and at its end.
    around = text[clock.start() : clock.end() + 5]
    return clock["sep"] == "." and bool(re.match(r"\d{1,2}\.\d{2}\.\d{4}", around))


def _take_offset(text: str) -> tuple[timezone | None, str]:
    found = _OFFSET.search(text.rstrip())
    # "2025-11-24" ends in what looks like an offset: one only follows a clock.
    if found is None or not re.search(r"\d[:.]\d{2}", text[: found.start()]):
        zulu = re.search(r"(?<=\d)[zZ]\s*$", text)
        return (timezone.utc, text[: zulu.start()]) if zulu else (None, text)  # noqa: UP017
    return _offset(found["sign"], found["h"], found["m"] or "0"), text[: found.start()]


def _offset(sign: str, hours: str, minutes: str) -> timezone:
    if int(hours) > 14 or int(minutes) > 59:
        raise ValueError("no such zone")
    away = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-away if sign == "-" else away)


def _date_of(text: str, date_order: str) -> tuple[int, int, int] | None:
    if found := _ISO_DATE.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _NUMERIC_DATE.fullmatch(text):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        day, month = (second, first) if date_order == "mdy" else (first, second)
        return _full_year(year), month, day
    for form in _WORD_DATES:
        if (found := form.fullmatch(text)) and found["b"] in _MONTHS:
            return _full_year(int(found["y"])), _MONTHS[found["b"]], int(found["d"])
    return None


def _full_year(year: int) -> int:
    return year + 2000 if year < 100 else year
