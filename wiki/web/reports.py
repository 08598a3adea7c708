"""Reports on contributions: an overview, a page a report, what is behind a figure, and all of it to take along."""

from __future__ import annotations

import json
from collections.abc import Callable

from flask import Blueprint, Response, make_response, render_template, request
from markupsafe import Markup

from wiki.analytics.registry import REPORTS
from wiki.services import privacy
from wiki.services.kept import Kept
from wiki.services.overview_formats import overview_csv, overview_json
from wiki.services.report_formats import report_csv, report_json
from wiki.services.report_sentences import sentences_of
from wiki.services.reports import Finished
from wiki.services.space import Space
from wiki.web.context import current_wiki
from wiki.web.page_cache import etag_of
from wiki.web.report_about import about
from wiki.web.report_asking import OVERVIEW, Place, asked_of, bar_of, given_query, run
from wiki.web.report_export import file_name, report_file
from wiki.web.report_numbers import numbers_of
from wiki.web.report_opening import opened_view
from wiki.web.report_overview import overview_file, overview_view
from wiki.web.report_views import report_view
from wiki.web.security import WrittenResponse
from wiki.web.viewer import current_viewer

bp = Blueprint("reports", __name__)

_bodies = Kept(64)


@bp.get("/-/reports", defaults={"space": ""})
@bp.get("/<space>/-/reports")
@bp.get("/<space>/-/reports/")
def overview(space: str) -> Response:
    """All reports at a glance."""
    place = _place(space)
    view = overview_view(place)
    return _page("reports/overview.html", place, view.finished, overview=view)


@bp.get("/-/reports/<name>.<any(html, json, csv):form>", defaults={"space": ""})
@bp.get("/<space>/-/reports/<name>.<any(html, json, csv):form>")
def taken_along(space: str, name: str, form: str) -> Response:
    """A report as one file for people, for spreadsheets, or for machines."""
    place = _place(space)
    if name == OVERVIEW:
        view = overview_view(place)
        finished, headlines = view.finished, view.headlines
        file = file_name(finished, name, space)
        makers: dict[str, Callable[[], Response]] = {
            "html": lambda: _file(overview_file(view), file),
            "json": lambda: _json(overview_json(finished, headlines, view.told), file),
            "csv": lambda: _csv(overview_csv(finished, headlines), file),
        }
    else:
        finished = run(space, asked_of(name, place.space))
        file = file_name(finished, name, space)
        makers = {
            "html": lambda: _file(report_file(finished), file),
            "json": lambda: _json(report_json(finished), file),
            "csv": lambda: _csv(report_csv(finished), file),
        }
    return _conditional(makers[form]())


@bp.get("/-/reports/<name>", defaults={"space": ""})
@bp.get("/<space>/-/reports/<name>")
def report(space: str, name: str) -> Response:
    """One report: sentences, figures, charts, and how all of it is counted."""
    place = _place(space)
    finished = run(space, asked_of(name, place.space))
    # what the report says is the same until the history or the question changes; only the frame is not
    key = (finished.key, request.script_root, space, tuple(place.query.items()))
    body = _bodies.get(key, lambda: _body(place, finished))
    return _page("reports/report.html", place, finished, body=body, own=name)


def _body(place: Place, finished: Finished) -> Markup:
    """A report's inside: sentences, figures, charts."""
    name = finished.kind.name
    text = render_template(
        "reports/_body.html",
        finished=finished,
        view=report_view(finished, place.figure_of(name), place.cell, numbers_of(place, finished)),
        sentences=sentences_of(name, finished.report),
        about=about(finished),
    )
    return Markup(text)  # noqa: S704 - a template's text, escaped there


@bp.get("/-/reports/<name>/<key>", defaults={"space": ""})
@bp.get("/<space>/-/reports/<name>/<key>")
def behind(space: str, name: str, key: str) -> Response:
    """What one figure counts: changes, pages or people."""
    place = _place(space)
    opened = opened_view(place, space, name, key)
    return _page("reports/behind.html", place, opened.finished, opened=opened)


def _place(space: str) -> Place:
    """Where we are; refuses those who may not read the space."""
    here: Space | None = current_wiki().space(current_viewer(), space) if space else None
    return Place(here, given_query(here))


def _page(template: str, place: Place, finished: Finished, **names: object) -> Response:
    body = render_template(
        template,
        space=place.space,
        place=place,
        finished=finished,
        kinds=list(REPORTS.values()),
        bar=bar_of(place, finished),
        about=about(finished),
        notice=current_wiki().settings.reports.notice,
        standing=privacy.standing(place.space, current_wiki()) if place.space else None,
        **{"own": "", **names},
    )
    return _conditional(make_response(body))


def _file(text: str, name: str) -> Response:
    response = WrittenResponse(text, content_type="text/html; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.html"'
    return response


def _json(values: object, name: str) -> Response:
    body = json.dumps(values, ensure_ascii=False, indent=1)
    response = WrittenResponse(body, mimetype="application/json")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.json"'
    return response


def _csv(text: str, name: str) -> Response:
    # The mark at the beginning tells spreadsheets that this is UTF-8.
    response = WrittenResponse("\ufeff" + text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _conditional(response: Response) -> Response:
    """The response with an ETag; 304 to a browser that has it already."""
    response.set_etag(etag_of(response.get_data()), weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie"
    return response.make_conditional(request)  # type: ignore[return-value]
