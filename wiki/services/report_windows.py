"""Which span of time a report is about: presets, or days somebody chose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, timedelta, tzinfo
from zoneinfo import ZoneInfo

from wiki.analytics.calendar import local_day
from wiki.config import Settings
from wiki.errors import WindowInvalid
from wiki.model import Window

PRESETS = ("recent", "year", "all", "active")
"""The last days (a setting says how many), the last 365, everything, and the last days in which
anybody edited."""

_EARLIEST = date(1980, 1, 1)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Calendar:
    """What windows are reckoned from: today, the zone days begin in, how long "recent" is, and the
    first and last edit (UTC seconds; None without any)."""

    now: int
    zone: tzinfo
    days: int
    first: int | None
    last: int | None

    @property
    def tomorrow(self) -> date:
        return local_day(self.now, self.zone) + timedelta(days=1)

    def local_date(self, at: int) -> date:
        """The day of a time."""
        return local_day(at, self.zone)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A window and how it was chosen: a preset's name, or "" for days somebody gave.

    ``since`` is its first day, ``until`` the day after its last; ``widened`` if it is longer than what
    was asked, so that it tells nothing about a few people.
    """

    window: Window
    preset: str
    since: date
    until: date
    widened: bool = False

    @property
    def last(self) -> date:
        """The last day that belongs to it."""
        return self.until - timedelta(days=1)


def day_after(last: str) -> str:
    """The day at which a window ends, of the last day that belongs to it, as people name it; "" of "".

    Raises:
        WindowInvalid: a day that is none.
    """
    if not last:
        return ""
    try:
        return (_day(last) + timedelta(days=1)).isoformat()
    except OverflowError:
        raise WindowInvalid(last) from None


def day_before(until: str) -> str:
    """The last day of a window, of the day at which it ends; "" of "".

    Raises:
        WindowInvalid: a day that is none.
    """
    return (_day(until) - timedelta(days=1)).isoformat() if until else ""


def zone_of(settings: Settings) -> tzinfo:
    """The time zone in which a report's days begin."""
    name = settings.reports.timezone
    return UTC if name == "UTC" else ZoneInfo(name)


def choose_window(calendar: Calendar, preset: str = "", since: str = "", until: str = "") -> Chosen:
    """The window asked for; days go before a preset, and nothing means the recent days.

    Raises:
        WindowInvalid: a day or preset that is none, or a window without a single day.
    """
    if since or until:
        last = min(_day(until) if until else calendar.tomorrow, calendar.tomorrow)
        first = _day(since) if since else max(last, _EARLIEST) - timedelta(days=calendar.days)
        return _chosen(calendar, max(first, _EARLIEST), last, "")
    first, last = _preset(calendar, preset or PRESETS[0])
    return _chosen(calendar, first, last, preset or PRESETS[0])


def days_between(since: str, until: str, zone: tzinfo, now: int) -> Window | None:
    """The span from a day up to, not including, another; either may be "". None without both.

    Raises:
        WindowInvalid: a day that is none, or a span without a single day.
    """
    if not since and not until:
        return None
    first = max(_day(since), _EARLIEST) if since else _EARLIEST
    last = _day(until) if until else local_day(now, zone) + timedelta(days=2)
    if first >= last:
        raise WindowInvalid(f"{since} – {until}")
    return Window.of_days(first, last, zone)


def _preset(calendar: Calendar, preset: str) -> tuple[date, date]:
    end = calendar.tomorrow
    if preset == "recent":
        return end - timedelta(days=calendar.days), end
    if preset == "year":
        return end - timedelta(days=365), end
    if preset == "all":
        first = local_day(calendar.first, calendar.zone) if calendar.first is not None else end
        return min(first, end - timedelta(days=1)), end
    if preset == "active":
        if calendar.last is not None:
            end = min(end, local_day(calendar.last, calendar.zone) + timedelta(days=1))
        return end - timedelta(days=calendar.days), end
    raise WindowInvalid(preset)


def _chosen(calendar: Calendar, since: date, until: date, preset: str) -> Chosen:
    if since >= until:
        raise WindowInvalid(f"{since.isoformat()} – {until.isoformat()}")
    return Chosen(Window.of_days(since, until, calendar.zone), preset, since, until)


def _day(text: str) -> date:
    try:
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise WindowInvalid(text) from None
