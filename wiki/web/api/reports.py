"""Reports through the API: the same numbers as the page, under the same privacy."""

from __future__ import annotations

import json
import time
from typing import Annotated

from flask import Response
from pydantic import Field

from wiki.analytics.registry import REPORTS
from wiki.errors import ParameterInvalid, ReportNotFound
from wiki.services import overview as overviews
from wiki.services import reports
from wiki.services.history import known_path
from wiki.services.overview_formats import overview_json
from wiki.services.report_formats import report_json
from wiki.services.report_scope import Scope
from wiki.services.report_windows import PRESETS
from wiki.services.reports import Asked
from wiki.web.api.routes import Answer, Routes, Value
from wiki.web.api.values import ReportKind, Reports
from wiki.web.context import current_wiki
from wiki.web.report_asking import OVERVIEW
from wiki.web.viewer import current_viewer

routes = Routes("reports")
MEDIA = "application/json; charset=utf-8"

Day = Annotated[str, Field(max_length=10, description="A day, as 2026-03-31.")]


class WholeQuestion(Value):
    window: Annotated[
        str, Field(max_length=20, description=f"One of {', '.join(PRESETS)}; instead of days.")
    ] = ""
    since: Day = ""
    until: Annotated[Day, Field(description="Up to, but not including, this day.")] = ""
    team: Annotated[str, Field(max_length=200)] = ""
    people: Annotated[
        int | None,
        Field(ge=1, le=10_000_000, description="How many there are who could take part."),
    ] = None


class Question(WholeQuestion):
    folder: Annotated[str, Field(max_length=1000)] = ""
    page: Annotated[str, Field(max_length=1000)] = ""


_ANSWER = {200: Answer("Figures and tables, with their definitions.", media=MEDIA)}


@routes.add("GET", "/reports", {200: Answer("Every kind of report.", Reports)})
def list_wiki_reports() -> Reports:
    """The reports on all spaces together that can be asked for."""
    return _kinds()


@routes.add("GET", "/reports/<name>", _ANSWER, query=WholeQuestion)
def get_wiki_report(name: str, query: WholeQuestion) -> Response:
    """One report on all spaces that may be read, over a window of time."""
    wiki, viewer, now = current_wiki(), current_viewer(), int(time.time())
    asked = _asked(name, query, Scope(team=query.team))
    if name == OVERVIEW:
        finished, headlines = overviews.wiki_headlines(wiki, viewer, asked, now=now)
        return _json(overview_json(finished, headlines, None))
    return _json(report_json(reports.run(wiki, viewer, "", asked, now=now)))


@routes.add("GET", "/spaces/<space>/reports", {200: Answer("Every kind of report.", Reports)})
def list_reports(space: str) -> Reports:
    """The reports on a space that can be asked for."""
    current_wiki().space(current_viewer(), space)
    return _kinds()


@routes.add("GET", "/spaces/<space>/reports/<name>", _ANSWER, query=Question)
def get_report(space: str, name: str, query: Question) -> Response:
    """One report on a space, or on a folder, page or team of it, over a window of time."""
    wiki, viewer, now = current_wiki(), current_viewer(), int(time.time())
    opened = wiki.space(viewer, space)
    page = known_path(opened, query.page) if query.page else ""
    asked = _asked(name, query, Scope(query.folder.strip("/"), page, query.team))
    if name == OVERVIEW:
        told = overviews.overview(wiki, viewer, space, asked, now=now)
        return _json(overview_json(told.finished, told.headlines, told))
    return _json(report_json(reports.run(wiki, viewer, space, asked, now=now)))


def _kinds() -> Reports:
    kinds = [ReportKind(name=kind.name, title=kind.title) for kind in REPORTS.values()]
    return Reports(reports=[ReportKind(name=OVERVIEW, title="Overview"), *kinds])


def _asked(name: str, query: WholeQuestion, scope: Scope) -> Asked:
    if name != OVERVIEW and name not in REPORTS:
        raise ReportNotFound(name, (*REPORTS, OVERVIEW))
    if query.window and query.window not in PRESETS:
        raise ParameterInvalid("window", f"it is one of {', '.join(PRESETS)}.")
    return Asked(
        name, preset=query.window, since=query.since, until=query.until, population=query.people,
        scope=scope,
    )  # fmt: skip


def _json(values: object) -> Response:
    body = json.dumps(values, ensure_ascii=False)
    return Response(body.encode("utf-8", "replace"), content_type=MEDIA)
