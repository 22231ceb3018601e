"""Counts over time and place, and what is usual."""

from trends.counts import (
    TrendFilter,
    TrendPoint,
    counted_by_default,
    latest_day,
    local_day,
    series,
)
from trends.places import place_counts, within
from trends.rollups import OUTSIDE, rebuild, roll_up_batch
from trends.summary import CategoryCount, DaySummary, HourCount, day_summary

__all__ = [
    "OUTSIDE",
    "CategoryCount",
    "DaySummary",
    "HourCount",
    "TrendFilter",
    "TrendPoint",
    "counted_by_default",
    "day_summary",
    "latest_day",
    "local_day",
    "place_counts",
    "rebuild",
    "roll_up_batch",
    "series",
    "within",
]
