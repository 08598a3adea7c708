"""Reports on contributions: an overview, a page a report, and the same as JSON and CSV."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request
from markupsafe import Markup

from wiki.analytics.figures import Figure, Table, figures_of, tables_of
from wiki.analytics.registry import REPORTS
from wiki.errors import ParameterInvalid, ReportNotFound
from wiki.services import reports
from wiki.services.report_formats import report_csv, report_json
from wiki.services.report_sentences import sentences_of
from wiki.services.report_windows import PRESETS
from wiki.services.report_words import (
    Change,
    change_of,
    is_all_hidden,
    row_words,
    span_words,
    value_words,
)
from wiki.services.reports import Asked, Finished
from wiki.services.space import Space
from wiki.web import addresses
from wiki.web.context import current_wiki
from wiki.web.page_cache import etag_of
from wiki.web.report_charts import chart_of, spark_of
from wiki.web.viewer import current_viewer

bp = Blueprint("reports", __name__)

MOST_PEOPLE = 10_000_000

_SPARKS = {"participation": ("over_time", "people"), "evolution": ("growth", "pages")}
_HEADLINES = {
    "participation": ("contributors", "new", "absence_factor", "edits"),
    "evolution": ("pages", "new_pages", "shared", "median_age"),
}
_GROUPS = {
    "participation": (
        ("Who takes part", ("contributors", "rate", "edits", "one_time")),
        ("Who comes and goes", ("new", "returning", "reactivated", "lapsed")),
        ("On how many shoulders", ("absence_factor", "effective", "gini", "gini_population", "top_1", "top_10")),
        ("When and from where", ("outside", "zones")),
    ),
    "evolution": (
        ("What there is", ("pages", "size", "new_pages", "deleted_pages")),
        ("What is done to it", ("edits", "pages_edited", "edits_per_page", "reverts")),
        ("How much is rewritten", ("lines_added", "lines_removed")),
        ("How it is cared for", ("shared", "median_age", "stale")),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure ready to be shown; ``href`` leads to what is behind it ("" if nothing can be shown)."""

    figure: Figure
    value: str
    changes: tuple[Change, ...]
    href: str

    @property
    def is_told(self) -> bool:
        return isinstance(self.figure.value, int | float)


@dataclass(frozen=True, slots=True)
class TableView:
    """A table with its chart (empty without one) and its cells in words."""

    table: Table
    chart: Markup
    rows: tuple[tuple[str, ...], ...]
    all_hidden: bool

    @property
    def is_empty(self) -> bool:
        return not self.rows


@bp.get("/<space>/-/reports")
@bp.get("/<space>/-/reports/")
def overview(space: str) -> Response:
    """All reports at a glance."""
    here = current_wiki().space(current_viewer(), space)
    finished = [_run(space, name) for name in REPORTS]
    cards = [_card(here, each) for each in finished]
    return _page("reports/overview.html", here, finished[0], cards=cards)


@bp.get("/<space>/-/reports/<name>.json")
def as_json(space: str, name: str) -> Response:
    """A report for machines."""
    body = json.dumps(report_json(_run(space, name)), ensure_ascii=False, indent=1)
    return _conditional(Response(body, mimetype="application/json"))


@bp.get("/<space>/-/reports/<name>.csv")
def as_csv(space: str, name: str) -> Response:
    """A report for spreadsheets."""
    finished = _run(space, name)
    # The mark at the beginning tells spreadsheets that this is UTF-8.
    response = Response("\ufeff" + report_csv(finished), mimetype="text/csv")
    days = f"{finished.chosen.since.isoformat()}-{finished.chosen.until.isoformat()}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{days}.csv"'
    return _conditional(response)


@bp.get("/<space>/-/reports/<name>")
def report(space: str, name: str) -> Response:
    """One report: sentences, figures, charts, and how all of it is counted."""
    here = current_wiki().space(current_viewer(), space)
    finished = _run(space, name)
    figures = {figure.key: figure for figure in figures_of(finished.report)}
    groups = [
        (
            title,
            [_figure_view(here, finished, figures[key]) for key in keys if _worth(figures[key])],
        )
        for title, keys in _GROUPS[name]
    ]
    tables = {table.key: _table_view(table) for table in tables_of(finished.report)}
    return _page("reports/report.html", here, finished, groups=groups, tables=tables)


