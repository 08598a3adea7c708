"""One person's page: what they wrote and what became of it, and every change of theirs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from flask import Blueprint, Response, make_response, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from wiki.analytics.calendar import after
from wiki.analytics.individual import Individual
from wiki.services import history
from wiki.services.history import Asked
from wiki.services.individuals import person_page
from wiki.services.report_windows import days_between, zone_of
from wiki.web import addresses, charts
from wiki.web.context import current_wiki, number_text
from wiki.web.history import by_day, clock_text
from wiki.web.viewer import current_viewer

bp = Blueprint("person", __name__)

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKS = ((charts.WIDE, 53), (charts.NARROW, 22))
_DOORS = {
    "web": "in the browser",
    "push": "with git",
    "api": "by program",
    "proposal": "by proposal",
    "import": "by import",
    "mcp": "with an assistant",
}
_CURVE_POINTS = 200


@bp.get("/<space>/-/person")
def shown(space: str) -> AnyResponse:
    """Figures for the person themselves, and as the space allows; the list of changes for all."""
    wiki, viewer = current_wiki(), current_viewer()
    who, before = request.args.get("who", ""), request.args.get("before", "")
    days = {key: request.args.get(key, "") for key in ("since", "until")}
    if not who:
        return redirect(addresses.tool_address(space, "history"))
    opened = wiki.space(viewer, space)
    now = int(time.time())
    window = days_between(days["since"], days["until"], zone_of(wiki.settings), now)
    view = history.space_history(wiki, viewer, space, Asked(before, who, window))
    found = person_page(wiki, viewer, opened, who, now=now)
    page = render_template(
        "people/person.html",
        space=opened,
        view=view,
        page=found,
        days=by_day(view.changes),
        clock=clock_text,
        before=before,
        is_part=bool(before or any(days.values())),
        older=_address(space, who=who, before=view.older, **days) if view.older else "",
        newest=_address(space, who=who, **days) if before else "",
        everybody=addresses.tool_address(space, "history"),
        calendar=_calendar(found.found) if found.found else "",
        survival=_survival(found.found) if found.found else "",
        months=_months(space, who, found.found.days) if found.found else (),
        opens=_opens(space, who),
        one_day=lambda day: _span(space, who, day, day + timedelta(days=1)),
        doors=_doors(found.found) if found.found else "",
    )
    return _uncached(make_response(page))


def _uncached(response: Response) -> Response:
    """What is shown depends on who asks and on what the person chose a moment ago."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _address(space: str, **query: str) -> str:
    return addresses.tool_address(space, "person", "", **query)


def _doors(found: Individual) -> str:
    parts = [f"{number_text(count)} {_DOORS[door]}" for door, count in found.doors]
    return ", ".join(parts)


def _calendar(found: Individual) -> Markup:
    """Weeks by weekdays, up to the week of the last edit, on a wide and on a narrow drawing."""
    if found.last is None:
        return Markup()
    counts = dict(found.days)
    drawn = [_weeks(counts, found.last, size, weeks) for size, weeks in _WEEKS]
    return Markup("").join(Markup(each) for each in drawn)  # noqa: S704 - drawn by us from numbers


def _weeks(counts: dict[date, int], last: date, size: charts.Size, weeks: int) -> str:
    monday = last - timedelta(days=last.weekday())
    first = monday - timedelta(weeks=weeks - 1)
    starts = [first + timedelta(weeks=week) for week in range(weeks)]
    cells = [
        [float(counts.get(start + timedelta(days=day), 0)) for start in starts] for day in range(7)
    ]
    total = sum(sum(row) for row in cells)
    days = sum(value > 0 for row in cells for value in row)
    caption = charts.Caption(
        f"calendar-{size.name}",
        "Calendar of edits",
        f"{total:,.0f} {'edit' if total == 1 else 'edits'} on {days} {'day' if days == 1 else 'days'} in the {weeks} weeks to {last:%d %B %Y}.",
    )
    labels = [f"{start.day} {start:%b}" for start in starts]
    return charts.heat_map(caption, size, WEEKDAYS, labels, cells)


def _opens(space: str, who: str) -> Callable[..., str]:
    """The addresses of what a figure of a report counts, of this person alone."""

    def address(figure: str, folder: str = "") -> str:
        query = {"window": "all", "folder": folder, "person": who}
        return addresses.tool_address(space, "reports", figure, **query)

    return address


def _span(space: str, who: str, since: date, until: date) -> str:
    """The person's changes in some days."""
    return _address(space, who=who, since=since.isoformat(), until=until.isoformat())


def _months(
    space: str, who: str, days: Sequence[tuple[date, int]]
) -> tuple[tuple[str, int, int, str], ...]:
    """Edits and days with edits in each month that has any, and its changes; the newest first."""
    months: dict[date, tuple[int, int]] = {}
    for day, count in days:
        edits, active = months.get(day.replace(day=1), (0, 0))
        months[day.replace(day=1)] = (edits + count, active + 1)
    return tuple(
        (f"{month:%B %Y}", *both, _span(space, who, month, after(month, "month")))
        for month, both in reversed(months.items())
    )


def _survival(found: Individual) -> Markup:
    """How long the person's words last; nothing where none were ever watched for a day."""
    shares = found.survival.surviving.tolist()
    if not found.has_words or len(shares) < 2:
        return Markup()
    step = max(1, len(shares) // _CURVE_POINTS)
    points = [(0.0, 1.0)] + [(float(day + 1), shares[day]) for day in range(0, len(shares), step)]
    curve = charts.Curve("Words still there", points)
    drawn = [
        charts.survival_chart(
            charts.Caption(
                f"survival-{size.name}",
                "How long the words last",
                f"After a year {_share(found, 365)}; after a month {_share(found, 30)}.",
            ),
            size,
            [curve],
        )
        for size, _ in _WEEKS
    ]
    return Markup("").join(Markup(each) for each in drawn)  # noqa: S704 - drawn by us from numbers


def _share(found: Individual, days: int) -> str:
    share = found.survival.at(days)
    return "it is too early to say" if share is None else f"{share:.0%} are still there"
