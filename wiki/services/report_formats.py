"""A finished report as JSON and CSV: the same figures and definitions as on its page."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date

from wiki.analytics.figures import (
    Cell,
    Figure,
    Graph,
    Hidden,
    PageRef,
    PersonRef,
    Quantity,
    Table,
    Value,
    figures_of,
    graphs_of,
    tables_of,
)
from wiki.analytics.registry import VERSION
from wiki.services.report_sentences import sentences_of
from wiki.services.reports import Finished

Json = dict[str, "JsonValue"]
JsonValue = str | int | float | bool | None | list["JsonValue"] | Json

CSV_HEADER = (
    "kind", "key", "title", "row", "column", "value", "unit", "previous", "year_ago", "definition",
    "base",
)  # fmt: skip
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_AFTER_BREAK = re.compile(r"([;\t\r\n][\"']*)(?=[=+\-@])")  # where some programs begin a new cell
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def report_json(finished: Finished) -> Json:
    """The report as values for ``json.dumps``; a value that is not told is a string that says so."""
    return {
        "report": finished.kind.name,
        "title": finished.kind.title,
        **about_json(finished),
        "sentences": list(sentences_of(finished.kind.name, finished.report)),
        "figures": [figure_json(figure) for figure in figures_of(finished.report)],
        "tables": [_table(table) for table in tables_of(finished.report)],
        "graphs": [_graph(graph) for graph in graphs_of(finished.report)],
    }


def about_json(finished: Finished) -> Json:
    """What was asked, of what it was computed, and what may be told."""
    chosen, scope = finished.chosen, finished.scope
    return {
        "subject": finished.subject,
        "scope": {
            "folder": scope.folder,
            "page": scope.page,
            "team": scope.team,
            "person": scope.person,
        },
        "version": VERSION,
        "window": {
            "since": chosen.since.isoformat(),
            "until": chosen.until.isoformat(),
            "days": (chosen.until - chosen.since).days,
            "timezone": str(finished.calendar.zone),
            "until_is_outside": True,
        },
        "history": {
            "head": finished.head,
            "changes_read": finished.commits,
            "partial": finished.partial,
            "behind": finished.behind,
            "impossible_dates": len(finished.misdated),
            "addresses_joined": sum(not each.is_split for each in finished.decisions),
            "addresses_split": sum(each.is_split for each in finished.decisions),
        },
        "people_shown": finished.naming,
        "smallest_group_shown": finished.minimum,
    }


def report_csv(finished: Finished) -> str:
    """The report as one long table: a line for each figure and for each cell of each table.

    No cell of text begins with a character that spreadsheets take for the start of a formula.
    """
    return csv_text(_csv_lines(finished))


def csv_text(lines: Iterable[tuple[Cell, ...]]) -> str:
    """Lines under the header, each cell safe; a line may end before the last column."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_HEADER)
    for line in lines:
        rest = [""] * (len(CSV_HEADER) - len(line))
        writer.writerow([*(safe_cell(cell) for cell in line), *rest])
    return out.getvalue()


def safe_cell(cell: Cell) -> str | int | float:
    """A cell that no spreadsheet takes for a formula, whatever it takes for a separator, and that no
    terminal obeys; numbers stay numbers."""
    text = _plain(cell)
    if isinstance(text, int | float):
        return text
    text = _AFTER_BREAK.sub(r"\1'", _CONTROL.sub("\ufffd", text or ""))
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv_lines(finished: Finished) -> Iterator[tuple[Cell, ...]]:
    yield from csv_notes(finished)
    for figure in figures_of(finished.report):
        yield csv_figure(figure)
    for table in tables_of(finished.report):
        for row in table.rows:
            for column, cell in zip(table.columns[1:], row[1:], strict=True):
                place = (table.key, table.title, row[0], column.title or column.key)
                unit = cell.unit if isinstance(cell, Quantity) else column.unit
                yield ("table", *place, cell, unit, "", "", table.definition)
    for graph in graphs_of(finished.report):
        for one, other, weight in graph.edges:
            ends = (graph.nodes[one].label, graph.nodes[other].label)
            yield ("graph", graph.key, graph.title, *ends, weight, "", "", "", graph.definition)


def csv_notes(finished: Finished) -> Iterator[tuple[Cell, ...]]:
    """What one must know before reading the lines."""
    if finished.partial:
        yield ("note", "partial", "This report is partial", "", "", finished.partial)


def csv_figure(figure: Figure, row: str = "") -> tuple[Cell, ...]:
    """A figure's line; ``row`` says whose it is where there are several alike."""
    meaning = figure.meaning
    comparisons = (meaning.unit, figure.previous, figure.year_ago, meaning.definition)
    place = ("figure", meaning.key, meaning.title, row, "")
    return (*place, figure.value, *comparisons, figure.base)


def _graph(graph: Graph) -> Json:
    return {
        "key": graph.key,
        "title": graph.title,
        "definition": graph.definition,
        "note": graph.note,
        "nodes": [
            {"label": node.label, "weight": node.weight, "group": node.group}
            for node in graph.nodes
        ],
        "edges": [[one, other, weight] for one, other, weight in graph.edges],
    }


def figure_json(figure: Figure) -> Json:
    """A figure as values for ``json.dumps``."""
    return {
        "key": figure.key,
        "title": figure.meaning.title,
        "unit": figure.meaning.unit,
        "value": _plain(figure.value),
        "previous": _plain(figure.previous),
        "year_ago": _plain(figure.year_ago),
        "definition": figure.meaning.definition,
        **({"base": figure.base} if figure.base else {}),
    }


def _table(table: Table) -> Json:
    return {
        "key": table.key,
        "title": table.title,
        "definition": table.definition,
        "note": table.note,
        "columns": [
            {"key": column.key, "title": column.title, "unit": column.unit}
            for column in table.columns
        ],
        "rows": [[_plain(cell) for cell in row] for row in table.rows],
    }


def _plain(cell: Cell | Value) -> str | int | float | None:
    if isinstance(cell, Quantity):
        cell = cell.value
    if isinstance(cell, Hidden):
        return cell.value
    if isinstance(cell, PageRef):
        return cell.path
    if isinstance(cell, PersonRef):
        return cell.name
    return cell.isoformat() if isinstance(cell, date) else cell
