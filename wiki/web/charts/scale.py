"""Numbers and dates on an axis: round steps, short labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10
from typing import TypeAlias

_MONTH_STRIDES = (1, 2, 3, 6, 12, 24, 60, 120, 240)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Label = Callable[[float], str]
Place: TypeAlias = date | str
"""What stands under a column or a point: a day, or a name."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps values between ``low`` and ``high`` to places between ``begin`` and ``end``."""

    low: float
    high: float
    begin: float
    end: float

    def __call__(self, value: float) -> float:
        span = self.high - self.low
        share = (value - self.low) / span if span else 0.0
        return round(self.begin + share * (self.end - self.begin), 2)


def nice_ticks(low: float, high: float, count: int, *, whole: bool = True) -> tuple[float, ...]:
    """About ``count`` round values (1, 2 or 5 times a power of ten) that enclose low and high.

    ``whole``: no fractions between.
    """
    if high <= low:
        high = low + 1
    raw = (high - low) / max(1, count)
    power = 10.0 ** floor(log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * 0.999)
    if whole:
        step = max(1.0, step)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return tuple(round(index * step, 10) for index in range(first, last + 1))


def date_ticks(starts: Sequence[date], most: int) -> tuple[tuple[int, str], ...]:
    """At most ``most`` (position, label) for buckets that begin on these days."""
    for stride in _MONTH_STRIDES:
        found = tuple(i for i, day in enumerate(starts) if _opens(starts, i, stride))
        if len(found) <= most:
            break
    if len(found) < 3 and len(starts) > len(found):
        every = max(1, ceil(len(starts) / max(1, most)))
        spans_years = starts[0].year != starts[-1].year
        return tuple((i, _day_label(starts[i], spans_years)) for i in range(0, len(starts), every))
    return tuple(
        (position, _date_label(starts[position], stride, first=order == 0))
        for order, position in enumerate(found)
    )


def place_ticks(places: Sequence[Place], room: float) -> tuple[tuple[int, str], ...]:
    """(position, label) along an axis of this length: of days as of calendars, of names as fit."""
    days = [place for place in places if isinstance(place, date)]
    if len(days) == len(places):
        return date_ticks(days, int(room / 64))
    names = [str(place) for place in places]
    widest = max(len(name) for name in names) * 6.3 + 12
    every = max(1, ceil(widest * len(names) / max(1.0, room)))
    return tuple((i, names[i]) for i in range(0, len(names), every))


def _opens(starts: Sequence[date], position: int, stride: int) -> bool:
    """Whether a bucket is the first of a month that bears a tick."""
    month = _month(starts[position])
    if position == 0:
        return month % stride == 0 and starts[0].day <= 7
    previous = _month(starts[position - 1])
    return month // stride != previous // stride


def _day_label(day: date, spans_years: bool) -> str:
    """A day; on an axis of several years its month and year, since days alone would lie."""
    month = _MONTHS[day.month - 1]
    return f"{month} {day.year}" if spans_years else f"{day.day} {month}"


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _date_label(day: date, stride: int, *, first: bool) -> str:
    if stride >= 12:
        return str(day.year)
    name = _MONTHS[day.month - 1]
    return (
        f"{name} {day.year}" if first or (day.month <= min(stride, 6) and day.month == 1) else name
    )


def short_number(value: float) -> str:
    """A number for an axis: 950, 1.5k, 20k, 3M."""
    for size, ending in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return _trim(value / size) + ending
    return _trim(value)


def short_bytes(value: float) -> str:
    """A size for an axis: 950 B, 1.5 kB, 20 MB."""
    for size, ending in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if abs(value) >= size:
            return f"{_trim(value / size)} {ending}"
    return f"{_trim(value)} B"


def days_label(value: float) -> str:
    """A number of days for an axis: 30 days, 6 months, 2 years."""
    if value >= 350:
        return _of(value / 365, "year")
    return _of(value / 30, "month") if value >= 60 else _of(value, "day")


def day_ticks(longest: float, most: int) -> tuple[float, ...]:
    """Numbers of days to mark on an axis from 0 to the longest: by weeks, months, or years."""
    steps = (1, 7, 30, 60, 90, 180, 365, 730, 1825, 3650)
    step = next((each for each in steps if longest / each <= most), steps[-1])
    return tuple(float(step * i) for i in range(int(longest // step) + 1))


def _of(value: float, unit: str) -> str:
    words = _trim(value)
    return f"{words} {unit}{'' if words == '1' else 's'}"


def percent(value: float) -> str:
    """A share as a label."""
    return f"{_trim(value * 100)} %"


def _trim(value: float) -> str:
    text = f"{value:.1f}" if abs(value) < 100 else f"{value:.0f}"
    return (text.removesuffix(".0")).replace("-", "−")
