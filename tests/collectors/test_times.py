"""Moments as people and programs write them."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import UnreadableTime, parse_time

JAKARTA = ZoneInfo("Asia/Jakarta")
NINE_WIB = datetime(2025, 11, 24, 2, 0, tzinfo=UTC)
SENSIBLE = st.datetimes(datetime(1990, 1, 3), datetime(2100, 12, 28))


@pytest.mark.parametrize(
    "written",
    [
        "2025-11-24T09:00:00+07:00",
        "2025-11-24T02:00:00Z",
        "2025-11-24T02:00:00.000Z",
        "2025-11-24 09:00",
        "2025-11-24 09.00",
        "2025-11-24 09:00:00 +0700",
        "2025/11/24 09:00:00",
        "20251124090000",
        "Mon, 24 Nov 2025 09:00:00 +0700",
        "Mon, 24 Nov 2025 02:00:00 GMT",
        "Mon Nov 24 02:00:00 +0000 2025",
        "Mon Nov 24 09:00:00 WIB 2025",
        "1763949600",
        "1763949600000",
        "1763949600000000",
        1763949600,
        1763949600.0,
        "24 Nov 2025, 09:00",
        "24 November 2025 pukul 09.00 WIB",
        "Sen, 24 Nov 2025 09:00 WIB",
        "Senin, 24 Nopember 2025 (10:00 WITA)",
        "Senin 24-Nov-2025 11:00 WIT",
        "24/11/2025 09:00",
        "24-11-2025 09.00",
        "24.11.2025 09:00:00",
        "24/11/25 9:00 AM",
        "9:00 AM · Nov 24, 2025",
        "Nov 24, 2025 at 9:00 am",
        "24/11/2025 09:00 GMT+7",
        "45985.375",
        45985.375,
        datetime(2025, 11, 24, 9, 0),
    ],
)
def test_the_same_moment_is_read_from_every_form(written: object) -> None:
    assert parse_time(written, JAKARTA) == NINE_WIB


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Thu Feb 29 16:55:30 +0000 2024", datetime(2024, 2, 29, 16, 55, 30, tzinfo=UTC)),
        ("29 May 2025, 17:04", datetime(2025, 5, 29, 10, 4, tzinfo=UTC)),
        ("Jum'at, 7 Agustus 2020 12:30 AM", datetime(2020, 8, 6, 17, 30, tzinfo=UTC)),
        ("3/4/2025", datetime(2025, 4, 2, 17, tzinfo=UTC)),
        (date(2025, 4, 3), datetime(2025, 4, 2, 17, tzinfo=UTC)),
        ("20250403", datetime(2025, 4, 2, 17, tzinfo=UTC)),
        ("3 Mei 99", datetime(2099, 5, 2, 17, tzinfo=UTC)),
    ],
)
def test_days_and_months_stand_where_indonesians_put_them(written: object, day: datetime) -> None:
    assert parse_time(written, JAKARTA) == day


def test_month_first_is_read_only_where_it_is_said() -> None:
    assert parse_time("11/24/2025 9:00 AM", JAKARTA, "mdy") == NINE_WIB
    with pytest.raises(UnreadableTime):
        parse_time("11/24/2025 9:00 AM", JAKARTA)


@pytest.mark.parametrize("nothing", [None, "", "  ", "-", "null", "NaN", "0000-00-00 00:00:00"])
def test_no_time_is_no_error(nothing: object) -> None:
    assert parse_time(nothing, JAKARTA) is None


@pytest.mark.parametrize(
    "impossible",
    [
        "31/02/2025",
        "29 Feb 2025",
        "2025-13-01",
        "24/11/2025 25:00",
        "24/11/2025 09:61",
        "13:00 PM 24/11/2025",
        "0/0/2025",
        "kemarin sore",
        "2 jam yang lalu",
        "24 Nov",
        "November 2025",
        "12",
        "99999",
        "1e9",
        "0",
        "999999999999999999999",
        "2025-11-24 - 2025-11-26",
        "24/11/2025 09:00 s.d. 10:00",
        "09:00 24/11/2025 +99:00",
        "#VALUE!",
        "banjir 24/11/2025",
        True,
        float("inf"),
        float("nan"),
        10**400,
        "9" * 5000,
        datetime(1980, 1, 1),
        ["2025-11-24"],
    ],
)
def test_the_impossible_is_refused_with_a_reason(impossible: object) -> None:
    with pytest.raises(UnreadableTime, match="unreadable time"):
        parse_time(impossible, JAKARTA)


@given(SENSIBLE, st.integers(-12, 14))
def test_iso_times_come_back_as_they_were(moment: datetime, hours: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    assert parse_time(aware.isoformat(), JAKARTA) == aware
    assert parse_time(aware, JAKARTA) == aware


@given(SENSIBLE, st.sampled_from(["%d/%m/%Y %H:%M:%S", "%d-%m-%Y %H.%M.%S", "%d %b %Y, %H:%M:%S",
                                  "%A, %d %B %Y %H:%M:%S", "%I:%M:%S %p · %b %d, %Y",
                                  "%Y/%m/%d %H:%M:%S", "%Y%m%d%H%M%S"]))  # fmt: skip
def test_zoneless_times_are_the_citys(moment: datetime, form: str) -> None:
    moment = moment.replace(microsecond=0)
    assert parse_time(moment.strftime(form), JAKARTA) == moment.replace(tzinfo=JAKARTA)


@given(SENSIBLE)
def test_excel_days_are_right_to_the_second(moment: datetime) -> None:
    days = (moment - datetime(1899, 12, 30)) / timedelta(days=1)
    read = parse_time(repr(days), JAKARTA)
    assert read is not None
    assert abs(read - moment.replace(tzinfo=JAKARTA)) <= timedelta(seconds=1)


@given(st.one_of(st.text(max_size=40), st.from_regex(r"[\d/:. +-]{1,30}"), st.floats()))
def test_nothing_else_than_a_moment_or_a_refusal_comes_out(written: object) -> None:
    try:
        read = parse_time(written, JAKARTA)
    except UnreadableTime:
        return
    assert read is None or (read.tzinfo is not None and 1989 <= read.year <= 2101)
