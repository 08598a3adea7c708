"""From a report to the history of its days: the list of all changes, counted or not."""

from __future__ import annotations

from datetime import date

from wiki.model import page_name
from wiki.services.reports import Finished
from wiki.web import addresses
from wiki.web.report_asking import Place


def history_of(place: Place, finished: Finished, since: date, until: date) -> str:
    """The list of changes of these days and of the same part of the space; "" where there is none such."""
    scope = finished.scope
    if place.space is None or scope.team:
        return ""
    tool, path = ("history/folder", scope.folder) if scope.folder else ("history", "")
    if scope.page:
        tool, path = "history", page_name(scope.page)
    days = {"since": since.isoformat(), "until": until.isoformat()}
    return addresses.tool_address(place.space.name, tool, path, who=scope.person, **days)