def _run(space: str, name: str) -> Finished:
    """The report that the address asks for."""
    if name not in REPORTS:
        raise ReportNotFound(name, tuple(REPORTS))
    asked = Asked(
        name,
        preset=request.args.get("window", ""),
        since=request.args.get("since", ""),
        until=request.args.get("until", ""),
        population=_population(),
    )
    return reports.run(current_wiki(), current_viewer(), space, asked, now=int(time.time()))


def _population() -> int | None:
    given = request.args.get("people", "").strip()
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or not 0 < int(given[:12]) <= MOST_PEOPLE:
        raise ParameterInvalid("people", "write a number of people, such as 120.")
    return int(given)


def _page(template: str, space: Space, finished: Finished, **names: object) -> Response:
    body = render_template(
        template,
        space=space,
        finished=finished,
        kinds=list(REPORTS.values()),
        sentences=sentences_of(finished.kind.name, finished.report),
        span=span_words(finished.chosen),
        presets=list(_presets(finished)),
        query=_query(),
        quiet=_is_quiet(finished),
        words=value_words,
        **names,
    )
    return _conditional(make_response(body))


def _card(space: Space, finished: Finished) -> dict[str, object]:
    """A report on the overview."""
    name = finished.kind.name
    figures = {figure.key: figure for figure in figures_of(finished.report)}
    key, column = _SPARKS[name]
    table = next(table for table in tables_of(finished.report) if table.key == key)
    return {
        "kind": finished.kind,
        "href": addresses.tool_address(space.name, "reports", name, **_query()),
        "sentences": sentences_of(finished.kind.name, finished.report),
        "spark": spark_of(table, column, table.title),
        "figures": [_figure_view(space, finished, figures[each]) for each in _HEADLINES[name]],
    }


def _figure_view(space: Space, finished: Finished, figure: Figure) -> FigureView:
    days = (finished.chosen.until - finished.chosen.since).days
    changes = [
        change_of(
            figure, figure.previous, f"the {days} days before" if days > 1 else "the day before"
        )
    ]
    if days != 365:
        changes.append(change_of(figure, figure.year_ago, "a year ago"))
    told = tuple(change for change in changes if change)
    value = value_words(figure.value, figure.meaning.unit)
    return FigureView(figure, value, told, _behind(space, figure.key))


def _behind(space: Space, key: str) -> str:
    """Where the changes or pages behind a figure can be looked at."""
    if key in {"edits", "pages_edited", "reverts", "lines_added", "lines_removed"}:
        return addresses.tool_address(space.name, "history")
    return addresses.tool_address(space.name, "tree") if key in {"pages", "size"} else ""


def _worth(figure: Figure) -> bool:
    """Figures that need what nobody told (the number of people) are left away."""
    return figure.key not in {"rate", "gini_population"} or figure.value is not None


def _table_view(table: Table) -> TableView:
    rows = tuple(row_words(table, row) for row in table.rows)
    return TableView(table, chart_of(table), rows, is_all_hidden(table))


def _presets(finished: Finished) -> Iterator[tuple[str, str, bool]]:
    """The windows to choose from: name, address, chosen or not."""
    days = finished.calendar.days
    labels = (f"Last {days} days", "Last year", "All time", f"Last {days} days of activity")
    people = request.args.get("people", "")
    for preset, label in zip(PRESETS, labels, strict=True):
        given = urlencode({"window": preset} | ({"people": people} if people else {}))
        address = f"{request.script_root}{request.path}?{given}"
        yield label, address, finished.chosen.preset == preset


def _query() -> dict[str, str]:
    """The parameters that lead to this window again."""
    given = {key: request.args.get(key, "") for key in ("window", "since", "until", "people")}
    return {key: value for key, value in given.items() if value}


def _is_quiet(finished: Finished) -> bool:
    """Whether nobody edited in the window although somebody did at another time."""
    edits = next(figure for figure in figures_of(finished.report) if figure.key == "edits")
    return not edits.value and finished.last is not None


def _conditional(response: Response) -> Response:
    """The response with an ETag; 304 to a browser that has it already."""
    response.set_etag(etag_of(response.get_data()), weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie"
    return response.make_conditional(request)  # type: ignore[return-value]
