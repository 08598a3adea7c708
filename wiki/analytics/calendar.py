"""A window cut into weeks, months or quarters of the report's time zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

import numpy as np

from wiki.analytics.facts import Ints, Positions
from wiki.model import Window

Step = Literal["week", "month", "quarter"]

_WEEKS_UP_TO = 200
_MONTHS_UP_TO = 2200


@dataclass(frozen=True, slots=True)
class Bucket:
    """One week, month or quarter of a window; ``whole`` is False where the window cuts it."""

    start: date
    since: int
    until: int
    whole: bool


def step_for(window: Window) -> Step:
    """Weeks for up to half a year, months for up to six years, then quarters."""
    if window.days <= _WEEKS_UP_TO:
        return "week"
    return "month" if window.days <= _MONTHS_UP_TO else "quarter"


def buckets(window: Window, step: Step, zone: tzinfo = UTC) -> tuple[Bucket, ...]:
    """The window cut at the beginnings of weeks (Mondays), months or quarters; sums are exact."""
    found = []
    start = floor(local_day(window.since, zone), step)
    while (since := midnight(start, zone)) < window.until:
        following = after(start, step)
        until = midnight(following, zone)
        whole = since >= window.since and until <= window.until
        found.append(Bucket(start, max(since, window.since), min(until, window.until), whole))
        start = following
    return tuple(found)


def indices(cut: Sequence[Bucket], times: Ints) -> Positions:
    """The position of the bucket each time falls into; the times must lie in the window."""
    starts = np.array([bucket.since for bucket in cut], np.int64)
    return (np.searchsorted(starts, times, "right") - 1).astype(np.int32)


def floor(day: date, step: Step) -> date:
    """The first day of the week, month or quarter."""
    if step == "week":
        return day - timedelta(days=day.weekday())
    month = day.month if step == "month" else (day.month - 1) // 3 * 3 + 1
    return date(day.year, month, 1)


def after(day: date, step: Step) -> date:
    """The first day of the following week, month or quarter; ``day`` must be such a day."""
    if step == "week":
        return day + timedelta(days=7)
    month = day.month + (1 if step == "month" else 3)
    return date(day.year + (month > 12), month - 12 * (month > 12), 1)


def local_day(at: int, zone: tzinfo = UTC) -> date:
    """The calendar day of a time."""
    return datetime.fromtimestamp(at, zone).date()


def midnight(day: date, zone: tzinfo = UTC) -> int:
    """The first second of a day."""
    return int(datetime.combine(day, time(), zone).timestamp())
